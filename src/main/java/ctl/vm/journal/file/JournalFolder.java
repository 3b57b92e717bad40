package ctl.vm.journal.file;

import ctl.vm.durable.Disk;
import ctl.vm.durable.DiskFile;
import ctl.vm.inventory.value.Layout;
import ctl.vm.linux.LinuxError;
import ctl.vm.problem.DiskException;
import ctl.vm.problem.Errno;
import ctl.vm.problem.Failure;
import ctl.vm.problem.Problem;
import ctl.vm.problem.Unsafe;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

/**
 * The folder of one journal, and every act on its files, all of them through a {@link Disk}: how they are made,
 * replaced, synced and kept. They are real files, readable by their owner alone, or by the group where the folder is
 * the group's. Links are not followed.
 *
 * <p>A process has one of these for each root: what it holds in the folder stands here.
 */
public final class JournalFolder {

    /** Of a root: writable for the group, which owns all that is made in it. */
    private static final int SHARED = 02020;

    private static final int GROUP_CAN_WRITE = 020;
    private static final int FOR_THE_OWNER = 0600;
    private static final int FOR_THE_GROUP = 0660;
    private static final int FOLDER_FOR_THE_OWNER = 0700;
    private static final int FOLDER_FOR_THE_GROUP = 0770;

    private static final String BACKUP_MARK = ".broken-";
    private static final String BACKUP_TIME = "yyyyMMdd-HHmmss";

    private final Layout layout;
    private final Disk disk;
    private final AtomicBoolean locked = new AtomicBoolean();

    public JournalFolder(Layout layout, Disk disk) {
        this.layout = layout;
        this.disk = disk;
    }

    public Layout layout() {
        return layout;
    }

    public Disk disk() {
        return disk;
    }

    /** Whether this process has the {@link JournalLock}. */
    AtomicBoolean locked() {
        return locked;
    }

    /** Turns what the disk reports into a problem of the journal. */
    public <T> T explained(Supplier<T> acts) {
        try {
            return acts.get();
        } catch (UncheckedIOException failure) {
            throw problem(failure).thrown();
        }
    }

    public void explained(Runnable acts) {
        explained(() -> {
            acts.run();
            return null;
        });
    }

    public Problem problem(UncheckedIOException failure) {
        return knownProblem(failure).orElseGet(() -> new Failure.DiskTrouble(
                layout.journal().toString(), String.valueOf(failure.getCause().getMessage())));
    }

    /** The problem where an error number of the system is behind a failure: H2 wraps its exceptions several times. */
    public Optional<Problem> knownProblem(Throwable failure) {
        String journal = layout.journal().toString();
        return LinuxError.cause(failure, layout.journal()).map(reported -> Failure.of(reported.errno(), journal,
                reported.path().equals(journal) ? reported.reason() : reported.getCause().getMessage()));
    }

    /** Makes the folder where it is missing. It is not durable before {@link #syncNames}. */
    void make() {
        if (isFolder(layout.journal())) {
            return;
        }
        if (!isFolder(root())) {
            throw new Failure.NoSuchRoot(layout.root()).thrown();
        }
        boolean isShared = (disk.entry(root()).orElseThrow().mode() & SHARED) == SHARED;
        try {
            // Within a shared root, the umask leaves the group its rights.
            disk.createFolder(layout.journal(), isShared ? FOLDER_FOR_THE_GROUP : FOLDER_FOR_THE_OWNER);
        } catch (DiskException failure) {
            requireTaken(failure);
        }
    }

    /** The root itself where its path is a link to it. */
    private Path root() {
        return layout.root().resolve(".");
    }

    private boolean isFolder(Path path) {
        return disk.entry(path).filter(entry -> entry.kind() == Disk.Kind.FOLDER).isPresent();
    }

    /** Another process may have made it in the same moment: it is as good as ours. */
    private static void requireTaken(DiskException failure) {
        if (!failure.is(Errno.EEXIST)) {
            throw failure;
        }
    }

    /**
     * Makes sure that H2, which follows links, meets none.
     *
     * @throws ctl.vm.problem.VmException NotOurs
     */
    public void requireReal() {
        explained(() -> {
            requireKind(layout.journal(), List.of(Disk.Kind.FOLDER), "a folder");
            for (Path file : List.of(layout.databaseFile(), layout.newDatabaseFile(), layout.mirror(), layout.head(),
                    layout.listing(), layout.newListing(), layout.journalLock(), layout.journalQueue(),
                    layout.shippingLock(), layout.locks())) {
                // A folder in the way leads nowhere else: what writes there reports it.
                requireKind(file, List.of(Disk.Kind.FILE, Disk.Kind.FOLDER), "a file");
            }
        });
    }

    private void requireKind(Path path, List<Disk.Kind> kinds, String expected) {
        if (disk.entry(path).filter(entry -> !kinds.contains(entry.kind())).isPresent()) {
            throw new Unsafe.NotOurs(path, expected).thrown();
        }
    }

    public boolean isMissing(Path file) {
        return disk.entry(file).isEmpty();
    }

    /** Bytes, 0 where there is no such file. */
    public long length(Path file) {
        return disk.entry(file).map(Disk.Entry::size).orElse(0L);
    }

    /** Makes an empty file where there is none. Its name is durable once the folder has been synced. */
    public void makeWhereMissing(Path file) {
        if (isMissing(file)) {
            try {
                disk.create(file, FOR_THE_OWNER).close();
                settle(file, layout.journal());
            } catch (DiskException failure) {
                requireTaken(failure);
            }
        }
    }

    /** Makes an empty file, and removes one that an earlier try has left behind. */
    public DiskFile makeAnew(Path file) {
        disk.remove(file);
        DiskFile made = disk.create(file, FOR_THE_OWNER);
        try {
            settle(file, layout.journal());
            return made;
        } catch (RuntimeException failure) {
            try (made) {
                throw failure;
            }
        }
    }

    /** Removes a file or an empty folder when it is closed, whatever became of it until then. */
    public Temporary temporary(Path path) {
        return () -> disk.remove(path);
    }

    /** What is not to be left behind. */
    public interface Temporary extends AutoCloseable {

        @Override
        void close();
    }

    /** Gives a file the owner and permissions that it must have. @param replaced the file whose name it is to take */
    public void settle(Path file, Path replaced) {
        boolean groupWrites = (disk.entry(file.getParent()).orElseThrow().mode() & GROUP_CAN_WRITE) != 0;
        // If root has made it: it would lock out the owner of the journal.
        disk.copyOwner(isMissing(replaced) ? file.getParent() : replaced, file,
                groupWrites ? FOR_THE_GROUP : FOR_THE_OWNER);
    }

    /** Makes the content of a file durable. */
    public void sync(Path file) {
        try (DiskFile open = disk.openForWriting(file)) {
            open.sync();
        }
    }

    /** Replaces a file by another one, durably. If we die before the sync, the name may be that of the old one. */
    public void publish(Path file, Path name) {
        disk.replace(file, name);
        disk.syncFolder(layout.journal());
    }

    /**
     * Makes the names of the journal's files durable, and that of their folder. The process that gave them may have
     * died before it did this, so that a process that finds them does it as well before it promises anything.
     */
    public void syncNames() {
        disk.syncFolder(layout.journal());
        disk.syncFolder(root());
    }

    /** Copies a file, with its time and permissions. Its content is durable when this returns, its name is not. */
    public void copy(Path file, Path name) {
        try (DiskFile source = disk.open(file); DiskFile target = disk.create(name, FOR_THE_OWNER)) {
            disk.copyRights(file, name);
            if (!source.shareWith(target)) {
                long size = source.size();
                for (long position = 0; position < size;) {
                    position += source.copyTo(target, position, size - position);
                }
            }
            target.setModified(disk.entry(file).orElseThrow().modified());
            target.sync();
        }
    }

    /**
     * Keeps a damaged file under {@code FILE.broken-DATE-TIME} as well, durably. It also stays under its own name until
     * another replaces it. We never overwrite or delete such a backup. If we die in here, only the additional name may
     * be there.
     *
     * @param now gives the date, UTC
     * @return where it is kept
     */
    public Path keepBackup(Path file, Instant now) {
        Path name = earlierBackup(file).orElseGet(() -> newBackup(file, now));
        disk.syncFolder(file.getParent());
        return name;
    }

    /** The name that a process gave it which died afterwards. */
    private Optional<Path> earlierBackup(Path file) {
        long inode = disk.entry(file).orElseThrow().inode();
        return disk.list(file.getParent()).stream()
                .filter(path -> disk.name(path).startsWith(disk.name(file) + BACKUP_MARK))
                .filter(path -> disk.entry(path).filter(entry -> entry.inode() == inode).isPresent())
                .findFirst();
    }

    private Path newBackup(Path file, Instant now) {
        // Made here, as every command would have to load it: 10 ms.
        DateTimeFormatter time = DateTimeFormatter.ofPattern(BACKUP_TIME, Locale.ROOT).withZone(ZoneOffset.UTC);
        String first = file.getFileName() + BACKUP_MARK + time.format(now);
        for (int number = 1;; number++) {
            Path name = file.resolveSibling(number == 1 ? first : first + "-" + number);
            // Taken by another file that broke in the same second, or before the clock was set back.
            if (isMissing(name)) {
                if (!disk.addName(file, name)) {
                    copy(file, name);
                }
                return name;
            }
        }
    }
}
