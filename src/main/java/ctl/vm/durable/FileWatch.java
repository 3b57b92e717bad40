package ctl.vm.durable;

import ctl.vm.process.OpenFiles;
import java.util.Optional;

/**
 * An eye on a file that is to be read whole, or taken away. It finds out who is at it already, keeps away those programs
 * that ask before they open an image for writing, and sees the others come.
 */
public interface FileWatch extends AutoCloseable {

    /** Nobody is ever at it. */
    FileWatch UNDISTURBED = new FileWatch() {};

    /** Who had the file open for writing when the watch began. */
    default Optional<OpenFiles.Holder> writer() {
        return Optional.empty();
    }

    /** What virtual machine, or other program of QEMU, has the file open in whatever way. */
    default Optional<OpenFiles.Holder> machine() {
        return Optional.empty();
    }

    /**
     * Who has opened the file for writing since the watch began. Asked often: whoever opens it waits, in his call, until
     * this is asked or the watch ends, or the kernel's patience does (45 seconds).
     */
    default Optional<OpenFiles.Holder> intruder() {
        return Optional.empty();
    }

    @Override
    default void close() {}
}
