package ctl.vm.durable;

import ctl.vm.process.OpenFiles;
import java.util.Optional;

/**
 * A watch over a file that is to be read whole, or removed. It finds which processes have it open, keeps away those
 * programs that ask before they open an image for writing, and sees the others come.
 */
public interface FileWatch extends AutoCloseable {

    /** For what no process can have open. */
    FileWatch UNDISTURBED = new FileWatch() {};

    /** For a file that this user may not read. */
    FileWatch BLIND = new FileWatch() {
        @Override
        public boolean seesEveryWriter() {
            return false;
        }
    };

    /** Whether no process can have had the file open for writing without being found. */
    default boolean seesEveryWriter() {
        return true;
    }

    /** The process that had the file open for writing when the watch began. */
    default Optional<OpenFiles.Holder> writer() {
        return Optional.empty();
    }

    /** What virtual machine, or other program of QEMU, has the file open in whatever way. */
    default Optional<OpenFiles.Holder> machine() {
        return Optional.empty();
    }

    /**
     * The process that has opened the file for writing since the watch began. Asked often: its call of {@code open}
     * waits until this is asked or the watch ends, or the kernel's patience does (45 seconds).
     */
    default Optional<OpenFiles.Holder> intruder() {
        return Optional.empty();
    }

    @Override
    default void close() {}
}
