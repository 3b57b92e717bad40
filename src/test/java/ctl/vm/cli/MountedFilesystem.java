package ctl.vm.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/**
 * A filesystem that can do less than ext4, mounted for as long as this is open. It needs root.
 *
 * <pre>
 * FOLDER/mounted      what it shows
 * FOLDER/behind       what it is made of: a folder, or the image of a disk
 * FOLDER/server       keys and settings of the server of sshfs
 * </pre>
 */
final class MountedFilesystem implements AutoCloseable {

    private static final Duration LIMIT = Duration.ofMinutes(1);
    private static final int IMAGE_MIB = 256;

    private final Program shell;
    private final Kind kind;
    private final Path folder;
    private final Deque<Runnable> undo = new ArrayDeque<>();

    /** The kinds, with the programs that mounting one takes, and what it keeps. */
    enum Kind {
        BINDFS(List.of("bindfs"), true, true),
        SSHFS(List.of("sshfs", "sshd", "ssh-keygen"), false, true),
        NTFS(List.of("ntfs-3g", "mkfs.ntfs"), true, true),
        EXFAT(List.of("mount.exfat-fuse", "mkfs.exfat"), false, false),
        OVERLAY(List.of(), true, true),
        TMPFS(List.of(), true, true);

        private final List<String> tools;
        private final boolean holes;
        private final boolean distinguishesCase;

        Kind(List<String> tools, boolean holes, boolean distinguishesCase) {
            this.tools = tools;
            this.holes = holes;
            this.distinguishesCase = distinguishesCase;
        }

        /** Whether a file with a hole is seen to take less space than it is long. */
        boolean hasHoles() {
            return holes;
        }

        boolean distinguishesCase() {
            return distinguishesCase;
        }
    }

    private MountedFilesystem(Program shell, Kind kind, Path folder) {
        this.shell = shell;
        this.kind = kind;
        this.folder = folder;
    }

    /** Mounts one, or skips the test where this machine cannot. */
    static MountedFilesystem mount(Kind kind, Path folder) throws IOException {
        assumeTrue(Files.getAttribute(folder, "unix:uid").equals(0), "only root can mount a filesystem");
        kind.tools.forEach(Program::assumeTool);
        var mounted = new MountedFilesystem(new Program(folder), kind, folder);
        Files.createDirectory(mounted.folder());
        try {
            mounted.mount();
        } catch (IOException | RuntimeException | AssertionError failed) {
            mounted.close();
            throw failed;
        }
        return mounted;
    }

    Path folder() {
        return folder.resolve("mounted");
    }

    private void mount() throws IOException {
        switch (kind) {
            case BINDFS -> mount("mkdir behind && bindfs behind mounted");
            case SSHFS -> mountSshfs();
            case NTFS -> mount(image("mkfs.ntfs -q -F behind") + " && ntfs-3g behind mounted");
            case EXFAT -> mountExfat();
            case OVERLAY -> {
                mount("mkdir behind && mount -t tmpfs tmpfs behind", "behind");
                mount("mkdir behind/lower behind/upper behind/work && mount -t overlay"
                        + " -o lowerdir=behind/lower,upperdir=behind/upper,workdir=behind/work overlay mounted");
            }
            case TMPFS -> mount("mount -t tmpfs tmpfs mounted");
        }
    }

    private void mount(String line) {
        mount(line, "mounted");
    }

    private void mount(String line, String where) {
        shell.shell("cd '%s' && { %s; } >&2".formatted(folder, line));
        // A child that another thread starts in this moment has our open files until it executes its program.
        undo.push(() -> await().atMost(LIMIT).untilAsserted(
                () -> shell.shell("cd '%s' && umount %s".formatted(folder, where))));
    }

    private static String image(String make) {
        return "truncate -s %dM behind && %s".formatted(IMAGE_MIB, make);
    }

    private void mountExfat() {
        String device = shell.shell("cd '%s' && { %s; } >&2 && losetup -f --show behind"
                .formatted(folder, image("mkfs.exfat behind"))).strip();
        undo.push(() -> shell.shell("losetup -d " + device));
        mount("mount.exfat-fuse %s mounted".formatted(device));
    }

    /** A server of its own, for this machine alone, with keys that nobody else has. */
    private void mountSshfs() throws IOException {
        int port;
        try (var free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        Path server = Files.createDirectory(folder.resolve("server"));
        Files.createDirectories(Path.of("/run/sshd"));
        Files.writeString(server.resolve("settings"), """
                Port %1$d
                ListenAddress 127.0.0.1
                HostKey %2$s/host
                AuthorizedKeysFile %2$s/user.pub
                PidFile %2$s/pid
                StrictModes no
                UsePAM no
                PermitRootLogin yes
                Subsystem sftp internal-sftp
                """.formatted(port, server));
        shell.shell("cd '%s' && ssh-keygen -q -t ed25519 -N '' -f host && ssh-keygen -q -t ed25519 -N '' -f user"
                .formatted(server) + " && \"$(type -P sshd || echo /usr/sbin/sshd)\" -f settings -E log");
        await().atMost(LIMIT).until(() -> Files.exists(server.resolve("pid")));
        String pid = Files.readString(server.resolve("pid")).strip();
        undo.push(() -> shell.shell("kill " + pid));
        mount("mkdir behind && sshfs -p %d -o IdentityFile='%s/user',StrictHostKeyChecking=no"
                .formatted(port, server)
                + ",UserKnownHostsFile=/dev/null root@127.0.0.1:'%s/behind' mounted"
                        .formatted(folder));
    }

    /** The kernel forgets what it knows of the files, as it does when it needs the memory. */
    void forget() throws IOException {
        shell.shell("sync");
        Files.writeString(Path.of("/proc/sys/vm/drop_caches"), "2");
    }

    @Override
    public void close() {
        while (!undo.isEmpty()) {
            undo.pop().run();
        }
        assertThat(folder()).isEmptyDirectory();
    }
}
