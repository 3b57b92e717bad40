package ctl.vm.durable;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;

import ctl.vm.problem.Errno;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/**
 * What a power cut leaves, over many seeds: nothing that was synced is ever lost, and everything that was not is lost
 * by some seed. The second half is as important: it is what makes the disk find the missing sync.
 *
 * <pre>
 * /vm/            durable
 *   .staging/     durable
 *     disk.s2e    written, synced, its time set; then renamed to /vm/disk.s2e
 * </pre>
 */
class ForgetfulDiskTest {

    private static final int SEEDS = 100;
    private static final String STAGED = "/vm/.staging/disk.s2e";
    private static final String PUBLISHED = "/vm/disk.s2e";
    private static final Path STAGING = Path.of("/vm/.staging");
    private static final Path VM = Path.of("/vm");
    private static final byte[] OLD = "old".repeat(5000).getBytes(UTF_8);
    private static final byte[] NEW = DiskContract.random(20_000);
    private static final Instant MODIFIED = Instant.ofEpochSecond(1_000_000_007L, 123_456_789);

    // Files: what the sync of a file makes durable.

    @Test
    void restart_withoutAnySync_mayLeaveNothing() {
        assertSomeSeed(this::fill, disk -> !disk.exists(STAGED));
        assertSomeSeed(this::fill, disk -> disk.exists(STAGED) && isWhole(disk, STAGED));
        assertSomeSeed(this::fill, disk -> disk.exists(STAGED) && disk.read(STAGED).length == 0);
        assertSomeSeed(this::fill, disk -> disk.exists(STAGED) && hasSizeButNotBytes(disk, STAGED));
    }

    @Test
    void restart_afterTheSyncOfAFile_keepsItWholeOrLosesItsName() {
        Consumer<ForgetfulDisk> acts = disk -> {
            fill(disk);
            sync(disk, STAGED);
        };
        assertEverySeed(acts, disk -> !disk.exists(STAGED) || isWhole(disk, STAGED));
        assertSomeSeed(acts, disk -> !disk.exists(STAGED));
        assertSomeSeed(acts, disk -> disk.exists(STAGED));
    }

    @Test
    void restart_afterTheSyncOfTheFolderOnly_keepsTheNameButNotTheBytes() {
        Consumer<ForgetfulDisk> acts = disk -> {
            fill(disk);
            disk.syncFolder(STAGING);
        };
        assertEverySeed(acts, disk -> disk.exists(STAGED));
        assertSomeSeed(acts, disk -> !isWhole(disk, STAGED));
    }

    @Test
    void restart_afterBothSyncs_keepsAll() {
        Consumer<ForgetfulDisk> acts = disk -> {
            fill(disk);
            sync(disk, STAGED);
            disk.syncFolder(STAGING);
        };
        assertEverySeed(acts, disk -> isWhole(disk, STAGED) && modified(disk, STAGED).equals(MODIFIED));
    }

    @Test
    void restart_afterATimeThatWasSetBehindTheSync_mayLoseTheTime() {
        Consumer<ForgetfulDisk> acts = disk -> {
            fill(disk);
            sync(disk, STAGED);
            disk.syncFolder(STAGING);
            setModified(disk, STAGED, MODIFIED.plusSeconds(1));
        };
        assertEverySeed(acts, disk -> isWhole(disk, STAGED));
        assertSomeSeed(acts, disk -> modified(disk, STAGED).equals(MODIFIED));
        assertSomeSeed(acts, disk -> modified(disk, STAGED).equals(MODIFIED.plusSeconds(1)));
    }

    @Test
    void restart_duringOverwriting_mixesOldAndNew() {
        Consumer<ForgetfulDisk> acts = disk -> {
            disk.write(PUBLISHED, OLD);
            write(disk, PUBLISHED, NEW);
        };
        assertSomeSeed(acts, disk -> isWhole(disk, PUBLISHED));
        assertSomeSeed(acts, disk -> holds(disk, PUBLISHED, OLD));
        assertSomeSeed(acts, disk -> !isWhole(disk, PUBLISHED) && !holds(disk, PUBLISHED, OLD));
        assertSomeSeed(acts, disk -> disk.read(PUBLISHED).length == OLD.length && !holds(disk, PUBLISHED, OLD));
    }

    @Test
    void restart_afterAnUnsyncedCut_mayBringTheBytesBack() {
        Consumer<ForgetfulDisk> acts = disk -> {
            disk.write(PUBLISHED, OLD);
            try (DiskFile file = disk.openForWriting(Path.of(PUBLISHED))) {
                file.resize(100);
            }
        };
        assertSomeSeed(acts, disk -> holds(disk, PUBLISHED, OLD));
        assertSomeSeed(acts, disk -> disk.read(PUBLISHED).length == 100);
    }

    // Names: what the sync of a folder makes durable.

    @Test
    void restart_afterARename_leavesItUnderOneName() {
        Consumer<ForgetfulDisk> acts = disk -> {
            disk.write(STAGED, NEW);
            disk.rename(Path.of(STAGED), Path.of(PUBLISHED));
        };
        assertEverySeed(acts, disk -> disk.exists(STAGED) != disk.exists(PUBLISHED));
        assertSomeSeed(acts, disk -> disk.exists(STAGED));
        assertSomeSeed(acts, disk -> disk.exists(PUBLISHED));
    }

    @Test
    void restart_afterTheSyncOfEitherFolder_keepsTheRename() {
        for (Path synced : List.of(VM, STAGING)) {
            Consumer<ForgetfulDisk> acts = disk -> {
                disk.write(STAGED, NEW);
                disk.rename(Path.of(STAGED), Path.of(PUBLISHED));
                disk.syncFolder(synced);
            };
            assertEverySeed(acts, disk -> !disk.exists(STAGED) && isWhole(disk, PUBLISHED));
        }
    }

    @Test
    void restart_whereFoldersAreKeptOneByOne_mayLeaveBothNamesOfARenamedFile() {
        Consumer<ForgetfulDisk> acts = disk -> {
            disk.keepingFoldersOneByOne().write(STAGED, NEW);
            disk.rename(Path.of(STAGED), Path.of(PUBLISHED));
        };
        assertThat(outcomes(acts, ForgetfulDiskTest::namesOfNew)).containsExactly("false true", "true false",
                "true true");
        assertThat(outcomes(acts.andThen(disk -> disk.syncFolder(VM)), ForgetfulDiskTest::namesOfNew))
                .containsExactly("false true", "true true");
        assertThat(outcomes(acts.andThen(disk -> disk.syncFolder(STAGING)), ForgetfulDiskTest::namesOfNew))
                .containsExactly("false false", "false true");
        assertThat(outcomes(acts.andThen(disk -> disk.syncFoldersOf(Path.of(PUBLISHED), Path.of(STAGED))),
                ForgetfulDiskTest::namesOfNew)).containsExactly("false true");
    }

    private static String namesOfNew(ForgetfulDisk disk) {
        return disk.exists(STAGED) + " " + disk.exists(PUBLISHED);
    }

    @Test
    void restart_whereFoldersAreKeptOneByOne_leavesARenamedFolderOneOfItsNames() {
        Consumer<ForgetfulDisk> acts = disk -> {
            disk.keepingFoldersOneByOne().folder("/staging/new");
            disk.rename(Path.of("/staging/new"), Path.of("/vm/new"));
            disk.syncFolder(VM);
        };
        assertThat(outcomes(acts, disk -> disk.exists("/staging/new") + " " + disk.exists("/vm/new")))
                .containsExactly("false true", "true false");
    }

    @Test
    void restart_afterReplace_leavesOldOrNewUnderTheName() {
        Consumer<ForgetfulDisk> acts = disk -> {
            disk.write(PUBLISHED, OLD);
            disk.write(STAGED, NEW);
            disk.replace(Path.of(STAGED), Path.of(PUBLISHED));
        };
        assertEverySeed(acts, disk -> isWhole(disk, PUBLISHED) || holds(disk, PUBLISHED, OLD));
        assertSomeSeed(acts, disk -> isWhole(disk, PUBLISHED));
        assertSomeSeed(acts, disk -> holds(disk, PUBLISHED, OLD));
    }

    @Test
    void restart_afterExchange_swapsBothOrNone() {
        Consumer<ForgetfulDisk> acts = disk -> {
            disk.write(PUBLISHED, OLD);
            disk.write(STAGED, NEW);
            disk.exchange(Path.of(STAGED), Path.of(PUBLISHED));
        };
        assertEverySeed(acts, disk -> isWhole(disk, PUBLISHED)
                ? holds(disk, STAGED, OLD)
                : holds(disk, PUBLISHED, OLD) && isWhole(disk, STAGED));
        assertSomeSeed(acts, disk -> isWhole(disk, PUBLISHED));
        assertSomeSeed(acts, disk -> isWhole(disk, STAGED));
    }

    @Test
    void restart_afterRemove_mayBringItBackWhole() {
        Consumer<ForgetfulDisk> acts = disk -> {
            disk.write(PUBLISHED, NEW);
            disk.remove(Path.of(PUBLISHED));
        };
        assertEverySeed(acts, disk -> !disk.exists(PUBLISHED) || isWhole(disk, PUBLISHED));
        assertSomeSeed(acts, disk -> disk.exists(PUBLISHED));
        assertSomeSeed(acts, disk -> !disk.exists(PUBLISHED));
    }

    @Test
    void restart_keepsABeginningOfTheChangesInAFolder() {
        Consumer<ForgetfulDisk> acts = disk -> {
            List.of("a", "b", "c").forEach(name -> disk.create(STAGING.resolve(name), 0644).close());
        };
        assertThat(outcomes(acts, ForgetfulDiskTest::staged)).containsExactly("[]", "[a, b, c]", "[a, b]", "[a]");
    }

    @Test
    void restart_keepsChangesOfDifferentFoldersIndependently() {
        Consumer<ForgetfulDisk> acts = disk -> {
            disk.folder("/one");
            disk.folder("/other");
            disk.create(Path.of("/one/a"), 0644).close();
            disk.create(Path.of("/other/b"), 0644).close();
        };
        assertThat(outcomes(acts, disk -> disk.exists("/one/a") + " " + disk.exists("/other/b")))
                .containsExactly("false false", "false true", "true false", "true true");
    }

    @Test
    void syncFolder_ofANewFolder_doesNotKeepTheFolderItself() {
        Consumer<ForgetfulDisk> acts = disk -> {
            disk.createFolder(VM.resolve("new"));
            write(disk, "/vm/new/disk.s2e", NEW);
            sync(disk, "/vm/new/disk.s2e");
            disk.syncFolder(VM.resolve("new"));
        };
        assertSomeSeed(acts, disk -> !disk.exists("/vm/new"));
        assertEverySeed(acts.andThen(disk -> disk.syncFolder(VM)), disk -> isWhole(disk, "/vm/new/disk.s2e"));
    }

    @Test
    void syncFolder_doesNotKeepTheNamesInTheFoldersBelow() {
        Consumer<ForgetfulDisk> acts = disk -> {
            disk.createFolder(STAGING.resolve("new"));
            disk.create(STAGING.resolve("new/disk.s2e"), 0644).close();
            disk.syncFolder(STAGING);
            disk.rename(STAGING.resolve("new"), VM.resolve("new"));
            disk.syncFolder(VM);
        };
        assertEverySeed(acts, disk -> disk.exists("/vm/new"));
        assertSomeSeed(acts, disk -> !disk.exists("/vm/new/disk.s2e"));
    }

    // The whole order: every part of it is needed, and the disk can tell.

    @Test
    void publish_losingPowerAnywhere_showsOnlyAWholeImage() {
        assertThat(brokenBy(publish(Set.of()))).isEmpty();
    }

    @Test
    void publish_withoutOneOfItsSyncs_isCaught() {
        assertThat(brokenBy(publish(Set.of("sync file")))).isNotEmpty();
        assertThat(brokenBy(publish(Set.of("sync staging")))).isNotEmpty();
        assertThat(brokenBy(publish(Set.of("sync folder")))).isNotEmpty();
        assertThat(brokenBy(publish(Set.of("set time in time")))).isNotEmpty();
    }

    /** Builds {@code /vm/new/} in staging and publishes it, leaving out what is said; then acknowledges. */
    private static Consumer<ForgetfulDisk> publish(Set<String> omitted) {
        return disk -> {
            Path folder = STAGING.resolve("new");
            disk.createFolder(folder);
            try (DiskFile file = disk.create(folder.resolve("disk.s2e"), 0644)) {
                file.write(ByteBuffer.wrap(NEW), 0);
                if (!omitted.contains("set time in time")) {
                    file.setModified(MODIFIED);
                }
                if (!omitted.contains("sync file")) {
                    file.sync();
                }
                if (omitted.contains("set time in time")) {
                    file.setModified(MODIFIED);
                }
            }
            if (!omitted.contains("sync staging")) {
                disk.syncFolder(folder);
            }
            disk.rename(folder, VM.resolve("new"));
            if (!omitted.contains("sync folder")) {
                disk.syncFolder(VM);
            }
        };
    }

    /** Cuts power at each act and behind the last, and says where a promise was broken. */
    private static List<String> brokenBy(Consumer<ForgetfulDisk> publish) {
        ForgetfulDisk counted = withStaging();
        publish.accept(counted);
        List<String> broken = new ArrayList<>();
        for (int at = 1; at <= counted.acts() + 1; at++) {
            for (long seed = 0; seed < SEEDS; seed++) {
                ForgetfulDisk disk = withStaging().losePowerAt(at);
                boolean acknowledged = finishes(() -> publish.accept(disk));
                disk.restart(seed);
                boolean published = disk.exists("/vm/new");
                boolean whole = isWhole(disk, "/vm/new/disk.s2e")
                        && modified(disk, "/vm/new/disk.s2e").equals(MODIFIED);
                if (published && !whole || acknowledged && !published) {
                    broken.add("at=%d seed=%d%n%s".formatted(at, seed, disk.tree()));
                }
            }
        }
        return broken;
    }

    private static ForgetfulDisk withStaging() {
        var disk = new ForgetfulDisk();
        disk.folder("/vm/.staging");
        return disk;
    }

    private static boolean finishes(Runnable acts) {
        try {
            acts.run();
            return true;
        } catch (PowerLost _) {
            return false;
        }
    }

    // Power.

    @Test
    void losePowerAt_endsEverything() {
        var disk = new ForgetfulDisk();
        disk.write(PUBLISHED, OLD);
        DiskFile file = disk.openForWriting(Path.of(PUBLISHED));
        disk.losePowerAt(2);
        file.write(DiskContract.text("x"), 0);
        assertThatThrownBy(file::sync).isInstanceOf(PowerLost.class);
        assertThatThrownBy(file::sync).isInstanceOf(PowerLost.class);
        assertThatThrownBy(file::size).isInstanceOf(PowerLost.class);
        assertThatThrownBy(() -> disk.remove(VM.resolve("missing"))).isInstanceOf(PowerLost.class);
        assertThatThrownBy(() -> disk.list(VM)).isInstanceOf(PowerLost.class);
        assertThatCode(file::close).doesNotThrowAnyException();
    }

    @Test
    void losePowerAt_tearsTheActThatItHits() {
        Consumer<ForgetfulDisk> acts = disk -> {
            disk.create(Path.of(PUBLISHED), 0644).close();
            disk.settle();
            disk.losePowerAt(1);
            finishes(() -> write(disk, PUBLISHED, NEW));
        };
        assertSomeSeed(acts, disk -> isWhole(disk, PUBLISHED));
        assertSomeSeed(acts, disk -> disk.read(PUBLISHED).length == 0);
        assertSomeSeed(acts, disk -> disk.read(PUBLISHED).length % 4096 == 512);
    }

    @Test
    void losePowerAt_mayComeAfterASyncThatWasNotAcknowledged() {
        Consumer<ForgetfulDisk> acts = disk -> {
            disk.create(Path.of(PUBLISHED), 0644).close();
            disk.losePowerAt(1);
            finishes(() -> disk.syncFolder(VM));
        };
        assertSomeSeed(acts, disk -> disk.exists(PUBLISHED));
        assertSomeSeed(acts, disk -> !disk.exists(PUBLISHED));
    }

    @Test
    void restart_closesWhatWasOpen() {
        var disk = new ForgetfulDisk();
        disk.write(PUBLISHED, OLD);
        DiskFile file = disk.open(Path.of(PUBLISHED));
        disk.restart(1);
        assertThatThrownBy(file::size).isInstanceOf(IllegalStateException.class);
        assertThat(disk.acts()).isZero();
    }

    @Test
    void restart_withTheSameSeed_leavesTheSame() {
        for (long seed = 0; seed < SEEDS; seed++) {
            ForgetfulDisk disk = withStaging();
            fill(disk);
            ForgetfulDisk copy = disk.copy();
            disk.restart(seed);
            copy.restart(seed);
            assertThat(copy.tree()).isEqualTo(disk.tree());
            assertThat(copy.exists(STAGED) && !holds(copy, STAGED, disk.read(STAGED))).isFalse();
        }
    }

    @Test
    void restart_again_changesNothing() {
        ForgetfulDisk disk = withStaging();
        fill(disk);
        disk.restart(7);
        String tree = disk.tree();
        disk.restart(8);
        assertThat(disk.tree()).isEqualTo(tree);
    }

    @Test
    void acts_areCountedWhereSomethingChanges() {
        var disk = new ForgetfulDisk();
        disk.write(PUBLISHED, OLD);
        disk.list(VM);
        disk.remove(VM.resolve("missing"));
        assertThatThrownBy(() -> disk.createFolder(VM)).isInstanceOf(UncheckedIOException.class);
        try (DiskFile file = disk.openForWriting(Path.of(PUBLISHED))) {
            file.size();
            file.data(0);
            assertThat(disk.acts()).isZero();
            file.write(DiskContract.text("x"), 0);
            file.resize(10);
            file.setModified(MODIFIED);
            file.sync();
        }
        assertThat(disk.acts()).isEqualTo(4);
        disk.rename(Path.of(PUBLISHED), VM.resolve("a"));
        disk.createFolder(STAGING);
        disk.syncFolder(VM);
        disk.remove(STAGING);
        assertThat(disk.acts()).isEqualTo(8);
    }

    @Test
    void copy_isIndependent() {
        var disk = new ForgetfulDisk();
        disk.write(PUBLISHED, OLD);
        ForgetfulDisk copy = disk.copy();
        write(copy, PUBLISHED, NEW);
        copy.remove(Path.of(PUBLISHED));
        assertThat(disk.read(PUBLISHED)).isEqualTo(OLD);
    }

    // Faults.

    @Test
    void failAt_failsOnceAndLeavesABeginning() {
        ForgetfulDisk disk = withStaging();
        disk.failAt(2, Fault.NO_SPACE);
        assertThatThrownBy(() -> fill(disk))
                .isInstanceOf(UncheckedIOException.class)
                .cause()
                .hasMessage(STAGED + ": No space left on device");
        assertThat(disk.read(STAGED).length).isBetween(1, NEW.length - 1);
        write(disk, STAGED, NEW);
        assertThat(isWhole(disk, STAGED)).isTrue();
    }

    @Test
    void failAt_aSync_losesTheBytesThoughTheNextSyncSucceeds() {
        Consumer<ForgetfulDisk> acts = disk -> {
            fill(disk);
            disk.syncFolder(STAGING);
            disk.failAt(1, Fault.INPUT_OUTPUT);
            assertThatThrownBy(() -> sync(disk, STAGED)).hasStackTraceContaining(STAGED + ": Input/output error");
            sync(disk, STAGED);
            assertThat(isWhole(disk, STAGED)).isTrue();
        };
        assertEverySeed(acts, disk -> disk.read(STAGED).length == NEW.length && !isWhole(disk, STAGED));
    }

    @Test
    void capacity_cutsTheWriteThatIsTooMuch() {
        ForgetfulDisk disk = withStaging().capacity(8192);
        assertThat(disk.freeBytes(VM)).isEqualTo(8192);
        assertThatThrownBy(() -> fill(disk)).hasStackTraceContaining("No space left on device");
        assertThat(disk.read(STAGED)).hasSize(8192);
        assertThat(disk.freeBytes(VM)).isZero();
        disk.remove(Path.of(STAGED));
        assertThat(disk.freeBytes(VM)).isEqualTo(8192);
    }

    @Test
    void forbid_refusesAccess() {
        var disk = new ForgetfulDisk();
        disk.write("/vm/locked/disk.s2e", OLD);
        disk.forbid("/vm/locked");
        assertThat(disk.entry(Path.of("/vm/locked"))).isPresent();
        Path locked = Path.of("/vm/locked");
        DiskContract.assertFails(Errno.EACCES, locked, () -> disk.list(locked));
        Path file = locked.resolve("disk.s2e");
        DiskContract.assertFails(Errno.EACCES, file, () -> disk.open(file));
    }

    // Helpers.

    private void fill(ForgetfulDisk disk) {
        try (DiskFile file = disk.create(Path.of(STAGED), 0644)) {
            file.write(ByteBuffer.wrap(NEW), 0);
            file.setModified(MODIFIED);
        }
    }

    private static void write(ForgetfulDisk disk, String path, byte[] bytes) {
        Path file = Path.of(path);
        try (DiskFile open = disk.exists(path) ? disk.openForWriting(file) : disk.create(file, 0644)) {
            open.write(ByteBuffer.wrap(bytes), 0);
        }
    }

    private static void sync(ForgetfulDisk disk, String path) {
        try (DiskFile file = disk.open(Path.of(path))) {
            file.sync();
        }
    }

    private static void setModified(ForgetfulDisk disk, String path, Instant time) {
        try (DiskFile file = disk.open(Path.of(path))) {
            file.setModified(time);
        }
    }

    private static boolean isWhole(ForgetfulDisk disk, String path) {
        return disk.exists(path) && holds(disk, path, NEW);
    }

    private static boolean holds(ForgetfulDisk disk, String path, byte[] bytes) {
        return Arrays.equals(disk.read(path), bytes);
    }

    private static boolean hasSizeButNotBytes(ForgetfulDisk disk, String path) {
        return disk.read(path).length == NEW.length && !isWhole(disk, path);
    }

    private static String staged(ForgetfulDisk disk) {
        return disk.list(STAGING).stream().map(Path::getFileName).toList().toString();
    }

    private static Instant modified(ForgetfulDisk disk, String path) {
        return disk.entry(Path.of(path)).orElseThrow().modified();
    }

    private static void assertEverySeed(Consumer<ForgetfulDisk> acts, Predicate<ForgetfulDisk> promise) {
        LongStream.range(0, SEEDS).forEach(seed -> {
            ForgetfulDisk disk = restarted(acts, seed);
            if (!promise.test(disk)) {
                fail("seed=%d%n%s", seed, disk.tree());
            }
        });
    }

    private static void assertSomeSeed(Consumer<ForgetfulDisk> acts, Predicate<ForgetfulDisk> outcome) {
        assertThat(LongStream.range(0, SEEDS).anyMatch(seed -> outcome.test(restarted(acts, seed))))
                .as("some seed in %d has this outcome", SEEDS)
                .isTrue();
    }

    /** All that happens with any seed, sorted. */
    private static Set<String> outcomes(
            Consumer<ForgetfulDisk> acts, Function<ForgetfulDisk, String> outcome) {
        var outcomes = new TreeSet<String>();
        LongStream.range(0, SEEDS).forEach(seed -> outcomes.add(outcome.apply(restarted(acts, seed))));
        return outcomes;
    }

    private static ForgetfulDisk restarted(Consumer<ForgetfulDisk> acts, long seed) {
        ForgetfulDisk disk = withStaging();
        acts.accept(disk);
        disk.restart(seed);
        return disk;
    }
}
