package ctl.vm.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import ctl.vm.cli.console.Terminal;
import ctl.vm.operation.StopRequest;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Where something is missing or mistyped, the next step is the command. */
class HintsTest {

    @TempDir
    private Path folder;

    private InProcess program;

    @BeforeEach
    void makeMyBox() {
        program = new InProcess(folder);
        program.succeeds("create", "MyBox", "1M");
        program.shell("echo state > MyBox/disk.s2e.ready");
    }

    @Test
    void undelete_whoseNameIsTaken_leadsToAnotherName() {
        program.succeeds("delete", "MyBox:ready");
        program.shell("echo other > MyBox/disk.s2e.ready");
        assertThat(program.ctl("undelete", "MyBox:ready"))
                .satisfies(taken -> assertThat(taken.err())
                        .contains(
                                "MyBox:ready already exists; bring it back under another name: \"ctl vm undelete MyBox:ready"
                                        + " --as NEWNAME\"")
                        .hasLineCount(1))
                .satisfies(taken -> assertThat(taken.exit()).isEqualTo(5));

        program.succeeds("delete", "-y", "MyBox");
        program.succeeds("create", "MyBox", "1M");
        assertThat(program.ctl("undelete", "MyBox").err()).contains("\"ctl vm undelete MyBox --as NEWNAME\"");
        program.succeeds("undelete", "MyBox", "--as", "MyOldBox");
    }

    @ParameterizedTest
    @CsvSource({
        "MyBox:ready, MyBox:booted, ready, booted",
        "MyBox:ready, booted, ready, booted",
        "x, MyBox:booted, OLD, booted"})
    void rename_ofASnapshot_leadsToItsFile(String from, String to, String old, String now) {
        Program.Result refused = program.ctl("rename", from, to);

        assertThat(refused.exit()).isEqualTo(2);
        String disk = program.vms().resolve("MyBox/disk.s2e").toString();
        assertThat(refused.err())
                .contains("rename works on whole VMs; a snapshot is renamed by its file: \"mv -n %s.%s %s.%s"
                        .formatted(disk, old, disk, now) + " && ctl vm reconcile\"")
                .hasLineCount(1);
    }

    @Test
    void snapshotRenamedAsTheHintSays_isKnownAsRenamed() {
        program.succeeds("reconcile");
        program.shell("mv -n MyBox/disk.s2e.ready MyBox/disk.s2e.booted");

        assertThat(program.succeeds("reconcile").out())
                .contains("MyBox:booted: renamed by hand from MyBox:ready");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "list --at 2026-11-29 08:58         | --at \"2026-11-29 08:58\"",
                "audit --since 2026-11-29 8:58:01   | --since \"2026-11-29 8:58:01\"",
                "audit --until 3 days ago           | --until \"3 days ago\"",
                "diff --since=2026-11-29 08:58      | --since \"2026-11-29 08:58\"",
                "purge --older-than 2 weeks         | --older-than \"2 weeks ago\""})
    void time_withoutItsQuotes_isRecognised(String typed, String quoted) {
        Program.Result refused = program.ctl(typed.strip().split(" "));

        assertThat(refused.exit()).isEqualTo(2);
        assertThat(refused.err()).contains("needs quotes: " + quoted).hasLineCount(1);
    }

    @Test
    void export_toAFolder_writesThePackageIntoIt() {
        Path backup = folder.resolve("backup");
        program.shell("mkdir " + backup);

        assertThat(program.succeeds("export", "MyBox", backup.toString()).out())
                .contains("exporting to " + backup.resolve("MyBox.tar.gz"));
        assertThat(backup.resolve("MyBox.tar.gz")).isRegularFile();
        assertThat(program.ctl("export", "MyBox", backup + "/").exit()).isEqualTo(5);
        Program.Result missing = program.ctl("export", "MyBox", folder + "/nowhere/");
        assertThat(missing.exit()).isEqualTo(4);
        assertThat(missing.err()).contains("nowhere: no such folder");
    }

    @ParameterizedTest
    @CsvSource({"ls, list", "cp, clone", "mv, rename", "rm, delete", "log, audit", "show, info"})
    void commandOfAnotherTool_isAnotherNameOfOurs(String other, String ours) {
        assertThat(program.succeeds(other, "--help").out()).isEqualTo(program.succeeds(ours, "--help").out());
        assertThat(program.succeeds("help", other).out()).isEqualTo(program.succeeds(ours, "--help").out());
    }

    @Test
    void otherNames_doTheWork() {
        program.succeeds("cp", "MyBox", "Two");
        program.succeeds("mv", "Two", "Three");
        program.succeeds("rm", "-y", "MyBox");
        assertThat(program.succeeds("ls").out()).startsWith("Three");
        assertThat(program.succeeds("log").out()).contains("clone", "rename", "delete");
        assertThat(program.succeeds("show", "Three").out()).contains("Size: 1.0 MiB");
    }

    @Test
    void ctlAndCtlVm_alone_printTheHelp_andDoNotPassForSuccess() {
        assertThat(ctl()).satisfies(alone -> assertThat(alone.exit()).isEqualTo(2));
        assertThat(ctl().out()).isEqualTo(ctl("--help").out());
        assertThat(ctl("vm").out()).isEqualTo(ctl("vm", "--help").out()).contains("Commands:");
        assertThat(ctl("vm", "-q").exit()).isEqualTo(2);
        assertThat(ctl("vm").err()).isEmpty();
    }

    @Test
    void auditOfANameThatNothingHad_saysHowVmsAreFound() {
        assertThat(program.succeeds("audit", "NoSuchBox").err()).contains("[INFO] nothing is recorded about NoSuchBox; "
                + "a VM is found under every name that it has had, a snapshot as NAME:SNAPSHOT");
    }

    @Test
    void imageGrownByAFewBytes_saysSo() {
        program.succeeds("reconcile");
        program.shell("truncate -s +12 MyBox/disk.s2e");

        assertThat(program.succeeds("reconcile").out()).contains("MyBox (disk): grown by 12 bytes");
        program.shell("truncate -s -12 MyBox/disk.s2e");
        assertThat(program.succeeds("reconcile").out()).contains("MyBox (disk): shrunk by 12 bytes");
        program.shell("touch -d '2026-11-20 10:11:12.123456789' MyBox/disk.s2e");
        assertThat(program.succeeds("reconcile").out()).contains("written to at 2026-11-20 10:11:12\n");
    }

    private Program.Result ctl(String... words) {
        var out = new ByteArrayOutputStream();
        var err = new ByteArrayOutputStream();
        int exit = new ctl.Program(
                new ctl.Program.ProcessEnvironment(
                        Map.of(), folder, Terminal.NONE, InputStream.nullInputStream(),
                        new PrintStream(out, true, UTF_8), new PrintStream(err, true, UTF_8)),
                new StopRequest()).run(words);
        return new Program.Result(exit, out.toString(UTF_8), err.toString(UTF_8));
    }
}
