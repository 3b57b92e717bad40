package ctl.vm.crash;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.function.BiConsumer;

/**
 * One command on one filesystem, and the disk as it was after each write of that command.
 *
 * <pre>
 * folder/logged.img    what the command writes to, with its log beside it
 * folder/kept.img      the disk before the command, and then as it was at one flush after the other
 * folder/cut.img       the disk that is looked at
 * folder/mounted/      where all of them are mounted: the user's files have not moved
 * </pre>
 */
final class Replay {

    /** How often the disk loses something of what was written between two flushes. */
    private static final int LOSSES_A_FLUSH = 2;

    private static final Map<String, Long> SIZES = Map.of("ext4", 64L << 20, "xfs", 320L << 20, "btrfs", 160L << 20);

    private final String kind;
    private final Sweep sweep;
    private final Path folder;
    private final Path mounted;
    private final Place place;
    private final Random random;
    private final BiConsumer<String, String> broken;
    private final Set<String> seen = new HashSet<>();
    private List<String> promised = List.of();
    private int looks;
    private int recoveries;

    /**
     * @param disks mounted and looked at
     *
     * @param different those with other files than all before
     * @param recoveries tried
     */
    record Count(int writes, int flushes, int disks, int different, int recoveries) {

        static final Count NONE = new Count(0, 0, 0, 0, 0);

        Count plus(Count other) {
            return new Count(writes + other.writes, flushes + other.flushes, disks + other.disks,
                    different + other.different, recoveries + other.recoveries);
        }

        @Override
        public String toString() {
            return "%d writes and %d flushes, %d disks looked at, %d different ones, %d recoveries"
                    .formatted(writes, flushes, disks, different, recoveries);
        }
    }

    /** @param broken told which disk breaks a promise, and which promise */
    public Replay(String kind, Sweep sweep, Path folder, long seed, BiConsumer<String, String> broken)
            throws IOException {
        this.kind = kind;
        this.sweep = sweep;
        this.folder = folder;
        this.mounted = Files.createDirectory(folder.resolve("mounted"));
        this.place = new Place(mounted.resolve("place"));
        this.random = new Random(seed);
        this.broken = broken;
    }

    Count run() throws IOException {
        try (Filesystem _ = Filesystem.made(kind, image("kept"), mounted, SIZES.get(kind))) {
            sweep.template().copyTo(place.folder());
        }
        Shell.require("cp", "--sparse=always", image("kept").toString(), image("logged").toString());
        int acknowledged = record();
        try (BlockLog log = LoggedDisk.log(image("logged"))) {
            replay(log, log.flushedBefore(acknowledged));
            return new Count(log.size(), log.flushes(), looks, seen.size(), recoveries);
        }
    }

    /** Returns how many writes there were when the command said that it was done. */
    private int record() throws IOException {
        try (LoggedDisk disk = new LoggedDisk(image("logged"));
                Filesystem _ = Filesystem.mounted(disk.shown(), mounted)) {
            Ctl.Run run = sweep.scenario().in(place).run(List.of(), sweep.scenario().command());
            assertThat(run.exit()).as(run.toString()).isZero();
            try (BlockLog log = LoggedDisk.log(image("logged"))) {
                return log.size();
            }
        }
    }

    /** @param acknowledged up to where all had been flushed when the command was done */
    private void replay(BlockLog log, int acknowledged) throws IOException {
        int flushed = 0;
        List<String> lines = List.of();
        for (int writes = 0; writes <= log.size(); writes++) {
            if (writes > 0 && log.isFlush(writes - 1)) {
                loseSome(log, flushed, writes - 1, flushed >= acknowledged);
                try (FileChannel kept = FileChannel.open(image("kept"), StandardOpenOption.WRITE)) {
                    log.replay(flushed, writes, kept);
                }
                flushed = writes;
                promised = lines;
            } else {
                lines = look(new Cut(log, flushed, writes, OptionalLong.empty()), flushed >= acknowledged);
            }
        }
    }

    private void loseSome(BlockLog log, int flushed, int writes, boolean acknowledged) throws IOException {
        // To lose one write or none is to cut before it or behind it.
        for (int loss = 0; loss < LOSSES_A_FLUSH && writes - flushed > 1; loss++) {
            look(new Cut(log, flushed, writes, OptionalLong.of(random.nextLong())), acknowledged);
        }
    }

    /** Returns the lines of the mirror that are whole on this disk. */
    private List<String> look(Cut cut, boolean acknowledged) throws IOException {
        looks++;
        List<String> lines = promised;
        try (Filesystem _ = mounted(cut)) {
            Mirror.assertStartsWith(promised, place.mirror());
            lines = Mirror.lines(place.mirror());
            assertThat(!acknowledged || sweep.isReached(place)).as("what was acknowledged is there").isTrue();
            if (!seen.add(Contents.fingerprint(mounted))) {
                return lines;
            }
        } catch (AssertionError promise) {
            broken(cut, promise);
            return lines;
        }
        for (Recovery recovery : Recovery.values()) {
            recover(cut, recovery);
        }
        return lines;
    }

    private void recover(Cut cut, Recovery recovery) throws IOException {
        recoveries++;
        try (Filesystem _ = mounted(cut)) {
            sweep.settle(place, recovery);
        } catch (AssertionError promise) {
            broken(cut, promise);
        }
    }

    private Filesystem mounted(Cut cut) throws IOException {
        cut.make(image("kept"), image("cut"));
        return Filesystem.mounted(image("cut"), mounted);
    }

    /** Keeps the disk, as it was before anybody looked at it. */
    private void broken(Cut cut, AssertionError promise) throws IOException {
        cut.make(image("kept"), image("broken-at-" + cut));
        broken.accept(cut.toString(), promise.getMessage());
    }

    private Path image(String name) {
        return folder.resolve(name + ".img");
    }

    /**
     * A power cut.
     *
     * @param flushed the disk keeps all writes before this one
     * @param writes and has seen all before this one
     * @param losing seed of what it loses of those in between, block by block; empty for nothing
     */
    private record Cut(BlockLog log, int flushed, int writes, OptionalLong losing) {

        /** @param kept the disk as it was at the flush */
        void make(Path kept, Path image) throws IOException {
            Shell.require("cp", "--sparse=always", kept.toString(), image.toString());
            Random random = new Random(losing.orElse(0));
            try (FileChannel disk = FileChannel.open(image, StandardOpenOption.WRITE)) {
                log.replay(flushed, writes, disk, _ -> losing.isEmpty() || random.nextBoolean());
            }
        }

        @Override
        public String toString() {
            return "write-%d".formatted(writes)
                    + (losing.isPresent() ? "-losing-some-since-%d".formatted(flushed) : "");
        }
    }
}
