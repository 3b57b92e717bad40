package ctl.vm.durable;

import static org.assertj.core.api.Assertions.assertThat;

import ctl.vm.linux.LinuxCall;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two tables over one file are to each other as two processes. */
class LinuxLockTableTest {

    private static final int DUPLICATE = 1030; // F_DUPFD_CLOEXEC

    private static final long HIGHEST = (1L << 62) - 1;

    @TempDir
    private Path folder;

    private Path file;
    private LockTable ours;
    private LockTable theirs;

    @BeforeEach
    void makeTables() {
        file = folder.resolve("locks");
        ours = new LinuxLockTable(file);
        theirs = new LinuxLockTable(file);
    }

    @Test
    void lock_heldAlone_isRefusedToOthersUntilItIsClosed() {
        try (LockTable.Held _ = ours.tryLock(HIGHEST, false).orElseThrow()) {
            assertThat(theirs.tryLock(HIGHEST, false)).isEmpty();
            assertThat(theirs.tryLock(HIGHEST, true)).isEmpty();
            assertThat(ours.tryLock(HIGHEST, true)).isEmpty();
            assertThat(theirs.isHeld(HIGHEST)).isTrue();
            assertThat(ours.isHeld(HIGHEST)).isTrue();
            assertThat(theirs.isHeld(HIGHEST - 1)).isFalse();
        }
        assertThat(ours.isHeld(HIGHEST)).isFalse();
        assertThat(taken(theirs)).isTrue();
    }

    @Test
    void lock_heldByTwoWhoShareIt_isHeldUntilBothHaveClosedIt() {
        LockTable.Held one = ours.tryLock(7, true).orElseThrow();
        LockTable.Held other = theirs.tryLock(7, true).orElseThrow();
        one.close();
        assertThat(ours.isHeld(7)).isTrue();
        assertThat(ours.tryLock(7, false)).isEmpty();
        other.close();
        assertThat(ours.isHeld(7)).isFalse();
    }

    /** A child that another thread starts has all that is open here, until it runs its own program. */
    @Test
    void lock_whoseFileAChildHasInherited_isFreeWhenItIsClosed() throws Exception {
        LockTable.Held held = ours.tryLock(7, false).orElseThrow();
        long inherited = duplicate();
        try {
            held.close();
            assertThat(theirs.isHeld(7)).isFalse();
            assertThat(theirs.tryLock(7, false)).hasValueSatisfying(LockTable.Held::close);
        } finally {
            LinuxCall.CLOSE.make(inherited);
        }
    }

    /** A second descriptor of what is open at the path. */
    private long duplicate() throws IOException {
        try (var descriptors = Files.list(Path.of("/proc/self/fd"))) {
            Path open = descriptors.filter(descriptor -> target(descriptor).equals(file.toString())).findFirst()
                    .orElseThrow();
            return LinuxCall.FCNTL.make(Long.parseLong(open.getFileName().toString()), DUPLICATE, 0);
        }
    }

    @Test
    void question_aboutALockWithoutAFile_makesNone() {
        assertThat(ours.isHeld(1)).isFalse();
        assertThat(file).doesNotExist();
    }

    @Test
    void lock_thatManyLookAt_isGivenAtTheFirstTry() {
        assertThat(taken(ours)).isTrue();
        AtomicBoolean over = new AtomicBoolean();
        try (ExecutorService lookers = Executors.newFixedThreadPool(4)) {
            IntStream.range(0, 4).forEach(_ -> lookers.execute(() -> {
                LockTable table = new LinuxLockTable(file);
                while (!over.get()) {
                    table.isHeld(1);
                }
            }));
            List<Boolean> tries = IntStream.range(0, 500).mapToObj(_ -> taken(ours)).toList();
            over.set(true);
            assertThat(tries).doesNotContain(false);
        }
    }

    @Test
    void table_whoseLocksAreClosed_hasNothingOpen() throws Exception {
        assertThat(taken(ours)).isTrue();
        assertThat(ours.isHeld(1)).isFalse();
        try (var descriptors = Files.list(Path.of("/proc/self/fd"))) {
            assertThat(descriptors.map(LinuxLockTableTest::target)).doesNotContain(file.toString());
        }
    }

    private static boolean taken(LockTable table) {
        Optional<LockTable.Held> lock = table.tryLock(1, false);
        lock.ifPresent(LockTable.Held::close);
        return lock.isPresent();
    }

    private static String target(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString();
        } catch (IOException closedMeanwhile) {
            return "";
        }
    }
}
