package ctl.vm.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import ctl.vm.cli.console.Terminal;
import ctl.vm.operation.StopRequest;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;

/**
 * The whole program with its journal on the disk, in this process: as {@link Program}, but for the launcher, in a tenth
 * of the time. An end-to-end test prepares with it and checks with it what was left behind; what it is about is a
 * process of its own, and so is what reads a package from standard input, waits, or runs at a shared root (the umask is
 * the process's).
 */
public final class InProcess {

    private final Program program;

    public InProcess(Path folder) {
        this(new Program(folder));
    }

    /** With a variable of the environment. */
    public static InProcess with(Path folder, String variable, String value) {
        return new InProcess(new Program(folder).with(variable, value));
    }

    /** At the root of another, and with its variables. */
    InProcess(Program program) {
        this.program = program;
    }

    Path vms() {
        return program.vms();
    }

    /** Runs {@code ctl vm}. */
    public Program.Result ctl(String... arguments) {
        return answering("", arguments);
    }

    /** Runs {@code ctl vm} with an answer to what it asks. */
    Program.Result answering(String input, String... arguments) {
        var out = new ByteArrayOutputStream();
        var err = new ByteArrayOutputStream();
        var environment = new ctl.Program.ProcessEnvironment(
                program.environment(), program.work(), Terminal.NONE,
                new ByteArrayInputStream(input.getBytes(UTF_8)), new PrintStream(out), new PrintStream(err));
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
