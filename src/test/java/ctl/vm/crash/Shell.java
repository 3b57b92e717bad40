package ctl.vm.crash;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ctl.vm.child.Children;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Other programs that the tests use. */
final class Shell {

    private Shell() {}

    /** Runs a program that has to succeed; returns what it says. */
    static String require(String... command) {
        Outcome outcome = run(command);
        assertThat(outcome.exit()).as("%s: %s", String.join(" ", command), outcome.said()).isZero();
        return outcome.said();
    }

    /** Runs a program and skips the test where it fails: the machine may not allow it. */
    static void assume(String... command) {
        Outcome outcome = run(command);
        assumeTrue(outcome.exit() == 0, String.join(" ", command) + ": " + outcome.said());
    }

    /** Skips the test where the tool is not installed. */
    static void assumeTool(String name) {
        boolean there = List.of(System.getenv("PATH").split(":")).stream()
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, name)));
        assumeTrue(there, name + " is not installed");
    }

    /** Skips the test where it may not mount. */
    static void assumeRoot() {
        assumeTrue(require("id", "-u").strip().equals("0"), "only root can mount a filesystem");
    }

    private static Outcome run(String... command) {
        try {
            Process process = Children.start(command);
            process.getOutputStream().close();
            String said = new String(process.getInputStream().readAllBytes(), UTF_8);
            return new Outcome(process.waitFor(), said);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } catch (InterruptedException stopped) {
            throw new IllegalStateException(stopped);
        }
    }

    private record Outcome(int exit, String said) {}
}
