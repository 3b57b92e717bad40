package ctl;

import ctl.vm.archive.Packages;
import ctl.vm.cli.CtlCommandLine;
import ctl.vm.cli.console.Console;
import ctl.vm.cli.console.HomeFolder;
import ctl.vm.cli.console.Session;
import ctl.vm.cli.console.Terminal;
import ctl.vm.cli.problem.ProblemText;
import ctl.vm.cli.team.TeamCommand;
import ctl.vm.compression.Compressors;
import ctl.vm.durable.Disk;
import ctl.vm.durable.LinuxDisk;
import ctl.vm.durable.LinuxLockTable;
import ctl.vm.inventory.Actor;
import ctl.vm.inventory.Inventory;
import ctl.vm.inventory.Request;
import ctl.vm.inventory.audit.Seal;
import ctl.vm.inventory.value.Layout;
import ctl.vm.inventory.value.RootId;
import ctl.vm.journal.ProgressListener;
import ctl.vm.journal.chain.Head;
import ctl.vm.journal.engine.DatabaseJournal;
import ctl.vm.journal.engine.Engine;
import ctl.vm.journal.file.JournalFolder;
import ctl.vm.journal.h2.Database;
import ctl.vm.journal.h2.H2Journal;
import ctl.vm.journal.postgres.AppendGuard;
import ctl.vm.journal.postgres.Authority;
import ctl.vm.journal.postgres.PostgresDatabase;
import ctl.vm.journal.postgres.PostgresJournal;
import ctl.vm.journal.postgres.PostgresLeases;
import ctl.vm.journal.repair.Move;
import ctl.vm.journal.repair.Rebuild;
import ctl.vm.journal.repair.Verification;
import ctl.vm.operation.CheckpointInterval;
import ctl.vm.operation.Config;
import ctl.vm.operation.OperationContext;
import ctl.vm.operation.OperationLocks;
import ctl.vm.operation.ProgressReporter;
import ctl.vm.operation.StopRequest;
import ctl.vm.operation.ThisProcess;
import ctl.vm.operation.Uptime;
import ctl.vm.postgres.PostgresServer;
import ctl.vm.problem.Failure.Crash.Outcome;
import ctl.vm.problem.Failure;
import ctl.vm.problem.Misuse;
import ctl.vm.problem.Secrets;
import ctl.vm.problem.VmException;
import ctl.vm.process.BackgroundProcess;
import ctl.vm.process.BootClock;
import ctl.vm.process.QemuImg;
import ctl.vm.process.SharedRoot;
import ctl.vm.reconcile.MoveJournal;
import ctl.vm.reconcile.RebuildJournal;
import ctl.vm.reconcile.Verify;
import ctl.vm.store.ConfigFile;
import ctl.vm.store.Epochs;
import ctl.vm.store.Locks;
import ctl.vm.store.Store;
import ctl.vm.team.JoinedRoot;
import ctl.vm.team.ShippingLock;
import ctl.vm.team.TeamDatabase;
import ctl.vm.team.TeamNames;
import ctl.vm.team.Witness;
import ctl.vm.team.Membership;
import ctl.vm.team.Registration;
import ctl.vm.team.RootHistory;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** The whole program, its parts wired together. */
public final class Program {

    /** How long to wait for another process that has the journal open. */
    private static final Duration LOCK_TIMEOUT = Duration.ofSeconds(10);

    /** So long a process may take to start, and to be known as the one that ships: nanoseconds. */
    private static final long START = 5_000_000_000L;

    private final ProcessEnvironment process;
    private final StopRequest stop;
    private final PrintWriter out;
    private final PrintWriter err;
    private final Console console;
    private final HomeFolder home;
    private final Map<Path, Config> configs = new HashMap<>();
    private final Map<Path, Engine> engines = new HashMap<>();
    private final Map<Path, PostgresLeases> leases = new HashMap<>();
    private volatile Optional<Session> session = Optional.empty();
    /** When a process was left behind last that ships. */
    private OptionalLong leftBehind = OptionalLong.empty();
    /** Where something was recorded last. */
    private Optional<Path> recorded = Optional.empty();

    /**
     * What a start of the program finds.
     *
     * @param folder the working folder
     * @param in answers to questions; a package on the standard input is read from the process's own
     * @param nanoTime a clock that never goes back, by which progress is drawn
     */
    public record ProcessEnvironment(Map<String, String> environment, Path folder, Terminal terminal, InputStream in,
            PrintStream out, PrintStream err, LongSupplier nanoTime) {

        /** With the system's clock. */
        public ProcessEnvironment(Map<String, String> environment, Path folder, Terminal terminal, InputStream in,
                PrintStream out, PrintStream err) {
            this(environment, folder, terminal, in, out, err, System::nanoTime);
        }
    }

    /** @param stop tells a running operation to stop in good order */
    public Program(ProcessEnvironment process, StopRequest stop) {
        this.process = process;
        this.stop = stop;
        this.out = new PrintWriter(process.out(), false, StandardCharsets.UTF_8);
        this.err = new PrintWriter(process.err(), false, StandardCharsets.UTF_8);
        this.console = new Console(out, err, process.in(), process.terminal(), process.nanoTime());
        this.home = HomeFolder.of(process.environment());
    }

    /** Leaves the screen as the next program that prints expects it. To be called before a signal ends the program. */
    void leaveScreen() {
        console.leave();
    }

    /** Whether Ctrl-C is meant for a pager, which has the terminal until the user leaves it. */
    boolean isPaging() {
        return console.isPaging();
    }

    /**
     * Runs one command.
     *
     * @param arguments as typed behind {@code ctl}
     * @return the exit code
     */
    public int run(String... arguments) {
        try {
            return perform(arguments);
        } catch (RuntimeException | Error bug) {
            return crashed(bug, arguments);
        }
    }

    /**
     * Reports a bug of ours, which came up in this thread: the program is to be ended.
     *
     * @return the exit code
     */
    int crashed(Throwable bug, String... arguments) {
        List<String> words = List.of(arguments);
        int exitCode = Crash.report(bug, words, session.flatMap(Session::settledRoot), outcome(words), console);
        err.flush();
        return exitCode;
    }

    private Outcome outcome(List<String> words) {
        if (stop.isAmidWork()) {
            return words.contains(Request.PIPE) ? Outcome.BEGINS_ANEW : Outcome.GOES_ON;
        }
        return session.filter(Session::isToChange).isPresent() ? Outcome.DONE_OR_NOT : Outcome.NOTHING_CHANGED;
    }

    private int perform(String... arguments) {
        Session begun = new Session(
                console, operations(arguments), process.folder(), process.environment(),
                defaultRoot());
        session = Optional.of(begun);
        int exitCode = CtlCommandLine.run(begun, List.of(arguments));
        // Who has joined has recorded that before the settings said so.
        recorded.ifPresent(root -> haveShipped(root, console));
        console.endProgress();
        boolean isLost = out.checkError() || process.out().checkError();
        if (exitCode == 0 && isLost && !isReaderGone()) {
            exitCode = console.fail(new Failure.ResultLost());
        }
        err.flush();
        return exitCode;
    }

    /** The reader of a pipe may have read enough, as {@code head} and {@code grep -q} do. */
    private boolean isReaderGone() {
        try {
            return process.out() == System.out
                    && Files.readSymbolicLink(Path.of("/proc/self/fd/1")).toString().matches("(pipe|socket):.*");
        } catch (IOException closed) {
            return false;
        }
    }

    private Session.OperationFactory operations(String[] arguments) {
        return new Session.OperationFactory() {
            @Override
            public OperationContext context(Path root, ProgressReporter reporter) {
                return Program.this.context(root, reporter, arguments);
            }

            @Override
            public RebuildJournal rebuild(Path root, ProgressReporter reporter) {
                return new RebuildJournal((acceptLoss, progress) -> Rebuild.run(
                        engine(root), Clock.systemUTC(), LOCK_TIMEOUT, acceptLoss, progress), reporter);
            }

            @Override
            public MoveJournal.Databases journalDatabases(Path root) {
                return Program.this.journalDatabases(root);
            }

            @Override
            public Config config(Path root) {
                return Program.this.config(root);
            }

            @Override
            public TeamDatabase team(Path root) {
                return new TeamDatabase(PostgresServer.of(
                        Optional.of(config(root).setting(Config.Key.TEAM_SERVER).value())
                                .filter(url -> !url.isBlank())
                                .orElseThrow(() -> new Misuse.NoTeam().thrown()),
                        process.environment()));
            }

            @Override
            public TeamNames teamNames(Path root) {
                return new TeamNames(new JournalFolder(layout(root), new LinuxDisk()));
            }

            @Override
            public Optional<Membership> membership(Path root) {
                return Program.this.membership(root);
            }

            @Override
            public Optional<JoinedRoot> joined(Path root, OperationContext context) {
                return membership(root).map(membership -> new JoinedRoot(
                        membership,
                        PostgresServer.of(membership.server(), process.environment()),
                        context.journal(),
                        engine(root).folder(),
                        () -> BootClock.now().toNanos(),
                        new Random()));
            }

            @Override
            public RootHistory rootHistory(OperationContext context) {
                return new RootHistory(context.journal(), context::newOperationInSession);
            }

            @Override
            public Registration registration(String server) {
                return new Registration(PostgresServer.of(server, process.environment()));
            }

            @Override
            public String version() {
                return Program.version();
            }

            @Override
            public Witness witness(TeamDatabase database, ProgressReporter reporter) {
                return new Witness(database, reporter);
            }

            @Override
            public Optional<Witness.Own> ownJournal(Path root, OperationContext context) {
                return membership(root).map(joined -> new Witness.Own(
                        context.root(), joined.name(), new JournalFolder(layout(root), new LinuxDisk())));
            }

            @Override
            public Verify verify(Path root, OperationContext context) {
                return new Verify((seal, progress) -> Verification.run(engine(root), LOCK_TIMEOUT, seal, progress),
                        context);
            }
        };
    }

    /** Of the program, of what it runs on and of what it writes, in one line. */
    static String version() {
        return "ctl vm %s (Java %s, journal schema %d)".formatted(
                Objects.requireNonNullElse(Program.class.getPackage().getImplementationVersion(), "unpackaged"),
                Runtime.version().feature(),
                H2Journal.SCHEMA);
    }

    private OperationContext context(Path root, ProgressReporter reporter, String[] arguments) {
        Map<String, String> environment = process.environment();
        Layout layout = layout(root);
        Disk disk = LinuxDisk.withoutLinksBelow(layout.vms(), folder -> reporter.warn(
                "%s: this filesystem cannot sync folders: what a command makes, moves or deletes there may come undone"
                        .formatted(folder) + " if the power fails in the next minute"));
        Clock clock = Clock.systemUTC();
        // Of a password in a URL, which no command takes, nothing may be left in the journal.
        Supplier<List<String>> commandLine = () -> Stream.concat(Stream.of("ctl"), Stream.of(arguments))
                .map(Secrets::masked)
                .toList();
        DatabaseJournal journal = journal(
                root, () -> ThisProcess.actor(commandLine.get(), environment), clock, reporter::warn);
        journal.afterAppending(() -> {
            recorded = Optional.of(root);
            haveShipped(root, reporter);
        });
        boolean isOnServer = engine(root).isShared();
        Epochs epochs = isOnServer ? new Epochs(leases(root)::requireHeld) : Epochs.NONE;
        Store store = new Store(disk, layout, epochs);
        return new OperationContext(
                journal,
                store,
                new Packages(
                        disk,
                        Compressors.of(environment),
                        () -> new FileInputStream(FileDescriptor.in).getChannel(),
                        process.out(),
                        () -> QemuImg.on(environment.getOrDefault("PATH", ""))),
                isOnServer
                        ? new OperationLocks(
                                new Locks(new LinuxLockTable(layout.locks(ThisProcess.machineId()))), leases(root),
                                epochs, journal, store)
                        : new OperationLocks(new Locks(new LinuxLockTable(layout.locks()))),
                reporter,
                stop,
                CheckpointInterval.of(environment),
                config(root)::keep,
                () -> membership(root).flatMap(Membership::copy),
                clock,
                () -> new Uptime(ThisProcess.bootId(), BootClock.now()),
                new Random(),
                ProblemText::message);
    }

    private DatabaseJournal journal(Path root, Supplier<Actor> actor, Clock clock, Consumer<String> warnings) {
        return switch (engine(root)) {
            case Database file -> new H2Journal(file, actor, clock, LOCK_TIMEOUT, warnings);
            case PostgresDatabase server -> new PostgresJournal(server, actor, clock, LOCK_TIMEOUT, warnings);
            case Engine unknown -> throw new IllegalStateException(unknown.toString());
        };
    }

    /**
     * The database that has the journal. One for each root: what this process has locked, and what it failed to open,
     * stands there.
     */
    private Engine engine(Path root) {
        return engines.computeIfAbsent(root, _ -> {
            JournalFolder folder = folder(root);
            return folder.explained(() -> folder.isMissing(folder.layout().authority()))
                    ? new Database(folder)
                    : PostgresDatabase.of(
                            folder, Authority.read(folder).orElseThrow(), process.environment(), leases(root));
        });
    }

    /** One for each root: what this process holds there, whichever context has taken it. */
    private PostgresLeases leases(Path root) {
        return leases.computeIfAbsent(root, _ -> new PostgresLeases(
                () -> (PostgresDatabase) engine(root),
                new PostgresLeases.Holding(
                        ThisProcess.host(), ThisProcess.machineId() + "/" + ThisProcess.bootId(),
                        ProcessHandle.current().pid()),
                PostgresLeases.time(process.environment())));
    }

    private PostgresDatabase onServer(JournalFolder folder, Authority authority) {
        return PostgresDatabase.of(folder, authority, process.environment(), AppendGuard.NONE);
    }

    private static JournalFolder folder(Path root) {
        return new JournalFolder(layout(root), new LinuxDisk());
    }

    private MoveJournal.Databases journalDatabases(Path root) {
        return new MoveJournal.Databases() {
            @Override
            public Optional<String> server() {
                return Authority.read(folder(root)).map(Authority::url);
            }

            @Override
            public String place() {
                JournalFolder folder = folder(root);
                return Authority.read(folder)
                        .map(authority -> "on a server, in the " + onServer(folder, authority).place())
                        .orElseGet(() -> "in the file " + folder.layout().databaseFile());
            }

            @Override
            public Seal toServer(String url, Consumer<Inventory> quiet, ProgressListener progress) {
                Engine now = engine(root);
                Head end = new Move(now.folder(), LOCK_TIMEOUT, quiet, progress)
                        .toServer(now, url, authority -> onServer(now.folder(), authority));
                engines.remove(root);
                return end.seal();
            }

            @Override
            public void finish() {
                JournalFolder folder = folder(root);
                new Move(folder, LOCK_TIMEOUT, _ -> {}, ProgressListener.NONE)
                        .finish(authority -> onServer(folder, authority));
            }

            @Override
            public Seal intoFolder(Consumer<Inventory> quiet, ProgressListener progress) {
                PostgresDatabase now = (PostgresDatabase) engine(root);
                Head end = new Move(now.folder(), LOCK_TIMEOUT, quiet, progress)
                        .intoFolder(now, new Database(now.folder()));
                engines.remove(root);
                return end.seal();
            }
        };
    }

    /** One for each root: a command that asks twice reads the file once. */
    private Config config(Path root) {
        return configs.computeIfAbsent(
                root, _ -> new Config(new ConfigFile(new LinuxDisk(), layout(root)), process.environment()));
    }

    /** Leaves a process behind that ships what was recorded, where the root has joined a team and none is there. */
    private void haveShipped(Path root, ProgressReporter reporter) {
        String launcher = System.getProperty("ctl.launcher", "");
        boolean isStarting = leftBehind.isPresent() && process.nanoTime().getAsLong() - leftBehind.getAsLong() < START;
        if (!launcher.isEmpty() && !isStarting && hasJoined(root)
                && !ShippingLock.isTaken(engine(root).folder())) {
            leftBehind = OptionalLong.of(process.nanoTime().getAsLong());
            try {
                BackgroundProcess.start(process.environment().getOrDefault("PATH", ""),
                        TeamCommand.leftBehind(launcher, layout(root).root()));
            } catch (IOException failed) {
                reporter.warn("what was recorded is not shipped to the team yet: " + failed.getMessage());
            }
        }
    }

    /** What is wrong with the settings is for those commands to say that cannot do without them. */
    private boolean hasJoined(Path root) {
        try {
            return membership(root).isPresent();
        } catch (VmException unreadable) {
            return false;
        }
    }

    private Optional<Membership> membership(Path root) {
        Config config = config(root);
        return config.inFile(Config.Key.TEAM_SERVER).map(server -> new Membership(
                server,
                config.inFile(Config.Key.TEAM_NAME).orElse(""),
                config.inFile(Config.Key.TEAM_ID).flatMap(RootId::of)));
    }

    /** The owner of a root may have put the folder of VMs on another disk, behind a link. */
    private static Layout layout(Path root) {
        Layout layout = Layout.at(root);
        SharedRoot.respect(layout.root());
        return new Layout(layout.root(), real(layout.vms()));
    }

    /** The path without links on its way; what is missing at its end is made below. */
    private static Path real(Path folder) {
        try {
            return folder.toRealPath();
        } catch (IOException missing) {
            return folder.getParent() == null ? folder : real(folder.getParent()).resolve(folder.getFileName());
        }
    }

    /** {@code $CTL_ROOT}, else {@code $S2EDIR}, else the folder that the launcher stands in. */
    private Path defaultRoot() {
        Map<String, String> environment = process.environment();
        return Stream.of(
                environment.getOrDefault("CTL_ROOT", ""),
                environment.getOrDefault("S2EDIR", ""),
                System.getProperty("ctl.home", ""))
                .filter(folder -> !folder.isEmpty())
                .map(home::expanded)
                .map(Path::of)
                .findFirst()
                .orElseGet(() -> dataHome(environment).resolve("ctl"))
                .toAbsolutePath();
    }

    private static Path dataHome(Map<String, String> environment) {
        String home = environment.getOrDefault("XDG_DATA_HOME", "");
        return home.isEmpty() ? Path.of(System.getProperty("user.home"), ".local", "share") : Path.of(home);
    }
}
