package ctl.vm.durable;

import ctl.vm.linux.LinuxError;
import ctl.vm.problem.Errno;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** An open file of a {@link ForgetfulDisk}. A power cut closes it for good. */
final class ForgetfulFile implements DiskFile {

    /** Reads and copies are short, as the kernel's may be: who does not call again misses bytes. */
    private static final int LONGEST_PIECE_BYTES = 64 * 1024;

    private static final int SECTOR_BYTES = 512;

    private final ForgetfulDisk disk;
    private final Path path;
    private final Inode inode;
    private final boolean writable;
    private final int start;
    private boolean closed;

    ForgetfulFile(ForgetfulDisk disk, Path path, Inode inode, boolean writable) {
        this.disk = disk;
        this.path = path;
        this.inode = inode;
        this.writable = writable;
        this.start = disk.starts();
    }

    @Override
    public Path path() {
        return path;
    }

    @Override
    public long size() {
        requireOpen();
        return inode.content().size();
    }

    @Override
    public int read(ByteBuffer target, long position) {
        requireOpen();
        ByteBuffer piece = target.slice(target.position(), Math.min(target.remaining(), LONGEST_PIECE_BYTES));
        int count = inode.content().read(piece, position);
        target.position(target.position() + piece.position());
        return count;
    }

    @Override
    public void write(ByteBuffer source, long position) {
        requireWritable();
        if (!source.hasRemaining()) {
            return;
        }
        int wanted = source.remaining();
        byte[] bytes = new byte[(int) disk.fitting(inode, position, wanted)];
        source.get(bytes);
        disk.performOnFile(path, new Write(bytes, position));
        if (bytes.length < wanted) {
            throw LinuxError.of(Errno.ENOSPC, "forgetful", path);
        }
    }

    @Override
    public void resize(long size) {
        requireWritable();
        disk.requireSpace(path, size - inode.content().size());
        disk.performOnFile(path, () -> inode.resize(size, disk.now()));
    }

    @Override
    public long copyTo(DiskFile target, long position, long length) {
        requireOpen();
        long available = Math.max(0, inode.content().size() - position);
        int count = (int) Math.min(Math.min(length, available), LONGEST_PIECE_BYTES);
        ByteBuffer bytes = ByteBuffer.allocate(count);
        inode.content().read(bytes, position);
        target.write(bytes.flip(), position);
        return count;
    }

    @Override
    public boolean shareWith(DiskFile target) {
        requireOpen();
        return disk.isSharing() && target instanceof ForgetfulFile file && file.share(inode);
    }

    private boolean share(Inode source) {
        requireWritable();
        disk.performOnFile(path, () -> inode.share(source, disk.now()));
        return true;
    }

    /** Only looks whether there is room: nobody else writes to this disk. */
    @Override
    public void reserve(long position, long length) {
        requireWritable();
        if (disk.fitting(inode, position, length) < length) {
            throw LinuxError.of(Errno.ENOSPC, "forgetful", path);
        }
    }

    @Override
    public Optional<Extent> data(long from) {
        requireOpen();
        if (disk.hidesHoles()) {
            return from < size() ? Optional.of(new Extent(from, size())) : Optional.empty();
        }
        return inode.content().data(from);
    }

    @Override
    public boolean hidesHoles() {
        return disk.hidesHoles();
    }

    @Override
    public List<Extent> sharedBlocks() {
        requireOpen();
        return disk.sharedBlocks(inode);
    }

    @Override
    public void setModified(Instant time) {
        requireOpen();
        disk.performOnFile(path, () -> inode.touch(time, disk.now()));
    }

    @Override
    public void sync() {
        requireOpen();
        disk.performOnFile(path, new Act() {
            @Override
            public void whole() {
                inode.sync();
            }

            @Override
            public void failed() {
                inode.failSync();
            }
        });
    }

    @Override
    public void close() {
        closed = true;
    }

    private void requireOpen() {
        disk.requirePower();
        if (closed || start != disk.starts()) {
            throw new IllegalStateException(path + " is closed");
        }
    }

    private void requireWritable() {
        requireOpen();
        if (!writable) {
            throw LinuxError.of(Errno.EBADF, "forgetful", path);
        }
    }

    /** A write, of which power cuts and full disks leave a beginning. */
    private final class Write implements Act {

        private final byte[] bytes;
        private final long position;

        Write(byte[] bytes, long position) {
            this.bytes = bytes;
            this.position = position;
        }

        @Override
        public void whole() {
            inode.write(bytes, position, disk.now());
        }

        @Override
        public void part(double share) {
            int sectors = (int) (share * bytes.length / SECTOR_BYTES);
            inode.write(Arrays.copyOf(bytes, sectors * SECTOR_BYTES), position, disk.now());
        }
    }
}
