package ctl.vm.durable;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import ctl.vm.linux.Descriptor;
import ctl.vm.linux.DirectoryEntry;
import ctl.vm.linux.LinuxCall;
import ctl.vm.linux.LinuxError;
import ctl.vm.linux.NativePath;
import ctl.vm.problem.DiskException;
import ctl.vm.problem.Errno;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.IntUnaryOperator;

/** The filesystems of a Linux machine. */
public final class LinuxDisk implements Disk {

    private static final int REMOVING_A_FOLDER = 0x200;
    private static final int SYMLINK_NOFOLLOW = 0x100;
    private static final int REPLACING = 0;
    private static final int NOT_REPLACING = 1;
    private static final int EXCHANGING = 2;

    private static final int FILESYSTEM_STRUCTURE_BYTES = 120;
    private static final int FILESYSTEM_TYPE = 0;
    private static final int FILESYSTEM_UNITS = 16;
    private static final int FILESYSTEM_UNITS_FREE_FOR_US = 32;
    private static final int FILESYSTEM_FILES = 40;
    private static final int FILESYSTEM_FILES_FREE = 48;
    private static final int FILESYSTEM_UNIT = 72;

    /** Some filesystems of FUSE answer with nothing but zeros: whether something fits shows when it is written. */
    private static final long UNKNOWN_FREE_BYTES = 1L << 60;

    /** The numbers of btrfs and xfs. */
    private static final Set<Long> REPORTING_SHARED = Set.of(0x9123_683eL, 0x5846_5342L);

    private static final int BLOCK_BYTES = 1 << 16;

    private final Optional<Path> withoutLinks;
    private final Consumer<Path> unsyncable;
    private final Set<Long> devicesTold = new HashSet<>();

    /** Folders on the way to a file may be links. */
    public LinuxDisk() {
        this(Optional.empty(), _ -> {});
    }

    private LinuxDisk(Optional<Path> withoutLinks, Consumer<Path> unsyncable) {
        this.withoutLinks = withoutLinks;
        this.unsyncable = unsyncable;
    }

    /**
     * Nothing is opened for writing, made, renamed or removed through a link where it stands below this folder, which
     * several users may write to: they could put links there between any two looks.
     *
     * @param folder a real path
     * @param unsyncable is told the first folder of each filesystem that cannot sync folders
     */
    public static LinuxDisk withoutLinksBelow(Path folder, Consumer<Path> unsyncable) {
        return new LinuxDisk(Optional.of(folder), unsyncable);
    }

    private DirectoryEntry named(Path path) {
        return new DirectoryEntry(path, withoutLinks.filter(path::startsWith).isEmpty());
    }

    @Override
    public void getReady() {
        // What fails in it fails again at the first call, and is reported there.
        Thread.ofPlatform().daemon().name("linux-calls").uncaughtExceptionHandler((_, _) -> {})
                .start(LinuxCall::getReady);
    }

    @Override
    public List<Path> list(Path folder) {
        requireFolder(folder);
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
            List<Path> sorted = new ArrayList<>();
            entries.forEach(sorted::add);
            Collections.sort(sorted);
            return sorted;
        } catch (DirectoryIteratorException failed) {
            throw LinuxError.of(failed.getCause(), folder);
        } catch (IOException failed) {
            throw LinuxError.of(failed, folder);
        }
    }

    /** Java's own listing would follow a link, and wait for the writer of a pipe. */
    private static void requireFolder(Path path) {
        try {
            if (!Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS).isDirectory()) {
                throw LinuxError.of(Errno.ENOTDIR, "open", path);
            }
        } catch (IOException failed) {
            throw LinuxError.of(failed, path);
        }
    }

    @Override
    public String name(Path path) {
        return NativePath.name(path);
    }

    @Override
    public Optional<Entry> entry(Path path) {
        return LinuxStatus.of(path);
    }

    @Override
    public Optional<Space> space(Path path) {
        return LinuxStatus.space(path);
    }

    @Override
    public Optional<Instant> born(Path path) {
        return LinuxStatus.born(path);
    }

    /** Does not wait: a pipe in the place of an image would keep us waiting for its writer. */
    @Override
    public DiskFile open(Path file) {
        return existing(Descriptor.open(named(file), Descriptor.READ_ONLY | Descriptor.WITHOUT_WAITING, 0));
    }

    @Override
    public DiskFile openForWriting(Path file) {
        return existing(Descriptor.open(named(file), Descriptor.READ_WRITE, 0));
    }

    /**
     * By Java's own means, as {@link LinuxStatus#of}. A block at a time: as much memory again would be taken outside
     * the heap.
     */
    @Override
    public byte[] end(Path file, int mostBytes) {
        try (SeekableByteChannel channel = Files.newByteChannel(
                file, Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS))) {
            byte[] bytes = new byte[(int) Math.min(channel.size(), mostBytes)];
            channel.position(channel.size() - bytes.length);
            int count = 0;
            for (int end = 0; count >= 0 && end < bytes.length; end += Math.max(0, count)) {
                count = channel.read(ByteBuffer.wrap(bytes, end, Math.min(BLOCK_BYTES, bytes.length - end)));
            }
            return bytes;
        } catch (IOException failed) {
            throw LinuxError.of(failed, file);
        }
    }

    @Override
    public Optional<Lock> tryLock(Path file) {
        return ProcessLock.tryTake(file);
    }

    @Override
    public Turn queue(Path file) {
        return ProcessQueue.join(file);
    }

    @Override
    public boolean isQueued(Path file) {
        return ProcessQueue.isTaken(file);
    }

    @Override
    public Optional<Long> lockHolder(Path... files) {
        return ProcessLock.holder(files);
    }

    @Override
    public FileWatch watch(Path file) {
        return LinuxFileWatch.over(file);
    }

    private static DiskFile existing(Descriptor descriptor) {
        Kind kind = LinuxStatus.kind(descriptor);
        if (kind == Kind.FILE) {
            return new LinuxFile(descriptor);
        }
        descriptor.close();
        throw notAFile(kind, descriptor.path());
    }

    /** For what is opened as a file and is none. */
    static DiskException notAFile(Kind kind, Path path) {
        return kind == Kind.FOLDER
                ? LinuxError.of(Errno.EISDIR, "open", path)
                : new DiskException(Errno.ENXIO, "open",
                        new FileSystemException(path.toString(), null, "Not a regular file"));
    }

    /** If we die before the file's sync and its folder's, the file may be missing, or stand there without its bytes. */
    @Override
    public DiskFile create(Path file, int mode) {
        return new LinuxFile(Descriptor.open(named(file), Descriptor.READ_WRITE | Descriptor.CREATE_NEW, mode));
    }

    /** If we die before the sync of the folder around it, it may be missing. */
    @Override
    public void createFolder(Path folder, int mode) {
        LinuxCall.MKDIRAT.check(
                named(folder).at((parent, name) -> LinuxCall.MKDIRAT.make(parent, name, mode)), folder);
    }

    /** If we die before the sync, it may have the rights that it was made with. */
    @Override
    public void copyRights(Path from, Path to) {
        copyOwner(from, to, mode -> mode);
    }

    @Override
    public void copyOwner(Path from, Path to, int mode) {
        copyOwner(from, to, _ -> mode);
    }

    private void copyOwner(Path from, Path to, IntUnaryOperator mode) {
        try (Descriptor target = Descriptor.open(named(to), Descriptor.NAME_ONLY, 0)) {
            if (LinuxStatus.kind(target) == Kind.LINK) {
                throw LinuxError.of(Errno.ELOOP, "open", to);
            }
            target.during(number -> {
                FileOwnership.copy(from, to, number, mode);
                return number;
            });
        }
    }

    /** If we die before the sync, it may have the rights that it was made with. */
    @Override
    public void copyAttributes(Path from, Path to, int added) {
        try (Descriptor source = Descriptor.open(named(from), Descriptor.NAME_ONLY, 0);
                Descriptor target = Descriptor.open(named(to), Descriptor.NAME_ONLY, 0)) {
            if ((LinuxStatus.kind(source) == Kind.LINK) != (LinuxStatus.kind(target) == Kind.LINK)) {
                throw LinuxError.of(Errno.ELOOP, "open", to);
            }
            source.during(other -> target.during(number -> {
                FileOwnership.copyAll(to, other, number, added);
                return number;
            }));
        }
    }

    @Override
    public void setModified(Path path, Instant time) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment times = LinuxStatus.times(LinuxStatus.accessed(path), time, arena);
            LinuxCall.UTIMENSAT.check(
                    named(path).at((folder, name) -> LinuxCall.UTIMENSAT.make(
                            folder, name, times.address(), SYMLINK_NOFOLLOW)),
                    path);
        }
    }

    /** If we die before the sync of its folder, the name may be missing. */
    @Override
    public boolean addName(Path file, Path name) {
        long returned = named(file).at((oldFolder, oldName) -> named(name).at(
                (folder, newName) -> LinuxCall.LINKAT.make(oldFolder, oldName, folder, newName, 0)));
        boolean isRefused = returned == -Errno.EPERM || returned == -Errno.EMLINK
                || Errno.isRefusal((int) -returned);
        return !isRefused && LinuxCall.LINKAT.check(returned, name) == 0;
    }

    /** If we die before the sync of its folder, it may be missing. */
    @Override
    public void createLink(Path link, Path target) {
        try (Arena arena = Arena.ofConfined()) {
            long says = NativePath.address(target, arena);
            LinuxCall.SYMLINKAT.check(
                    named(link).at((folder, name) -> LinuxCall.SYMLINKAT.make(says, folder, name)), link);
        }
    }

    @Override
    public Path linkTarget(Path link) {
        try {
            return Files.readSymbolicLink(link);
        } catch (IOException failed) {
            throw LinuxError.of(failed, link);
        }
    }

    /** If we die before the sync of both folders, it may stand under either name, never under both or none. */
    @Override
    public boolean renameIfFree(Path from, Path to) {
        return renameWith(NOT_REPLACING, from, to);
    }

    /**
     * If we die before the sync of the folder, the name may be the old file's or the new one's, and is never missing.
     * Without a flag, the C library makes a call that every filesystem knows.
     */
    @Override
    public void replace(Path from, Path to) {
        check(rename(REPLACING, from, to), from, to);
    }

    /** If we die before the sync of both folders, both are swapped or neither is. */
    @Override
    public boolean exchange(Path one, Path other) {
        return renameWith(EXCHANGING, one, other);
    }

    /**
     * The kernel answers to an unknown flag as it does where a folder is to go into itself: that is refused by any
     * other way, too.
     */
    private boolean renameWith(int flag, Path from, Path to) {
        long returned = rename(flag, from, to);
        if (Errno.isRefusal((int) -returned)) {
            return false;
        }
        check(returned, from, to);
        return true;
    }

    private long rename(int flag, Path from, Path to) {
        return named(from).at((oldFolder, oldName) -> named(to).at(
                (folder, name) -> LinuxCall.RENAMEAT2.make(oldFolder, oldName, folder, name, flag)));
    }

    private static void check(long returned, Path from, Path to) {
        if (returned == -Errno.EEXIST || returned == -Errno.ENOTEMPTY) {
            throw LinuxError.of(Errno.EEXIST, "renameat2", to);
        }
        LinuxCall.RENAMEAT2.check(returned, from, to);
    }

    /** If we die before the sync of its folder, it may stand there again. */
    @Override
    public void remove(Path path) {
        long returned = named(path).at((folder, name) -> {
            long asFile = LinuxCall.UNLINKAT.make(folder, name, 0);
            return asFile == -Errno.EISDIR
                    ? LinuxCall.UNLINKAT.make(folder, name, REMOVING_A_FOLDER)
                    : asFile;
        });
        if (returned != -Errno.ENOENT && returned != -Errno.ENOTDIR) {
            LinuxCall.UNLINKAT.check(returned, path);
        }
    }

    @Override
    public void syncFolder(Path folder) {
        try (Descriptor open = folder(folder)) {
            if (LinuxStatus.kind(open) != Kind.FOLDER) {
                throw LinuxError.of(Errno.ENOTDIR, "open", folder);
            }
            long returned = open.make(LinuxCall.FSYNC);
            if (Errno.isRefusal((int) -returned)) {
                tellUnsyncable(folder);
            } else {
                LinuxCall.FSYNC.check(returned, folder);
            }
        }
    }

    /** Several threads may sync folders, as those of a copy. */
    private void tellUnsyncable(Path folder) {
        synchronized (devicesTold) {
            if (entry(folder).map(Entry::device).filter(devicesTold::add).isPresent()) {
                unsyncable.accept(folder);
            }
        }
    }

    @Override
    public void syncFilesystem(Path path) {
        try (Descriptor open = folder(path)) {
            open.require(LinuxCall.SYNCFS);
        }
    }

    /** The root of the filesystem stands in no other folder. */
    private Descriptor folder(Path folder) {
        int reading = Descriptor.READ_ONLY | Descriptor.WITHOUT_WAITING;
        return folder.getParent() == null
                ? Descriptor.open(folder, reading, 0)
                : Descriptor.open(named(folder), reading, 0);
    }

    @Override
    public String owner(Path path) {
        try {
            return Files.getOwner(path, LinkOption.NOFOLLOW_LINKS).getName();
        } catch (IOException failed) {
            throw LinuxError.of(failed, path);
        }
    }

    @Override
    public Filesystem filesystem(Path path) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment found = filesystem(path, arena);
            long unit = found.get(JAVA_LONG, FILESYSTEM_UNIT);
            long units = found.get(JAVA_LONG, FILESYSTEM_UNITS);
            // One that makes inodes as it needs them says that it has none at all.
            boolean isLimited = found.get(JAVA_LONG, FILESYSTEM_FILES) > 0;
            return new Filesystem(
                    bytes(unit, units),
                    units == 0
                            ? UNKNOWN_FREE_BYTES
                            : bytes(unit, found.get(JAVA_LONG, FILESYSTEM_UNITS_FREE_FOR_US)),
                    isLimited ? found.get(JAVA_LONG, FILESYSTEM_FILES_FREE) : Long.MAX_VALUE,
                    REPORTING_SHARED.contains(found.get(JAVA_LONG, FILESYSTEM_TYPE)));
        }
    }

    /** Numbers of the kernel have no sign, and some filesystems answer with the largest for what they do not know. */
    static long bytes(long unit, long units) {
        long high = Math.unsignedMultiplyHigh(unit, units);
        long low = unit * units;
        return high != 0 || low < 0 ? Long.MAX_VALUE : low;
    }

    private static MemorySegment filesystem(Path path, Arena arena) {
        MemorySegment found = arena.allocate(FILESYSTEM_STRUCTURE_BYTES, Long.BYTES);
        LinuxCall.STATFS.check(LinuxCall.STATFS.make(NativePath.address(path, arena), found.address()), path);
        return found;
    }

    @Override
    public Optional<String> remote(Path path) {
        try (Arena arena = Arena.ofConfined()) {
            return FilesystemType.of(filesystem(path, arena)).remote(path);
        }
    }

    @Override
    public Optional<String> localLocks(Path path) {
        try {
            return new MountTable(Files.readAllLines(Path.of("/proc/self/mountinfo"))).localLocks(path.toRealPath());
        } catch (IOException failed) {
            throw LinuxError.of(failed, path);
        }
    }

    @Override
    public boolean keepsInodes(Path path) {
        try (Arena arena = Arena.ofConfined()) {
            return !FilesystemType.of(filesystem(path, arena)).isFuse();
        }
    }
}
