package ctl.vm.journal.file;

import ctl.vm.inventory.value.Layout;
import ctl.vm.problem.Unsafe;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A file of the journal: a real one, and for nobody but its owner, or the group where the root is shared. Links are not
 * followed, whoever put them there.
 */
public final class PrivateFile {

    /** Writable for the group, which owns all that comes to stand there. */
    private static final int SHARED = 02020;

    private static final int GROUP_CAN_WRITE = 020;
    private static final int OTHERS_CAN_WRITE = 022;
    private static final int ROOT = 0;

    private static final Path THIS_PROCESS = Path.of("/proc/self");

    /** Of a mode, by {@code inode(7)}. */
    private static final int TYPE = 0170000;
    private static final int REGULAR = 0100000;
    private static final int FOLDER = 0040000;

    private PrivateFile() {}

    /** Opens it for writing; makes it where it is missing. */
    public static FileChannel openOrMake(Path file) throws IOException {
        if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
            make(file);
        }
        return open(file, StandardOpenOption.WRITE);
    }

    public static FileChannel open(Path file, StandardOpenOption how) throws IOException {
        return FileChannel.open(file, how, LinkOption.NOFOLLOW_LINKS);
    }

    /** Makes an empty one, unless another process was quicker. */
    public static void make(Path file) throws IOException {
        try {
            FileChannel.open(
                    file, Set.of(StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW),
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))).close();
            settle(file, file.getParent());
        } catch (FileAlreadyExistsException another) {
            // It is as good as ours.
        }
    }

    /** Gives a file that somebody else made for us the rights it must have. @param replaced whose place it takes */
    public static void settle(Path file, Path replaced) throws IOException {
        Path model = Files.exists(replaced, LinkOption.NOFOLLOW_LINKS) ? replaced : file.getParent();
        Map<String, Object> own = attributes(file);
        Map<String, Object> wanted = attributes(model);
        if ((int) own.get("uid") == ROOT && (int) wanted.get("uid") != ROOT) {
            // Else root's visit would lock out whose journal it is.
            Files.setAttribute(file, "unix:uid", wanted.get("uid"), LinkOption.NOFOLLOW_LINKS);
            Files.setAttribute(file, "unix:gid", wanted.get("gid"), LinkOption.NOFOLLOW_LINKS);
        }
        boolean groupWrites = ((int) attributes(file.getParent()).get("mode") & GROUP_CAN_WRITE) != 0;
        Files.setPosixFilePermissions(
                file, PosixFilePermissions.fromString(groupWrites ? "rw-rw----" : "rw-------"));
    }

    /** Makes the journal's folder, unless another process is quicker. */
    static void makeFolder(Layout layout) throws IOException {
        Map<String, Object> root = Files.readAttributes(layout.root(), "unix:mode,uid,gid");
        boolean isShared = ((int) root.get("mode") & SHARED) == SHARED;
        try {
            // Within a shared root, the umask leaves the group its rights.
            Files.createDirectory(layout.journal(), PosixFilePermissions.asFileAttribute(
                    PosixFilePermissions.fromString(isShared ? "rwxrwx---" : "rwx------")));
        } catch (FileAlreadyExistsException another) {
            // Another process made it in the same moment.
        }
    }

    /**
     * Makes sure that H2, which follows links, meets none.
     *
     * @throws ctl.vm.problem.VmException NotOurs
     */
    public static void requireReal(Layout layout) throws IOException {
        if (Files.exists(layout.journal(), LinkOption.NOFOLLOW_LINKS)
                && !Files.isDirectory(layout.journal(), LinkOption.NOFOLLOW_LINKS)) {
            throw new Unsafe.NotOurs(layout.journal(), "a folder").thrown();
        }
        for (Path file : List.of(layout.databaseFile(), layout.newDatabaseFile(), layout.mirror(), layout.listing(),
                layout.newListing(), layout.journalLock(), layout.locks())) {
            requireFile(file);
        }
    }

    private static void requireFile(Path file) throws IOException {
        try {
            int mode = (int) Files.getAttribute(file, "unix:mode", LinkOption.NOFOLLOW_LINKS);
            // A folder in the way leads nowhere else: whoever wants to write there says what it stops.
            if (!List.of(REGULAR, FOLDER).contains(mode & TYPE)) {
                throw new Unsafe.NotOurs(file, "a file").thrown();
            }
        } catch (NoSuchFileException missing) {
            // It may be.
        }
    }

    /**
     * Makes sure that it was this file that H2 has just opened, where somebody else may write to the journal's folder: he can
     * have put a link there between {@link #requireReal} and H2's opening. The kernel knows what was opened.
     *
     * @throws ctl.vm.problem.VmException NotOurs
     */
    public static void requireOpened(Layout layout, Path file) throws IOException {
        if (isContested(layout.journal())) {
            Path real = layout.root().toRealPath()
                    .resolve(layout.root().relativize(layout.journal()))
                    .resolve(file.getFileName());
            if (!isOpen(real)) {
                throw new Unsafe.NotOurs(file, "a file").thrown();
            }
        }
    }

    private static boolean isContested(Path folder) throws IOException {
        Map<String, Object> there = attributes(folder);
        return ((int) there.get("mode") & OTHERS_CAN_WRITE) != 0
                || !there.get("uid").equals(Files.getAttribute(THIS_PROCESS, "unix:uid"));
    }

    private static boolean isOpen(Path file) throws IOException {
        try (DirectoryStream<Path> open = Files.newDirectoryStream(THIS_PROCESS.resolve("fd"))) {
            for (Path link : open) {
                if (leadsTo(link, file)) {
                    return true;
                }
            }
            return false;
        }
    }

    private static boolean leadsTo(Path link, Path file) {
        try {
            return Files.readSymbolicLink(link).equals(file);
        } catch (IOException closed) {
            return false;
        }
    }

    private static Map<String, Object> attributes(Path path) throws IOException {
        return Files.readAttributes(path, "unix:uid,gid,mode", LinkOption.NOFOLLOW_LINKS);
    }
}
