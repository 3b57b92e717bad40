package ctl.vm.durable;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import ctl.vm.linux.LinuxCall;
import ctl.vm.linux.NativePath;
import ctl.vm.problem.Errno;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * The extended attributes of a file, among them its access control lists (acl(5), xattr(7)).
 *
 * <p>What a filesystem has none of, or only the kernel may set, is left out: no copy fails for it.
 */
final class ExtendedAttributes {

    private static final String ACCESS_LIST = "system.posix_acl_access";
    private static final String DEFAULT_LIST = "system.posix_acl_default";
    private static final Set<String> LISTS = Set.of(ACCESS_LIST, DEFAULT_LIST, "system.nfs4_acl");
    private static final Set<String> NAMESPACES = Set.of("user.", "trusted.", "security.");

    /** The first would make a copy privileged, the others are made of the file that they stand at. */
    private static final Set<String> NOT_COPIED = Set.of("security.capability", "security.evm", "security.ima");

    /** What the kernel has room for: of all names together, and of one value. */
    private static final int MOST_BYTES = 1 << 16;

    /** Names are bytes: this loses none. */
    private static final Charset NAMES = StandardCharsets.ISO_8859_1;

    private static final int GROUP = 070;
    private static final int OTHERS = 07;

    private static final int LIST_HEADER_BYTES = 4;
    private static final int LIST_ENTRY_BYTES = 8;
    private static final int PERMISSIONS_OFFSET = 2;
    private static final short OWNING_GROUP = 0x04;
    private static final short ALL_OTHERS = 0x20;

    private final Path from;
    private final Path to;
    private final boolean sameGroup;
    private final Arena arena;
    private final long source;
    private final long target;

    private ExtendedAttributes(Path from, Path to, boolean sameGroup, Arena arena) {
        this.from = from;
        this.to = to;
        this.sameGroup = sameGroup;
        this.arena = arena;
        this.source = NativePath.address(from, arena);
        this.target = NativePath.address(to, arena);
    }

    /**
     * Gives a file the attributes of another one; an access list that it has inherited from its folder and the other
     * has not is removed.
     *
     * @param sameGroup whether both belong to one group. If not, the target's group may do what all others may: it was
     *     not the one that more was allowed
     * @param mode permission bits of the other
     * @return the permission bits of the target, by which nobody can do more with it than with the other
     */
    static int copy(Path from, Path to, boolean sameGroup, int mode) {
        try (Arena arena = Arena.ofConfined()) {
            return new ExtendedAttributes(from, to, sameGroup, arena).copy(mode);
        }
    }

    private int copy(int mode) {
        Set<String> wanted = names(source);
        for (String inherited : names(target)) {
            if (LISTS.contains(inherited) && !wanted.contains(inherited)) {
                LinuxCall.REMOVEXATTR.check(LinuxCall.REMOVEXATTR.make(target, address(inherited)), to);
            }
        }
        Set<String> kept = new HashSet<>();
        for (String name : wanted) {
            if (copy(name)) {
                kept.add(name);
            }
        }
        if (kept.contains(ACCESS_LIST)) {
            return mode; // its bits of the group are what the list allows at the most
        }
        if (wanted.contains(ACCESS_LIST)) {
            return mode & ~(GROUP | OTHERS);
        }
        return sameGroup ? mode : mode & ~GROUP | mode & (mode & OTHERS) << 3;
    }

    private long address(String name) {
        return arena.allocateFrom(name, NAMES).address();
    }

    private Set<String> names(long file) {
        long size = LinuxCall.LISTXATTR.make(file, 0, 0);
        MemorySegment list = arena.allocate(size > 0 ? MOST_BYTES : 1);
        long length = size > 0 ? LinuxCall.LISTXATTR.make(file, list.address(), MOST_BYTES) : size;
        if (length < 0 && !isRefused(length)) {
            LinuxCall.LISTXATTR.check(length, from);
        }
        Set<String> names = new LinkedHashSet<>();
        for (String name : new String(list.asSlice(0, Math.max(0, length)).toArray(JAVA_BYTE), NAMES).split("\0")) {
            if (LISTS.contains(name)
                    || NAMESPACES.stream().anyMatch(name::startsWith) && !NOT_COPIED.contains(name)) {
                names.add(name);
            }
        }
        return names;
    }

    /** Returns whether the target has it now. */
    private boolean copy(String name) {
        long attribute = address(name);
        MemorySegment value = arena.allocate(MOST_BYTES);
        long length = LinuxCall.GETXATTR.make(source, attribute, value.address(), MOST_BYTES);
        if (length < 0) {
            return isDone(LinuxCall.GETXATTR, length, from);
        }
        if (name.equals(ACCESS_LIST) && !sameGroup) {
            withoutTheGroup(value.asSlice(0, length).asByteBuffer().order(ByteOrder.LITTLE_ENDIAN));
        }
        return isDone(LinuxCall.SETXATTR,
                LinuxCall.SETXATTR.make(target, attribute, value.address(), length, 0), to);
    }

    private static boolean isDone(LinuxCall call, long returned, Path file) {
        if (isRefused(returned)) {
            return false;
        }
        call.check(returned, file);
        return true;
    }

    /**
     * Whether a filesystem or the kernel does not allow this attribute at this file. How much room there is for
     * attributes differs from filesystem to filesystem: a disk that is really full shows at the next write.
     */
    private static boolean isRefused(long returned) {
        return switch ((int) -Math.min(0, returned)) {
            case Errno.EOPNOTSUPP, Errno.ENOSYS, Errno.EPERM, Errno.EACCES, Errno.EINVAL, Errno.ENODATA,
                    Errno.E2BIG, Errno.ERANGE, Errno.ENOSPC ->
                true;
            default -> false;
        };
    }

    /** The entry of the owning group meant another group than that of the copy. */
    private static void withoutTheGroup(ByteBuffer list) {
        int group = -1;
        short others = 0;
        for (int at = LIST_HEADER_BYTES; at + LIST_ENTRY_BYTES <= list.limit(); at += LIST_ENTRY_BYTES) {
            short whose = list.getShort(at);
            group = whose == OWNING_GROUP ? at + PERMISSIONS_OFFSET : group;
            others = whose == ALL_OTHERS ? list.getShort(at + PERMISSIONS_OFFSET) : others;
        }
        if (group >= 0) {
            list.putShort(group, (short) (list.getShort(group) & others));
        }
    }
}
