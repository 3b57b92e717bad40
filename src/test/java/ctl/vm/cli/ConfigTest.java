package ctl.vm.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The file {@code config} of a root, and the commands that read and write it. */
class ConfigTest {

    @TempDir
    Path folder;

    private InProcess program;
    private Path config;

    @BeforeEach
    void makeVm() {
        program = new InProcess(folder);
        program.succeeds("create", "MyBox", "1M");
        config = program.vms().resolveSibling("config");
    }

    @Test
    void config_withoutAFile_showsDefaults() {
        assertThat(program.succeeds("config").out()).isEqualTo("""
                KEY         VALUE    FROM
                trash-keep  24h      default
                reflink     auto     default
                level       default  default
                pager       less     default
                """);
        assertThat(config).doesNotExist();
    }

    @Test
    void config_set_keepsCommentsAndOtherLines() throws IOException {
        Files.writeString(config, "# ours\n\nlevel=3\n  # indented\n");

        assertThat(program.succeeds("config", "trash-keep", "7d").out()).isEqualTo("[ OK ] set trash-keep to 7d\n");
        program.succeeds("config", "level", "9");

        assertThat(config).hasContent("# ours\n\nlevel = 9\n  # indented\ntrash-keep = 7d\n");
        assertThat(program.succeeds("config").out())
                .contains("trash-keep  7d     config, line 5")
                .contains("level       9      config, line 3");
        assertThat(program.succeeds("config", "level").out()).isEqualTo("9\n");
        program.succeeds("config", "--unset", "level");
        assertThat(config).hasContent("# ours\n\n  # indented\ntrash-keep = 7d\n");
        assertThat(config.resolveSibling("config.new")).doesNotExist();
    }

    @Test
    void config_setToWhatCannotBe_isRefusedAndLeavesTheFile() {
        Program.Result value = program.ctl("config", "level", "13");
        Program.Result key = program.ctl("config", "color", "never");

        assertThat(value.exit()).isEqualTo(2);
        assertThat(value.err()).contains("level cannot be \"13\", but 1 to 12, fast or default");
        assertThat(key.exit()).isEqualTo(2);
        assertThat(key.err()).contains("there is no setting \"color\", but trash-keep, reflink, level, pager");
        assertThat(config).doesNotExist();
    }

    @Test
    void config_withABadLine_stopsWhatNeedsItAndNotTheListing() throws IOException {
        Files.writeString(config, "# first\nlevle = 3\n");

        for (String[] needs : new String[][] {{"delete", "-y", "MyBox"}, {"clone", "MyBox", "Two"}, {"export", "MyBox"},
            {"config"}}) {
            Program.Result result = program.ctl(needs);
            assertThat(result.exit()).as(needs[0]).isEqualTo(2);
            assertThat(result.err()).as(needs[0]).contains(config + ", line 2: there is no setting \"levle\"")
                    .hasLineCount(1);
        }
        program.succeeds("list");
        program.succeeds("list", "-l");
        program.succeeds("info", "MyBox");
        program.succeeds("audit");
        program.succeeds("config", "--unset", "levle");
        program.succeeds("delete", "-y", "MyBox");
    }

    @Test
    void config_withLinesThatSayNothing_namesThem() throws IOException {
        Files.writeString(config, "level\n");
        assertThat(program.ctl("config").err()).contains("line 1: \"level\" is not of the form KEY = VALUE");
        Files.writeString(config, "level = 3\nlevel = 4\n");
        assertThat(program.ctl("config").err()).contains("line 2: level is set twice");
        Files.writeString(config, "trash-keep = tomorrow\n");
        assertThat(program.ctl("config").err()).contains("line 1: trash-keep cannot be \"tomorrow\"");
    }

    @Test
    void config_thatIsALink_isNotFollowed() throws IOException {
        Path elsewhere = Files.writeString(folder.resolve("elsewhere"), "level = 3\n");
        Files.createSymbolicLink(config, elsewhere);

        assertThat(program.ctl("config").exit()).isEqualTo(7);
        assertThat(program.ctl("config", "level", "9").exit()).isEqualTo(7);
        assertThat(program.ctl("export", "MyBox").exit()).isEqualTo(7);
        assertThat(elsewhere).hasContent("level = 3\n");
        program.succeeds("list");
    }

    @Test
    void trashKeep_ofTheFile_isWhatDeletionsGoBy() {
        program.succeeds("config", "trash-keep", "7d");

        assertThat(program.succeeds("delete", "-y", "MyBox").out() + program.succeeds("trash").out()).contains("MyBox");
        program.succeeds("config", "trash-keep", "0");
        program.succeeds("create", "Another", "1M");
        assertThat(program.succeeds("trash").out()).as("decided at the deletion").contains("MyBox", "7 days");
        assertThat(program.succeeds("undelete", "MyBox").exit()).isZero();
        program.succeeds("delete", "-y", "MyBox");
        assertThat(program.succeeds("trash").out()).doesNotContain("MyBox");
    }

    @Test
    void level_ofTheFile_isWhatExportsGoBy_andAnOptionGoesBefore() {
        program.succeeds("config", "level", "fast");
        program.succeeds("export", "MyBox");
        program.succeeds("export", "--level", "2", "MyBox", "other.tar.gz");

        assertThat(program.shell("grep -o '\"level\":2,\"fast\":false\\|\"fast\":true' ../journal/events.jsonl"))
                .isEqualTo("\"fast\":true\n\"level\":2,\"fast\":false\n");
    }

    @Test
    void reflink_ofTheFile_isWhatClonesGoBy_unlessZerosAreToBecomeHoles() {
        program.succeeds("config", "reflink", "always");
        program.succeeds("clone", "--sparse", "always", "MyBox", "Two");
        program.succeeds("config", "reflink", "never");
        program.succeeds("clone", "MyBox", "Three");

        assertThat(program.shell("grep clone-started ../journal/events.jsonl | grep -o '\"reflink\":\"[a-z]*\"'"))
                .isEqualTo("\"reflink\":\"auto\"\n\"reflink\":\"never\"\n");
    }

    @Test
    void pager_ofAFileThatOthersMayWrite_isNotUsed() {
        program.succeeds("config", "pager", "most -s");
        assertThat(program.succeeds("config", "pager").out()).isEqualTo("most -s\n");

        program.shell("chmod g+w ../config");

        Program.Result result = program.succeeds("config", "pager");
        assertThat(result.out()).isEqualTo("less\n");
        assertThat(result.err()).contains("other users can write to " + config + ": pager is not read from it");
    }
}
