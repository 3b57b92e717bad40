package ctl.vm.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import ctl.vm.cli.console.Console;
import ctl.vm.cli.console.HomeFolder;
import ctl.vm.cli.console.ProgressLine;
import ctl.vm.cli.console.RecentRate;
import ctl.vm.cli.console.Terminal;
import ctl.vm.inventory.value.ByteCount;
import ctl.vm.problem.NotFound;
import java.io.ByteArrayInputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What reaches a terminal, a pipe and a log. */
class OutputTest {

    private static final Terminal SCREEN = screen(() -> 80);
    private static final ByteCount GIBIBYTE = new ByteCount(1 << 30);

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void lineWithControlCharacters_isPrintedHarmless() {
        console(Terminal.NONE, "").line("evil\u001b[2Jname\nline\u202etxt");

        assertThat(out).hasToString("evil\\u001b[2Jname\\u000aline\\u202etxt\n");
    }

    @Test
    void problem_isOneLineOnStderrThatSaysWhatToDo() {
        int exit = console(Terminal.NONE, "").fail(new NotFound.NoSuchVm("MyBxo", Optional.of("MyBox")));

        assertThat(err).hasToString("[FAIL] MyBxo: no such VM; did you mean MyBox? \"ctl vm list\" shows all\n");
        assertThat(exit).isEqualTo(4);
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void problem_inAWindowThatIsTooNarrow_isBrokenAtWords_withTheCommandOnItsOwnLine() {
        console(screen(() -> 40), "").fail(new NotFound.NoSuchVm("MyBxo", Optional.of("MyBox")));

        assertThat(err).hasToString("""
                [\033[31mFAIL\033[0m] MyBxo: no such VM;
                       did you mean MyBox?
                         ctl vm list
                       shows all
                """);
    }

    @Test
    void problem_inAWindowThatIsWideEnough_isOneLine() {
        console(SCREEN, "").fail(new NotFound.NoSuchVm("MyBxo", Optional.of("MyBox")));

        assertThat(err.toString()).hasLineCount(1).endsWith("did you mean MyBox? \"ctl vm list\" shows all\n");
    }

    @Test
    void step_onADumbTerminal_isNotDrawn_andNothingIsColoured() {
        for (Map<String, String> environment : List.of(Map.of("TERM", "dumb"), Map.<String, String>of())) {
            Console console = console(Terminal.of("012", "80x24", environment, () -> 80, () -> 24), "");
            console.begin("copy disk image", GIBIBYTE);
            console.end();
            console.heading("MyBox");
            console.warn("look");
        }

        assertThat(out).hasToString("[ OK ] copy disk image\nMyBox\n".repeat(2));
        assertThat(err).hasToString("[WARN] look\n".repeat(2));
    }

    @Test
    void window_isThatWhichTheLauncherMeasured_andOtherwiseAsked() {
        assertThat(Terminal.of("1", "132x50", Map.of(), () -> 80, () -> 24).window().get())
                .isEqualTo(new Terminal.Size(132, 50));
        for (String unknown : List.of("", "x", "0x0", "80x", "wide")) {
            assertThat(Terminal.of("1", unknown, Map.of(), () -> 80, () -> 24).window().get())
                    .isEqualTo(new Terminal.Size(80, 24));
        }
    }

    @Test
    void homeFolder_isATildeForPeople_andATildeIsTheHomeFolder() {
        HomeFolder home = HomeFolder.of(Map.of("HOME", "/home/ada"));

        assertThat(home.abbreviated("MyBox to /home/ada/MyBox.tar.gz")).isEqualTo("MyBox to ~/MyBox.tar.gz");
        assertThat(home.abbreviated("MyBox to /home/adam/x, /srv/home/ada/x"))
                .isEqualTo("MyBox to /home/adam/x, /srv/home/ada/x");
        assertThat(home.expanded("~/s2e")).isEqualTo("/home/ada/s2e");
        assertThat(home.expanded("~")).isEqualTo("/home/ada");
        assertThat(List.of("~bob/s2e", "s2e/~", "")).allSatisfy(
                other -> assertThat(home.expanded(other)).isEqualTo(other));
        assertThat(HomeFolder.of(Map.of()).expanded("~/s2e")).isEqualTo("~/s2e");
    }

    @Test
    void step_withoutATerminal_printsItsEndOnly() {
        Console console = console(Terminal.NONE, "");
        console.begin("copy disk image", GIBIBYTE);
        console.advance(5);
        console.end();

        assertThat(out).hasToString("[ OK ] copy disk image\n");
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void step_onATerminal_isDrawnInPlaceAndErasedBeforeItsEnd() {
        Console console = console(SCREEN, "");
        console.begin("copy disk image", GIBIBYTE);
        console.end();

        assertThat(err).hasToString("\r\033[J[  0%] copy disk image  0 B of 1.0 GiB\r\033[J");
        assertThat(out).hasToString("[\033[32m OK \033[0m] copy disk image\n");
    }

    @Test
    void progress_halfWay_showsShareRateAndTimeLeft() {
        String line = ProgressLine.of("copy", new ByteCount(512 << 20), GIBIBYTE, OptionalDouble.of(256 << 20), 80);

        assertThat(line).isEqualTo("[ 50%] copy  512.0 MiB of 1.0 GiB  256.0 MiB/s  0:02 left");
    }

    @Test
    void progress_beyondWhatWasAnnounced_staysBelowAHundred() {
        String line = ProgressLine.of("copy", new ByteCount(2L << 30), GIBIBYTE, OptionalDouble.of(256 << 20), 80);

        assertThat(line).startsWith("[ 99%]").endsWith("0:00 left");
    }

    @ParameterizedTest
    @CsvSource(quoteCharacter = '"', value = {
        "66, [ 50%] copy disk image  512.0 MiB of 1.0 GiB  9.0 MiB/s  0:57 left",
        "64, [ 50%] copy disk image  512.0 MiB of 1.0 GiB  0:57 left",
        "58, [ 50%] copy disk image  512.0 MiB of 1.0 GiB  0:57 left",
        "40, [ 50%] copy disk image  0:57 left",
        "20, [ 50%] copy disk im…",
        "29, [ 50%] copy disk …  0:57 left",
        "10, [ 50%] co…",
        "0, \"\""})
    void progress_inANarrowWindow_leavesOutWhatMattersLeast(int columns, String expected) {
        ByteCount half = new ByteCount(512 << 20);

        assertThat(ProgressLine.of("copy disk image", half, GIBIBYTE, OptionalDouble.of(9 << 20), columns))
                .isEqualTo(expected)
                .hasSizeLessThanOrEqualTo(columns);
    }

    @Test
    void progress_inAWindowThatHasBecomeNarrower_isErasedFromAllTheLinesThatItTakesNow() {
        AtomicInteger columns = new AtomicInteger(80);
        Console console = console(screen(columns::get), "");
        console.begin("copy disk image", GIBIBYTE);
        columns.set(20);
        console.end();

        assertThat(err).hasToString("\r\033[J[  0%] copy disk image  0 B of 1.0 GiB\033[1A\r\033[J");
    }

    @Test
    void progress_whereResultsGoElsewhere_isNotDrawn() {
        console(new Terminal(true, false, true, Terminal.Colour.AUTO, () -> 80), "").begin("copy", GIBIBYTE);

        assertThat(err.toString()).isEmpty();
    }

    @Test
    void progress_ofAPackageToAPipe_isDrawn() {
        Console console = console(new Terminal(true, false, true, Terminal.Colour.AUTO, () -> 80), "");
        console.leaveOutputToPackage();
        console.begin("pack", GIBIBYTE);

        assertThat(err.toString()).contains("[  0%] pack");
    }

    @Test
    void quiet_printsResultsWarningsAndFailuresOnly() {
        Console console = console(SCREEN, "");
        console.show(Console.Detail.NOTHING);
        console.begin("copy disk image", GIBIBYTE);
        console.end();
        console.hint("a hint");
        console.info("something");
        console.skip("left out");
        console.line("result");
        console.warn("look");

        assertThat(out).hasToString("result\n");
        assertThat(err).hasToString("[\033[33mWARN\033[0m] look\n");
    }

    @Test
    void verbose_saysHowLongAStepTook() {
        Console console = console(Terminal.NONE, "");
        console.show(Console.Detail.ALL);
        console.begin("copy disk image", GIBIBYTE);
        console.end();

        assertThat(err.toString()).matches("\\[INFO] copy disk image took \\d+\\.\\d s\n");
    }

    @Test
    void verbose_ofAStepWithWork_saysHowFastItWas() {
        assertThat(ProgressLine.after("copy", GIBIBYTE, Duration.ofSeconds(2)))
                .isEqualTo("copy took 2.0 s: 1.0 GiB, 512.0 MiB/s");
    }

    @Test
    void progress_ofSeveralSteps_isThatOfAll() {
        Console console = console(SCREEN, "");
        console.expect(GIBIBYTE);
        console.begin("copy disk image", new ByteCount(768 << 20));
        console.advance(768 << 20);
        console.end();
        console.begin("copy snapshot ready", new ByteCount(256 << 20));

        assertThat(err.toString()).contains("[  0%] copy disk image  0 B of 1.0 GiB");
        assertThat(err.toString()).contains("[ 75%] copy snapshot ready  768.0 MiB of 1.0 GiB");
    }

    @Test
    void rate_isThatOfTheLastSeconds() {
        RecentRate rate = new RecentRate();
        for (int second = 0; second <= 20; second++) {
            rate.add(second * 1_000_000_000L, second <= 10 ? second * 1000L : 10_000 + (second - 10) * 10L);
        }

        assertThat(rate.bytesPerSecond()).hasValue(10);
    }

    @Test
    void rate_atTheBeginning_saysNothing() {
        RecentRate rate = new RecentRate();
        rate.add(0, 0);
        rate.add(100_000_000, 5000);

        assertThat(rate.bytesPerSecond()).isEmpty();
    }

    @Test
    void question_answeredFromAPipe_readsOneLineAndShowsIt() {
        Console console = console(Terminal.NONE, "y\nrest");

        assertThat(console.ask("Delete VM MyBox?")).contains(true);
        assertThat(out).hasToString("Delete VM MyBox? [y/N] y\n");
        assertThat(console.ask("Again?")).contains(false);
    }

    @Test
    void question_withoutAnybody_hasNoAnswerAndPrintsNothing() {
        assertThat(console(Terminal.NONE, "").ask("Delete VM MyBox?")).isEmpty();
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void question_leftByCtrlD_isANo() {
        assertThat(console(SCREEN, "").ask("Delete VM MyBox?")).contains(false);
        assertThat(out).hasToString("Delete VM MyBox? [y/N] \n");
    }

    @Test
    void colours_areForATerminalThatTheEnvironmentDoesNotCallPlain() {
        assertThat(coloured("12", Map.of("TERM", "xterm"))).isEqualTo("out err");
        assertThat(coloured("1", Map.of("TERM", "xterm"))).isEqualTo("out");
        assertThat(coloured("2", Map.of("TERM", "xterm"))).isEqualTo("err");
        assertThat(coloured("12", Map.of("TERM", "xterm", "NO_COLOR", "1"))).isEmpty();
        assertThat(coloured("12", Map.of())).isEmpty();
    }

    @Test
    void colours_thatWereAskedFor_goBeforeTheEnvironment() {
        Terminal plain = Terminal.of("12", "", Map.of("NO_COLOR", "1"), () -> 80, () -> 24);

        assertThat(plain.with(Terminal.Colour.ALWAYS).hasColouredOutput()).isTrue();
        assertThat(Terminal.NONE.with(Terminal.Colour.ALWAYS).hasColouredError()).isTrue();
        assertThat(SCREEN.with(Terminal.Colour.NEVER).hasColouredOutput()).isFalse();
        assertThat(plain.with(Terminal.Colour.AUTO).hasColouredOutput()).isFalse();
    }

    private static String coloured(String streams, Map<String, String> environment) {
        Terminal terminal = Terminal.of(streams, "", environment, () -> 80, () -> 24);
        return ((terminal.hasColouredOutput() ? "out " : "") + (terminal.hasColouredError() ? "err" : "")).strip();
    }

    private static Terminal screen(IntSupplier columns) {
        return new Terminal(true, true, true, Terminal.Colour.AUTO, columns);
    }

    private Console console(Terminal terminal, String input) {
        return new Console(
                new PrintWriter(out), new PrintWriter(err), new ByteArrayInputStream(input.getBytes(UTF_8)), terminal,
                System::nanoTime);
    }
}
