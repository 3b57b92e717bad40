package ctl.vm.durable;

import ctl.vm.linux.LinuxError;
import ctl.vm.problem.Errno;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.IntUnaryOperator;

/** Owner, group and permission bits of a file. */
final class FileOwnership {

    /** A copy gets no set-user-id bit. */
    private static final int COPIED_BITS = 0777;
    private static final int SET_GROUP = 02000;

    /** Of a folder: only the owner of a file in it may remove that. */
    private static final int STICKY = 01000;

    private static final int KIND_BITS = 0170000;
    private static final int FOLDER = 0040000;
    private static final int LINK = 0120000;

    private static final int ROOT = 0;

    /** A name here is a link to the open file itself. */
    private static final Path OPEN_FILES = Path.of("/proc/self/fd");

    private final Path path;
    private final LinkOption[] links;
    private final int owner;
    private final int group;
    private final int mode;

    private FileOwnership(Path path, Map<String, Object> attributes, LinkOption... links) {
        this.path = path;
        this.links = links;
        this.owner = (int) attributes.get("uid");
        this.group = (int) attributes.get("gid");
        this.mode = (int) attributes.get("mode");
    }

    /**
     * The owner first, as the kernel may clear bits when the owner changes. The bit that gives a folder's group to all
     * that is made in it comes with the folder around it.
     *
     * @param to for messages
     * @param number of the target, which is open: its name may lead to another file by now
     * @param bits the target's permission bits, from those of the other
     */
    static void copy(Path from, Path to, int number, IntUnaryOperator bits) {
        try {
            FileOwnership wanted = of(from, LinkOption.NOFOLLOW_LINKS);
            FileOwnership target = of(opened(number));
            target.belongTo(wanted);
            target.allow(bits.applyAsInt(wanted.mode) & COPIED_BITS | target.mode & SET_GROUP);
        } catch (IOException failed) {
            throw LinuxError.of(failed, to);
        }
    }

    /**
     * Gives a file the owner and group of another one, where we may, its permission bits, and its
     * {@link ExtendedAttributes}. In this order: who is no longer the owner may not set the rest, and the bits may take
     * even the owner's leave to do so.
     *
     * @param to for messages
     * @param source number of the other, which is open; @param number of the target, which is open as well
     * @param added bits that the target gets besides
     */
    static void copyAll(Path to, int source, int number, int added) {
        try {
            FileOwnership wanted = of(opened(source));
            FileOwnership before = of(opened(number));
            before.takeOwner(wanted);
            if ((wanted.mode & KIND_BITS) == LINK) {
                return; // a link has nothing else
            }
            int group = of(before.path).group;
            int mode = ExtendedAttributes.copy(
                    wanted.path, before.path, group == wanted.group, wanted.mode & COPIED_BITS);
            if ((wanted.mode & KIND_BITS) == FOLDER) {
                mode |= wanted.mode & STICKY | (group == wanted.group ? wanted.mode : before.mode) & SET_GROUP;
            }
            of(before.path).allow(mode | added);
        } catch (IOException failed) {
            throw LinuxError.of(failed, to);
        }
    }

    private static Path opened(int number) {
        return OPEN_FILES.resolve(Integer.toString(number));
    }

    /** Root gives files away; others can give them to the groups that they are in. */
    private void takeOwner(FileOwnership wanted) throws IOException {
        if (owner != wanted.owner) {
            setIfAllowed("uid", wanted.owner);
        }
        if (group != wanted.group) {
            setIfAllowed("gid", wanted.group);
        }
    }

    private void allow(int permissions) throws IOException {
        int settable = COPIED_BITS | SET_GROUP | STICKY;
        if ((mode & settable) != permissions) {
            setIfAllowed("mode", permissions);
        }
    }

    /**
     * Does nothing where the filesystem keeps no owners or no permissions (FAT), or keeps them from us: what we have
     * made stays ours, and as closed as we have made it.
     */
    private void setIfAllowed(String attribute, int value) throws IOException {
        try {
            set(attribute, value);
        } catch (IOException refused) {
            switch (LinuxError.number(refused)) {
                case Errno.EPERM, Errno.ENOSYS, Errno.EOPNOTSUPP, Errno.EINVAL -> {
                    // As said above.
                }
                default -> throw refused;
            }
        }
    }

    /** Gives a file to the owner and group of another one, where we are root. */
    static void adopt(Path file, Path owners) throws IOException {
        of(file, LinkOption.NOFOLLOW_LINKS).belongTo(of(owners, LinkOption.NOFOLLOW_LINKS));
    }

    private void belongTo(FileOwnership wanted) throws IOException {
        if (owner == ROOT && wanted.owner != ROOT) {
            set("uid", wanted.owner);
            set("gid", wanted.group);
        }
    }

    private static FileOwnership of(Path path, LinkOption... links) throws IOException {
        return new FileOwnership(path, Files.readAttributes(path, "unix:uid,gid,mode", links), links);
    }

    private void set(String attribute, int value) throws IOException {
        Files.setAttribute(path, "unix:" + attribute, value, links);
    }
}
