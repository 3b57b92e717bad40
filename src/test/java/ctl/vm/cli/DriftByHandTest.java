package ctl.vm.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Each kind of change by hand, made with the tool that people make it with. Each is told by a dry run, recorded, and
 * gone for the second run, and nothing in the folder is touched by that.
 *
 * <pre>
 * vm/MyBox/disk.s2e          1 MiB with data, of 2026-01-02
 *          disk.s2e.ready    written by S²E, which demands a disk image of that time
 * vm/Old/disk.s2e            2 MiB, all hole
 * </pre>
 */
class DriftByHandTest {

    /** 2026-01-02 03:04:05 UTC. */
    private static final long DISK_SECONDS = 1767323045;

    @TempDir
    Path folder;

    private InProcess program;

    @BeforeEach
    void makeVms() throws IOException {
        program = new InProcess(folder);
        program.succeeds("create", "MyBox", "1M");
        program.succeeds("create", "Old", "2M");
        ByteBuffer header = ByteBuffer.allocate(1024).order(ByteOrder.LITTLE_ENDIAN);
        header.putLong(DISK_SECONDS).putLong(1).putLong(0).putLong(1).putLong(1).putLong(512);
        Files.write(program.vms().resolve("MyBox/disk.s2e.ready"), header.array());
        program.shell("""
                dd if=/dev/urandom of=MyBox/disk.s2e bs=4k count=3 seek=7 conv=notrunc status=none
                touch -d @%d MyBox/disk.s2e MyBox/disk.s2e.ready Old/disk.s2e
                """.formatted(DISK_SECONDS));
        program.succeeds("reconcile");
    }

    @Test
    void cpR_ofAVm_isACopyOfIt() {
        assertThat(recorded("cp -r MyBox MyBox2"))
                .containsExactly("MyBox2: copied by hand from MyBox");
    }

    @Test
    void cpR_ofAVmThatGetsASnapshotAfterwards_isACopyWithoutIt() {
        assertThat(recorded("cp -r MyBox Copy; echo snapshot > MyBox/disk.s2e.later")).containsExactly(
                "Copy: copied by hand from MyBox, without snapshot later", "MyBox:later: new snapshot");
        assertThat(program.succeeds("list", "--json", "Copy").out()).contains("\"kind\" : \"copied-by-hand\"");
    }

    @Test
    void cpR_ofAVmThatIsWrittenToAfterwards_isACopyOfWhatItWas() {
        program.shell("sleep 0.1; dd if=/dev/urandom of=Old/disk.s2e bs=64k count=4 conv=notrunc status=none");
        program.succeeds("reconcile");

        assertThat(recorded("cp -r Old Copy; truncate -s 3M Old/disk.s2e")).containsExactly(
                "Copy: copied by hand from Old as it was before it was written to",
                "Old (disk): grown from 2.0 MiB to 3.0 MiB");
    }

    @Test
    void cpR_thatGoesOnItself_isACopyThatDiffers() {
        assertThat(recorded("cp -r MyBox Copy; echo a > Copy/disk.s2e.a; echo b > Copy/disk.s2e.b"))
                .containsExactly("Copy: copied by hand from MyBox, with snapshots a and b in addition");
        assertThat(recorded("cp -r MyBox Other; echo other > Other/disk.s2e.ready"))
                .containsExactly("Other: copied by hand from MyBox, with other content in snapshot ready");
    }

    @Test
    void cpR_ofOneOfTwoVmsWithTheSameDiskImage_isACopyOfTheOneThatIsAlike() {
        program.succeeds("clone", "MyBox", "Twin");
        // Before the copy, by the clock of the kernel, which ticks every few milliseconds.
        recorded("echo twin > Twin/disk.s2e.twin; until [[ ../tick -nt Twin/disk.s2e.twin ]]; do : > ../tick; done");

        assertThat(recorded("cp -r Twin Copy")).containsExactly("Copy: copied by hand from Twin");
        assertThat(recorded("rm Twin/disk.s2e.twin; cp -r MyBox Another"))
                .contains("Another: copied by hand from MyBox");
    }

    @Test
    void cp_ofADiskImageAlone_isACopyWithoutSnapshots() {
        program.shell("mkdir Copy; cp MyBox/disk.s2e Copy/");

        assertThat(program.succeeds("reconcile", "--json", "--wait", "60s").out().replaceAll("\\s+", " "))
                .contains(
                        "\"words\" : \"Copy: copied by hand from MyBox, without snapshot ready\", \"copyOf\" : \"MyBox\","
                                + " \"difference\" : { \"earlier\" : false, \"missing\" : [ \"ready\" ], \"added\" : [ ],"
                                + " \"different\" : [ ] }");
    }

    @Test
    void cpR_andThenQemuIo_isACopyOfNothing() {
        Program.assumeTool("qemu-io");
        assertThat(recorded("cp -r MyBox Other; qemu-io -f raw -c 'write -P 7 32k 4k' Other/disk.s2e"))
                .containsExactly("Other: made by hand");
    }

    @Test
    void mv_ofAVm_isItsNewName() {
        assertThat(recorded("mv Old New")).containsExactly("New: renamed by hand from Old");
    }

    @Test
    void mv_ofTwoEqualVmsAtOnce_tellsThemApart() {
        program.succeeds("clone", "MyBox", "Twin");

        assertThat(recorded("mv MyBox B; mv Twin A")).containsExactly(
                "A: renamed by hand from Twin", "B: renamed by hand from MyBox");
        assertThat(program.succeeds("list", "--json", "A").out()).contains("\"kind\" : \"cloned\"");
    }

    @Test
    void mv_thatSwapsTwoVms_keepsTheHistoryOfBoth() {
        program.succeeds("clone", "MyBox", "Twin");

        assertThat(recorded("mv MyBox x; mv Twin MyBox; mv x Twin")).containsExactlyInAnyOrder(
                "MyBox: renamed by hand from Twin", "Twin: renamed by hand from MyBox");
        assertThat(program.succeeds("list", "--json", "MyBox").out()).contains("\"kind\" : \"cloned\"");
        assertThat(program.succeeds("verify").out()).contains("agree");
    }

    @Test
    void mv_ontoTheNameOfARemovedVm_takesItsPlace() {
        assertThat(recorded("rm -r Old; mv MyBox Old")).containsExactly(
                "Old: removed by hand", "Old: renamed by hand from MyBox");
    }

    @Test
    void mvAndThenQemuIo_isTheSameVmWrittenTo() {
        Program.assumeTool("qemu-io");
        assertThat(recorded("mv MyBox New; head -c 700 /dev/urandom > New/disk.s2e.fresh"))
                .containsExactly("New: renamed by hand from MyBox", "New:fresh: new snapshot");
    }

    @Test
    void cpA_toAnotherDiskAndBackUnderANewName_isARenaming() throws IOException {
        assumeTrue(Files.isDirectory(Path.of("/dev/shm")));
        Path other = Files.createTempDirectory(Path.of("/dev/shm"), "ctl");
        try {
            assertThat(recorded("cp -a Old '%1$s/'; rm -r Old; cp -a '%1$s/Old' New".formatted(other)))
                    .containsExactly("New: renamed by hand from Old");
        } finally {
            program.shell("rm -r '%s'".formatted(other));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"a:b", ".hidden"})
    void mv_toANameThatIsNotAllowed_isShownAsThatAndUndoneByAnotherName(String name) {
        program.shell("mv Old '%s'".formatted(name));
        String moved = "Old: moved by hand to vm/%s, a name that is not allowed".formatted(name);

        Program.Result plan = program.ctl("reconcile", "--dry-run");
        assertThat(plan.exit()).isEqualTo(3);
        assertThat(plan.out()).isEqualTo(moved + ": to be left until it has a name that is allowed\n");
        assertThat(program.succeeds("reconcile").err()).contains("[SKIP] " + moved
                + "; it stays in the journal: with an allowed name it is the same VM again\n");
        assertThat(program.ctl("verify").out()).contains("folder: " + moved);
        assertThat(program.succeeds("list", "-l").out()).contains("moved by hand to vm/" + name);
        assertThat(program.ctl("reconcile", "--dry-run", "--json").out()).contains("\"to\" : \"%s\"".formatted(name));

        assertThat(recorded("mv '%s' New".formatted(name))).containsExactly("New: renamed by hand from Old");
    }

    @Test
    void mv_toANameThatIsNotAllowed_ofAVmWhoseNameIsTaken_isItsEnd() {
        assertThat(recorded("mv Old .hidden; mv MyBox Old")).containsExactly(
                "Old: removed by hand", "Old: renamed by hand from MyBox");
    }

    @Test
    void rmR_ofAVm_isItsEnd() {
        assertThat(recorded("rm -r Old")).containsExactly("Old: removed by hand");
    }

    @Test
    void tarX_ofARemovedVm_isItBack() {
        recorded("tar cf ../old.tar Old; rm -r Old");

        assertThat(recorded("tar xf ../old.tar")).containsExactly("Old: restored by hand");
        assertThat(program.succeeds("list", "--json", "Old").out()).contains("\"kind\" : \"created\"");
    }

    @Test
    void mv_outOfTheTrash_isTheVmBack() {
        program.succeeds("delete", "-y", "Old");

        assertThat(recorded("mv .trash/*/Old .")).containsExactly("Old: restored by hand");
        assertThat(program.succeeds("trash").out()).doesNotContain("Old");
    }

    @Test
    void undelete_ofAVmThatWasPutBackByHandAsWell_isAnotherOne() {
        program.shell("tar cf ../old.tar Old");
        program.succeeds("delete", "-y", "Old");
        recorded("tar xf ../old.tar");

        program.succeeds("undelete", "Old", "--as", "Older");

        assertThat(program.succeeds("list", "--json", "Old").out()).contains("\"kind\" : \"created\"");
        assertThat(program.succeeds("list", "--json", "Older").out()).contains("\"kind\" : \"found\"");
        assertThat(program.succeeds("verify").out()).contains("agree");
    }

    @Test
    void snapshot_writtenRenamedAndRemoved_isToldApart() {
        assertThat(recorded("head -c 700 /dev/urandom > MyBox/disk.s2e.fresh"))
                .containsExactly("MyBox:fresh: new snapshot");
        assertThat(recorded("mv MyBox/disk.s2e.fresh MyBox/disk.s2e.set"))
                .containsExactly("MyBox:set: renamed by hand from MyBox:fresh");
        assertThat(recorded("rm MyBox/disk.s2e.set")).containsExactly("MyBox:set: removed by hand");
    }

    @Test
    void truncate_ofAnImage_isItsGrowthOrItsLoss() {
        assertThat(recorded("truncate -s 3M Old/disk.s2e"))
                .containsExactly("Old (disk): grown from 2.0 MiB to 3.0 MiB");
        assertThat(recorded("truncate -s 1M Old/disk.s2e"))
                .containsExactly("Old (disk): shrunk from 3.0 MiB to 1.0 MiB");
    }

    @Test
    void qemuIo_onAnImage_isAWriteAndBreaksItsSnapshots() {
        Program.assumeTool("qemu-io");
        assertThat(recorded("qemu-io -f raw -c 'write -P 7 32k 4k' MyBox/disk.s2e"))
                .singleElement().asString().startsWith("MyBox (disk): written to at ");
        assertThat(notes)
                .containsExactly("[INFO] vm/MyBox/disk.s2e.ready would be refused by S2E, as disk.s2e was modified"
                        + " since; if its content is the same: touch -d @%d vm/MyBox/disk.s2e".formatted(DISK_SECONDS));
    }

    @Test
    void touch_asTheNoteSays_mendsTheSnapshot() {
        recorded("touch MyBox/disk.s2e");
        assertThat(notes).singleElement().asString().contains("touch -d @%d".formatted(DISK_SECONDS));

        recorded("touch -d @%d MyBox/disk.s2e".formatted(DISK_SECONDS));
        assertThat(notes).isEmpty();
    }

    @Test
    void rsync_ofTheSameImage_putsItBack() {
        Program.assumeTool("rsync");
        assertThat(recorded("cp -a Old/disk.s2e ../kept; rsync -aI ../kept Old/disk.s2e"))
                .containsExactly("Old (disk): put back by hand, unchanged");
    }

    @Test
    void rm_ofADiskImage_leavesADefunctVm() {
        assertThat(recorded("mv MyBox/disk.s2e ../kept")).containsExactly("MyBox (disk): removed by hand");
        assertThat(notes).containsExactly("[INFO] vm/MyBox is defunct: it has no disk.s2e");

        assertThat(recorded("mv ../kept MyBox/disk.s2e")).containsExactly("MyBox (disk): is back");
    }

    @Test
    void whatIsNoVmAndNoImage_isToldAndLeftAlone() {
        program.shell("""
                echo notes > Old/notes.txt; mkdir Old/disk.s2e.folder; mkfifo Old/disk.s2e.pipe; ln -s disk.s2e Old/disk.s2e.link
                ln -s MyBox Link; mkdir 'a:b'; mkdir -p .staging/copy .trash/20260101-000000-abcd
                """);
        Program.Result result = program.succeeds("reconcile", "--dry-run");

        assertThat(result.out()).isEqualTo("[ OK ] journal and folder agree\n");
        assertThat(result.err().lines()).containsExactlyInAnyOrder(
                "[INFO] vm/Old/notes.txt is no image: it goes along when the VM is cloned or deleted",
                "[INFO] vm/Old/disk.s2e.folder is a folder and no image",
                "[INFO] vm/Old/disk.s2e.pipe is a device, pipe or socket and no image",
                "[INFO] vm/Old/disk.s2e.link is a symbolic link and no image",
                "[INFO] vm/Link is a symbolic link and no VM: it is left alone",
                "[INFO] vm/a:b is a folder and no VM: it is left alone",
                "[INFO] vm/.staging/copy belongs to no operation: it is left alone, and may be removed by hand",
                "[INFO] vm/.trash/20260101-000000-abcd belongs to no operation: it is left alone, and may be removed by"
                        + " hand");
        program.succeeds("delete", "-y", "MyBox");
        assertThat(program.shell("ls -d .staging/copy .trash/20260101-000000-abcd").lines()).hasSize(2);
    }

    @Test
    void cpThatWasCutShort_isLeftForAWhile() {
        program.shell("mkdir Half; head -c 300000 MyBox/disk.s2e > Half/disk.s2e");
        Program.Result plan = program.ctl("reconcile", "--dry-run");
        assertThat(plan.exit()).isEqualTo(3);
        assertThat(plan.out()).isEqualTo("Half: incomplete copy of MyBox, disk.s2e has 293.0 KiB of 1.0 MiB:"
                + " to be left until it is complete\n");
        assertThat(program.succeeds("reconcile", "--no-wait").err())
                .isEqualTo("[SKIP] Half: incomplete copy of MyBox, disk.s2e has 293.0 KiB of 1.0 MiB;"
                        + " it is recorded when it is complete, or as it is after ten minutes without a change\n");
        assertThat(program.succeeds("reconcile", "--no-wait", "--json").out().replaceAll("\\s+", " "))
                .contains("\"copyOf\" : \"MyBox\", \"reason\" : \"smaller\", \"plan\" : \"wait\"");
    }

    @Test
    void rsyncThatStopped_isNotWhole() {
        program.shell("mkdir Half; head -c 300000 MyBox/disk.s2e > Half/.disk.s2e.Ab12Cd");

        assertThat(program.ctl("reconcile", "--dry-run").out())
                .contains("Half: incomplete, rsync has not finished .disk.s2e.Ab12Cd");
    }

    @Test
    void wait_thatIsNoLengthOfTime_isRefused() {
        for (String[] line : List.of(new String[] {"--wait", "soon"}, new String[] {"--wait", "1s", "--no-wait"},
                new String[] {"--watch", "--wait", "1s"})) {
            assertThat(
                    program.ctl(Stream.concat(Stream.of("reconcile"), Stream.of(line)).toArray(String[]::new)).exit())
                    .as(String.join(" ", line)).isEqualTo(2);
        }
    }

    @Test
    void json_tellsWhatIsPlannedForEach() {
        program.shell("mv MyBox/disk.s2e.ready MyBox/disk.s2e.set; rm -r Old; echo > MyBox/notes.txt");

        Program.Result plan = program.ctl("reconcile", "--dry-run", "--json");
        assertThat(plan.exit()).isEqualTo(3);
        assertThat(plan.out().replaceAll("\\s+", " "))
                .contains("\"kind\" : \"vm-vanished\", \"vm\" : \"Old\"")
                .contains("\"from\" : \"ready\", \"file\" : \"disk.s2e.set\", \"plan\" : \"record\"")
                .contains("\"kind\" : \"foreign-file\", \"subject\" : \"vm/MyBox/notes.txt\"");
        assertThat(program.succeeds("reconcile", "--json").out()).isEqualTo(plan.out());
    }

    private List<String> notes = new ArrayList<>();

    /** What a dry run tells of what the line of shell does; then it is recorded. */
    private List<String> recorded(String line) {
        program.shell(line);
        String before = contents();
        Program.Result plan = program.ctl("reconcile", "--dry-run");
        assertThat(plan.exit()).as(plan.toString()).isEqualTo(3);
        notes = plan.err().lines().toList();
        assertThat(program.succeeds("reconcile").out())
                .isEqualTo(plan.out().replaceAll("(?m)^(.*): to be recorded$", "[ OK ] $1"));
        assertThat(program.succeeds("reconcile", "--dry-run").out()).isEqualTo("[ OK ] journal and folder agree\n");
        assertThat(contents()).as("the folder").isEqualTo(before);
        return plan.out().lines().map(finding -> finding.replace(": to be recorded", "")).toList();
    }

    private String contents() {
        return program.shell("find . -printf '%p %y %s %T@ %i\\n' | sort");
    }
}
