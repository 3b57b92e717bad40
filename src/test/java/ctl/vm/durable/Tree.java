package ctl.vm.durable;

import ctl.vm.durable.NameChange.Place;
import ctl.vm.linux.LinuxError;
import ctl.vm.problem.Errno;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The inodes of a {@link ForgetfulDisk} and the way to them by their names. Failures are those of Linux. */
final class Tree {

    private static final long ROOT = 2;
    private static final Instant FIRST_DAY = Instant.parse("2001-01-01T00:00:00Z");

    /** How long an act takes. No two have the same time, in seconds neither, and few a whole second. */
    private static final Duration ACT = Duration.ofMillis(1500).plusNanos(1);

    private final Map<Long, Inode> inodes = new TreeMap<>();
    private final Names names;
    private long lastInode = ROOT;
    private Instant time = FIRST_DAY;
    private final Map<byte[], Long> places = new IdentityHashMap<>();

    Tree() {
        names = new Names();
        inodes.put(ROOT, new Inode(ROOT, Disk.Kind.FOLDER, 0755, Path.of(""), time));
    }

    private Tree(Tree original) {
        names = original.names.copy();
        original.inodes.forEach((number, inode) -> inodes.put(number, inode.copy()));
        lastInode = original.lastInode;
        time = original.time;
    }

    Tree copy() {
        return new Tree(this);
    }

    Names names() {
        return names;
    }

    synchronized Instant now() {
        time = time.plus(ACT);
        return time;
    }

    synchronized Inode newInode(Disk.Kind kind, int mode, Path target) {
        var inode = new Inode(++lastInode, kind, mode, target, now());
        inodes.put(inode.number, inode);
        return inode;
    }

    /** What stands under a path, be it a link. */
    Optional<Inode> find(Path path) {
        Path whole = path.toAbsolutePath().normalize();
        if (whole.getNameCount() == 0) {
            return Optional.of(inodes.get(ROOT));
        }
        return folderAt(whole.getParent())
                .map(folder -> names.in(folder.number).get(whole.getFileName().toString()))
                .map(inodes::get);
    }

    /** Follows links, as Linux does in all but the last part of a path. */
    private Optional<Inode> folderAt(Path path) {
        return find(path)
                .flatMap(inode -> inode.kind == Disk.Kind.LINK
                        ? folderAt(path.resolveSibling(inode.target))
                        : Optional.of(inode))
                .filter(inode -> inode.kind == Disk.Kind.FOLDER);
    }

    Inode require(Path path) {
        return find(path).orElseThrow(() -> LinuxError.of(Errno.ENOENT, "forgetful", path));
    }

    Inode requireFile(Path path) {
        Inode inode = require(path);
        return switch (inode.kind) {
            case FILE -> inode;
            case LINK -> throw LinuxError.of(Errno.ELOOP, "forgetful", path);
            case FOLDER, SPECIAL -> throw LinuxDisk.notAFile(inode.kind, path);
        };
    }

    Inode requireFolder(Path path) {
        Inode inode = require(path);
        if (inode.kind != Disk.Kind.FOLDER) {
            throw LinuxError.of(Errno.ENOTDIR, "forgetful", path);
        }
        return inode;
    }

    /** Where the path's name stands or could stand. */
    Place place(Path path) {
        Path whole = path.toAbsolutePath().normalize();
        Inode folder = folderAt(whole.getParent()).orElseThrow(() -> LinuxError.of(Errno.ENOENT, "forgetful", path));
        return new Place(folder.number, whole.getFileName().toString());
    }

    Place freePlace(Path path) {
        if (find(path).isPresent()) {
            throw LinuxError.of(Errno.EEXIST, "forgetful", path);
        }
        return place(path);
    }

    boolean isEmpty(Inode inode) {
        return names.in(inode.number).isEmpty();
    }

    long allocated() {
        return names.reachable(ROOT).stream()
                .mapToLong(number -> inodes.get(number).content().allocated())
                .sum();
    }

    /** The same, where files that share a block take the space of one. */
    long allocatedTogether() {
        Set<byte[]> blocks = Collections.newSetFromMap(new IdentityHashMap<>());
        names.reachable(ROOT).forEach(number -> blocks.addAll(inodes.get(number).content().blocks()));
        return (long) blocks.size() * Content.BLOCK_BYTES;
    }

    /** Where the blocks of a file stand that others have as well: each block has a place of its own. */
    List<DiskFile.Extent> sharedBlocks(Inode inode) {
        Map<byte[], Integer> users = new IdentityHashMap<>();
        names.reachable(ROOT).forEach(number -> inodes.get(number).content().blocks()
                .forEach(block -> users.merge(block, 1, Integer::sum)));
        return inode.content().blocks().stream()
                .filter(block -> users.getOrDefault(block, 0) > 1)
                .map(block -> places.computeIfAbsent(block, _ -> (long) places.size() * Content.BLOCK_BYTES))
                .map(start -> new DiskFile.Extent(start, start + Content.BLOCK_BYTES))
                .toList();
    }

    void settle() {
        inodes.values().forEach(Inode::sync);
        inodes.keySet().forEach(names::sync);
        forgetNameless();
    }

    void losePower(Random random) {
        inodes.values().forEach(inode -> inode.losePower(random));
        names.losePower(random, number -> inodes.get(number).kind == Disk.Kind.FOLDER);
        forgetNameless();
    }

    private void forgetNameless() {
        inodes.keySet().retainAll(names.reachable(ROOT));
    }

    @Override
    public String toString() {
        return text(Path.of("/"), inodes.get(ROOT));
    }

    private String text(Path path, Inode inode) {
        return names.in(inode.number).entrySet().stream()
                .map(child -> text(path.resolve(child.getKey()), inodes.get(child.getValue())))
                .collect(Collectors.joining("", inode.text(path) + "\n", ""));
    }
}
