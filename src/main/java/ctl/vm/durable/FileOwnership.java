package ctl.vm.durable;

import ctl.vm.linux.LinuxError;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.IntUnaryOperator;

/** Owner, group and permission bits of a file. */
final class FileOwnership {

    /** A copy gets no set-user-id bit. That of a folder's group comes with the folder around it. */
    private static final int COPIED_BITS = 0777;
    private static final int SET_GROUP = 02000;

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
     * The owner first, as the kernel may clear bits when the owner changes.
     *
     * @param to for messages
     * @param number of the target, which is open: its name may lead to another file by now
     * @param bits the target's permission bits, from those of the other
     */
    static void copy(Path from, Path to, int number, IntUnaryOperator bits) {
        try {
            FileOwnership wanted = of(from, LinkOption.NOFOLLOW_LINKS);
            FileOwnership target = of(OPEN_FILES.resolve(Integer.toString(number)));
            target.belongTo(wanted);
            int mode = bits.applyAsInt(wanted.mode) & COPIED_BITS | target.mode & SET_GROUP;
            if ((target.mode & (COPIED_BITS | SET_GROUP)) != mode) {
                Files.setAttribute(target.path, "unix:mode", mode);
            }
        } catch (IOException failed) {
            throw LinuxError.of(failed, to);
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
