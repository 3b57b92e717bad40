package ctl.vm.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import ctl.vm.child.Children;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A program whose parent ignores signals. It follows the journal, which shows that it still runs: it prints the next
 * event.
 */
class IgnoredSignalsIT {

    private static final String CTRL_C = "\003";
    private static final long LIMIT_SECONDS = 120;

    @TempDir
    Path folder;

    private Program program;
    private InProcess inProcess;

    @BeforeEach
    void makeVm() {
        program = new Program(folder);
        inProcess = new InProcess(program);
        inProcess.succeeds("create", "First", "1M");
    }

    /** As nohup, a script's "trap", and a script's background job have it. */
    @ParameterizedTest
    @ValueSource(strings = {"HUP", "INT", "TERM"})
    void signalThatTheParentIgnores_staysIgnored(String signal) throws Exception {
        Process follower = start("trap '' %s; exec FOLLOW </dev/null".formatted(signal));
        BufferedReader lines = follower.inputReader();
        awaitLine(lines, "First: arrived");

        send(signal, follower.pid());
        inProcess.succeeds("create", "Second", "1M");

        awaitLine(lines, "Second: arrived");
        send("KILL", follower.pid());
    }

    @Test
    void backgroundJobOfAScript_withoutATerminal_goesOnAtSigint() throws Exception {
        Process shell = start("FOLLOW & echo $!; wait");
        BufferedReader lines = shell.inputReader();
        long follower = Long.parseLong(lines.readLine());
        awaitLine(lines, "First: arrived");

        send("INT", follower);
        inProcess.succeeds("create", "Second", "1M");

        awaitLine(lines, "Second: arrived");
    }

    /** The terminal sends Ctrl-C to all processes in the foreground, and a job of a script is among them. */
    @Test
    void backgroundJobOfAScript_atATerminal_goesOnAtCtrlC() throws Exception {
        Process terminal = startAtTerminal("trap 'echo interrupted' INT; FOLLOW & wait; wait");
        BufferedReader lines = terminal.inputReader();
        awaitLine(lines, "First: arrived");

        type(terminal, CTRL_C);
        awaitLine(lines, "interrupted");
        inProcess.succeeds("create", "Second", "1M");

        awaitLine(lines, "Second: arrived");
    }

    /** Its terminal may have been opened by something that was itself a script's background job. */
    @Test
    void commandInTheForegroundOfATerminal_endsAtCtrlC_thoughItsParentIgnoresIt() throws Exception {
        Process terminal = startAtTerminal("trap '' INT; exec FOLLOW");
        BufferedReader lines = terminal.inputReader();
        awaitLine(lines, "First: arrived");

        type(terminal, CTRL_C);

        assertThat(terminal.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)).isTrue();
        assertThat(terminal.exitValue()).isEqualTo(130);
    }

    @Test
    void commandInTheForegroundOfATerminal_thatReadsFromSomethingElse_goesOnAtCtrlC() throws Exception {
        Process terminal = startAtTerminal("trap '' INT; exec FOLLOW </dev/null");
        BufferedReader lines = terminal.inputReader();
        awaitLine(lines, "First: arrived");

        type(terminal, CTRL_C);
        inProcess.succeeds("create", "Second", "1M");

        awaitLine(lines, "Second: arrived");
    }

    private Process start(String script) throws IOException {
        return program.start(List.of("/bin/bash", "-c", filled(script)));
    }

    private Process startAtTerminal(String script) throws IOException {
        return program.with("SHELL", "/bin/bash").start(List.of("script", "-qec", filled(script), "/dev/null"));
    }

    private String filled(String script) {
        return script.replace("FOLLOW", String.join(" ", program.command("audit", "--follow", "--after", "0")));
    }

    private static void type(Process terminal, String keys) throws IOException {
        terminal.getOutputStream().write(keys.getBytes(UTF_8));
        terminal.getOutputStream().flush();
    }

    private static void send(String signal, long process) throws Exception {
        assertThat(Children.start("kill", "-" + signal, Long.toString(process)).waitFor()).isZero();
    }

    private static void awaitLine(BufferedReader lines, String end) throws IOException {
        String line = lines.readLine();
        while (line != null && !line.endsWith(end)) {
            line = lines.readLine();
        }
        assertThat(line).as("the line that ends with \"%s\"", end).isNotNull();
    }
}
