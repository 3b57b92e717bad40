package ctl.vm.cli;

import static org.assertj.core.api.Assertions.assertThat;

import ctl.vm.cli.MountedFilesystem.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Every operation on filesystems that refuse some of what we ask: each is done, with the right bytes, holes and times,
 * or refused in one line before anything is copied.
 *
 * <pre>
 * vm/Box/disk.s2e          16 MiB: a hole but for a few bytes in the middle, written at an odd second
 * vm/Box/disk.s2e.ready
 * </pre>
 */
class FilesystemsIT {

    private static final long MIB = 1 << 20;

    /** An odd second, as FAT has none of them. */
    private static final String TIME = "1500000001";

    @TempDir
    private Path temporary;

    private InProcess ctl;

    @ParameterizedTest
    @EnumSource(Kind.class)
    void rootThere_everyOperation_endsWithTheRightResult(Kind kind) throws IOException {
        try (MountedFilesystem disk = MountedFilesystem.mount(kind, temporary)) {
            begin(disk.folder());
            makeBox();
            Path elsewhere = Files.createDirectory(temporary.resolve("elsewhere"));

            succeeds("clone", "Box", "Two");
            assertIsBox("Two", kind.hasHoles());
            succeeds("create", "Victim", "2M");
            succeeds("clone", "-f", "Box", "Victim");
            assertIsBox("Victim", kind.hasHoles());
            assertThat(succeeds("trash").out()).contains("Victim");
            for (Path folder : List.of(elsewhere, disk.folder())) {
                String file = folder.resolve("box.tar.gz").toString();
                succeeds("export", "Box", file);
                succeeds("export", "-f", "Box", file);
                assertThat(names(folder)).filteredOn(name -> name.contains("partial")).isEmpty();
                succeeds("import", "-f", file, "Three");
                assertIsBox("Three", kind.hasHoles());
            }
            succeeds("import", "--raw", ctl.vms().resolve("Box/disk.s2e").toString(), "Raw");
            disk.forget();
            succeeds("rename", "Three", "Four");
            succeeds("delete", "-y", "Four");
            disk.forget();
            succeeds("undelete", "Four");
            assertIsBox("Four", kind.hasHoles());
            succeeds("delete", "Two:ready");
            succeeds("undelete", "Two:ready");
            succeeds("delete", "-y", "--now", "Raw");
            assertThat(succeeds("list").out()).contains("Box").contains("Two").contains("Four").doesNotContain("Raw");
            succeeds("purge", "-y", "--all");
            assertThat(ctl.vms().resolve(".staging")).doesNotExist();

            disk.forget();
            assertThat(succeeds("operations").out()).isEmpty();
            succeeds("reconcile");
            succeeds("verify", "--deep");
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void rootElsewhere_packageThere_isWholeAndReplacedWhole(Kind kind) throws IOException {
        try (MountedFilesystem disk = MountedFilesystem.mount(kind, temporary)) {
            begin(Files.createDirectory(temporary.resolve("local")));
            makeBox();
            String file = disk.folder().resolve("box.tar.zst").toString();

            succeeds("export", "Box", file);
            assertThat(ctl.ctl("export", "Box", file).exit()).isEqualTo(5);
            succeeds("export", "-f", "Box", file);
            succeeds("import", file, "Two");

            assertIsBox("Two", true);
            assertThat(names(disk.folder())).containsExactly("box.tar.zst");
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void nameThatTheFilesystemTakesForAnotherOrNotAtAll_isRefusedAtOnce(Kind kind) throws IOException {
        try (MountedFilesystem disk = MountedFilesystem.mount(kind, temporary)) {
            begin(disk.folder());
            makeBox();

            Program.Result other = ctl.ctl("clone", "Box", "BOX");
            if (kind.distinguishesCase()) {
                assertThat(other.exit()).as(other.err()).isZero();
            } else {
                assertThat(other.exit()).isEqualTo(5);
                assertThat(other.err()).contains("BOX and the existing Box are one name");
                assertThat(ctl.ctl("rename", "Box", "BOX").exit()).isEqualTo(5);
            }
            for (String strange : List.of("Box?", "Box.", "ü".repeat(127), "x".repeat(255))) {
                Program.Result result = ctl.ctl("clone", "Box", strange);
                assertThat(result.exit()).as(result.err()).isIn(0, 2);
                if (result.exit() == 0) {
                    assertIsBox(strange, kind.hasHoles());
                    succeeds("delete", "-y", "--now", strange);
                } else {
                    assertThat(result.err()).contains("does not take it").doesNotContain("copy disk");
                    assertThat(ctl.ctl("rename", "Box", strange).err()).contains("does not take it");
                }
            }
            assertThat(ctl.vms().resolve(".staging")).doesNotExist();
            assertThat(succeeds("operations").out()).isEmpty();
            succeeds("verify");
        }
    }

    /** The lines of docs/filesystems.md. */
    @Test
    void rootOnANetworkFilesystem_whoseJournalIsMountedFromALocalFolder_isNotWarnedOfAndNeverGoesOnWithTheOldOne()
            throws IOException {
        try (MountedFilesystem disk = MountedFilesystem.mount(Kind.SSHFS, temporary)) {
            begin(disk.folder());
            makeBox();
            Path root = ctl.vms().getParent();
            Path journal = root.resolve("journal");
            List<String> lines = Files.readAllLines(Path.of("docs/filesystems.md")).stream()
                    .filter(line -> line.matches("    (mkdir|rm|mount) .*/srv/vms/journal.*"))
                    .map(line -> line.replace("/srv/vms", root.toString())
                            .replace("/var/lib/ctl", temporary.resolve("local").toString()))
                    .toList();
            assertThat(lines).hasSize(3);

            ctl.shell(String.join(" && ", lines));
            try {
                Program.Result clone = ctl.succeeds("clone", "Box", "Two");
                assertThat(clone.err()).doesNotContain("[WARN]");
                assertThat(succeeds("audit").out()).contains("Two from Box");
                succeeds("verify");
            } finally {
                ctl.shell("umount '%s'".formatted(journal));
            }

            assertThat(ctl.ctl("list").out()).contains("Box").contains("Two");
            for (List<String> refused : List.of(List.of("create", "New", "1M"), List.of("reconcile"),
                    List.of("verify"), List.of("reconcile", "--rebuild"))) {
                Program.Result result = ctl.ctl(refused.toArray(String[]::new));
                assertThat(result.exit()).as(refused + result.err()).isEqualTo(1);
                assertThat(result.err()).contains(journal + ": Is a directory");
            }
            assertThat(ctl.vms().resolve("New")).doesNotExist();
        }
    }

    private void begin(Path folder) {
        ctl = new InProcess(folder);
    }

    private void makeBox() {
        succeeds("create", "Box", "16M");
        ctl.shell("""
                printf data | dd of=Box/disk.s2e bs=1M seek=8 conv=notrunc status=none
                head -c 100k /dev/urandom > Box/disk.s2e.ready
                touch -d @%s Box/disk.s2e
                """.formatted(TIME));
        succeeds("reconcile");
    }

    private void assertIsBox(String vm, boolean hasHoles) throws IOException {
        Path folder = ctl.vms().resolve(vm);
        for (String image : List.of("disk.s2e", "disk.s2e.ready")) {
            assertThat(Files.mismatch(ctl.vms().resolve("Box").resolve(image), folder.resolve(image))).isEqualTo(-1);
        }
        String[] status = ctl.shell("stat -c '%%b %%Y' '%s/disk.s2e'".formatted(vm)).strip().split(" ");
        assertThat(status[1]).as(vm).isEqualTo(TIME);
        if (hasHoles) {
            assertThat(Long.parseLong(status[0]) * 512).as(vm).isLessThan(2 * MIB);
        }
    }

    /**
     * Nothing is warned of but the journal on a network filesystem, and a replaced package that the trash cannot keep.
     */
    private Program.Result succeeds(String... arguments) {
        Program.Result result = ctl.succeeds(arguments);
        assertThat(result.err().lines().filter(line -> line.contains("[WARN]"))
                .filter(line -> !line.contains("the journal is on a network filesystem (fuse.sshfs)"))
                .filter(line -> !line.endsWith("it is replaced for good")))
                .as(List.of(arguments).toString()).isEmpty();
        return result;
    }

    private static List<String> names(Path folder) throws IOException {
        try (Stream<Path> all = Files.list(folder)) {
            return all.map(path -> path.getFileName().toString()).toList();
        }
    }
}
