package ctl.vm.durable;

import ctl.vm.durable.NameChange.Edit;
import ctl.vm.durable.NameChange.Place;
import ctl.vm.linux.LinuxError;
import ctl.vm.problem.Errno;
import ctl.vm.process.OpenFiles;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;

/**
 * A disk in memory that loses what was not synced, by the rules of a journalling filesystem at its worst.
 *
 * <p>Whatever changes it is an act, and acts are counted; {@link #losePowerAt} and {@link #failAt} choose one. After
 * {@link #restart} a seed has decided about everything that was not synced:
 *
 * <ul>
 *   <li>of a file each changed block is there, or not, or torn; its size and its times are old or new;
 *   <li>of the changes in a folder a beginning is there; a rename is there as a whole or not at all, unless {@link
 *       #keepingFoldersOneByOne};
 *   <li>a file's sync does not make its name durable, nor a folder's sync what is in the files;
 *   <li>what has no name is gone.
 * </ul>
 *
 * <p>After a failed sync of a file its unsynced bytes can still be read, will be lost, and later syncs succeed: this is
 * what Linux does. A failed sync of a folder may be tried again.
 *
 * <p>A call that refuses (a name is taken) is no act, nor are reads. Nor are preparations and looks ({@link #write},
 * {@link #folder}, {@link #settle}, {@link #read}, {@link #tree}); what they make is durable at once. Acts may come
 * from several threads, as long as no two touch the same file.
 */
public final class ForgetfulDisk implements Disk {

    private static final int UMASK = 022;
    private static final Path NO_TARGET = Path.of("");

    private final Acts acts = new Acts();
    private final Set<Path> forbidden = new HashSet<>();
    private final Map<Path, Stranger> strangers = new HashMap<>();
    private final Tree tree;
    private boolean hasHoles = true;
    private long capacityBytes = 1L << 40;
    private boolean hidesHoles;
    private Optional<String> remote = Optional.empty();
    private boolean sharing;
    private boolean withoutRenameFlags;
    private boolean withoutSecondNames;
    private int starts;
    private Consumer<Path> removals = _ -> {};
    private Runnable beforeActsOnFiles = () -> {};

    public ForgetfulDisk() {
        this(new Tree());
    }

    private ForgetfulDisk(Tree tree) {
        this.tree = tree;
    }

    // What can go wrong.

    /** Loses power at an act, counted from now on; 1 is the next one. From then on all but {@link #restart} throws. */
    public ForgetfulDisk losePowerAt(int act) {
        acts.losePowerAt(act);
        return this;
    }

    /** Answers once with a fault, at an act counted from now on; 1 is the next one. */
    public ForgetfulDisk failAt(int act, Fault fault) {
        acts.failAt(act, fault);
        return this;
    }

    /** How many bytes the disk holds; a write beyond them is cut short. */
    public ForgetfulDisk capacity(long bytes) {
        capacityBytes = bytes;
        return this;
    }

    /** Makes it a filesystem on which a hole takes as much space as data. */
    public ForgetfulDisk withoutHoles() {
        hasHoles = false;
        return this;
    }

    /** Where there are no holes, all of a file needs space as soon as it has its size. */
    void requireSpace(Path path, long more) {
        if (!hasHoles && more > freeBytes()) {
            throw LinuxError.of(Errno.ENOSPC, "ftruncate", path);
        }
    }

    /** Makes it a filesystem that reports all of a file as data. */
    public ForgetfulDisk hidingHoles() {
        hidesHoles = true;
        return this;
    }

    /** Makes it a filesystem of another machine. */
    public ForgetfulDisk remote(String kind) {
        remote = Optional.of(kind);
        return this;
    }

    @Override
    public Optional<String> remote(Path path) {
        accessible(path).require(path);
        return remote;
    }

    boolean hidesHoles() {
        return hidesHoles;
    }

    /** Lets files share blocks, as btrfs and xfs do. */
    public ForgetfulDisk sharing() {
        sharing = true;
        return this;
    }

    /**
     * Keeps each folder by itself, as a filesystem without a journal: of a rename between two of them, half may
     * survive.
     */
    public ForgetfulDisk keepingFoldersOneByOne() {
        tree.names().keepOneByOne();
        return this;
    }

    /** Knows neither a rename that fails where the name is taken nor one that swaps, as NFS and most of FUSE. */
    public ForgetfulDisk withoutRenameFlags() {
        withoutRenameFlags = true;
        return this;
    }

    /** Whether a rename can be an exchange. */
    public boolean knowsRenameFlags() {
        return !withoutRenameFlags;
    }

    /** Gives no file a second name, as FAT and exFAT. */
    public ForgetfulDisk withoutSecondNames() {
        withoutSecondNames = true;
        return this;
    }

    /** Whether an empty file may hold the place of one that is being renamed. */
    public boolean needsReservations() {
        return withoutRenameFlags && withoutSecondNames;
    }

    /** Is told of each file that holds data, before it loses its last name. */
    public void watchRemovals(Consumer<Path> watcher) {
        removals = watcher;
    }

    /** Refuses access to what stands under a path, and to all that is in it. */
    public ForgetfulDisk forbid(String path) {
        forbidden.add(Path.of(path));
        return this;
    }

    /** Another process has a file open for writing, from an act on, counted from the disk's start. */
    public ForgetfulDisk openFor(String who, String file, int fromAct) {
        strangers.put(Path.of(file), new Stranger(new OpenFiles.Holder(who), fromAct, true));
        return this;
    }

    /** A virtual machine has a file open for reading. */
    public ForgetfulDisk openFor(String machine, String file) {
        strangers.put(Path.of(file), new Stranger(new OpenFiles.Holder(machine), 0, false));
        return this;
    }

    /** The other processes close what they have open. */
    public void strangersLeave() {
        strangers.clear();
    }

    /** Acts since the disk was made or last restarted. */
    public int acts() {
        return acts.count();
    }

    /** Does something before each act on a file that is open. */
    public void beforeActsOnFiles(Runnable action) {
        beforeActsOnFiles = action;
    }

    /** Cuts power, if that has not happened, and starts again with what the seed keeps. No planned failure remains. */
    public void restart(long seed) {
        var random = new Random(seed);
        acts.restart(random);
        tree.losePower(random);
        starts++;
    }

    // Preparations and looks.

    /** The same disk once more, with what is durable and what is not, but without planned failures. */
    public ForgetfulDisk copy() {
        var copy = new ForgetfulDisk(tree.copy());
        copy.forbidden.addAll(forbidden);
        copy.capacityBytes = capacityBytes;
        copy.sharing = sharing;
        copy.withoutRenameFlags = withoutRenameFlags;
        copy.withoutSecondNames = withoutSecondNames;
        return copy;
    }

    /** Makes everything durable, as a long time without acts does. */
    public void settle() {
        tree.settle();
    }

    /** Makes a file with the folders that lead to it, or puts another in its place. */
    public void write(String file, byte[] bytes) {
        folder(Path.of(file).getParent().toString());
        Inode inode = tree.newInode(Kind.FILE, 0644, NO_TARGET);
        inode.write(bytes, 0, now());
        inode.sync();
        putDurably(inode, Path.of(file));
    }

    /** Makes a folder with those that lead to it, unless it is there. */
    public void folder(String folder) {
        if (!exists(folder)) {
            folder(Path.of(folder).getParent().toString());
            putDurably(tree.newInode(Kind.FOLDER, 0755, NO_TARGET), Path.of(folder));
        }
    }

    private void putDurably(Inode inode, Path path) {
        Place place = tree.place(path);
        tree.names().change(NameChange.of(Edit.stands(place, inode.number)));
        tree.names().sync(place.folder());
    }

    public boolean exists(String path) {
        return tree.find(Path.of(path)).isPresent();
    }

    public byte[] read(String file) {
        Content content = tree.requireFile(Path.of(file)).content();
        ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(content.size()));
        content.read(bytes, 0);
        return bytes.array();
    }

    /** What stands on the disk, a path a line, such as {@code /vm/MyBox/disk.s2e 8192 bytes, 4096 allocated}. */
    public String tree() {
        return tree.toString();
    }

    // The disk.

    @Override
    public List<Path> list(Path folder) {
        Inode inode = accessible(folder).requireFolder(folder);
        return tree.names().in(inode.number).keySet().stream()
                .map(folder::resolve)
                .sorted()
                .toList();
    }

    @Override
    public Optional<Space> space(Path path) {
        Path parent = path.toAbsolutePath().getParent();
        return accessible(parent == null ? path : parent).find(path)
                .map(inode -> new Space(inode.kind, inode.allocated(), 1, inode.number,
                        inode.kind == Kind.FILE && tree.names().count(inode.number) > 1));
    }

    @Override
    public Optional<Entry> entry(Path path) {
        Path parent = path.toAbsolutePath().getParent();
        return accessible(parent == null ? path : parent).find(path).map(Inode::entry);
    }

    @Override
    public DiskFile open(Path file) {
        return new ForgetfulFile(this, file, accessible(file).requireFile(file), false);
    }

    @Override
    public FileWatch watch(Path file) {
        Optional<OpenFiles.Holder> before = writer(file);
        return new FileWatch() {
            @Override
            public Optional<OpenFiles.Holder> writer() {
                return before;
            }

            @Override
            public Optional<OpenFiles.Holder> machine() {
                return Optional.ofNullable(strangers.get(file)).map(Stranger::who);
            }

            @Override
            public Optional<OpenFiles.Holder> intruder() {
                return before.isPresent() ? Optional.empty() : ForgetfulDisk.this.writer(file);
            }
        };
    }

    private Optional<OpenFiles.Holder> writer(Path file) {
        return Optional.ofNullable(strangers.get(file))
                .filter(stranger -> stranger.writes() && acts() >= stranger.fromAct())
                .map(Stranger::who);
    }

    /** Another process that has a file open. */
    private record Stranger(OpenFiles.Holder who, int fromAct, boolean writes) {}

    @Override
    public DiskFile openForWriting(Path file) {
        return new ForgetfulFile(this, file, accessible(file).requireFile(file), true);
    }

    @Override
    public DiskFile create(Path file, int mode) {
        make(file, Kind.FILE, mode & ~UMASK, NO_TARGET);
        return openForWriting(file);
    }

    @Override
    public void createFolder(Path folder, int mode) {
        make(folder, Kind.FOLDER, mode & ~UMASK, NO_TARGET);
    }

    /** No act: what becomes of rights when the power fails is no concern of a crash test. */
    @Override
    public void copyRights(Path from, Path to) {
        accessible(to).require(to).mode = accessible(from).require(from).mode;
    }

    /** No act, as {@link #copyRights}. */
    @Override
    public void copyOwner(Path from, Path to, int mode) {
        accessible(from).require(from);
        accessible(to).require(to).mode = mode;
    }

    /** No act, as {@link #copyRights}. */
    @Override
    public void copyAttributes(Path from, Path to, int added) {
        accessible(to).require(to).mode = accessible(from).require(from).mode | added;
    }

    @Override
    public void setModified(Path path, Instant time) {
        Inode inode = accessible(path).require(path);
        perform(path, () -> inode.touch(time, now()));
    }

    @Override
    public boolean addName(Path file, Path name) {
        Inode inode = accessible(file).requireFile(file);
        Place place = accessible(name).freePlace(name);
        if (withoutSecondNames) {
            return false;
        }
        perform(name, () -> tree.names().change(NameChange.of(Edit.stands(place, inode.number))));
        return true;
    }

    /** There are no other processes, so that every lock is free. */
    @Override
    public Optional<Lock> tryLock(Path file) {
        accessible(file).requireFile(file);
        return Optional.of(() -> {});
    }

    @Override
    public void createLink(Path link, Path target) {
        make(link, Kind.LINK, 0777, target);
    }

    private void make(Path path, Kind kind, int mode, Path target) {
        Place place = accessible(path).freePlace(path);
        perform(path, () -> {
            Inode inode = tree.newInode(kind, mode, target);
            tree.names().change(NameChange.of(Edit.stands(place, inode.number)));
        });
    }

    @Override
    public Path linkTarget(Path link) {
        Inode inode = accessible(link).require(link);
        if (inode.kind != Kind.LINK) {
            throw LinuxError.of(Errno.EINVAL, "readlink", link);
        }
        return inode.target;
    }

    @Override
    public boolean renameIfFree(Path from, Path to) {
        if (withoutRenameFlags) {
            return false;
        }
        Inode inode = accessible(from).require(from);
        requireOutside(from, to);
        move(from, inode, tree.freePlace(to));
        return true;
    }

    @Override
    public void replace(Path from, Path to) {
        Inode inode = accessible(from).require(from);
        requireOutside(from, to);
        tree.find(to).ifPresent(old -> requireReplaceable(inode, old, from, to));
        move(from, inode, tree.place(to));
    }

    /** A folder cannot go into itself. */
    private void requireOutside(Path folder, Path place) {
        if (place.startsWith(folder) && !place.equals(folder)) {
            throw LinuxError.of(Errno.EINVAL, "renameat2", folder);
        }
    }

    private void move(Path from, Inode inode, Place target) {
        Edit gone = Edit.gone(tree.place(from));
        perform(from, () -> {
            tree.names().change(NameChange.of(gone, Edit.stands(target, inode.number)));
            inode.renamed(now());
        });
    }

    private void requireReplaceable(Inode inode, Inode old, Path from, Path to) {
        if (inode.kind == Kind.FOLDER && old.kind != Kind.FOLDER) {
            throw LinuxError.of(Errno.ENOTDIR, "renameat2", from);
        }
        if (inode.kind != Kind.FOLDER && old.kind == Kind.FOLDER) {
            throw LinuxError.of(Errno.EISDIR, "renameat2", from);
        }
        if (!tree.isEmpty(old)) {
            throw LinuxError.of(Errno.EEXIST, "forgetful", to);
        }
    }

    @Override
    public boolean exchange(Path one, Path other) {
        if (withoutRenameFlags) {
            return false;
        }
        requireOutside(one, other);
        requireOutside(other, one);
        Inode inodeOfOne = accessible(one).require(one);
        Inode inodeOfOther = accessible(other).require(other);
        Edit edit = Edit.stands(tree.place(one), inodeOfOther.number);
        Edit otherEdit = Edit.stands(tree.place(other), inodeOfOne.number);
        perform(one, () -> {
            tree.names().change(NameChange.of(edit, otherEdit));
            inodeOfOne.renamed(now());
            inodeOfOther.renamed(now());
        });
        return true;
    }

    @Override
    public void remove(Path path) {
        accessible(path).find(path).ifPresent(inode -> {
            if (!tree.isEmpty(inode)) {
                throw LinuxError.of(Errno.ENOTEMPTY, "forgetful", path);
            }
            if (inode.allocated() > 0 && tree.names().count(inode.number) == 1) {
                removals.accept(path);
            }
            Edit gone = Edit.gone(tree.place(path));
            perform(path, () -> tree.names().change(NameChange.of(gone)));
        });
    }

    @Override
    public void syncFolder(Path folder) {
        Inode inode = accessible(folder).requireFolder(folder);
        perform(folder, () -> {
            tree.names().sync(inode.number);
            inode.sync(); // its times
        });
    }

    @Override
    public String owner(Path path) {
        accessible(path).require(path);
        return "ann";
    }

    @Override
    public Filesystem filesystem(Path path) {
        accessible(path).require(path);
        return new Filesystem(capacityBytes, freeBytes(), Long.MAX_VALUE, sharing);
    }

    private long freeBytes() {
        return Math.max(0, capacityBytes - (sharing ? tree.allocatedTogether() : tree.allocated()));
    }

    private Tree accessible(Path path) {
        requirePower();
        if (forbidden.stream().anyMatch(path::startsWith)) {
            throw LinuxError.of(Errno.EACCES, "forgetful", path);
        }
        return tree;
    }

    // For its open files.

    /** How often it was started; a file that was opened before the last time is closed. */
    int starts() {
        return starts;
    }

    Instant now() {
        return tree.now();
    }

    void requirePower() {
        acts.requirePower();
    }

    void performOnFile(Path subject, Act act) {
        beforeActsOnFiles.run();
        perform(subject, act);
    }

    void perform(Path subject, Act act) {
        acts.perform(subject, act);
    }

    List<DiskFile.Extent> sharedBlocks(Inode inode) {
        return sharing ? tree.sharedBlocks(inode) : List.of();
    }

    boolean isSharing() {
        return sharing;
    }

    /** How many of the bytes to be written the disk has room for. */
    long fitting(Inode file, long position, long length) {
        long room = freeBytes() / Content.BLOCK_BYTES;
        for (long at = position; at < position + length; at = (at / Content.BLOCK_BYTES + 1) * Content.BLOCK_BYTES) {
            if (file.content().block(at / Content.BLOCK_BYTES).isEmpty() && room-- == 0) {
                return at - position;
            }
        }
        return length;
    }
}
