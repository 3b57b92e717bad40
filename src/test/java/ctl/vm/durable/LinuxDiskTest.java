package ctl.vm.durable;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ctl.vm.child.Children;
import ctl.vm.problem.Errno;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import java.util.ArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The real disk: the contract on the filesystems at hand, and what only the real one can show. */
class LinuxDiskTest {

    private static final Path MEMORY = Path.of("/dev/shm");

    private final LinuxDisk disk = new LinuxDisk();

    @TempDir
    private Path folder;

    /** The contract on one filesystem. */
    abstract class OnAFilesystem extends DiskContract {

        private Path folder;

        /** Where the filesystem is. */
        abstract Path filesystem();

        @BeforeEach
        void makeFolder() throws IOException {
            folder = Files.createTempDirectory(filesystem(), "disk");
        }

        @AfterEach
        void removeFolder() {
            removeAll(folder);
        }

        @Override
        Disk disk() {
            return disk;
        }

        @Override
        Path folder() {
            return folder;
        }

        @Override
        int umask() {
            return LinuxDiskTest.umask();
        }
    }

    @Nested
    class OnTheTemporaryFolder extends OnAFilesystem {

        @Override
        Path filesystem() {
            return LinuxDiskTest.this.folder;
        }
    }

    @Nested
    class InMemory extends OnAFilesystem {

        @Override
        Path filesystem() {
            assumeTrue(Files.isWritable(MEMORY));
            return MEMORY;
        }
    }

    /** The contract on a filesystem made for it. */
    @Tag("campaign")
    @TestInstance(TestInstance.Lifecycle.PER_CLASS)
    abstract class OnANewFilesystem extends OnAFilesystem {

        private final String kind;
        private Optional<Mount> mount = Optional.empty(); // where we may not mount, all is skipped

        OnANewFilesystem(String kind) {
            this.kind = kind;
        }

        @BeforeAll
        void mount() throws IOException {
            mount = Optional.of(Mount.ofImage(kind));
        }

        @AfterAll
        void unmount() throws IOException {
            if (mount.isPresent()) {
                mount.get().close();
            }
        }

        @Override
        Path filesystem() {
            return mount.orElseThrow().folder();
        }
    }

    @Nested
    class OnExt4 extends OnANewFilesystem {

        OnExt4() {
            super("ext4");
        }
    }

    @Nested
    class OnXfs extends OnANewFilesystem {

        OnXfs() {
            super("xfs");
        }
    }

    @Nested
    class OnBtrfs extends OnANewFilesystem {

        OnBtrfs() {
            super("btrfs");
        }
    }

    @Test
    @Tag("campaign")
    void write_toAFullFilesystem_saysSo() throws IOException {
        try (Mount mount = Mount.inMemory(1 << 20);
                DiskFile source = disk.create(folder.resolve("a"), 0644);
                DiskFile target = disk.create(mount.folder().resolve("b"), 0644)) {
            byte[] bytes = DiskContract.random(2 << 20);
            source.write(ByteBuffer.wrap(bytes), 0);
            assertFull(target, () -> target.write(ByteBuffer.wrap(bytes), 0));
            assertFull(target, () -> DiskContract.copy(source, target, new DiskFile.Extent(0, bytes.length)));
            assertThat(disk.freeBytes(mount.folder())).isZero();
        }
    }

    @Test
    @Tag("campaign")
    void reserve_onAFullFilesystem_saysSo() throws IOException {
        try (Mount mount = Mount.ofImage("ext4");
                DiskFile file = disk.create(mount.folder().resolve("a"), 0644)) {
            assertFull(file, () -> file.reserve(0, 1L << 30));
        }
    }

    /** The kernel hands over some hundred at a time. */
    @ParameterizedTest
    @ValueSource(strings = {"xfs", "btrfs"})
    @Tag("campaign")
    void sharedBytes_ofAThousandExtents_areThoseOfAll(String kind) throws IOException {
        int extents = 1_100;
        int block = 4_096;
        try (Mount mount = Mount.ofImage(kind);
                DiskFile file = disk.create(mount.folder().resolve("a"), 0644);
                DiskFile copy = disk.create(mount.folder().resolve("b"), 0644)) {
            for (long extent = 0; extent < extents; extent++) {
                file.write(ByteBuffer.wrap(DiskContract.random(block)), extent * 4 * block);
            }
            file.sync();
            assertThat(file.sharedBytes()).isZero();

            assertThat(file.shareWith(copy)).isTrue();
            copy.sync();

            assertThat(file.sharedBytes()).isEqualTo((long) extents * block);
            assertThat(copy.sharedBytes()).isEqualTo((long) extents * block);
        }
    }

    @Test
    void isInMemory_ofWhatWasForgotten_isFalse() {
        byte[] bytes = DiskContract.random(1 << 20);
        try (DiskFile file = disk.create(folder.resolve("a"), 0644)) {
            file.write(ByteBuffer.wrap(bytes), 0);
            assertThat(file.isInMemory(0, bytes.length)).isTrue();
            file.sync();
            file.forget(0, bytes.length);
            assumeTrue(!file.isInMemory(0, bytes.length), "a filesystem on a disk, and a kernel that tells");
            file.read(ByteBuffer.allocate(10), 0);
            assertThat(file.isInMemory(0, bytes.length)).isTrue();
        }
    }

    /** The memory of a process is such a file; nothing is mapped at its beginning. */
    @Test
    void read_thatFails_namesFileAndPosition() {
        Path memory = Path.of("/proc/self/mem");
        try (DiskFile file = disk.open(memory)) {
            assertThatThrownBy(() -> file.read(ByteBuffer.allocate(10), 512))
                    .cause()
                    .hasMessage("/proc/self/mem: Input/output error at byte 512");
        }
    }

    private static void assertFull(DiskFile file, ThrowingCallable call) {
        assertThatThrownBy(call).cause().hasMessageStartingWith(file.path() + ": No space left on device");
    }

    @Test
    void entry_agreesWithJava() throws IOException {
        Path file = folder.resolve("a");
        try (DiskFile open = disk.create(file, 0640)) {
            open.write(DiskContract.text("hello"), 0);
            open.sync();
        }
        Disk.Entry entry = disk.entry(file).orElseThrow();
        Map<String, Object> java = Files.readAttributes(file, "unix:*", LinkOption.NOFOLLOW_LINKS);
        assertThat(entry.size()).isEqualTo(java.get("size"));
        assertThat(entry.inode()).isEqualTo(java.get("ino"));
        assertThat(entry.device()).isEqualTo(java.get("dev"));
        assertThat(entry.mode()).isEqualTo((int) java.get("mode") & 07777);
        assertThat(entry.modified()).isEqualTo(((FileTime) java.get("lastModifiedTime")).toInstant());
        assertThat(entry.changed()).isEqualTo(((FileTime) java.get("ctime")).toInstant());
        assertThat(disk.allocated(file)).isPositive();
    }

    @Test
    void look_findsNamesOfAllKinds_andFailsAtWhatIsNoFolder() throws Exception {
        run("bash", "-c", """
                cd '%s'; mkdir "c c"; ln -s nowhere link; mkfifo pipe; truncate -s 5G big; touch -d @-7.5 old
                for i in {1..200}; do > "file with a long name $i"; done; > .hidden; > asdfölkj; chmod 4711 .hidden
                > a$'\\xff'b; > a$'\\xfe'b
                """.formatted(folder));
        List<Disk.Found> first = disk.look(folder);

        assertThat(first).hasSize(209);
        assertThat(disk.look(folder)).isEqualTo(first);
        assertThat(disk.look(folder.resolve("c c"))).isEmpty();
        for (String none : List.of("missing", "big", "link", "pipe")) {
            DiskContract.assertFails(folder.resolve(none),
                    () -> disk.look(folder.resolve(none)));
        }
    }

    @Test
    void entry_ofADevice_isSpecial() {
        Path device = Path.of("/dev/null");
        assertThat(disk.entry(device).orElseThrow().kind()).isEqualTo(Disk.Kind.SPECIAL);
        DiskContract.assertFails(device, () -> disk.open(device));
    }

    @Test
    void setModified_leavesTheTimeOfAccess() throws IOException {
        Path file = folder.resolve("a");
        FileTime accessed = FileTime.fromMillis(1_000_000_000_000L);
        try (DiskFile open = disk.create(file, 0644)) {
            Files.setAttribute(file, "lastAccessTime", accessed);
            open.setModified(accessed.toInstant().plusSeconds(5));
        }
        assertThat(Files.getAttribute(file, "lastAccessTime")).isEqualTo(accessed);
    }

    @Test
    void freeBytes_isWhatWeMayUse() {
        long free = folder.toFile().getUsableSpace();
        assertThat(disk.freeBytes(folder)).isBetween(free / 2, free * 2); // others write to it too
    }

    @Test
    void copyTo_anotherFilesystem_copies() throws IOException {
        assumeTrue(Files.isWritable(MEMORY));
        Path other = Files.createTempFile(MEMORY, "disk", null);
        byte[] bytes = DiskContract.random(3_000_001);
        try (DiskFile source = disk.create(folder.resolve("a"), 0644);
                DiskFile target = disk.openForWriting(other)) {
            source.write(ByteBuffer.wrap(bytes), 0);
            DiskContract.copy(source, target, new DiskFile.Extent(0, bytes.length));
            assertThat(DiskContract.bytesOf(target)).isEqualTo(bytes);
            assertThat(source.copyTo(target, bytes.length, 10)).isZero();
        } finally {
            disk.remove(other);
        }
    }

    @Test
    void copyTo_anotherKindOfDisk_copies() {
        var forgetful = new ForgetfulDisk();
        forgetful.write("/vm/a", new byte[0]);
        byte[] bytes = DiskContract.random(3_000_001);
        try (DiskFile source = disk.create(folder.resolve("a"), 0644);
                DiskFile target = forgetful.openForWriting(Path.of("/vm/a"))) {
            source.write(ByteBuffer.wrap(bytes), 0);
            DiskContract.copy(source, target, new DiskFile.Extent(0, bytes.length));
        }
        assertThat(forgetful.read("/vm/a")).isEqualTo(bytes);
    }

    @Test
    void names_thatAreNoText_areKeptByteForByte() throws Exception {
        run("bash", "-c", "cd '%s'; printf hello > $'\\xff.s2e'".formatted(folder));
        Path listed = disk.list(folder).getFirst();
        assertThat(disk.entry(listed).orElseThrow().size()).isEqualTo(5);
        disk.createFolder(folder.resolve("vm"));
        Path moved = folder.resolve("vm").resolve(listed.getFileName());
        disk.rename(listed, moved);
        try (DiskFile file = disk.open(moved)) {
            assertThat(DiskContract.textOf(file, 0, 5)).isEqualTo("hello");
        }
        disk.remove(moved);
        assertThat(disk.list(folder.resolve("vm"))).isEmpty();
    }

    @Test
    @Timeout(60)
    void open_ofAPipe_isRefusedWithoutWaiting() throws Exception {
        Path pipe = folder.resolve("pipe");
        run("mkfifo", pipe.toString());
        DiskContract.assertFails(pipe, () -> disk.open(pipe));
        DiskContract.assertFails(pipe, () -> disk.openForWriting(pipe));
        DiskContract.assertFails(pipe, () -> disk.syncFolder(pipe));
    }

    @Test
    void create_whereNobodyMay_isDenied() {
        assumeTrue(Files.isDirectory(Path.of("/sys/kernel")));
        Path file = Path.of("/sys/kernel/disk.s2e"); // not even for root
        DiskContract.assertFails(Errno.EACCES, file, () -> disk.create(file, 0644));
    }

    @Test
    void open_leavesNothingOpenWhereItFails() throws IOException {
        long before = openFiles();
        for (int i = 0; i < 50; i++) {
            DiskContract.assertFails(folder, () -> disk.open(folder));
            disk.syncFolder(folder);
            disk.create(folder.resolve("f" + i), 0644).close();
        }
        assertThat(openFiles()).isLessThan(before + 40);
    }

    @Test
    void read_fromManyThreads_keepsThemApart() throws Exception {
        byte[] bytes = DiskContract.random(400_000);
        try (DiskFile file = disk.create(folder.resolve("a"), 0644);
                var threads = Executors.newFixedThreadPool(8)) {
            file.write(ByteBuffer.wrap(bytes), 0);
            Callable<byte[]> reader = () -> DiskContract.bytesOf(file);
            for (Future<byte[]> read : threads.invokeAll(Collections.nCopies(64, reader))) {
                assertThat(read.get()).isEqualTo(bytes);
            }
        }
    }

    /** The number of a closed file soon is another's: a late call must not reach it. */
    @Test
    @Timeout(300)
    void close_duringWritesOfOtherThreads_neverLetsThemHitAnotherFile() throws Exception {
        try (var threads = Executors.newFixedThreadPool(2)) {
            for (int round = 0; round < 200; round++) {
                DiskFile closed = disk.create(folder.resolve("closed" + round), 0644);
                Future<?> writer = threads.submit(() -> {
                    for (int i = 0;; i++) {
                        closed.write(DiskContract.text("late"), i);
                    }
                });
                Thread.sleep(Duration.ofNanos(200_000));
                closed.close();
                try (DiskFile next = disk.create(folder.resolve("next" + round), 0644)) {
                    assertThatThrownBy(writer::get).hasCauseInstanceOf(IllegalStateException.class);
                    assertThat(next.size()).isZero();
                }
            }
        }
    }

    @Test
    void interrupt_doesNotCloseTheFile() {
        try (DiskFile file = disk.create(folder.resolve("a"), 0644)) {
            Thread.currentThread().interrupt();
            file.write(DiskContract.text("hello"), 0);
            file.sync();
            disk.syncFolder(folder);
            assertThat(Thread.interrupted()).isTrue();
            assertThat(file.size()).isEqualTo(5);
        }
    }

    private static int umask() {
        try {
            return Files.readAllLines(Path.of("/proc/self/status")).stream()
                    .filter(line -> line.startsWith("Umask:"))
                    .mapToInt(line -> Integer.parseInt(line.substring("Umask:".length()).strip(), 8))
                    .findFirst()
                    .orElseThrow();
        } catch (IOException unreadable) {
            throw new AssertionError(unreadable);
        }
    }

    private static long openFiles() throws IOException {
        try (var descriptors = Files.list(Path.of("/proc/self/fd"))) {
            return descriptors.count();
        }
    }

    private static void run(String... command) throws IOException, InterruptedException {
        assertThat(Children.start(new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD))
                .waitFor()).isZero();
    }

    private void removeAll(Path path) {
        if (disk.entry(path).orElseThrow().kind() == Disk.Kind.FOLDER) {
            disk.list(path).forEach(this::removeAll);
        }
        disk.remove(path);
    }

    @Test
    void syncFolder_onAFilesystemThatCannot_isToldOnce() {
        List<Path> told = new ArrayList<>();
        LinuxDisk telling = LinuxDisk.withoutLinksBelow(folder, told::add);
        telling.syncFolder(folder);
        telling.syncFolder(Path.of("/proc/tty"));
        telling.syncFolder(Path.of("/proc/sys"));
        assertThat(told).containsExactly(Path.of("/proc/tty"));
    }
}
