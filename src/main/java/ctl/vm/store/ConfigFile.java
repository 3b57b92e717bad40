package ctl.vm.store;

import ctl.vm.durable.Disk;
import ctl.vm.durable.DiskFile;
import ctl.vm.inventory.value.Layout;
import ctl.vm.problem.Failure;
import ctl.vm.problem.Misuse;
import ctl.vm.problem.Unsafe;
import ctl.vm.process.SharedRoot;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * The file {@code config} below the root: a line {@code key = value} for each setting. Empty lines and lines that begin
 * with {@code #} say nothing. It is changed line by line, so that comments stay.
 *
 * <p>It is not read where another user may have put it there: a link, or a file of a user who neither owns the root nor
 * is the user of this process. In a shared root every member may write it, and who is no member cannot.
 */
public final class ConfigFile {

    private static final int OWN_MODE = 0644;
    private static final int SHARED_MODE = 0664;
    private static final int OTHERS_CAN_WRITE = 022;
    private static final int MOST_BYTES = 1 << 16;
    private static final String COMMENT = "#";
    private static final String SUPERUSER = "root";
    /** Belongs to the user of this process; /proc/self itself is a link, and root's. */
    private static final Path THIS_PROCESS = Path.of("/proc/self/task");

    private final Disk disk;
    private final Layout layout;

    public ConfigFile(Disk disk, Layout layout) {
        this.disk = disk;
        this.layout = layout;
    }

    /** A line that sets something. @param number from 1 */
    public record Line(int number, String key, String value) {}

    public Path path() {
        return layout.config();
    }

    /**
     * All lines that set something, in their order; none where there is no such file.
     *
     * @throws ctl.vm.problem.VmException NotOurs, ForeignConfig, BadConfig
     */
    public List<Line> read() {
        List<String> text = text();
        List<Line> lines = new ArrayList<>();
        for (int index = 0; index < text.size(); index++) {
            String line = text.get(index).strip();
            if (!line.isEmpty() && !line.startsWith(COMMENT)) {
                lines.add(line(index + 1, line));
            }
        }
        return lines;
    }

    /** Whether only this user can have written it. */
    public boolean isPrivate() {
        return disk.entry(path())
                .filter(entry -> entry.kind() == Disk.Kind.FILE && (entry.mode() & OTHERS_CAN_WRITE) == 0)
                .filter(_ -> disk.owner(path()).equals(disk.owner(THIS_PROCESS)))
                .isPresent();
    }

    /** Sets a key, in the line that it has already or in a new one. */
    public void set(String key, String value) {
        change(lines -> {
            List<String> changed = new ArrayList<>(lines);
            String line = key + " = " + value;
            int index = indexOf(lines, key);
            if (index < 0) {
                changed.add(line);
            } else {
                changed.set(index, line);
            }
            return changed;
        });
    }

    /** Takes every line of a key out. */
    public void unset(String key) {
        change(lines -> lines.stream().filter(line -> !isOf(key, line)).toList());
    }

    private Line line(int number, String line) {
        int equals = line.indexOf('=');
        if (equals < 0) {
            throw new Misuse.BadConfig(path(), number, "\"%s\" is not of the form KEY = VALUE".formatted(line))
                    .thrown();
        }
        return new Line(number, line.substring(0, equals).strip(), line.substring(equals + 1).strip());
    }

    private static int indexOf(List<String> lines, String key) {
        for (int index = 0; index < lines.size(); index++) {
            if (isOf(key, lines.get(index))) {
                return index;
            }
        }
        return -1;
    }

    private static boolean isOf(String key, String line) {
        int equals = line.indexOf('=');
        return equals > 0 && line.substring(0, equals).strip().equals(key);
    }

    private List<String> text() {
        Optional<Disk.Entry> entry = disk.entry(path());
        if (entry.isEmpty()) {
            return List.of();
        }
        requireOwn(entry.get());
        if (entry.get().size() > MOST_BYTES) {
            throw new Misuse.BadConfig(path(), 1, "the file is longer than 64 KiB").thrown();
        }
        try (DiskFile file = disk.open(path())) {
            ByteBuffer bytes = file.read(new DiskFile.Extent(0, entry.get().size()));
            return StandardCharsets.UTF_8.decode(bytes).toString().lines().toList();
        }
    }

    private void requireOwn(Disk.Entry entry) {
        if (entry.kind() != Disk.Kind.FILE) {
            throw new Unsafe.NotOurs(path(), "a file").thrown();
        }
        String owner = disk.owner(path());
        String owns = disk.owner(layout.root());
        boolean isTrusted = owner.equals(owns) || owner.equals(SUPERUSER) || owner.equals(disk.owner(THIS_PROCESS))
                || SharedRoot.isShared(layout.root());
        if (!isTrusted) {
            throw new Unsafe.ForeignConfig(path(), owner, owns).thrown();
        }
    }

    /** If we die before the rename, the old file stands as it was, and what is left of the new one is written over. */
    private void change(UnaryOperator<List<String>> edit) {
        if (disk.entry(layout.root()).isEmpty()) {
            throw new Failure.NoSuchRoot(layout.root()).thrown();
        }
        List<String> lines = edit.apply(text());
        disk.remove(layout.newConfig());
        try (DiskFile file = disk.create(layout.newConfig(),
                SharedRoot.isShared(layout.root()) ? SHARED_MODE : OWN_MODE)) {
            String text = lines.isEmpty() ? "" : String.join("\n", lines) + "\n";
            file.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)), 0);
            file.sync();
        }
        if (disk.entry(path()).isPresent()) {
            disk.copyRights(path(), layout.newConfig());
        }
        disk.replace(layout.newConfig(), path());
        disk.syncFolder(layout.root());
    }
}
