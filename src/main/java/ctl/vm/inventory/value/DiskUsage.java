package ctl.vm.inventory.value;

import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What files take on disk. Of several files it knows what they have in common: a file under two names counts once, and
 * blocks that are shared stand in a set.
 *
 * @param plain bytes of all files that stand under one name only, holes not counted, shared blocks included
 * @param plainShared bytes of that which stand in blocks that other files have as well
 * @param linked the files that may stand under further names
 * @param blocks the shared blocks of all of them
 * @param repeated those of the shared blocks that are in more than one place of these files
 */
public record DiskUsage(
        long plain, long plainShared, Map<FileId, Linked> linked, BlockSet blocks, BlockSet repeated) {

    public static final DiskUsage NONE = new DiskUsage(0, 0, Map.of(), BlockSet.EMPTY, BlockSet.EMPTY);

    /** A file that may stand under further names. @param shared bytes in blocks that other files have as well */
    public record Linked(long allocated, long shared) {}

    public DiskUsage {
        linked = Collections.unmodifiableMap(linked);
    }

    /** Of one file or folder. @param shared bytes in blocks that other files have as well; never more than it takes */
    public static DiskUsage of(ByteCount allocated, long shared, BlockSet blocks) {
        return new DiskUsage(allocated.bytes(), Math.min(shared, allocated.bytes()), Map.of(), blocks, BlockSet.EMPTY);
    }

    /** Of a file that may stand under further names. */
    public static DiskUsage ofLinked(FileId file, ByteCount allocated, long shared, BlockSet blocks) {
        Linked linked = new Linked(allocated.bytes(), Math.min(shared, allocated.bytes()));
        return new DiskUsage(0, 0, Map.of(file, linked), blocks, BlockSet.EMPTY);
    }

    public DiskUsage plus(DiskUsage other) {
        return new DiskUsage(
                plain + other.plain, plainShared + other.plainShared, together(linked, other.linked),
                blocks.plus(other.blocks), repeated.plus(other.repeated).plus(blocks.common(other.blocks)));
    }

    /** Of them all. Halves of halves are added up, so that no long list is copied once for each of its elements. */
    public static DiskUsage sum(List<DiskUsage> usages) {
        return switch (usages.size()) {
            case 0 -> NONE;
            case 1 -> usages.getFirst();
            default -> {
                int middle = usages.size() / 2;
                yield sum(usages.subList(0, middle)).plus(sum(usages.subList(middle, usages.size())));
            }
        };
    }

    private static Map<FileId, Linked> together(Map<FileId, Linked> here, Map<FileId, Linked> there) {
        if (here.isEmpty() || there.isEmpty()) {
            return here.isEmpty() ? there : here;
        }
        Map<FileId, Linked> together = new HashMap<>(here);
        together.putAll(there);
        return together;
    }

    /** Bytes on disk, as {@code du} counts them: blocks that several files share count for each. */
    public ByteCount onDisk() {
        return linked.values().stream().map(file -> new ByteCount(file.allocated()))
                .reduce(new ByteCount(plain), ByteCount::plus);
    }

    /** Bytes of that which nothing else has: they are free when these files are gone. */
    public ByteCount unique() {
        return new ByteCount(plain - plainShared);
    }

    /** Bytes of that which other files, or other names, have as well. */
    public ByteCount shared() {
        return new ByteCount(onDisk().bytes() - unique().bytes());
    }

    /** Bytes on disk where shared blocks count once. */
    public ByteCount once() {
        long linkedAlone = linked.values().stream().mapToLong(file -> file.allocated() - file.shared()).sum();
        return new ByteCount(plain - plainShared + linkedAlone + blocks.size().bytes());
    }

    /**
     * Bytes that are free when these files are gone and the others stay. Of a file that may stand under further names
     * that is unknown: it is not counted.
     */
    public ByteCount freedBeside(DiskUsage others) {
        return new ByteCount(plain - plainShared + blocks.minus(others.blocks).size().bytes());
    }

    /**
     * The same, where files that are neither these nor the others may share blocks with them: a shared block counts
     * where these files have it more than once, as otherwise it is one of those that has it as well.
     */
    public ByteCount surelyFreedBeside(DiskUsage others) {
        return new ByteCount(plain - plainShared + repeated.minus(others.blocks).size().bytes());
    }
}
