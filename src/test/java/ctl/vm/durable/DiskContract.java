package ctl.vm.durable;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import ctl.vm.problem.DiskException;
import ctl.vm.problem.Errno;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/**
 * What every {@link Disk} does. Each of its implementations has to pass it.
 *
 * <p>Holes are checked in steps of 64 KiB, as filesystems may have blocks of that size.
 */
abstract class DiskContract {

    private static final int STEP = 64 * 1024;
    private static final Instant NANOSECONDS = Instant.ofEpochSecond(100_000_007, 123_456_789);

    /** The disk under test. */
    abstract Disk disk();

    /** An empty folder on it. */
    abstract Path folder();

    /** The permission bits that nothing gets which this process makes. */
    abstract int umask();

    // Bytes.

    @Test
    void write_isReadBack() {
        try (DiskFile file = create("a")) {
            file.write(text("hello"), 0);
            file.write(text("J"), 0);
            assertThat(file.size()).isEqualTo(5);
            assertThat(textOf(file, 0, 5)).isEqualTo("Jello");
            assertThat(textOf(file, 2, 2)).isEqualTo("ll");
        }
        try (DiskFile file = disk().open(path("a"))) {
            assertThat(file.path()).isEqualTo(path("a"));
            assertThat(textOf(file, 0, 5)).isEqualTo("Jello");
        }
    }

    @Test
    void foldersOfARename_ofWhichTheOldOneWasRemovedMeanwhile_areSynced() {
        disk().createFolder(path("old"));
        create("old/a").close();
        disk().rename(path("old/a"), path("b"));
        disk().remove(path("old"));

        disk().syncFoldersOf(path("b"), path("old/a"));

        assertThat(disk().entry(path("b"))).isPresent();
    }

    @Test
    void write_takesWhatTheBufferHasLeft() {
        try (DiskFile file = create("a")) {
            ByteBuffer source = text("hello").position(1).limit(4);
            file.write(source, 0);
            assertThat(source.position()).isEqualTo(4);
            file.write(source, 100);
            assertThat(file.size()).isEqualTo(3);
            assertThat(textOf(file, 0, 3)).isEqualTo("ell");
        }
    }

    @Test
    void write_ofLargeBuffersOfAnyKind_isReadBack() {
        byte[] bytes = random(1_000_003);
        try (DiskFile file = create("a")) {
            file.write(ByteBuffer.wrap(bytes).asReadOnlyBuffer(), 0);
            assertThat(bytesOf(file)).isEqualTo(bytes);
            file.write(ByteBuffer.allocateDirect(bytes.length).put(bytes).flip(), 7);
            byte[] behind = new byte[bytes.length];
            for (ByteBuffer target = ByteBuffer.wrap(behind); target.hasRemaining();) {
                file.read(target, 7L + target.position());
            }
            assertThat(behind).isEqualTo(bytes);
        }
    }

    @Test
    void read_atTheEnd_tellsSo() {
        try (DiskFile file = create("a")) {
            file.write(text("hello"), 0);
            ByteBuffer target = ByteBuffer.allocate(10);
            assertThat(file.read(target, 3)).isEqualTo(2);
            assertThat(target.position()).isEqualTo(2);
            assertThat(file.read(target, 5)).isEqualTo(-1);
            assertThat(file.read(target, 1000)).isEqualTo(-1);
            assertThat(file.read(ByteBuffer.allocateDirect(10), 5)).isEqualTo(-1);
            assertThat(file.read(ByteBuffer.allocate(0), 0)).isZero();
        }
    }

    @Test
    void resize_cutsAndGrows() {
        try (DiskFile file = create("a")) {
            file.write(text("hello"), 0);
            file.resize(2);
            file.resize(4);
            assertThat(bytesOf(file)).isEqualTo(new byte[] {'h', 'e', 0, 0});
            file.resize(0);
            assertThat(file.size()).isZero();
        }
    }

    @Test
    void sync_ofWhateverIsOpen_succeeds() {
        create("a").close();
        try (DiskFile file = disk().openForWriting(path("a"))) {
            file.write(text("hello"), 0);
            file.sync();
        }
        try (DiskFile file = disk().open(path("a"))) {
            file.sync();
        }
        disk().syncFolder(folder());
    }

    @Test
    void open_forReading_refusesToWrite() {
        create("a").close();
        try (DiskFile file = disk().open(path("a"))) {
            assertFails(path("a"), () -> file.write(text("hello"), 0));
            assertFails(path("a"), () -> file.resize(1));
        }
    }

    @Test
    void close_isFinal() {
        DiskFile file = create("a");
        file.close();
        file.close();
        assertThatThrownBy(file::size).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> file.write(text("hello"), 0)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void file_thatIsRemovedWhileOpen_canBeReadOn() {
        try (DiskFile file = create("a")) {
            file.write(text("hello"), 0);
            disk().remove(path("a"));
            assertThat(textOf(file, 0, 5)).isEqualTo("hello");
        }
    }

    // Holes.

    @Test
    void data_ofAnEmptyFile_isNothing() {
        try (DiskFile file = create("a")) {
            assertThat(file.data(0)).isEmpty();
            assertThat(file.data(10)).isEmpty();
        }
    }

    @Test
    void data_ofAFileThatIsAllHole_isNothing() {
        try (DiskFile file = create("a")) {
            file.resize(100L * STEP + 1);
            assertThat(file.data(0)).isEmpty();
            assertThat(file.size()).isEqualTo(100L * STEP + 1);
            assertThat(allocated("a")).isZero();
        }
    }

    @Test
    void data_betweenHoles_isFound() {
        byte[] bytes = random(STEP);
        try (DiskFile file = create("a")) {
            file.resize(10L * STEP);
            file.write(ByteBuffer.wrap(bytes), 2L * STEP);
            file.write(ByteBuffer.wrap(bytes), 3L * STEP);
            file.write(ByteBuffer.wrap(bytes), 6L * STEP);
            file.sync();

            assertThat(file.data(0)).contains(new DiskFile.Extent(2L * STEP, 4L * STEP));
            assertThat(file.data(3L * STEP + 5)).contains(new DiskFile.Extent(3L * STEP + 5, 4L * STEP));
            assertThat(file.data(4L * STEP)).contains(new DiskFile.Extent(6L * STEP, 7L * STEP));
            assertThat(file.data(7L * STEP)).isEmpty();
            assertThat(file.data(20L * STEP)).isEmpty();
            assertThat(file.data(0).orElseThrow().length()).isEqualTo(2L * STEP);
        }
        assertThat(entry("a").size()).isEqualTo(10L * STEP);
        assertThat(allocated("a")).isBetween(3L * STEP, 4L * STEP);
    }

    @Test
    void data_behindASkippedRange_endsWithTheFile() {
        try (DiskFile file = create("a")) {
            file.write(text("hello"), 4L * STEP);
            assertThat(file.data(0)).contains(new DiskFile.Extent(4L * STEP, 4L * STEP + 5));
            assertThat(textOf(file, 4L * STEP - 1, 3)).isEqualTo("\0he");
        }
    }

    @Test
    void data_ofWrittenZeros_isData() {
        try (DiskFile file = create("a")) {
            file.write(ByteBuffer.allocate(STEP), STEP);
            assertThat(file.data(0)).contains(new DiskFile.Extent(STEP, 2L * STEP));
        }
    }

    @Test
    void copyTo_extentByExtent_leavesHolesElsewhere() {
        byte[] bytes = random(2 * STEP);
        try (DiskFile source = create("a");
                DiskFile target = create("b")) {
            source.resize(20L * STEP);
            source.write(ByteBuffer.wrap(bytes), 3L * STEP);
            source.write(ByteBuffer.wrap(bytes), 11L * STEP);
            target.resize(source.size());
            for (var extent = source.data(0); extent.isPresent(); extent = source.data(extent.get().end())) {
                copy(source, target, extent.get());
            }
            target.sync();

            assertThat(bytesOf(target)).isEqualTo(bytesOf(source));
            assertThat(target.data(0)).contains(new DiskFile.Extent(3L * STEP, 5L * STEP));
            assertThat(target.data(5L * STEP)).contains(new DiskFile.Extent(11L * STEP, 13L * STEP));
            assertThat(target.data(13L * STEP)).isEmpty();
        }
    }

    @Test
    void copyTo_ofPartOfAFile_changesOnlyThatPart() {
        try (DiskFile source = create("a");
                DiskFile target = create("b")) {
            source.write(text("hello world"), 0);
            target.write(text("----------------"), 0);
            copy(source, target, new DiskFile.Extent(2, 7));
            assertThat(textOf(target, 0, 16)).isEqualTo("--llo w---------");
            assertThat(textOf(source, 0, 11)).isEqualTo("hello world");
        }
    }

    @Test
    void copyTo_behindTheEndOfTheSource_copiesNothing() {
        try (DiskFile source = create("a");
                DiskFile target = create("b")) {
            source.write(text("hello"), 0);
            assertThat(source.copyTo(target, 5, 100)).isZero();
            assertThat(source.copyTo(target, 100, 100)).isZero();
            assertThat(source.copyTo(target, 0, 0)).isZero();
            assertThat(source.copyTo(target, 3, 100)).isEqualTo(2);
            assertThat(target.size()).isEqualTo(5);
        }
    }

    @Test
    void shareWith_makesACopyOfItsOwn_orChangesNothing() {
        byte[] bytes = random(STEP + 100);
        try (DiskFile source = create("a");
                DiskFile target = create("b")) {
            source.resize(4L * STEP + 5);
            source.write(ByteBuffer.wrap(bytes), STEP);
            if (!source.shareWith(target)) {
                assertThat(target.size()).isZero();
                return;
            }
            target.sync();
            byte[] copied = bytesOf(source);
            source.write(text("changed"), STEP);

            assertThat(bytesOf(target)).isEqualTo(copied);
            assertThat(textOf(source, STEP, 7)).isEqualTo("changed");
            assertThat(target.data(0)).map(DiskFile.Extent::start).contains((long) STEP);
        }
    }

    @Test
    void reserve_keepsSizeHolesAndContent() {
        try (DiskFile file = create("a")) {
            file.write(text("hello"), 0);
            file.resize(10L * STEP);
            file.reserve(0, 4L * STEP);
            file.reserve(6L * STEP, STEP);
            file.sync();

            assertThat(file.size()).isEqualTo(10L * STEP);
            assertThat(file.data(STEP)).isEmpty();
            assertThat(textOf(file, 0, 5)).isEqualTo("hello");
            file.write(text("world"), 2L * STEP);
            assertThat(textOf(file, 2 * STEP, 5)).isEqualTo("world");
        }
    }

    @Test
    void finishWritingAndForget_keepTheContent() {
        byte[] bytes = random(3 * STEP);
        try (DiskFile file = create("a")) {
            file.write(ByteBuffer.wrap(bytes), 0);
            file.startWriting(0, bytes.length);
            file.finishWriting(0, bytes.length);
            file.sync();
            file.forget(0, bytes.length);

            assertThat(bytesOf(file)).isEqualTo(bytes);
        }
    }

    // Times and other facts.

    @Test
    void setModified_isKeptToTheNanosecond() {
        try (DiskFile file = create("a")) {
            file.write(text("hello"), 0);
            file.setModified(NANOSECONDS);
            file.sync();
        }
        assertThat(entry("a").modified()).isEqualTo(NANOSECONDS);
        assertThat(entry("a").changed()).isAfter(NANOSECONDS);
    }

    @Test
    void setModified_beforeTheEpoch_isKept() {
        Instant before = Instant.ofEpochSecond(-5, 5);
        try (DiskFile file = create("a")) {
            file.setModified(before);
        }
        assertThat(entry("a").modified()).isEqualTo(before);
    }

    @Test
    void setModified_staysUntilTheNextWrite() {
        try (DiskFile file = create("a")) {
            file.setModified(NANOSECONDS);
            file.write(text("hello"), 0);
        }
        assertThat(entry("a").modified()).isAfter(NANOSECONDS);
    }

    @Test
    void rename_keepsTheModificationTimeAndTheInode() {
        try (DiskFile file = create("a")) {
            file.setModified(NANOSECONDS);
        }
        Disk.Entry before = entry("a");
        disk().rename(path("a"), path("b"));
        assertThat(entry("b").modified()).isEqualTo(NANOSECONDS);
        assertThat(entry("b").inode()).isEqualTo(before.inode());
        assertThat(entry("b").device()).isEqualTo(before.device());
        assertThat(entry("b").changed()).isAfterOrEqualTo(before.changed());
    }

    @Test
    void entry_tellsWhatStandsThere() {
        create("file").close();
        disk().createFolder(path("folder"));
        disk().createLink(path("link"), Path.of("file"));
        assertThat(entry("file").kind()).isEqualTo(Disk.Kind.FILE);
        assertThat(entry("file").size()).isZero();
        assertThat(entry("folder").kind()).isEqualTo(Disk.Kind.FOLDER);
        assertThat(entry("link").kind()).isEqualTo(Disk.Kind.LINK);
        assertThat(entry("file").inode()).isNotEqualTo(entry("folder").inode());
    }

    @Test
    void entry_whereNothingStands_isEmpty() {
        create("file").close();
        assertThat(disk().entry(path("missing"))).isEmpty();
        assertThat(disk().entry(path("missing").resolve("below"))).isEmpty();
        assertThat(disk().entry(path("file").resolve("below"))).isEmpty();
    }

    @Test
    void create_narrowsTheModeByTheUmask() {
        disk().create(path("all"), 0666).close();
        disk().create(path("few"), 0400).close();
        assertThat(entry("all").mode()).isEqualTo(0666 & ~umask());
        assertThat(entry("few").mode()).isEqualTo(0400 & ~umask());
    }

    @Test
    void createFolder_narrowsTheModeByTheUmask() {
        disk().createFolder(path("open"));
        disk().createFolder(path("private"), 0700);
        assertThat(entry("open").mode() & 0777).isEqualTo(0777 & ~umask());
        assertThat(entry("private").mode() & 0777).isEqualTo(0700);
    }

    @Test
    void copyRights_givesTheSamePermissionsWhateverTheUmask() {
        disk().create(path("from"), 0640).close();
        disk().create(path("shared"), 0600).close();
        disk().create(path("to"), 0666).close();
        disk().copyRights(path("from"), path("to"));
        disk().copyRights(path("from"), path("shared"));
        assertThat(entry("to").mode()).isEqualTo(entry("from").mode());
        assertThat(entry("shared").mode()).isEqualTo(entry("from").mode());
    }

    @Test
    void copyOwner_givesThePermissionsThatAreSaid() {
        disk().create(path("from"), 0640).close();
        disk().create(path("to"), 0600).close();
        disk().copyOwner(path("from"), path("to"), 0664);
        assertThat(entry("to").mode()).isEqualTo(0664);
    }

    @Test
    void copyAttributes_givesThePermissionsOfTheOtherAndWhatIsAdded() {
        disk().create(path("from"), 0440).close();
        disk().create(path("to"), 0600).close();
        disk().copyAttributes(path("from"), path("to"), 0200);
        assertThat(entry("to").mode()).isEqualTo(0640);
        disk().copyAttributes(path("from"), path("to"), 0);
        assertThat(entry("to").mode()).isEqualTo(0440);
    }

    @Test
    void setModified_byName_setsTheTimeOfFilesFoldersAndLinks() {
        Instant time = Instant.ofEpochSecond(1_500_000_001, 123_456_789);
        disk().create(path("file"), 0600).close();
        disk().createFolder(path("folder"));
        disk().createLink(path("link"), path("file"));
        Instant before = entry("file").modified();

        disk().setModified(path("link"), time);
        assertThat(entry("link").modified()).isEqualTo(time);
        assertThat(entry("file").modified()).isEqualTo(before);
        disk().setModified(path("folder"), time);
        disk().setModified(path("file"), time);
        assertThat(entry("folder").modified()).isEqualTo(time);
        assertThat(entry("file").modified()).isEqualTo(time);
    }

    @Test
    void addName_givesTheSameFileTwoNames() {
        try (DiskFile file = create("a")) {
            file.write(text("hello"), 0);
        }
        assertThat(disk().addName(path("a"), path("b"))).isTrue();
        assertThat(entry("b").inode()).isEqualTo(entry("a").inode());
        disk().remove(path("a"));
        assertThat(disk().end(path("b"), 10)).asString().isEqualTo("hello");
    }

    @Test
    void addName_thatIsTaken_failsAndChangesNothing() {
        create("a").close();
        create("b").close();
        assertFails(Errno.EEXIST, path("b"), () -> disk().addName(path("a"), path("b")));
        assertThat(entry("b").inode()).isNotEqualTo(entry("a").inode());
    }

    @Test
    void end_isWhatAFileEndsWith() {
        byte[] bytes = random(200_000);
        try (DiskFile file = create("a")) {
            assertThat(disk().end(path("a"), 10)).isEmpty();
            file.write(ByteBuffer.wrap(bytes), 0);
        }
        assertThat(disk().end(path("a"), Integer.MAX_VALUE)).isEqualTo(bytes);
        assertThat(disk().end(path("a"), 100_000)).isEqualTo(Arrays.copyOfRange(bytes, 100_000, 200_000));
        assertFails(Errno.ENOENT, path("b"), () -> disk().end(path("b"), 10));
    }

    @Test
    void tryLock_ofAFileThatNobodyHasLocked_locksItUntilItIsClosed() {
        create("a").close();
        for (int time = 0; time < 2; time++) {
            try (Disk.Lock lock = disk().tryLock(path("a")).orElseThrow()) {
                assertThat(disk().lockHolder(path("a"))).as("another process that holds %s", lock).isEmpty();
            }
        }
        assertFails(Errno.ENOENT, path("b"), () -> disk().tryLock(path("b")));
    }

    @Test
    void watch_whereNobodyIsAtTheFile_seesNobody() {
        create("a").close();
        try (FileWatch watch = disk().watch(path("a"))) {
            assertThat(watch.writer()).isEmpty();
            assertThat(watch.machine()).isEmpty();
            assertThat(watch.intruder()).isEmpty();
        }
    }

    @Test
    void watch_whereNoFileStands_seesNobody() {
        disk().createFolder(path("folder"));
        disk().createLink(path("link"), path("folder"));
        for (String name : List.of("missing", "folder", "link")) {
            try (FileWatch watch = disk().watch(path(name))) {
                assertThat(watch.writer()).as(name).isEmpty();
                assertThat(watch.machine()).as(name).isEmpty();
                assertThat(watch.intruder()).as(name).isEmpty();
            }
        }
    }

    @Test
    void watch_ofAFileThatIsRead_seesNobodyAndDoesNotDisturb() {
        try (DiskFile file = create("a")) {
            file.write(text("hello"), 0);
        }
        try (FileWatch watch = disk().watch(path("a")); DiskFile file = disk().open(path("a"))) {
            assertThat(textOf(file, 0, 5)).isEqualTo("hello");
            assertThat(watch.intruder()).isEmpty();
        }
    }

    @Test
    void watch_afterItsEnd_leavesTheFileToOthers() {
        create("a").close();
        disk().watch(path("a")).close();
        try (DiskFile file = disk().openForWriting(path("a"))) {
            file.write(text("hello"), 0);
        }
        try (FileWatch again = disk().watch(path("a"))) {
            assertThat(again.writer()).isEmpty();
        }
    }

    @Test
    void create_withoutPermissionToWrite_canBeWrittenWhileOpen() {
        try (DiskFile file = disk().create(path("a"), 0400)) {
            file.write(text("hello"), 0);
            assertThat(textOf(file, 0, 5)).isEqualTo("hello");
        }
    }

    @Test
    void freeBytes_isSomething() {
        assertThat(disk().freeBytes(folder())).isPositive();
        assertFails(Errno.ENOENT, path("missing"), () -> disk().freeBytes(path("missing")));
    }

    // Names.

    @Test
    void list_isSortedByName() {
        for (String name : List.of("b", "a.b", "B", "ä", "a", "日本")) {
            create(name).close();
        }
        disk().createFolder(path("c"));
        assertThat(disk().list(folder()))
                .containsExactly(path("B"), path("a"), path("a.b"), path("b"), path("c"), path("ä"), path("日本"));
        assertThat(disk().list(path("c"))).isEmpty();
        assertThat(disk().look(folder())).isEqualTo(disk().list(folder()).stream()
                .map(path -> new Disk.Found(path.getFileName().toString(), entry(path.getFileName().toString())))
                .toList());
    }

    @Test
    void list_ofWhatIsNoFolder_fails() {
        create("file").close();
        disk().createLink(path("link"), folder());
        assertFails(Errno.ENOENT, path("missing"), () -> disk().list(path("missing")));
        assertFails(path("file"), () -> disk().list(path("file")));
        assertFails(path("link"), () -> disk().list(path("link")));
    }

    @Test
    void names_outsideAscii_areKept() {
        disk().createFolder(path("asdfölkj"));
        Path file = path("asdfölkj").resolve("disk.s2e.日本\uD83D\uDE00");
        disk().create(file, 0644).close();
        Path renamed = path("asdfölkj").resolve("ö");
        disk().rename(file, renamed);
        assertThat(disk().list(path("asdfölkj"))).containsExactly(renamed);
        assertThat(disk().entry(renamed)).isPresent();
        assertFails(Errno.ENOENT, file, () -> disk().open(file));
    }

    @Test
    void create_whereANameIsTaken_fails() {
        create("a").close();
        disk().createLink(path("dangling"), Path.of("nowhere"));
        assertFails(Errno.EEXIST, path("a"), () -> create("a"));
        assertFails(Errno.EEXIST, path("dangling"), () -> create("dangling"));
        assertFails(Errno.EEXIST, path("a"), () -> disk().createFolder(path("a")));
        assertFails(Errno.EEXIST, path("a"), () -> disk().createLink(path("a"), Path.of("b")));
        assertThat(disk().entry(path("nowhere"))).isEmpty();
    }

    @Test
    void create_inAMissingFolder_fails() {
        Path below = path("missing").resolve("a");
        assertFails(Errno.ENOENT, below, () -> disk().create(below, 0644));
        assertFails(Errno.ENOENT, below, () -> disk().createFolder(below));
        assertFails(Errno.ENOENT, below, () -> disk().createLink(below, Path.of("b")));
    }

    @Test
    void open_ofWhatIsNoFile_fails() {
        disk().createFolder(path("folder"));
        create("file").close();
        disk().createLink(path("link"), Path.of("file"));
        for (String name : List.of("folder", "link")) {
            assertFails(path(name), () -> disk().open(path(name)));
            assertFails(path(name), () -> disk().openForWriting(path(name)));
        }
        assertFails(Errno.ENOENT, path("missing"), () -> disk().open(path("missing")));
        assertFails(Errno.ENOENT, path("missing"), () -> disk().openForWriting(path("missing")));
    }

    @Test
    void open_throughAFolderThatIsALink_follows() {
        disk().createFolder(path("folder"));
        disk().create(path("folder").resolve("a"), 0644).close();
        disk().createLink(path("link"), Path.of("folder"));
        assertThat(disk().entry(path("link").resolve("a"))).isPresent();
        disk().open(path("link").resolve("a")).close();
    }

    @Test
    void linkTarget_isWhatWasSaid() {
        disk().createLink(path("relative"), Path.of("../über/x"));
        disk().createLink(path("absolute"), Path.of("/nowhere"));
        create("file").close();
        assertThat(disk().linkTarget(path("relative"))).isEqualTo(Path.of("../über/x"));
        assertThat(disk().linkTarget(path("absolute"))).isEqualTo(Path.of("/nowhere"));
        assertFails(Errno.EINVAL, path("file"), () -> disk().linkTarget(path("file")));
        assertFails(Errno.ENOENT, path("missing"), () -> disk().linkTarget(path("missing")));
    }

    @Test
    void rename_movesAFolderWithWhatIsInIt() {
        disk().createFolder(path("staging"));
        disk().createFolder(path("staging").resolve("vm"));
        disk().create(path("staging").resolve("vm").resolve("disk.s2e"), 0644).close();
        disk().rename(path("staging").resolve("vm"), path("vm"));
        assertThat(disk().list(path("staging"))).isEmpty();
        assertThat(disk().list(path("vm"))).containsExactly(path("vm").resolve("disk.s2e"));
    }

    @Test
    void rename_ontoATakenName_failsAndChangesNothing() {
        write("a", "of a");
        write("b", "of b");
        disk().createFolder(path("folder"));
        disk().createFolder(path("empty"));
        disk().createLink(path("link"), Path.of("nowhere"));
        for (String taken : List.of("b", "empty", "link")) {
            assertFails(Errno.EEXIST, path(taken), () -> disk().rename(path("a"), path(taken)));
        }
        assertFails(
                Errno.EEXIST, path("empty"), () -> disk().rename(path("folder"), path("empty")));
        assertThat(content("a")).isEqualTo("of a");
        assertThat(content("b")).isEqualTo("of b");
    }

    @Test
    void rename_ofAMissingFile_namesIt() {
        assertFails(Errno.ENOENT, path("missing"), () -> disk().rename(path("missing"), path("b")));
        assertFails(Errno.ENOENT, path("missing"), () -> disk().replace(path("missing"), path("b")));
    }

    @Test
    void rename_ofALink_movesTheLink() {
        disk().createLink(path("link"), Path.of("nowhere"));
        disk().rename(path("link"), path("other"));
        assertThat(disk().linkTarget(path("other"))).isEqualTo(Path.of("nowhere"));
        assertThat(disk().entry(path("link"))).isEmpty();
    }

    @Test
    void rename_intoItself_fails() {
        disk().createFolder(path("folder"));
        assertFails(
                path("folder"),
                () -> disk().rename(path("folder"), path("folder").resolve("below")));
    }

    @Test
    void replace_takesTheNameOfAnother() {
        write("a", "of a");
        write("b", "of b");
        disk().replace(path("a"), path("b"));
        assertThat(disk().list(folder())).containsExactly(path("b"));
        assertThat(content("b")).isEqualTo("of a");
        disk().replace(path("b"), path("c"));
        assertThat(content("c")).isEqualTo("of a");
    }

    @Test
    void replace_ofAFolder_fails() {
        write("a", "of a");
        disk().createFolder(path("folder"));
        assertFails(path("a"), () -> disk().replace(path("a"), path("folder")));
        assertFails(path("folder"), () -> disk().replace(path("folder"), path("a")));
        assertThat(content("a")).isEqualTo("of a");
    }

    @Test
    void replace_ofAFullFolder_fails() {
        disk().createFolder(path("folder"));
        disk().createFolder(path("full"));
        disk().createFolder(path("full").resolve("below"));
        assertFails(Errno.EEXIST, path("full"), () -> disk().replace(path("folder"), path("full")));
    }

    @Test
    void exchange_swapsFolders() {
        disk().createFolder(path("vm"));
        disk().createFolder(path("staging"));
        disk().createFolder(path("staging").resolve("vm"));
        disk().create(path("staging").resolve("vm").resolve("new"), 0644).close();
        disk().create(path("vm").resolve("old"), 0644).close();
        disk().exchange(path("staging").resolve("vm"), path("vm"));
        assertThat(disk().list(path("vm"))).containsExactly(path("vm").resolve("new"));
        assertThat(disk().list(path("staging").resolve("vm")))
                .containsExactly(path("staging").resolve("vm").resolve("old"));
    }

    @Test
    void exchange_withAMissingFile_fails() {
        write("a", "of a");
        assertFailsAboutMissing(() -> disk().exchange(path("a"), path("missing")));
        assertFailsAboutMissing(() -> disk().exchange(path("missing"), path("a")));
        assertThat(content("a")).isEqualTo("of a");
    }

    @Test
    void remove_takesFilesLinksAndEmptyFolders() {
        create("file").close();
        disk().createLink(path("link"), Path.of("file"));
        disk().createLink(path("folderlink"), folder());
        disk().createFolder(path("folder"));
        for (String name : List.of("link", "folderlink", "file", "folder")) {
            disk().remove(path(name));
        }
        assertThat(disk().list(folder())).isEmpty();
    }

    @Test
    void remove_ofWhatIsMissing_isNothing() {
        create("file").close();
        disk().remove(path("missing"));
        disk().remove(path("missing").resolve("below"));
        disk().remove(path("file").resolve("below"));
        assertThat(disk().entry(path("file"))).isPresent();
    }

    @Test
    void remove_ofAFullFolder_fails() {
        disk().createFolder(path("folder"));
        disk().createFolder(path("folder").resolve("below"));
        assertFails(path("folder"), () -> disk().remove(path("folder")));
        assertThat(disk().entry(path("folder").resolve("below"))).isPresent();
    }

    @Test
    void syncFolder_ofWhatIsNone_fails() {
        create("file").close();
        disk().createLink(path("link"), folder());
        assertFails(Errno.ENOENT, path("missing"), () -> disk().syncFolder(path("missing")));
        assertFails(path("file"), () -> disk().syncFolder(path("file")));
        assertFails(path("link"), () -> disk().syncFolder(path("link")));
    }

    // Helpers.

    final Path path(String name) {
        return folder().resolve(name);
    }

    final DiskFile create(String name) {
        return disk().create(path(name), 0644);
    }

    final void write(String name, String content) {
        try (DiskFile file = create(name)) {
            file.write(text(content), 0);
        }
    }

    final String content(String name) {
        try (DiskFile file = disk().open(path(name))) {
            return new String(bytesOf(file), UTF_8);
        }
    }

    final long allocated(String name) {
        return disk().allocated(path(name));
    }

    final Disk.Entry entry(String name) {
        return disk().entry(path(name)).orElseThrow();
    }

    static void copy(DiskFile source, DiskFile target, DiskFile.Extent extent) {
        for (long at = extent.start(); at < extent.end();) {
            at += source.copyTo(target, at, extent.end() - at);
        }
    }

    static byte[] bytesOf(DiskFile file) {
        ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(file.size()));
        while (bytes.hasRemaining() && file.read(bytes, bytes.position()) > 0) {}
        return bytes.array();
    }

    static String textOf(DiskFile file, long position, int length) {
        ByteBuffer bytes = ByteBuffer.allocate(length);
        assertThat(file.read(bytes, position)).isEqualTo(length);
        return new String(bytes.array(), UTF_8);
    }

    static ByteBuffer text(String text) {
        return ByteBuffer.wrap(text.getBytes(UTF_8));
    }

    static byte[] random(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }

    static void assertFails(int errno, Path named, ThrowingCallable call) {
        DiskException thrown = failure(named, call);
        assertThat(thrown.errno()).as(thrown.getMessage()).isEqualTo(errno);
    }

    static void assertFails(Path named, ThrowingCallable call) {
        assertThat(failure(named, call).errno()).isNotEqualTo(Errno.UNKNOWN);
    }

    private static DiskException failure(Path named, ThrowingCallable call) {
        DiskException thrown = catchThrowableOfType(DiskException.class, call);
        assertThat(thrown).hasMessageContaining(named.toString());
        assertThat(thrown.path()).isEqualTo(named.toString());
        assertThat(thrown.reason()).isNotBlank();
        assertThat(thrown.call()).isNotBlank();
        return thrown;
    }

    /** The message names both files, as the kernel does not say which of them it is. */
    private void assertFailsAboutMissing(ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(DiskException.class,
                        thrown -> assertThat(thrown.errno()).isEqualTo(Errno.ENOENT))
                .hasMessageContaining(path("missing").toString());
    }
}
