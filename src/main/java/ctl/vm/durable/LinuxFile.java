package ctl.vm.durable;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import ctl.vm.linux.Descriptor;
import ctl.vm.linux.LinuxCall;
import ctl.vm.problem.Errno;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * An open file of Linux.
 *
 * <p>It is not a {@link java.nio.channels.FileChannel}: holes and times need the kernel's number of the open file,
 * which a channel does not tell, and a second open by name could meet another file. Nor does an interrupted thread
 * close it.
 */
final class LinuxFile implements DiskFile {

    private static final int BEGIN_WRITING = 2;
    private static final int WAIT_FOR_WRITING = 1 | 2 | 4;
    private static final int NOT_NEEDED = 4;

    private static final int KEEP_SIZE = 1;
    private static final long FICLONE = 0x40049409;

    /** The same number on all processors; the C library has no function for it yet. */
    private static final int CACHESTAT = 451;

    private static final int CACHE_STRUCTURE_BYTES = 5 * Long.BYTES;

    /** How much of a buffer on Java's heap goes through native memory at once. */
    private static final int HEAP_BUFFER_BYTES = 256 * 1024;

    private static final int COPY_BUFFER_BYTES = 1024 * 1024;

    private static final int SEEK_END = 2;
    private static final int SEEK_DATA = 3;
    private static final int SEEK_HOLE = 4;

    private final Descriptor descriptor;

    LinuxFile(Descriptor descriptor) {
        this.descriptor = descriptor;
    }

    @Override
    public Path path() {
        return descriptor.path();
    }

    @Override
    public Path pathForOthers() {
        long number = descriptor.during(open -> open);
        return Path.of("/proc", Long.toString(ProcessHandle.current().pid()), "fd", Long.toString(number));
    }

    @Override
    public long size() {
        return descriptor.require(LinuxCall.LSEEK, 0, SEEK_END);
    }

    @Override
    public int read(ByteBuffer target, long position) {
        if (!target.hasRemaining()) {
            return 0;
        }
        int count = target.isDirect() ? transfer(LinuxCall.PREAD, target, position) : readToHeap(target, position);
        return count == 0 ? -1 : count;
    }

    private int readToHeap(ByteBuffer target, long position) {
        try (Arena arena = Arena.ofConfined()) {
            ByteBuffer buffer = nativeBuffer(target, arena);
            int count = transfer(LinuxCall.PREAD, buffer, position);
            target.put(buffer.flip());
            return count;
        }
    }

    @Override
    public void write(ByteBuffer source, long position) {
        long next = position;
        while (source.hasRemaining()) {
            next += source.isDirect() ? transfer(LinuxCall.PWRITE, source, next) : writeFromHeap(source, next);
        }
    }

    private int writeFromHeap(ByteBuffer source, long position) {
        try (Arena arena = Arena.ofConfined()) {
            ByteBuffer buffer = nativeBuffer(source, arena);
            buffer.put(source.slice(source.position(), buffer.capacity())).flip();
            int count = transfer(LinuxCall.PWRITE, buffer, position);
            source.position(source.position() + count);
            return count;
        }
    }

    private static ByteBuffer nativeBuffer(ByteBuffer whole, Arena arena) {
        return arena.allocate(Math.min(whole.remaining(), HEAP_BUFFER_BYTES)).asByteBuffer();
    }

    /** Reads into or writes from native memory, and moves the buffer's position behind what was done. */
    private int transfer(LinuxCall call, ByteBuffer buffer, long position) {
        try {
            long address = MemorySegment.ofBuffer(buffer).address();
            long returned = descriptor.make(call, address, buffer.remaining(), position);
            int count = (int) call.check(returned, path(), position);
            buffer.position(buffer.position() + count);
            return count;
        } finally {
            Reference.reachabilityFence(buffer); // the kernel knows only its address
        }
    }

    @Override
    public void resize(long size) {
        descriptor.require(LinuxCall.FTRUNCATE, size);
    }

    /**
     * {@code copy_file_range} shares the blocks where the filesystem can (btrfs, xfs) and otherwise copies inside the
     * kernel; on ext4 it fills holes with zeros. Between two filesystems it refuses, and then the bytes go through us.
     */
    @Override
    public long copyTo(DiskFile target, long position, long length) {
        long copied = target instanceof LinuxFile file ? copyInKernel(file, position, length) : 0;
        // Some filesystems answer 0 for what they do not know how to copy, and not only at the end of the file.
        return copied > 0 ? copied : copyThroughUs(target, position, length);
    }

    /** Returns 0 where the kernel does not copy between these two. */
    private long copyInKernel(LinuxFile target, long position, long length) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment from = arena.allocateFrom(JAVA_LONG, position);
            MemorySegment to = arena.allocateFrom(JAVA_LONG, position);
            long copied = descriptor.during(source -> target.descriptor.during(
                    number -> LinuxCall.COPY_FILE_RANGE.make(source, from.address(), number, to.address(), length)));
            return switch ((int) -Math.min(copied, 0)) {
                case Errno.EXDEV, Errno.EOPNOTSUPP, Errno.ENOSYS, Errno.EINVAL -> 0;
                case Errno.EIO -> 0; // which of the two files is broken, and where, our own reading and writing tells
                case Errno.ENOSPC, Errno.EDQUOT, Errno.EFBIG, Errno.EROFS ->
                    LinuxCall.COPY_FILE_RANGE.check(copied, target.path());
                default -> LinuxCall.COPY_FILE_RANGE.check(copied, path(), target.path());
            };
        }
    }

    private long copyThroughUs(DiskFile target, long position, long length) {
        try (Arena arena = Arena.ofConfined()) {
            ByteBuffer buffer = arena.allocate(Math.min(length, COPY_BUFFER_BYTES)).asByteBuffer();
            long copied = 0;
            while (copied < length) {
                buffer.clear().limit((int) Math.min(length - copied, buffer.capacity()));
                if (read(buffer, position + copied) < 0) {
                    break;
                }
                int count = buffer.flip().remaining();
                target.write(buffer, position + copied);
                copied += count;
            }
            return copied;
        }
    }

    /** If we die before the target's sync, it may be empty still, or have the size and not the bytes. */
    @Override
    public boolean shareWith(DiskFile target) {
        return target instanceof LinuxFile file && shareWith(file);
    }

    private boolean shareWith(LinuxFile target) {
        long returned = descriptor.during(number -> target.descriptor.make(LinuxCall.IOCTL, FICLONE, number));
        return switch ((int) returned) {
            case -Errno.EOPNOTSUPP, -Errno.ENOTTY, -Errno.ENOSYS, -Errno.EXDEV, -Errno.EINVAL,
                    -Errno.EPERM, -Errno.ETXTBSY ->
                false;
            default -> LinuxCall.IOCTL.check(returned, target.path()) == 0;
        };
    }

    @Override
    public List<Extent> sharedBlocks() {
        return SharedBlocks.of(descriptor);
    }

    @Override
    public void reserve(long position, long length) {
        long returned = descriptor.make(LinuxCall.FALLOCATE, KEEP_SIZE, position, length);
        if (!Errno.isRefusal((int) -returned)) {
            LinuxCall.FALLOCATE.check(returned, path());
        }
    }

    @Override
    public Optional<Extent> data(long from) {
        long start = descriptor.make(LinuxCall.LSEEK, from, SEEK_DATA);
        if (start == -Errno.ENXIO) {
            return Optional.empty();
        }
        if (Errno.isRefusal((int) -start)) {
            return restIsData(from);
        }
        LinuxCall.LSEEK.check(start, path());
        long end = descriptor.require(LinuxCall.LSEEK, start, SEEK_HOLE); // the end of the file is a hole too
        return Optional.of(new Extent(start, end));
    }

    /** Of a filesystem that does not tell where holes are. */
    private Optional<Extent> restIsData(long from) {
        long size = size();
        return from < size ? Optional.of(new Extent(from, size)) : Optional.empty();
    }

    /**
     * A driver of FUSE that cannot tell holes has the kernel report the whole file as one range of data, and most of
     * them also all of its space as taken.
     */
    @Override
    public boolean hidesHoles() {
        long size = size();
        return size > 0
                && data(0).filter(new Extent(0, size)::equals).isPresent()
                && (LinuxStatus.allocated(descriptor) < size || FilesystemType.of(descriptor).isFuse());
    }

    /**
     * With the time of the last access as it is. To say that this one is to be left alone is not enough: some
     * filesystems (bindfs, exfat-fuse) then leave both, and report success.
     */
    @Override
    public void setModified(Instant time) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment times = LinuxStatus.times(LinuxStatus.accessed(descriptor), time, arena);
            descriptor.require(LinuxCall.FUTIMENS, times.address());
        }
    }

    /** A filesystem that does not know the call writes when it is synced. */
    @Override
    public void startWriting(long position, long length) {
        descriptor.make(LinuxCall.SYNC_FILE_RANGE, position, length, BEGIN_WRITING);
    }

    /**
     * The kernel reports the failure of a write once: the next sync
     * succeeds although bytes are lost. So a failure here must not be ignored.
     */
    @Override
    public void finishWriting(long position, long length) {
        long returned = descriptor.make(LinuxCall.SYNC_FILE_RANGE, position, length, WAIT_FOR_WRITING);
        if (!Errno.isRefusal((int) -returned)) {
            LinuxCall.SYNC_FILE_RANGE.check(returned, path(), position);
        }
        forget(position, length);
    }

    @Override
    public boolean isInMemory(long position, long length) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment range = arena.allocateFrom(JAVA_LONG, position, length);
            MemorySegment pages = arena.allocate(CACHE_STRUCTURE_BYTES, Long.BYTES);
            long returned = descriptor.during(number -> LinuxCall.SYSCALL.make(
                    CACHESTAT, number, range.address(), pages.address(), 0));
            return returned != 0 || pages.get(JAVA_LONG, 0) > 0;
        }
    }

    /** Where memory is not given back, nothing is lost but memory. */
    @Override
    public void forget(long position, long length) {
        descriptor.make(LinuxCall.POSIX_FADVISE, position, length, NOT_NEEDED);
    }

    /** If we die before this returns, any part of what was written since the last sync may be missing. */
    @Override
    public void sync() {
        descriptor.require(LinuxCall.FSYNC);
    }

    @Override
    public void close() {
        descriptor.close();
    }
}
