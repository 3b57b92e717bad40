package ctl.vm.cli;

import static org.assertj.core.api.Assertions.assertThat;

import ctl.vm.cli.console.Terminal;
import ctl.vm.operation.StopRequest;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A long result whose disk is full, or whose reader is gone, ends with the first line that cannot be written. */
class LostOutputTest {

    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"--json", "--csv"})
    void audit_outputOnAFullDisk_endsWithTheFirstLine(String option) {
        Program program = new Program(folder);
        for (String name : new String[] {"One", "Two", "Three", "Four"}) {
            new InProcess(program).succeeds("create", name, "1M");
        }
        FullDisk disk = new FullDisk();
        var err = new ByteArrayOutputStream();
        var environment = new ctl.Program.ProcessEnvironment(program.environment(), program.work(), Terminal.NONE,
                new ByteArrayInputStream(new byte[0]), new PrintStream(disk), new PrintStream(err));

        assertThat(new ctl.Program(environment, new StopRequest()).run("vm", "audit", option)).isEqualTo(1);
        assertThat(err.toString(StandardCharsets.UTF_8)).contains("[FAIL]").contains("could not be written");
        // CSV has a heading.
        assertThat(disk.tries).isLessThanOrEqualTo(option.equals("--csv") ? 2 : 1);
    }

    private static final class FullDisk extends OutputStream {

        private int tries;

        @Override
        public void write(int value) throws IOException {
            tries++;
            throw new IOException("No space left on device");
        }

        @Override
        public void write(byte[] bytes, int from, int length) throws IOException {
            tries++;
            throw new IOException("No space left on device");
        }
    }
}
