package ctl.vm.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Several VMs packed by one command, each into a package of its own, and what export says as JSON. */
class ExportIntoTest {

    @TempDir
    Path folder;

    private InProcess program;
    private Path backup;

    @BeforeEach
    void makeVms() throws Exception {
        program = new InProcess(folder);
        program.succeeds("create", "One", "1M");
        program.succeeds("create", "Two", "2M");
        program.shell("head -c 300000 /dev/urandom >Two/disk.s2e.ready; head -c 1M /dev/urandom >One/disk.s2e");
        program.succeeds("reconcile");
        backup = Files.createDirectory(folder.resolve("backup"));
    }

    @Test
    void export_intoAFolder_makesAPackageOfEach() {
        program.succeeds("export", "--into", backup.toString(), "One", "Two");

        program.succeeds("import", backup.resolve("One.tar.gz").toString(), "OneAgain");
        program.succeeds("import", backup.resolve("Two.tar.gz").toString(), "TwoAgain");
        program.shell("cmp One/disk.s2e OneAgain/disk.s2e; cmp Two/disk.s2e.ready TwoAgain/disk.s2e.ready");
    }

    @Test
    void export_ofAllInAnotherFormat_leavesOutDefunctOnes() {
        program.shell("mkdir Empty");

        Program.Result result = program.succeeds("export", "--all", "--into", backup.toString(), "--format", "tar.zst");

        assertThat(result.err()).contains("Empty is defunct");
        assertThat(backup).isDirectoryContaining("glob:**/One.tar.zst").isDirectoryContaining("glob:**/Two.tar.zst");
        assertThat(backup.toFile().list()).hasSize(2);
    }

    @Test
    void export_ofOneThatIsNotThere_writesNothingAtAll() {
        Program.Result result = program.ctl("export", "--into", backup.toString(), "One", "Thre");

        assertThat(result.exit()).isEqualTo(4);
        assertThat(backup).isEmptyDirectory();
    }

    @Test
    void export_overAFileThatIsNoPackageOfIt_writesNothingAtAll() throws Exception {
        Path precious = Files.writeString(backup.resolve("Two.tar.gz"), "precious");

        Program.Result result = program.ctl("export", "--into", backup.toString(), "One", "Two");

        assertThat(result.exit()).isEqualTo(5);
        assertThat(backup.toFile().list()).containsExactly("Two.tar.gz");
        assertThat(precious).hasContent("precious");
    }

    @Test
    void export_repeated_packsOnlyWhatHasChanged() {
        program.succeeds("export", "--into", backup.toString(), "--all");
        program.shell("head -c 1M /dev/urandom >One/disk.s2e");

        Program.Result result = program.ctl("export", "--into", backup.toString(), "--all");

        assertThat(result.exit()).as("One has changed: its package is not what it is now").isEqualTo(5);
        program.succeeds("export", "-f", "--into", backup.toString(), "One");
        Program.Result again = program.succeeds("export", "--into", backup.toString(), "--all");
        assertThat(again.err()).contains("[SKIP] One has not changed", "[SKIP] Two has not changed");
        assertThat(again.out()).isEmpty();
    }

    @Test
    void export_withOptionsThatDoNotGoTogether_isRefused() {
        String into = backup.toString();
        for (String[] wrong : new String[][] {{"--all"}, {"--all", "One"}, {"--into", into},
            {"--into", into, "--all", "One"},
            {"--into", into, "One", "One"}, {"--format", "tar", "One"}, {"One", "a.tar", "Two"}, {"--json", "One", "-"},
            {}}) {
            String[] command = new String[wrong.length + 1];
            command[0] = "export";
            System.arraycopy(wrong, 0, command, 1, wrong.length);
            assertThat(program.ctl(command).exit()).as(String.join(" ", command)).isEqualTo(2);
        }
        assertThat(backup).isEmptyDirectory();
    }

    @Test
    void json_ofAnExport_hasTheDigestThatSha256sumFinds() {
        String json = program.succeeds("export", "--json", "--into", backup.toString(), "--all").out();

        String sums = program.shell("sha256sum '%s'/*".formatted(backup));
        assertThat(sums.lines()).hasSize(2).allSatisfy(line -> assertThat(json)
                .contains("\"sha256\" : \"" + line.substring(0, 64) + "\"")
                .contains("\"file\" : \"" + line.substring(66) + "\""));
        assertThat(program.succeeds("audit", "--json", "One").out()).contains("\"sha256\":\"" + sums.substring(0, 64));
        assertThat(program.succeeds("info", "--json", "One").out()).contains("\"sha256\" : \"" + sums.substring(0, 64));
    }
}
