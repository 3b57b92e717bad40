package ctl.vm.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import ctl.vm.archive.Packages;
import ctl.vm.child.Children;
import ctl.vm.cli.problem.ProblemText;
import ctl.vm.compression.Compressors;
import ctl.vm.durable.InMemoryLocks;
import ctl.vm.durable.MortalDisk;
import ctl.vm.durable.PowerLost;
import ctl.vm.inventory.CompressionLevel;
import ctl.vm.inventory.CopyOptions;
import ctl.vm.inventory.Folder;
import ctl.vm.inventory.Inventory;
import ctl.vm.inventory.Recorded;
import ctl.vm.inventory.Request;
import ctl.vm.inventory.Sample;
import ctl.vm.inventory.drift.Drift;
import ctl.vm.inventory.value.ByteCount;
import ctl.vm.inventory.value.ImageSize;
import ctl.vm.inventory.value.Layout;
import ctl.vm.inventory.value.SnapshotName;
import ctl.vm.inventory.value.VmName;
import ctl.vm.journal.InMemoryJournal;
import ctl.vm.journal.Journal;
import ctl.vm.journal.ProgressListener;
import ctl.vm.journal.h2.H2Journal;
import ctl.vm.journal.h2.H2JournalTest;
import ctl.vm.journal.repair.Verification;
import ctl.vm.operation.CheckpointInterval;
import ctl.vm.operation.OperationContext;
import ctl.vm.operation.OperationLocks;
import ctl.vm.operation.QuietReporter;
import ctl.vm.operation.RetentionPeriod;
import ctl.vm.operation.StopRequest;
import ctl.vm.operation.Uptime;
import ctl.vm.operation.query.ListOperations.Unfinished;
import ctl.vm.operation.query.ListOperations;
import ctl.vm.operation.query.ListTrash;
import ctl.vm.operation.run.ResumeOperation;
import ctl.vm.operation.run.StartOperation;
import ctl.vm.problem.Cancelled;
import ctl.vm.problem.Unsafe;
import ctl.vm.problem.VmException;
import ctl.vm.store.Locks;
import ctl.vm.store.Store;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * A root in which commands and people do what comes to their mind. Whoever asks twice with the same seed sees the same
 * done; what was done is kept as a story for who has to find out why something went wrong.
 */
final class Stage {

    private static final List<String> NAMES = List.of("A", "B", "C", "D", "Ö E");
    private static final List<String> SNAPSHOTS = List.of("ready", "base", "k 1");

    private final Layout layout;
    private final Path home;
    private final Random random;
    private final MortalDisk disk = new MortalDisk();
    private final InMemoryLocks locks = new InMemoryLocks();
    private final Journal journal;
    private final List<String> verifier = new ArrayList<>();
    private StopRequest stop = new StopRequest();
    private int untilStop = Integer.MAX_VALUE;
    private int reconciled;

    /** With a journal in memory. */
    Stage(Path folder, long seed) {
        this(folder, seed, _ -> new InMemoryJournal(Sample.actor(), Clock.systemUTC()));
    }

    private Stage(Path folder, long seed, Function<Layout, Journal> journal) {
        this.layout = Layout.at(folder.resolve("root"));
        this.home = folder.resolve("home");
        this.random = new Random(seed);
        this.journal = mortal(journal.apply(layout));
        verifier.add("seed " + seed);
        shell("mkdir -p '%s' '%s'".formatted(layout.vms(), home));
    }

    /** With the journal that the program has, in its files. */
    static Stage withRealJournal(Path folder, long seed) {
        Stage stage = new Stage(folder, seed, layout -> new H2Journal(H2JournalTest.database(layout), Sample::actor,
                Clock.systemUTC(), Duration.ofSeconds(10), _ -> {}));
        stage.shell("mkdir -p '%s'".formatted(stage.layout.journal()));
        return stage;
    }

    /** Whether the journal's files say the same in every way in which that can be asked. */
    void checkJournal() {
        assertThat(Verification
                .run(H2JournalTest.database(layout), Duration.ofSeconds(10), Optional.empty(), ProgressListener.NONE)
                .errors())
                .as(told("verify"))
                .isEmpty();
    }

    int reconciled() {
        return reconciled;
    }

    void strike() {
        shell("rm -rf '%s'".formatted(home.getParent()));
    }

    void somebodyMoves() {
        if (random.nextBoolean()) {
            command();
        } else {
            byHand();
        }
    }

    private void command() {
        Request request = request();
        boolean dies = random.nextInt(3) == 0;
        int acts = random.nextInt(30);
        boolean stops = !dies && random.nextInt(4) == 0;
        untilStop = stops ? random.nextInt(3) : Integer.MAX_VALUE;
        String fate = dies ? " dying after %d acts".formatted(acts) : stops ? " stopped at " + untilStop : "";
        disk.begins(dies ? acts : Integer.MAX_VALUE);
        stop = new StopRequest();
        try {
            start().run(request);
            verifier.add(request.describe() + fate);
        } catch (VmException refused) {
            verifier.add("%s%s: %s".formatted(request.describe(), fate, ProblemText.of(refused.problem()).message()));
        } catch (PowerLost dead) {
            verifier.add("%s%s: dead".formatted(request.describe(), fate));
            locks.processDies();
        } catch (RuntimeException | AssertionError bug) {
            throw new AssertionError(told(request.describe()), bug);
        } finally {
            untilStop = Integer.MAX_VALUE;
            disk.begins();
        }
    }

    private Request request() {
        VmName vm = name();
        SnapshotName snapshot = new SnapshotName(one(SNAPSHOTS));
        String file = home.resolve(one(NAMES) + one(List.of(".tar.gz", ".tar"))).toString();
        return switch (random.nextInt(10)) {
            case 0 -> new Request.Create(vm, ImageSize.parse("64k"), random.nextBoolean());
            case 1, 2, 3 -> new Request.Clone(name(), vm, CopyOptions.USUAL, random.nextBoolean());
            case 4 -> new Request.Export(vm, file, random.nextBoolean(), CompressionLevel.USUAL);
            case 5 -> new Request.Import(file, vm, false, random.nextBoolean());
            case 6 -> new Request.DeleteVm(vm, random.nextBoolean());
            case 7 -> new Request.DeleteSnapshot(vm, snapshot, random.nextBoolean());
            case 8 -> new Request.Rename(name(), vm);
            default -> fromTrash(vm, snapshot);
        };
    }

    private Request fromTrash(VmName vm, SnapshotName snapshot) {
        List<ListTrash.Entry> trash = new ListTrash(context()).all();
        if (trash.isEmpty()) {
            return new Request.Create(vm, ImageSize.parse("64k"), false);
        }
        ListTrash.Entry entry = one(trash);
        if (random.nextInt(4) == 0) {
            return entry.purge();
        }
        return entry.snapshot()
                .<Request>map(from -> new Request.UndeleteSnapshot(entry.deletion(), from, vm, snapshot))
                .orElseGet(() -> new Request.UndeleteVm(entry.deletion(), entry.vm(), vm));
    }

    /** What fails is not done: there is no such file. */
    private void byHand() {
        String vm = one(NAMES);
        String other = one(NAMES);
        String snapshot = "disk.s2e." + one(SNAPSHOTS);
        String image = random.nextBoolean() ? "disk.s2e" : snapshot;
        String line = switch (random.nextInt(20)) {
            case 0 -> "[ -e '%2$s' ] || cp -r '%1$s' '%2$s'";
            case 1 -> "[ -e '%2$s' ] || cp -a '%1$s' '%2$s'";
            case 2, 3 -> "[ -e '%2$s' ] || mv '%1$s' '%2$s'";
            case 4 -> "rm -r '%1$s'";
            case 5 -> "truncate -c -s %5$d '%1$s/%3$s'";
            case 6 -> "touch -c '%1$s/%3$s'";
            case 7 -> "[ -f '%1$s/%3$s' ] && head -c 4096 /dev/zero | tr '\\0' '%5$d' | dd of='%1$s/%3$s' conv=notrunc";
            case 8, 9 -> "[ -d '%1$s' ] && head -c %5$d /dev/zero | tr '\\0' '%5$d' > '%1$s/%4$s'";
            case 10 -> "mv '%1$s/%4$s' '%1$s/disk.s2e.by hand'";
            case 11 -> "rm '%1$s/%4$s'";
            case 12 -> "rm '%1$s/disk.s2e'";
            case 13 -> "mkdir '%1$s'";
            case 14 -> "[ -d '%1$s' ] && date > '%1$s/notes.txt'";
            case 15 -> "[ -e '%1$s/%4$s' ] || ln -s disk.s2e '%1$s/%4$s'";
            case 16 -> "[ -e '%1$s' ] && [ -e '%2$s' ] && mv '%1$s' x && mv '%2$s' '%1$s' && mv x '%2$s'";
            case 17 -> "[ -e '%1$s' ] || mv ../'%1$s' '%1$s'";
            case 18 -> "[ -e ../'%1$s' ] || mv '%1$s' ../'%1$s'";
            default -> "[ -e '%2$s' ] || { cp -a '%1$s' '%2$s' && rm -r '%1$s'; }";
        };
        String typed = line.formatted(vm, other, image, snapshot, 4096L * (1 + random.nextInt(20)) + 7);
        verifier.add("$ " + typed + (shell(typed) ? "" : ": in vain"));
    }

    /** As the command does. */
    void reconcile() {
        reconciled++;
        stop = new StopRequest();
        Map<String, String> before = files();
        List<Unfinished> interrupted = interrupted();
        Set<String> named = new TreeSet<>();
        interrupted.forEach(operation -> operation.operation().request().changes().forEach(vm -> named.add(vm.text())));
        try {
            List<ResumeOperation.Stuck> stuck = resume().end(interrupted, random.nextInt(4) == 0);
            stuck.forEach(one -> verifier.add("stuck: %s: %s".formatted(
                    one.interrupted().operation().request().describe(), ProblemText.of(one.why()).message())));
            giveUpWhatWouldTakeAway(stuck, before);
            Reconcile.Report report = reconciliation().record();
            verifier.add("reconcile: " + report);
            checkFilesOf(before, named);
            checkAgreement();
        } catch (VmException | AssertionError wrong) {
            throw new AssertionError(told("reconcile"), wrong);
        }
    }

    /** What they would have taken away is as it was. */
    private void giveUpWhatWouldTakeAway(List<ResumeOperation.Stuck> stuck, Map<String, String> before) {
        List<Unfinished> left = stuck.stream()
                .filter(one -> one.why() instanceof Unsafe.WouldRemove)
                .map(ResumeOperation.Stuck::interrupted)
                .toList();
        Map<String, String> now = files();
        for (Unfinished operation : left) {
            String folder = operation.operation().request().vm() + "/";
            assertThat(now.entrySet().stream().filter(file -> file.getKey().startsWith(folder)).toList())
                    .as(told("spared"))
                    .isEqualTo(before.entrySet().stream().filter(file -> file.getKey().startsWith(folder)).toList());
        }
        assertThat(resume().end(left, true)).as(told("given up")).isEmpty();
    }

    private void checkFilesOf(Map<String, String> before, Set<String> named) {
        Map<String, String> expected = new TreeMap<>(before);
        Map<String, String> now = files();
        expected.keySet().removeIf(path -> named.contains(path.split("/")[0]));
        now.keySet().removeIf(path -> named.contains(path.split("/")[0]));
        assertThat(now).as(told("files")).isEqualTo(expected);
    }

    private void checkAgreement() {
        assertThat(interrupted()).as(told("interrupted")).isEmpty();
        Folder folder = store().lookAtAll();
        assertThat(Drift.between(journal.inventory(), folder, List.of())).as(told("drift")).isEmpty();
        assertThat(reconciliation().look().findings()).as(told("second look")).isEmpty();
        Inventory[] fold = {Inventory.EMPTY};
        journal.events(1, (Recorded event) -> fold[0] = fold[0].after(event));
        assertThat(fold[0]).as(told("fold")).isEqualTo(journal.inventory());
        folder.vms().forEach((name, vm) -> assertThat(Set.copyOf(vm.facts()))
                .as(told(name.text()))
                .isEqualTo(Set.copyOf(journal.inventory().vm(name).orElseThrow().images().values())));
    }

    /** What stands in the folder and is not ours: content, time and inode by path. */
    private Map<String, String> files() {
        Map<String, String> files = new TreeMap<>();
        try (Stream<Path> paths = Files.walk(layout.vms())) {
            for (Path path : paths.filter(path -> Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)).toList()) {
                String name = layout.vms().relativize(path).toString();
                if (!name.startsWith(".")) {
                    var attributes = Files.readAttributes(path, "unix:ino,lastModifiedTime,size");
                    files.put(name, "%s %08x".formatted(attributes, content(path)));
                }
            }
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
        return files;
    }

    private static int content(Path path) throws IOException {
        return Arrays.hashCode(Files.readAllBytes(path));
    }

    private String told(String what) {
        return what + "\n" + String.join("\n", verifier);
    }

    private StartOperation start() {
        return new StartOperation(context(), false);
    }

    private ResumeOperation resume() {
        return new ResumeOperation(context(), false);
    }

    private List<Unfinished> interrupted() {
        return new ListOperations(context()).interrupted();
    }

    private Reconcile reconciliation() {
        return new Reconcile(context(), random.nextBoolean());
    }

    private OperationContext context() {
        // A clock that is ahead: nobody waits until what was just written is still.
        Clock clock = Clock.offset(Clock.systemUTC(), Duration.ofMinutes(11));
        return new OperationContext(
                journal, store(),
                new Packages(disk.disk(), Compressors.BEST, () -> Channels.newChannel(InputStream.nullInputStream()),
                        System.out, Optional::empty),
                new OperationLocks(new Locks(locks)), new Stopping(), stop,
                new CheckpointInterval(new ByteCount(1), Duration.ofHours(1)),
                () -> RetentionPeriod.USUAL,
                Optional::empty,
                clock,
                () -> Uptime.UNKNOWN,
                random,
                ProblemText::message);
    }

    private Store store() {
        return new Store(disk.disk(), layout);
    }

    private VmName name() {
        return new VmName(one(NAMES));
    }

    private <T> T one(List<T> choices) {
        return choices.get(random.nextInt(choices.size()));
    }

    /** A line of shell in the folder of VMs. @return whether it could be done */
    private boolean shell(String line) {
        try {
            Process process = Children.start(new ProcessBuilder("/bin/sh", "-c", line)
                    .directory(Files.isDirectory(layout.vms()) ? layout.vms().toFile() : null)
                    .redirectErrorStream(true));
            process.getInputStream().readAllBytes();
            return process.waitFor() == 0;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } catch (InterruptedException stopped) {
            throw new IllegalStateException(stopped);
        }
    }

    /** Dies before an append, or after it. */
    private Journal mortal(Journal real) {
        return (Journal) Proxy.newProxyInstance(
                Journal.class.getClassLoader(), new Class<?>[] {Journal.class}, (_, method, arguments) -> {
                    boolean appends = method.getName().equals("append");
                    if (appends) {
                        disk.act();
                    }
                    try {
                        Object result = method.invoke(real, arguments);
                        if (appends) {
                            disk.act();
                        }
                        return result;
                    } catch (InvocationTargetException failed) {
                        throw failed.getCause();
                    }
                });
    }

    /** Asks to stop after some pieces of work. */
    private final class Stopping extends QuietReporter {

        @Override
        public void begin(String step, ByteCount work) {
            piece();
        }

        @Override
        public void advance(long bytes) {
            piece();
        }

        private void piece() {
            if (untilStop-- == 0) {
                stop.stop(Cancelled.Signal.INTERRUPT);
            }
        }
    }
}
