package ctl.vm.store;

import ctl.vm.inventory.value.Layout;
import ctl.vm.problem.NotFound;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The folders of a root as a command that stays has met them first. It must not go on with others of the same names: it
 * would wait forever, or mix two histories.
 *
 * <p>Each folder is kept open. Otherwise its inode could be given to the next one that is made, which would then pass
 * for it. An unmount says "busy" for as long.
 */
public final class PinnedRoot implements AutoCloseable {

    private final List<Path> folders;
    private final Map<Path, Object> seen = new LinkedHashMap<>();
    private final OpenResources open = new OpenResources();

    private PinnedRoot(List<Path> folders) {
        this.folders = folders;
    }

    /** The root and its journal. */
    static PinnedRoot ofJournal(Layout layout) {
        return new PinnedRoot(List.of(layout.root(), layout.journal()));
    }

    /** The root, its journal, and its folder of VMs. */
    static PinnedRoot ofAll(Layout layout) {
        // Not what "vm" was a link to: the link may be turned to another folder.
        return new PinnedRoot(List.of(layout.root(), layout.journal(), layout.vmsOrLink()));
    }

    /**
     * Looks whether all are the same that they were; one that is there for the first time is pinned. Costs about 20
     * microseconds.
     *
     * @throws ctl.vm.problem.VmException FolderGone
     */
    public void requireSame() {
        for (Path folder : folders) {
            try {
                requireSame(folder);
            } catch (NoSuchFileException missing) {
                if (seen.containsKey(folder)) {
                    throw new NotFound.FolderGone(folder, false).thrown();
                }
            } catch (IOException failed) {
                throw new UncheckedIOException(failed);
            }
        }
    }

    private void requireSame(Path folder) throws IOException {
        if (!seen.containsKey(folder)) {
            pin(folder);
        }
        if (!identity(folder).equals(seen.get(folder))) {
            throw new NotFound.FolderGone(folder, true).thrown();
        }
    }

    private void pin(Path folder) throws IOException {
        try {
            DirectoryStream<Path> stream = Files.newDirectoryStream(folder);
            open.add(() -> close(stream));
        } catch (AccessDeniedException unreadable) {
            // One may look into what is in a folder without reading its names. It is known by its inode alone.
        }
        seen.put(folder, identity(folder));
    }

    private static Object identity(Path folder) throws IOException {
        return Files.readAttributes(folder, BasicFileAttributes.class).fileKey();
    }

    @Override
    public void close() {
        open.close();
    }

    private static void close(DirectoryStream<Path> folder) {
        try {
            folder.close();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
