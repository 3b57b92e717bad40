package ctl.vm.durable;

import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;

/** A file, folder or link of a {@link ForgetfulDisk}, whatever its name: as programs see it, and as it is on disk. */
final class Inode {

    private static final int SECTOR_BYTES = 512;
    private static final int FOLDER_SIZE = 4096;

    final long number;
    final Disk.Kind kind;
    int mode;
    final Path target;

    private Content seen = new Content();
    private Content durable = new Content();

    /** Blocks that the next sync writes. After a failed sync the kernel takes lost blocks for written ones. */
    private Set<Long> unsynced = new TreeSet<>();

    private Times seenTimes;
    private Times durableTimes;

    /** @param target what a link says; of others, an empty path */
    Inode(long number, Disk.Kind kind, int mode, Path target, Instant now) {
        this.number = number;
        this.kind = kind;
        this.mode = mode;
        this.target = target;
        this.seenTimes = new Times(now, now);
        this.durableTimes = seenTimes;
    }

    Inode copy() {
        var copy = new Inode(number, kind, mode, target, seenTimes.changed());
        copy.seen = seen.copy();
        copy.durable = durable.copy();
        copy.unsynced = new TreeSet<>(unsynced);
        copy.seenTimes = seenTimes;
        copy.durableTimes = durableTimes;
        return copy;
    }

    Content content() {
        return seen;
    }

    Disk.Entry entry() {
        long size = switch (kind) {
            case FOLDER -> FOLDER_SIZE;
            case LINK -> target.toString().length();
            case FILE, SPECIAL -> seen.size();
        };
        return new Disk.Entry(
                kind, size, seenTimes.modified(), seenTimes.changed(), 1, number, mode);
    }

    long allocated() {
        return seen.allocated();
    }

    /** A line about it. */
    String text(Path path) {
        return switch (kind) {
            case FOLDER -> path.getNameCount() == 0 ? "/" : path + "/";
            case LINK -> path + " -> " + target;
            case FILE, SPECIAL -> "%s %d bytes, %d allocated".formatted(path, seen.size(), seen.allocated());
        };
    }

    void write(byte[] bytes, long position, Instant now) {
        unsynced.addAll(seen.write(bytes, position));
        touch(now, now);
    }

    void resize(long size, Instant now) {
        unsynced.addAll(seen.resize(size));
        touch(now, now);
    }

    /** Becomes a copy of another that shares its blocks. */
    void share(Inode source, Instant now) {
        for (long number = 0; number * Content.BLOCK_BYTES < source.seen.size(); number++) {
            seen.setBlock(number, source.seen.block(number));
            unsynced.add(number);
        }
        unsynced.addAll(seen.resize(source.seen.size()));
        touch(now, now);
    }

    void touch(Instant modified, Instant now) {
        seenTimes = new Times(modified, now);
    }

    /** Linux takes a new name for a change of the inode. */
    void renamed(Instant now) {
        seenTimes = new Times(seenTimes.modified(), now);
    }

    void sync() {
        unsynced.forEach(number -> durable.setBlock(number, seen.block(number)));
        durable.resize(seen.size());
        durableTimes = seenTimes;
        unsynced.clear();
    }

    /** The bytes are lost, but programs go on seeing them, and the next sync will say that all is well. */
    void failSync() {
        unsynced.clear();
    }

    /** Loses what the seed does not keep. */
    void losePower(Random random) {
        Fate fate = Fate.any(random);
        for (long number : unsynced) {
            durable.setBlock(number, survivor(number, fate.ofOne(random), random));
        }
        long size = fate.ofOne(random) == Fate.KEPT ? seen.size() : durable.size();
        durable.resize(size);
        durableTimes = fate.ofOne(random) == Fate.KEPT ? seenTimes : durableTimes;
        unsynced.clear();
        seen = durable.copy();
        seenTimes = durableTimes;
    }

    private Optional<byte[]> survivor(long number, Fate fate, Random random) {
        return switch (fate) {
            case KEPT -> seen.block(number);
            case LOST -> durable.block(number);
            case MIXED -> Optional.of(torn(number, random));
        };
    }

    private byte[] torn(long number, Random random) {
        byte[] torn = durable.block(number).orElse(Content.ZEROS).clone();
        int kept = SECTOR_BYTES * random.nextInt(Content.BLOCK_BYTES / SECTOR_BYTES);
        System.arraycopy(seen.block(number).orElse(Content.ZEROS), 0, torn, 0, kept);
        return torn;
    }

    /** They stand side by side in the inode, so they survive together. */
    private record Times(Instant modified, Instant changed) {}

    /** What a power cut does to unsynced bytes. */
    private enum Fate {
        KEPT,
        LOST,
        MIXED;

        static Fate any(Random random) {
            return values()[random.nextInt(values().length)];
        }

        /** Where the fate of the whole is mixed, each part has its own. */
        Fate ofOne(Random random) {
            return this == MIXED ? any(random) : this;
        }
    }
}
