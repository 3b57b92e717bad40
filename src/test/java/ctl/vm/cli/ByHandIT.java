package ctl.vm.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The manual's "manually" sections, in both directions: what is made by hand can be used by the program, and what the
 * program makes can be used by hand, with the tools that the manual names.
 *
 * <pre>
 * vm/MyBox/
 *   disk.s2e            64 MiB, 3 MiB of data in three places
 *   disk.s2e.base       1 MiB, older
 *   disk.s2e.ready      1 MiB
 * </pre>
 */
class ByHandIT {

    @TempDir
    Path folder;

    private Program program;
    private InProcess inProcess;

    @BeforeEach
    void makeMyBoxByHand() {
        Program.assumeTool("qemu-img");
        program = new Program(folder);
        inProcess = new InProcess(program);
        program.shell(
                """
                mkdir -p "$CTL_ROOT/vm/MyBox" && cd "$CTL_ROOT/vm/MyBox"
                qemu-img create -q -f raw disk.s2e 64M
                for at in 0 17 63; do
                    dd if=/dev/urandom of=disk.s2e bs=1M count=1 seek=$at conv=notrunc status=none
                done
                head -c 1M /dev/urandom > disk.s2e.base
                head -c 1M /dev/urandom > disk.s2e.ready
                touch -d '2026-01-02 10:00:00.123456789' disk.s2e.base
                touch -d '2026-01-03 10:00:00.987654321' disk.s2e.ready
                touch -d '2026-01-01 10:00:00.555555555' disk.s2e
                """);
    }

    @Test
    void list_ofAVmMadeByHand_showsItAtOnceAndMarksIt() {
        assertThat(program.succeeds("list").out())
                .isEqualTo(
                        """
                        MyBox
                          Size: 64.0MiB
                          Snapshots:
                            ready
                            base
                        """);
        assertThat(inProcess.succeeds("list", "-l").out()).contains("not in the journal");
        assertThat(inProcess.succeeds("list", "--json").out()).contains("\"inJournal\" : false");
    }

    @Test
    void folderThatMayNotBeRead_isAWarningAndNoDrift() {
        inProcess.succeeds("create", "Closed", "1M");
        program.shell("chmod 0 \"$CTL_ROOT/vm/Closed\"");

        Program.Result result = program.withoutPrivileges("reconcile", "--dry-run");

        program.shell("chmod 755 \"$CTL_ROOT/vm/Closed\"");
        assertThat(result.err()).contains("vm/Closed cannot be read");
        assertThat(result.out()).doesNotContain("Closed");
    }

    @Test
    void create_makesTheImageThatQemuImgMakes() {
        program.succeeds("create", "Same", "7680M");

        program.shell("qemu-img create -q -f raw other.img 7680M");
        program.shell("qemu-img compare -q -f raw -F raw other.img \"$CTL_ROOT/vm/Same/disk.s2e\"");
        assertThat(program.shell("qemu-img info -f raw \"$CTL_ROOT/vm/Same/disk.s2e\""))
                .contains("virtual size: 7.5 GiB (8053063680 bytes)");
        assertThat(kibibytesOnDisk("vm/Same")).isLessThanOrEqualTo(16);
    }

    @Test
    void clone_isWhatCpMakesWithItsHolesAndTimes() {
        program.succeeds("clone", "MyBox", "MyClonedBox");

        program.shell("diff -r \"$CTL_ROOT/vm/MyBox\" \"$CTL_ROOT/vm/MyClonedBox\"");
        compareDisks("MyBox", "MyClonedBox");
        assertThat(times("MyClonedBox")).isEqualTo(times("MyBox"));
        assertThat(kibibytesOnDisk("vm/MyClonedBox")).isLessThanOrEqualTo(kibibytesOnDisk("vm/MyBox") + 64);
    }

    @Test
    void cpR_ofAVmThatWeMade_isAVmThatWeCanCloneExportAndDelete() {
        inProcess.succeeds("clone", "MyBox", "Ours");
        program.shell("cp -r \"$CTL_ROOT/vm/Ours\" \"$CTL_ROOT/vm/Copied\"");

        assertThat(inProcess.succeeds("list").out())
                .endsWith("Copied\n  Size: 64.0MiB\n  Snapshots:\n    base\n    ready\n"
                        .replace("base\n    ready", order("Copied")) + listingOfMyBox());
        program.succeeds("clone", "Copied", "Again");
        compareDisks("MyBox", "Again");
        inProcess.succeeds("export", "Copied");
        inProcess.succeeds("delete", "-y", "Copied");
        assertThat(program.vms().resolve("Copied")).doesNotExist();
    }

    @Test
    void export_unpackedByHand_isTheSameVm() {
        program.succeeds("export", "MyBox");

        program.shell(
                """
                mkdir "$CTL_ROOT/vm/AnotherBox" && cd "$CTL_ROOT/vm/AnotherBox"
                tar xzf "$OLDPWD/MyBox.tar.gz"
                """);
        program.shell("diff -r \"$CTL_ROOT/vm/MyBox\" \"$CTL_ROOT/vm/AnotherBox\"");
        compareDisks("MyBox", "AnotherBox");
        assertThat(seconds("AnotherBox")).isEqualTo(seconds("MyBox"));
        assertThat(kibibytesOnDisk("vm/AnotherBox")).isLessThanOrEqualTo(kibibytesOnDisk("vm/MyBox") + 64);
    }

    @Test
    void export_unpackedByBsdtarAndPython_isTheSameVm() {
        Program.assumeTool("bsdtar");
        Program.assumeTool("python3");
        inProcess.succeeds("export", "MyBox", "MyBox.tgz");

        program.shell("mkdir bsd && bsdtar xzf MyBox.tgz -C bsd && diff -r bsd \"$CTL_ROOT/vm/MyBox\"");
        program.shell("mkdir py && python3 -m tarfile -e MyBox.tgz py && diff -r py \"$CTL_ROOT/vm/MyBox\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"tar czf", "tar czSf", "tar --format=pax -czSf", "tar cf", "bsdtar czf"})
    void import_ofAPackageMadeByHand_isTheSameVmWithHoles(String tar) {
        Program.assumeTool(tar.split(" ")[0]);
        program.shell("cd \"$CTL_ROOT/vm/MyBox\" && " + tar + " \"$OLDPWD/by hand.pkg\" disk.s2e*");

        program.succeeds("import", "by hand.pkg", "AnotherBox");

        program.shell("diff -r \"$CTL_ROOT/vm/MyBox\" \"$CTL_ROOT/vm/AnotherBox\"");
        compareDisks("MyBox", "AnotherBox");
        assertThat(seconds("AnotherBox")).isEqualTo(seconds("MyBox"));
        assertThat(kibibytesOnDisk("vm/AnotherBox")).isLessThanOrEqualTo(kibibytesOnDisk("vm/MyBox") + 64);
    }

    @Test
    void importRaw_ofAQemuImage_isTheSameDiskWithItsTime() {
        program.shell(
                "cp -p --sparse=always \"$CTL_ROOT/vm/MyBox/disk.s2e\" debian.img && ln -s debian.img latest.img");

        assertThat(program.succeeds("import", "--raw", "latest.img", "Debian").out())
                .isEqualTo("[ OK ] initialise VM\n[ OK ] copy disk image\n");

        compareDisks("MyBox", "Debian");
        assertThat(program.shell("stat -c %y \"$CTL_ROOT/vm/Debian/disk.s2e\""))
                .isEqualTo(program.shell("stat -c %y debian.img"));
    }

    @Test
    void rm_ofASnapshotAndAVm_isSeenAtOnceAndTheNamesAreFreeAgain() {
        inProcess.succeeds("clone", "MyBox", "Two");
        program.shell("rm \"$CTL_ROOT/vm/Two/disk.s2e.ready\"");
        assertThat(program.succeeds("list", "Two").out()).isEqualTo("Two\n  Size: 64.0MiB\n  Snapshots:\n    base\n");

        program.shell("rm -r \"$CTL_ROOT/vm/Two\"");
        assertThat(inProcess.ctl("list", "Two").exit()).isEqualTo(4);
        inProcess.succeeds("create", "Two");
        assertThat(inProcess.succeeds("list", "Two").out()).isEqualTo("Two\n  Size: 5120.0MiB\n");
    }

    @Test
    void delete_ofWhatWasMadeByHand_leavesNothing() {
        inProcess.succeeds("delete", "MyBox:ready");
        assertThat(program.vms().resolve("MyBox/disk.s2e.ready")).doesNotExist();
        program.succeeds("delete", "-y", "MyBox");
        assertThat(program.shell("ls \"$CTL_ROOT/vm\"")).isEmpty();
        inProcess.succeeds("purge", "-y", "--all");
        assertThat(program.shell("ls -A \"$CTL_ROOT/vm\"")).isEmpty();
    }

    @Test
    void hugeImageWithLittleData_staysSmallEverywhere() {
        inProcess.succeeds("create", "Huge", "8G");
        program.shell(
                """
                dd if=/dev/urandom of="$CTL_ROOT/vm/Huge/disk.s2e" bs=1M count=20 seek=4000 conv=notrunc status=none
                """);

        inProcess.succeeds("clone", "Huge", "Clone");
        program.succeeds("export", "Huge");
        program.succeeds("import", "Huge.tar.gz", "Import");

        for (String path : java.util.List.of("vm/Huge", "vm/Clone", "vm/Import")) {
            assertThat(kibibytesOnDisk(path)).as(path).isBetween(20L << 10, 22L << 10);
        }
        assertThat(program.work().resolve("Huge.tar.gz").toFile().length()).isBetween(20L << 20, 21L << 20);
        compareDisks("Huge", "Import");
        assertThat(program.shell("tar tvzf Huge.tar.gz")).contains("8589934592").contains("disk.s2e");
    }

    @Test
    void snapshotsOfS2e_stillFitTheirDiskAfterEveryWay() {
        long disk = Long.parseLong(program.shell("stat -c %Y \"$CTL_ROOT/vm/MyBox/disk.s2e\"").strip());
        writeS2eHeader("MyBox", "fits", disk);
        writeS2eHeader("MyBox", "late", disk - 1);

        program.succeeds("clone", "MyBox", "Cloned");
        inProcess.succeeds("export", "MyBox");
        inProcess.succeeds("import", "MyBox.tar.gz", "Imported");

        for (String vm : java.util.List.of("MyBox", "Cloned", "Imported")) {
            String table = inProcess.succeeds("list", "-l", vm).out();
            assertThat(table.lines().filter(line -> line.startsWith(vm + ":fits")))
                    .singleElement()
                    .asString()
                    .doesNotContain("refuses");
            assertThat(table.lines().filter(line -> line.startsWith(vm + ":late")))
                    .singleElement()
                    .asString()
                    .contains("refuses");
            assertThat(program.shell("stat -c %Y \"$CTL_ROOT/vm/" + vm + "/disk.s2e\"").strip())
                    .isEqualTo(Long.toString(disk));
        }
        assertThat(inProcess.succeeds("list", "--json", "Cloned").out().split("\"refusedByS2e\" : true", -1))
                .hasSize(2);
    }

    /**
     * The 448 bytes of S²E's S2ESnapshotHeader, for a snapshot of no sectors, and its 64 bytes up to the sector's end.
     */
    private void writeS2eHeader(String vm, String snapshot, long diskModifiedSeconds) {
        program.shell(
                """
                python3 - <<'END' > "$CTL_ROOT/vm/%s/disk.s2e.%s"
                import struct, sys
                header = struct.pack('<6Q128s256sIIQ', %d, 1, 0, 1, 1, 512, b'1', b'%s', 1767261600, 0, 0)
                assert len(header) == 448
                sys.stdout.buffer.write(header + bytes(64) + bytes(512))
                END
                """
                        .formatted(vm, snapshot, diskModifiedSeconds, snapshot));
    }

    private void compareDisks(String one, String other) {
        program.shell("qemu-img compare -q -f raw -F raw \"$CTL_ROOT/vm/%s/disk.s2e\" \"$CTL_ROOT/vm/%s/disk.s2e\""
                .formatted(one, other));
    }

    private String listingOfMyBox() {
        return "MyBox\n  Size: 64.0MiB\n  Snapshots:\n    ready\n    base\n";
    }

    /** cp -r gives each file the time of its copying. */
    private String order(String vm) {
        return program.shell("cd \"$CTL_ROOT/vm/" + vm + "\" && ls -t disk.s2e.*")
                .replace("disk.s2e.", "")
                .strip()
                .replace("\n", "\n    ");
    }

    private String times(String vm) {
        return program.shell("cd \"$CTL_ROOT/vm/" + vm + "\" && stat -c '%n %y' disk.s2e*");
    }

    private String seconds(String vm) {
        return program.shell("cd \"$CTL_ROOT/vm/" + vm + "\" && stat -c '%n %Y' disk.s2e*");
    }

    private long kibibytesOnDisk(String path) {
        return Long.parseLong(program.shell("du -sk \"$CTL_ROOT/" + path + "\"").split("\\s")[0]);
    }
}
