package ctl.vm.journal.h2;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import org.h2.store.fs.FileBase;
import org.h2.store.fs.FilePath;
import org.h2.store.fs.FilePathWrapper;

/**
 * A database file as H2 opens it for reading beside a process that writes to it: without H2's lock, and under a name of
 * its own.
 *
 * <p>What H2 sees is what a process that is killed in this moment leaves behind: the file only grows, and H2 finds the
 * newest whole chunk in it. All that a chunk refers to stays as it is. A compaction gives the name to another file, and
 * leaves this one alone.
 *
 * <p>Public, with its constructor, as H2 makes each path of it by reflection.
 */
public final class UnlockedFile extends FilePathWrapper {

    private static final String SCHEME = "unlocked";

    /** How H2 is to be given the path of the file, or of the database in it. */
    static String name(Path path) {
        FilePath.register(new UnlockedFile());
        return SCHEME + ":" + path;
    }

    @Override
    public String getScheme() {
        return SCHEME;
    }

    @Override
    public FileChannel open(String mode) throws IOException {
        return new Channel(getBase().open("r"));
    }

    /** Each read is one read of the file, at a place that H2 names. */
    private static final class Channel extends FileBase {

        private final FileChannel file;

        private Channel(FileChannel file) {
            this.file = file;
        }

        @Override
        public int read(ByteBuffer target, long position) throws IOException {
            return file.read(target, position);
        }

        @Override
        public int read(ByteBuffer target) throws IOException {
            return file.read(target);
        }

        @Override
        public int write(ByteBuffer source) {
            throw new UnsupportedOperationException("open for reading alone");
        }

        @Override
        public long position() throws IOException {
            return file.position();
        }

        @Override
        public FileChannel position(long position) throws IOException {
            file.position(position);
            return this;
        }

        @Override
        public long size() throws IOException {
            return file.size();
        }

        @Override
        public FileChannel truncate(long size) {
            throw new UnsupportedOperationException("open for reading alone");
        }

        @Override
        public FileLock tryLock(long position, long size, boolean shared) {
            return new NoLock(this, position, size);
        }

        @Override
        protected void implCloseChannel() throws IOException {
            file.close();
        }
    }

    /** What H2 takes for the lock that it asked for. */
    private static final class NoLock extends FileLock {

        private NoLock(FileChannel file, long position, long size) {
            super(file, position, size, true);
        }

        @Override
        public boolean isValid() {
            return true;
        }

        @Override
        public void release() {
            // Nothing was taken.
        }
    }
}
