package ctl;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import ctl.vm.child.Children;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The end of a build whose tests have left a server running, and of one whose tests have not. */
class LeftServersTest {

    @TempDir
    private Path target;

    @Test
    void serverThatStillRuns_failsTheBuild_andOneOfTheMachineDoesNot() throws Exception {
        server(target.resolve("elsewhere"));
        assertThat(endOfBuild()).isEqualTo("exit 0");

        Process left = server(target.resolve("servers/server-1"));
        assertThat(endOfBuild()).startsWith("[FAIL] left running by a test: process %d, ".formatted(left.pid()))
                .contains("servers/server-1").endsWith("exit 1");

        left.destroyForcibly().waitFor();
        assertThat(endOfBuild()).isEqualTo("exit 0");
    }

    /** A process with such arguments. */
    private static Process server(Path files) throws Exception {
        Process server = Children.start("/bin/sh", "-c", "echo; read forever", "postgres", "-D", files.toString());
        server.getInputStream().read();
        return server;
    }

    private String endOfBuild() throws Exception {
        Process java = Children.start(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "src/build/LeftServers.java", target.toString());
        String printed = new String(java.getInputStream().readAllBytes(), UTF_8);
        return printed + "exit " + java.waitFor();
    }
}
