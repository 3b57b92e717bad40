package ctl.vm.cli.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** When a pager is started, which one, and what becomes of the result where it is missing or left early. */
class PagerTest {

    private static final String PATH = "/usr/bin:/bin";
    private static final Terminal.Size WINDOW = new Terminal.Size(20, 5);

    @TempDir
    Path folder;

    private final StringWriter terminal = new StringWriter();

    @Test
    void pager_isCtlPager_elsePager_elseLess() {
        assertThat(Pager.of(Map.of("CTL_PAGER", "most", "PAGER", "more"), Optional::empty).orElseThrow().command())
                .isEqualTo("most");
        assertThat(Pager.of(Map.of("PAGER", "more -s"), Optional::empty).orElseThrow().command()).isEqualTo("more -s");
        assertThat(Pager.of(Map.of(), Optional::empty).orElseThrow().command()).endsWith("less");
        assertThat(Pager.of(Map.of(), () -> Optional.of("most")).orElseThrow().command()).isEqualTo("most");
        assertThat(Pager.of(Map.of("PAGER", "more"), () -> Optional.of("most")).orElseThrow().command())
                .isEqualTo("more");
    }

    @Test
    void pager_thatIsEmptyOrCat_isNone() {
        assertThat(Pager.of(Map.of("PAGER", ""), Optional::empty)).isEmpty();
        assertThat(Pager.of(Map.of("PAGER", "cat"), Optional::empty)).isEmpty();
        assertThat(Pager.of(Map.of("CTL_PAGER", " ", "PAGER", "less"), Optional::empty)).isEmpty();
        assertThat(Pager.of(Map.of("CTL_PAGER", "less", "PAGER", "cat"), Optional::empty)).isPresent();
    }

    @Test
    void result_thatFitsTheWindow_startsNoPager() {
        PagedOutput output = show("touch started", "one\ntwo\nthree\nfour\n");

        assertThat(folder.resolve("started")).doesNotExist();
        assertThat(terminal).hasToString("one\ntwo\nthree\nfour\n");
        assertThat(output.isShowing()).isFalse();
    }

    @Test
    void result_ofMoreLinesThanTheWindow_goesThroughThePagerAndNowhereElse() throws IOException {
        show("cat >shown", "1\n2\n3\n4\n", "5\n6\n");

        assertThat(folder.resolve("shown")).hasContent("1\n2\n3\n4\n5\n6\n");
        assertThat(terminal.toString()).isEmpty();
    }

    @Test
    void result_ofLinesThatTheWindowWraps_goesThroughThePager() throws IOException {
        show("cat >shown", "x".repeat(101) + "\n");

        assertThat(folder.resolve("shown")).hasContent("x".repeat(101));
    }

    @Test
    void coloursOfAResult_takeNoRoom() {
        show("touch started", "\033[1m%s\033[0m\n".formatted("x".repeat(20)).repeat(4));

        assertThat(folder.resolve("started")).doesNotExist();
    }

    @Test
    void less_isToldToKeepColours_unlessTheUserHasChosen() throws IOException {
        show("printf %s \"$LESS\" >shown; cat >rest", "\n".repeat(5));
        assertThat(folder.resolve("shown")).hasContent("FRX");

        show(Map.of("LESS", "-i"), "printf %s \"$LESS\" >shown; cat >rest", "\n".repeat(5));
        assertThat(folder.resolve("shown")).hasContent("-i");
    }

    @Test
    void pager_thatIsMissing_leavesAllToTheTerminal() {
        String line = "a line of a result\n";
        show("exit 127", line.repeat(5));
        assertThat(terminal.toString()).isEqualTo(line.repeat(5));

        terminal.getBuffer().setLength(0);
        show("exit 127", line.repeat(5), line.repeat(20_000), line);
        assertThat(terminal.toString()).isEqualTo(line.repeat(20_006));
    }

    @Test
    void pager_thatIsLeftEarly_wantsNoMore_andTheTerminalGetsNothing() {
        var output = new PagedOutput(new PrintWriter(terminal), pager(Map.of(), "head -1 >shown"), () -> WINDOW);
        PrintWriter results = new PrintWriter(output);
        int lines = 0;
        while (!results.checkError() && lines < 1_000_000) {
            results.print("a line of a result\n");
            lines++;
        }
        results.close();

        assertThat(lines).isLessThan(1_000_000);
        assertThat(folder.resolve("shown")).hasContent("a line of a result");
        assertThat(terminal.toString()).isEmpty();
    }

    private PagedOutput show(String command, String... parts) {
        return show(Map.of(), command, parts);
    }

    private PagedOutput show(Map<String, String> environment, String command, String... parts) {
        var output = new PagedOutput(new PrintWriter(terminal), pager(environment, command), () -> WINDOW);
        PrintWriter results = new PrintWriter(output);
        for (String part : parts) {
            results.print(part);
            results.flush();
        }
        results.close();
        return output;
    }

    private Pager pager(Map<String, String> environment, String command) {
        Map<String, String> all = new HashMap<>(environment);
        all.put("PATH", PATH);
        return new Pager("cd '%s' && { %s; }".formatted(folder, command), all);
    }
}
