package ctl.vm.cli.output;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Where sentences are broken. */
class ParagraphTest {

    @Test
    void sentence_isBrokenAtWordsOnly() {
        assertThat(Paragraph.lines("[FAIL] ", "       ", List.of("Foo has 1.0 GiB free, and 3.0 GiB are needed;",
                "free some space"), 30)).containsExactly(
                        "[FAIL] Foo has 1.0 GiB free,",
                        "       and 3.0 GiB are needed;",
                        "       free some space");
    }

    @Test
    void commandToCopy_standsOnItsOwnLineWithoutItsQuotes() {
        assertThat(Paragraph.lines("[FAIL] ", "       ", List.of("it is compressed;",
                "unpack it on its way, \"xz -dc FILE | ctl vm import --raw - NAME\"; a package is imported without --raw"),
                40)).containsExactly(
                        "[FAIL] it is compressed;",
                        "       unpack it on its way,",
                        "         xz -dc FILE | ctl vm import --raw - NAME",
                        "       a package is imported without",
                        "       --raw");
    }

    @Test
    void commandAtTheBeginning_followsTheTag() {
        assertThat(Paragraph.lines("[INFO] ", "       ", List.of("\"ctl vm undelete MyBox\" brings it back"), 30))
                .containsExactly("[INFO] ctl vm undelete MyBox", "       brings it back");
    }

    @Test
    void quoteWithinTheNameOfACommand_doesNotEndIt() {
        assertThat(Paragraph.lines("", "", List.of("see \"ctl vm list 'My \"Box\"'\" for all"), 20))
                .containsExactly("see", "  ctl vm list 'My \"Box\"'", "for all");
    }

    @Test
    void quotedWordsThatAreNoCommand_areWordsLikeOthers() {
        assertThat(Paragraph.lines("", "", List.of("\"next week\" is no time; write \"2026-11-23 10:15\""), 24))
                .containsExactly("\"next week\" is no time;", "write \"2026-11-23 10:15\"");
    }

    @Test
    void wordThatIsLongerThanTheWindow_isLeftWhole() {
        assertThat(Paragraph.lines("  ", "in /a/very/long/path/to/nowhere", 20))
                .containsExactly("in", "  /a/very/long/path/to/nowhere");
    }

    @Test
    void lineThatFits_isLeftAsItIs() {
        assertThat(Paragraph.lines("    ", "  two  blanks", 13)).containsExactly("  two  blanks");
    }
}
