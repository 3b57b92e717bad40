package ctl.vm.cli.console;

import ctl.vm.cli.output.Pluralizer;
import ctl.vm.operation.Config;
import ctl.vm.operation.OperationContext;
import ctl.vm.operation.ProgressReporter;
import ctl.vm.operation.query.ListOperations;
import ctl.vm.reconcile.MoveJournal;
import ctl.vm.reconcile.RebuildJournal;
import ctl.vm.reconcile.Verify;
import ctl.vm.team.JoinedRoot;
import ctl.vm.team.TeamDatabase;
import ctl.vm.team.TeamNames;
import ctl.vm.team.Witness;
import ctl.vm.team.Membership;
import ctl.vm.team.Registration;
import ctl.vm.team.RootHistory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** What a command works with: the console, and what operations need at the root that the command line names. */
public final class Session {

    /**
     * Makes what operations need at a root. Called once the root is known, so that help needs no disk and no journal.
     */
    public interface OperationFactory {
        OperationContext context(Path root, ProgressReporter reporter);

        RebuildJournal rebuild(Path root, ProgressReporter reporter);

        /** Where the journal is, and could be. */
        MoveJournal.Databases journalDatabases(Path root);

        Config config(Path root);

        /** The team's database, which is connected to when it is asked. @throws ctl.vm.problem.VmException NoTeam */
        TeamDatabase team(Path root);

        /** The names in the team's database that completion offers at a root. */
        TeamNames teamNames(Path root);

        /** Where the root ships its events, and as what; empty where it has joined no team. */
        Optional<Membership> membership(Path root);

        /** The root as one that ships; empty where it has joined no team. */
        Optional<JoinedRoot> joined(Path root, OperationContext context);

        /** The journal of the root, for joining and leaving a team. */
        RootHistory rootHistory(OperationContext context);

        /** Connects to a team's database, to make a root known there. */
        Registration registration(String server);

        /** Of the program, of what it runs on and of what it writes, in one line. */
        String version();

        Verify verify(Path root, OperationContext context);

        /** What a team's server can testify to. */
        Witness witness(TeamDatabase database, ProgressReporter reporter);

        /** The journal of a root that ships it; empty where the root has joined no team. */
        Optional<Witness.Own> ownJournal(Path root, OperationContext context);
    }

    private final Console console;
    private final OperationFactory operations;
    private final Path workingFolder;
    private final Map<String, String> environment;
    private final HomeFolder home;
    private Path root;
    private volatile Optional<Path> settledRoot = Optional.empty();
    private volatile boolean isToChange;
    private Optional<OperationContext> context = Optional.empty();

    /**
     * @param workingFolder absolute; relative paths of the command line start here
     * @param environment of the program
     * @param defaultRoot the root where {@code --root} names none
     */
    public Session(Console console, OperationFactory operations, Path workingFolder, Map<String, String> environment,
            Path defaultRoot) {
        this.console = console;
        this.operations = operations;
        this.workingFolder = workingFolder;
        this.environment = environment;
        this.home = HomeFolder.of(environment);
        this.root = defaultRoot;
    }

    public Console console() {
        return console;
    }

    /** How results are laid out where they go. */
    public ResultLayout layout() {
        return new ResultLayout(console.width(), home);
    }

    /** What shows long results; empty where the user wants none. */
    public Optional<Pager> pager() {
        return Pager.of(environment, () -> operations.config(root).pager());
    }

    public String version() {
        return operations.version();
    }

    /** Works at another root than the usual one. To be called before anything that needs one. */
    public void moveTo(String folder) {
        root = file(home.expanded(folder));
    }

    public Path root() {
        return root;
    }

    /** Nothing will name another root any more. */
    public void settleRoot() {
        settledRoot = Optional.of(root);
        console.detail("root " + root);
    }

    /** The root, once it is clear that the command line names no other. */
    public Optional<Path> settledRoot() {
        return settledRoot;
    }

    /** Whether the command has taken what can change something. */
    public boolean isToChange() {
        return isToChange;
    }

    /** An argument that names a file, as an absolute path. */
    public Path file(String argument) {
        return workingFolder.resolve(argument).normalize();
    }

    /** An argument that names a file to read: links are followed, as the user has named them. */
    public Path existingFile(String argument) {
        Path file = file(argument);
        try {
            return file.toRealPath();
        } catch (IOException missing) {
            return file;
        }
    }

    /** Whether an argument names a folder, or can name nothing else. */
    public boolean isFolder(String argument) {
        return argument.endsWith("/") || Files.isDirectory(file(argument));
    }

    public Config config() {
        isToChange = true;
        return operations.config(root);
    }

    /** The team's database, for questions. To be closed. @throws ctl.vm.problem.VmException NoTeam */
    public TeamDatabase team() {
        return operations.team(root);
    }

    /** The names in the team's database that were seen last. */
    public TeamNames teamNames() {
        return operations.teamNames(root);
    }

    /** Where the root ships its events, and as what; empty where it has joined no team. */
    public Optional<Membership> membership() {
        return operations.membership(root);
    }

    /** The root as one that ships; empty where it has joined no team. */
    public Optional<JoinedRoot> joined() {
        return operations.joined(root, context());
    }

    /** The journal of the root, for joining and leaving a team. */
    public RootHistory rootHistory() {
        return operations.rootHistory(contextForChange());
    }

    /** Connects to a team's database, to make a root known there. @param server its URL */
    public Registration registration(String server) {
        return operations.registration(server);
    }

    /** Moves the journal of the root. */
    public MoveJournal moveJournal() {
        isToChange = true;
        return new MoveJournal(journalDatabases(), context());
    }

    /** Where the journal of the root is. */
    public MoveJournal.Databases journalDatabases() {
        return operations.journalDatabases(root);
    }

    public RebuildJournal rebuild() {
        isToChange = true;
        return operations.rebuild(root, console);
    }

    /** The journal of the root, as what it is shipped as; empty where it has joined no team. */
    public Optional<Witness.Own> ownJournal() {
        return operations.ownJournal(root, context());
    }

    /** What a team's server can testify to. @param database to be closed by the caller */
    public Witness witness(TeamDatabase database) {
        return operations.witness(database, console);
    }

    public Verify verify() {
        return operations.verify(root, context());
    }

    /** What operations work with. */
    public OperationContext contextForChange() {
        isToChange = true;
        return context();
    }

    /** What questions work with. */
    public OperationContext context() {
        OperationContext opened = context.orElseGet(() -> operations.context(root, console));
        context = Optional.of(opened);
        return opened;
    }

    /** Tells of interrupted work, in one line. Says nothing before a command has named a root. */
    public void hintAtInterruptedWork() {
        int interrupted = context
                .map(ListOperations::new)
                .map(operations -> operations.interrupted().size())
                .orElse(0);
        if (interrupted > 0) {
            console.hint("%s interrupted: \"ctl vm operations\" shows what to do"
                    .formatted(Pluralizer.of(interrupted, "operation was", "operations were")));
        }
    }
}
