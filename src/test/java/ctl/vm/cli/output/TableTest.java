package ctl.vm.cli.output;

import static org.assertj.core.api.Assertions.assertThat;

import ctl.vm.cli.output.Table.Fit;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/** What becomes of a table in windows of several widths. */
class TableTest {

    private static final List<Fit> FITS = List.of(Fit.BRIEF, Fit.WHOLE, Fit.CUT, Fit.WHOLE, Fit.BELOW);
    private static final List<List<String>> ROWS = List.of(
            List.of("WHO", "WHAT", "ON", "OUTCOME", "NOTE"),
            List.of("ada (sudo: bob)", "export", "MyBox to /srv/backups/november/MyBox.tar.gz", "done",
                    "the disk image was written to since"),
            List.of("ann", "create", "Scratch", "done", ""));

    @Test
    void table_withoutAWindow_isNeitherCutNorFolded() {
        assertThat(Table.lines(ROWS, FITS, OptionalInt.empty())).containsExactly(
                "WHO              WHAT    ON                                           OUTCOME  NOTE",
                "ada (sudo: bob)  export  MyBox to /srv/backups/november/MyBox.tar.gz  done     the disk image was written to since",
                "ann              create  Scratch                                      done");
    }

    @Test
    void table_thatFits_isTheSameInAWindow() {
        assertThat(lines(114)).isEqualTo(Table.lines(ROWS, FITS, OptionalInt.empty()));
    }

    @Test
    void sentence_thatDoesNotFit_standsBelowItsRow() {
        assertThat(lines(113)).containsExactly(
                "WHO              WHAT    ON                                           OUTCOME",
                "ada (sudo: bob)  export  MyBox to /srv/backups/november/MyBox.tar.gz  done",
                "    the disk image was written to since",
                "ann              create  Scratch                                      done");
    }

    @Test
    void path_thatDoesNotFit_losesItsBeginning() {
        assertThat(lines(50)).containsExactly(
                "WHO  WHAT    ON                            OUTCOME",
                "ada  export  MyBox to …ember/MyBox.tar.gz  done",
                "    the disk image was written to since",
                "ann  create  Scratch                       done");
    }

    @Test
    void row_thatCannotBeCutFurther_isFoldedBetweenTwoCells() {
        assertThat(lines(30)).containsExactly(
                "WHO  WHAT",
                "  ON",
                "  OUTCOME",
                "ada  export",
                "  MyBox to …ember/MyBox.tar.gz",
                "  done",
                "    the disk image was written",
                "    to since",
                "ann  create",
                "  Scratch",
                "  done");
    }

    @Test
    void lineOfAFoldedRow_thatSaysNothing_isLeftOut() {
        List<List<String>> rows = List.of(
                List.of("NAME", "SIZE"), List.of("AnImportedBox", "1.0 MiB"), List.of("Scratch", "-"));

        assertThat(Table.lines(rows, List.of(Fit.WHOLE, Fit.WHOLE), OptionalInt.of(20)))
                .containsExactly("NAME", "  SIZE", "AnImportedBox", "  1.0 MiB", "Scratch");
    }

    @Test
    void noLine_isWiderThanItsWindow_untilNothingCanBeCut() {
        for (int window = 24; window < 120; window++) {
            int columns = window;
            assertThat(lines(window)).allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(columns));
        }
    }

    @Test
    void laterRows_areAlignedWithThoseBefore() {
        Table table = new Table(List.of(Fit.WHOLE, Fit.WHOLE), OptionalInt.of(80));
        table.lines(List.of(List.of("NAME", "SIZE"), List.of("AnImportedBox", "1 B")));

        assertThat(table.lines(List.of(List.of("NAME", "SIZE"), List.of("Two", "2 B"))))
                .containsExactly(List.of("NAME           SIZE"), List.of("Two            2 B"));
    }

    private static List<String> lines(int window) {
        return Table.lines(ROWS, FITS, OptionalInt.of(window));
    }
}
