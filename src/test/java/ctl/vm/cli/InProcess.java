package ctl.vm.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import ctl.vm.cli.console.Terminal;
import ctl.vm.operation.StopRequest;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** The whole program with its journal on the disk, in this process: as {@link Program}, but for the launcher, in a tenth of the time. */
public final class InProcess {

    private final Program program;

    public InProcess(Path folder) {
        this.program = new Program(folder);
    }

    Path vms() {
        return program.vms();
    }

    /** Runs {@code ctl vm}. */
    public Program.Result ctl(String... arguments) {
        var out = new ByteArrayOutputStream();
        var err = new ByteArrayOutputStream();
        var environment = new ctl.Program.ProcessEnvironment(
                Map.of("CTL_ROOT", program.root().toString()), program.work(), Terminal.NONE,
                InputStream.nullInputStream(), new PrintStream(out), new PrintStream(err));
        String[] line = new String[arguments.length + 1];
        line[0] = "vm";
        System.arraycopy(arguments, 0, line, 1, arguments.length);
        int exit = new ctl.Program(environment, new StopRequest()).run(line);
        return new Program.Result(exit, out.toString(UTF_8), err.toString(UTF_8));
    }

    /** Runs {@code ctl vm} and insists that it succeeds. */
    public Program.Result succeeds(String... arguments) {
        Program.Result result = ctl(arguments);
        assertThat(result.exit()).as("%s%n%s", List.of(arguments), result.err()).isZero();
        return result;
    }

    /** Runs a line of shell in the folder of VMs, and insists that it succeeds. */
    public String shell(String line) {
        return program.shell("cd \"$CTL_ROOT/vm\"\n" + line);
    }
}
