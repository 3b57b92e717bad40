package ctl.vm.durable;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What {@code /proc/self/mountinfo} says of a filesystem: what it is, and with which options it is mounted. */
record MountTable(List<String> lines) {

    /** Those of a network whose locks other hosts see, unless one of these options is set. */
    private static final Map<String, List<String>> LOCAL_OPTIONS = Map.of(
            "nfs", List.of("nolock", "local_lock=all", "local_lock=posix", "local_lock=flock"),
            "nfs4", List.of("nolock", "local_lock=all", "local_lock=posix", "local_lock=flock"),
            "cifs", List.of("nobrl"),
            "smb3", List.of("nobrl"),
            "lustre", List.of("localflock", "noflock"),
            "ocfs2", List.of("localflocks"),
            "gfs2", List.of("localflocks", "lockproto=lock_nolock"));

    /** Those that bring the files of another machine, and lock them on this one. */
    private static final Set<String> LOCAL = Set.of("9p", "virtiofs", "afs", "coda", "vboxsf", "fuse.vmhgfs-fuse");

    /** The drivers of FUSE that pass locks on. */
    private static final Set<String> PASSING_ON = Set.of("fuse.glusterfs", "fuse.ceph", "fuse.ceph-fuse",
            "fuse.juicefs", "fuse.mfs", "fuse.moosefs");

    /** How it is mounted where its locks hold on this host alone, such as {@code nfs4 with local_lock=all}. */
    Optional<String> localLocks(Path path) {
        return mount(path).flatMap(Mount::localLocks);
    }

    /** The last one on the longest path hides those before it. */
    private Optional<Mount> mount(Path path) {
        Optional<Mount> found = Optional.empty();
        for (String line : lines) {
            Optional<Mount> mount = Mount.of(line).filter(one -> path.startsWith(one.folder));
            if (mount.isPresent() && found.filter(
                    best -> best.folder.getNameCount() > mount.get().folder.getNameCount()).isEmpty()) {
                found = mount;
            }
        }
        return found;
    }

    private record Mount(Path folder, String type, List<String> options) {

        /** Fields 5 and 6, and the three behind the hyphen: proc_pid_mountinfo(5). */
        static Optional<Mount> of(String line) {
            int hyphen = line.indexOf(" - ");
            if (hyphen < 0) {
                return Optional.empty();
            }
            String[] first = line.substring(0, hyphen).split(" ");
            String[] second = line.substring(hyphen + 3).split(" ");
            if (first.length < 6 || second.length < 3) {
                return Optional.empty();
            }
            return Optional.of(new Mount(
                    Path.of(unescaped(first[4])), second[0], List.of((first[5] + "," + second[2]).split(","))));
        }

        /** Blanks and the like stand there as octal numbers. */
        private static String unescaped(String text) {
            return text.replace("\\040", " ").replace("\\011", "\t").replace("\\012", "\n").replace("\\134", "\\");
        }

        Optional<String> localLocks() {
            boolean isLocal = LOCAL.contains(type)
                    || (type.equals("fuse") || type.startsWith("fuse.")) && !PASSING_ON.contains(type);
            return isLocal
                    ? Optional.of(type)
                    : LOCAL_OPTIONS.getOrDefault(type, List.of()).stream().filter(options::contains).findFirst()
                            .map(option -> "%s with %s".formatted(type, option));
        }
    }
}
