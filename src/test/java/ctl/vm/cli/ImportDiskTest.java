package ctl.vm.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Imports of disk images that {@code qemu-img} converts.
 *
 * <pre>
 * work/raw          3 MiB with data and holes
 * work/box.qcow2    the same
 * </pre>
 */
class ImportDiskTest {

    private static final String PATH = System.getenv("PATH");

    @TempDir
    Path folder;

    private Program program;
    private InProcess inProcess;

    @BeforeEach
    void makeImages() {
        Program.assumeTool("qemu-img");
        program = new Program(folder).with("PATH", PATH);
        inProcess = new InProcess(program);
        program.shell("""
                truncate -s 3M raw
                head -c 200000 /dev/urandom | dd of=raw conv=notrunc bs=64k seek=4 status=none
                qemu-img convert -f raw -c -O qcow2 raw box.qcow2""");
    }

    @Test
    void image_becomesAVm_bitForBit_andTheJournalSaysOfWhat() {
        Program.Result result = inProcess.succeeds("import", "box.qcow2", "Box");

        assertThat(result.out()).isEqualTo("[ OK ] initialise VM\n[ OK ] convert disk image\n");
        assertThat(result.err()).isEmpty();
        program.shell("cmp raw $CTL_ROOT/vm/Box/disk.s2e; (($(du -k $CTL_ROOT/vm/Box/disk.s2e | cut -f1) < 1000))");
        assertThat(inProcess.succeeds("info", "Box").out()).contains("box.qcow2");
        assertNothingIsLeft();
    }

    @Test
    void namesThatOtherProgramsTakeForMore_areNamesOfFiles() {
        program.shell("cp box.qcow2 'a,file.driver=nbd:x=%.qcow2'; cp box.qcow2 'json:{\"driver\":\"nbd\"}'");

        inProcess.succeeds("import", "a,file.driver=nbd:x=%.qcow2", "One");
        inProcess.succeeds("import", "json:{\"driver\":\"nbd\"}", "Two");

        program.shell("cmp raw $CTL_ROOT/vm/One/disk.s2e; cmp raw $CTL_ROOT/vm/Two/disk.s2e");
    }

    @Test
    void ova_becomesAVm() {
        program.shell("""
                qemu-img convert -f raw -O vmdk -o subformat=streamOptimized raw disk.vmdk; echo '<Envelope/>' >box.ovf
                tar cf box.ova box.ovf disk.vmdk""");

        inProcess.succeeds("import", "box.ova", "Box");

        program.shell("cmp raw $CTL_ROOT/vm/Box/disk.s2e");
    }

    @Test
    void forceReplaces_afterTheNewOneIsWhole() {
        inProcess.succeeds("create", "Box", "1M");

        inProcess.succeeds("import", "-f", "-y", "box.qcow2", "Box");

        program.shell("cmp raw $CTL_ROOT/vm/Box/disk.s2e");
        assertThat(inProcess.succeeds("trash").out()).contains("Box");
    }

    @Test
    void snapshotsInTheImage_areSaidToStayBehind() {
        program.shell("qemu-img snapshot -c one box.qcow2");

        assertThat(inProcess.succeeds("import", "box.qcow2", "Box").err())
                .contains("[WARN] ").contains("box.qcow2 holds 1 snapshot of its own");
    }

    @Test
    void raw_refusesIt_withTheCommandThatConvertsIt() {
        Program.Result result = inProcess.ctl("import", "--raw", "box.qcow2", "Box");

        assertThat(result.exit()).isEqualTo(2);
        assertThat(result.err()).contains("is a qcow2 image")
                .contains("\"ctl vm import " + work("box.qcow2") + " Box\"");
        assertNothingIsLeft();
    }

    @Test
    void withoutQemuImg_thePackagesThatHaveItAreNamed_andNothingBegins() {
        Program.Result result = new InProcess(program.with("PATH", "/nowhere")).ctl("import", "box.qcow2", "Box");

        assertThat(result.exit()).isEqualTo(1);
        assertThat(result.err()).hasLineCount(1).contains("qemu-utils").contains("Fedora");
        assertThat(inProcess.succeeds("operations").out()).isEmpty();
        assertNothingIsLeft();
    }

    @Test
    void imageThatNamesAnotherFile_isRefusedBeforeAnythingBegins() {
        program.shell("qemu-img create -q -f qcow2 -b /etc/passwd -F raw evil.qcow2 1M");

        Program.Result result = inProcess.ctl("import", "evil.qcow2", "Evil");

        assertThat(result.exit()).isEqualTo(7);
        assertThat(result.err()).hasLineCount(1).contains("names a backing file, /etc/passwd, which is not read");
        assertNothingIsLeft();
    }

    @Test
    void moreDataThanAllowed_isRefusedBeforeItIsWritten() {
        Program.Result result = inProcess.ctl("import", "--max-data", "100k", "box.qcow2", "Box");

        assertThat(result.exit()).isEqualTo(7);
        assertThat(result.err()).contains("of data").contains("--max-data");
        assertNothingIsLeft();
    }

    /** All entries of all tables lead to one cluster: a small file that would fill any disk. */
    @Test
    void imageThatIsMoreThanItsFileCanHold_isRefusedBeforeItIsWritten() {
        program.shell("""
                head -c 64K /dev/urandom >one; truncate -s 16G one; qemu-img convert -f raw -O qcow2 one bomb.qcow2
                python3 - <<'END'
                import struct
                image = bytearray(open('bomb.qcow2', 'rb').read())
                table, = struct.unpack_from('>Q', image, 40)
                second, = struct.unpack_from('>Q', image, table)
                entry, = struct.unpack_from('>Q', image, second & ~(1 << 63))
                for index in range(32):
                    struct.pack_into('>Q', image, table + 8 * index, second & ~(1 << 63))
                for index in range(8192):
                    struct.pack_into('>Q', image, (second & ~(1 << 63)) + 8 * index, entry & ~(1 << 63))
                open('bomb.qcow2', 'wb').write(image)
                END
                """);

        Program.Result result = inProcess.ctl("import", "bomb.qcow2", "Bomb");

        assertThat(result.exit()).isEqualTo(7);
        assertThat(result.err()).contains("unpacks to more than 250 times its size: 16.0 GiB").contains("--max-ratio");
        assertNothingIsLeft();
    }

    @Test
    void damagedImage_isRolledBack() {
        program.shell("truncate -s 290K box.qcow2");

        Program.Result result = inProcess.ctl("import", "box.qcow2", "Box");

        assertThat(result.exit()).isEqualTo(7);
        assertThat(result.err()).hasLineCount(1).contains("qcow2 image cannot be read: qemu-img: ");
        assertThat(inProcess.succeeds("operations").out()).isEmpty();
        assertNothingIsLeft();
    }

    /** A full disk in the middle: what was written is replaced, whatever it is. */
    @Test
    void fullDisk_interrupts_andTheNextAttemptStartsTheConversionAnew() throws Exception {
        script("""
                case $1 in
                convert)
                    for target; do :; done; head -c 1000000 /dev/urandom >"$target"
                    echo 'qemu-img: error while writing at byte 0: No space left on device' >&2; exit 1;;
                *) exec "$real" "$@";;
                esac""");
        Program.Result full = new InProcess(program.with("PATH", program.work() + "/bin:" + PATH)).ctl(
                "import", "box.qcow2", "Box");
        assertThat(full.exit()).isEqualTo(1);
        assertThat(full.err()).contains("no space left on the disk").contains("ctl vm abandon");
        assertThat(inProcess.succeeds("list").out()).isEmpty();

        program.with("PATH", PATH);
        Program.Result again = inProcess.succeeds("import", "box.qcow2", "Box");

        assertThat(again.err()).contains("resuming import of");
        program.shell("cmp raw $CTL_ROOT/vm/Box/disk.s2e");
        assertNothingIsLeft();
    }

    @Test
    void imageExchangedAfterAnInterruption_isCheckedAgain() throws Exception {
        script("case $1 in convert) echo 'qemu-img: error while writing: No space left on device' >&2; exit 1;; "
                + "*) exec \"$real\" \"$@\";; esac");
        new InProcess(program.with("PATH", program.work() + "/bin:" + PATH)).ctl("import", "box.qcow2", "Box");
        program.with("PATH", PATH);
        program.shell("rm box.qcow2; qemu-img create -q -f qcow2 -b /etc/passwd -F raw box.qcow2 1M");

        Program.Result again = inProcess.ctl("resume");

        assertThat(again.exit()).isNotZero();
        assertThat(again.err()).contains("names a backing file, /etc/passwd");
        assertThat(inProcess.succeeds("list").out()).isEmpty();
        assertNothingIsLeft();
    }

    @Test
    void imageThatAMachineHasOpen_isRefused() throws Exception {
        Process machine = program.start(List.of("bash", "-c", "exec 3<>box.qcow2; echo; sleep 1000"));
        machine.inputReader().readLine();

        Program.Result result = inProcess.ctl("import", "box.qcow2", "Box");

        assertThat(result.exit()).isEqualTo(7);
        assertThat(result.err()).contains("box.qcow2 is open for writing by ");
        inProcess.succeeds("import", "--while-in-use", "box.qcow2", "Box");
        program.shell("cmp raw $CTL_ROOT/vm/Box/disk.s2e");
    }

    private void script(String text) throws Exception {
        String real = program.shell("type -P qemu-img").strip();
        Path bin = Files.createDirectories(folder.resolve("work/bin"));
        Path script = Files.writeString(bin.resolve("qemu-img"), "#!/bin/bash\nreal=" + real + "\n" + text + "\n");
        Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwx------"));
    }

    private String work(String file) {
        return program.work().resolve(file).toString();
    }

    private void assertNothingIsLeft() {
        assertThat(program.vms().resolve(".staging")).doesNotExist();
    }
}
