package ctl.vm.linux;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import ctl.vm.problem.Errno;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;

/**
 * A name in a folder. What is done with the name is done in the folder itself, which is held open meanwhile: a process
 * that renames folders or puts links in their place afterwards leads nothing of ours to somewhere else.
 *
 * @param path absolute, and not the root of the filesystem
 * @param throughLinks whether folders on the way may be links
 */
public record DirectoryEntry(Path path, boolean throughLinks) {

    /** The same number on all processors; the C library has no function for it yet. */
    private static final int OPENAT2 = 437;

    private static final int CURRENT_FOLDER = -100;
    private static final int HOW_BYTES = 3 * Long.BYTES;
    private static final int WITHOUT_LINKS = 4; // RESOLVE_NO_SYMLINKS

    /** A call with the folder and the name; returns as {@link LinuxCall#make} does. */
    public interface Act {

        /** @param folder its number; @param name address of the name within it */
        long with(long folder, long name);
    }

    /** Returns what the act returns, or the negative error number of opening the folder. */
    public long at(Act act) {
        try (Arena arena = Arena.ofConfined()) {
            long folder = openFolder(arena);
            if (folder < 0) {
                return folder;
            }
            try {
                return act.with(folder, NativePath.address(path.getFileName(), arena));
            } finally {
                LinuxCall.CLOSE.make(folder); // nothing was written through it
            }
        }
    }

    private long openFolder(Arena arena) {
        long address = NativePath.address(path.getParent(), arena);
        if (!throughLinks) {
            MemorySegment how = arena.allocateFrom(JAVA_LONG, Descriptor.FOLDER_ONLY, 0, WITHOUT_LINKS);
            long folder = LinuxCall.SYSCALL.make(OPENAT2, CURRENT_FOLDER, address, how.address(), HOW_BYTES);
            // A kernel before 5.6 does not know the call, and some containers forbid what they do not know.
            if (folder != -Errno.ENOSYS && folder != -Errno.EPERM) {
                return folder;
            }
        }
        return LinuxCall.OPEN.make(address, Descriptor.FOLDER_ONLY, 0);
    }
}
