package ctl.vm.durable;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import ctl.vm.linux.Descriptor;
import ctl.vm.linux.LinuxCall;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The kind of a filesystem, by the number that the kernel gives it (statfs(2)); of a driver of FUSE, by its name as
 * well.
 */
record FilesystemType(long number) {

    /** Any driver that is a process of its own; also virtiofs. */
    private static final long FUSE = 0x6573_5546L;

    /** Those that bring the files of another machine. */
    private static final Map<Long, String> REMOTE = Map.ofEntries(
            Map.entry(0x6969L, "nfs"),
            Map.entry(0x517bL, "smb"),
            Map.entry(0xfe53_4d42L, "smb"),
            Map.entry(0xff53_4d42L, "cifs"),
            Map.entry(0x0102_1997L, "9p"),
            Map.entry(0x5346_414fL, "afs"),
            Map.entry(0x6b41_4653L, "afs"),
            Map.entry(0x7375_7245L, "coda"),
            Map.entry(0x00c3_6400L, "ceph"),
            Map.entry(0x0bd0_0bd0L, "lustre"),
            Map.entry(0x4750_4653L, "gpfs"),
            Map.entry(0x1983_0326L, "beegfs"));

    private static final Set<String> REMOTE_DRIVERS = Set.of("fuse.sshfs", "fuse.glusterfs", "fuse.ceph",
            "fuse.ceph-fuse", "fuse.smbnetfs", "fuse.curlftpfs", "fuse.rclone", "fuse.s3fs", "fuse.davfs2",
            "fuse.gcsfuse", "fuse.juicefs", "fuse.mfs", "fuse.cvmfs2", "fuse.vmhgfs-fuse", "virtiofs");

    private static final int STRUCTURE_BYTES = 120;
    private static final long UNSIGNED_INT = 0xffff_ffffL;

    static FilesystemType of(Descriptor open) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment found = arena.allocate(STRUCTURE_BYTES, Long.BYTES);
            open.require(LinuxCall.FSTATFS, found.address());
            return of(found);
        }
    }

    /** @param status as statfs(2) fills it */
    static FilesystemType of(MemorySegment status) {
        return new FilesystemType(status.get(JAVA_LONG, 0) & UNSIGNED_INT);
    }

    boolean isFuse() {
        return number == FUSE;
    }

    /**
     * Its name where it brings the files of another machine: processes there neither see locks of this one nor are
     * seen.
     *
     * @param path on it
     */
    Optional<String> remote(Path path) {
        return isFuse()
                ? driver(path).filter(REMOTE_DRIVERS::contains)
                : Optional.ofNullable(REMOTE.get(number));
    }

    private static Optional<String> driver(Path path) {
        try {
            return Optional.of(Files.getFileStore(path).type());
        } catch (IOException unknown) {
            // The name only serves a warning; whoever reads the files meets the same failure.
            return Optional.empty();
        }
    }
}
