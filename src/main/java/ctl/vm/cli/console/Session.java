package ctl.vm.cli.console;

import ctl.vm.cli.output.Pluralizer;
import ctl.vm.operation.Config;
import ctl.vm.operation.OperationContext;
import ctl.vm.operation.ProgressReporter;
import ctl.vm.operation.TrashRetention;
import ctl.vm.operation.query.Audit;
import ctl.vm.operation.query.CurrentLocation;
import ctl.vm.operation.query.History;
import ctl.vm.operation.query.ListOperations;
import ctl.vm.operation.query.ListPackage;
import ctl.vm.operation.query.ListTrash;
import ctl.vm.operation.query.ListVms;
import ctl.vm.operation.query.MeasureUsage;
import ctl.vm.operation.query.Provenance;
import ctl.vm.operation.query.Replaced;
import ctl.vm.operation.query.TrashLookup;
import ctl.vm.operation.query.VmForest;
import ctl.vm.operation.run.ResumeOperation;
import ctl.vm.operation.run.StartOperation;
import ctl.vm.reconcile.InterruptedOperations;
import ctl.vm.reconcile.RebuildJournal;
import ctl.vm.reconcile.Reconcile;
import ctl.vm.reconcile.Verify;
import ctl.vm.reconcile.Watch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** What the commands of one run of the program work with: a console, and a workbench at the root that was named. */
public final class Session {

    /** Equips a root. Called once it is known, so that help needs no disk and no journal. */
    public interface Workshop {
        OperationContext context(Path root, ProgressReporter reporter);

        RebuildJournal rebuild(Path root, ProgressReporter reporter);

        Config config(Path root);

        /** Of the program, of what it runs on and of what it writes, in one line. */
        String version();

        Verify verify(Path root, OperationContext context);
    }

    private final Console console;
    private final Workshop workshop;
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
    public Session(Console console, Workshop workshop, Path workingFolder, Map<String, String> environment,
            Path defaultRoot) {
        this.console = console;
        this.workshop = workshop;
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
        return Pager.of(environment, () -> workshop.config(root).pager());
    }

    public String version() {
        return workshop.version();
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

    /** @param whileInUse whether an image that a process has open is only warned of */
    public StartOperation start(boolean whileInUse) {
        isToChange = true;
        return new StartOperation(context(), whileInUse);
    }

    /** @param whileInUse whether an image that a process has open is only warned of */
    public ResumeOperation resume(boolean whileInUse) {
        isToChange = true;
        return new ResumeOperation(context(), whileInUse);
    }

    public ListVms vms() {
        return new ListVms(context());
    }

    public MeasureUsage usage() {
        return new MeasureUsage(context());
    }

    public ListOperations operations() {
        return new ListOperations(context());
    }

    public Audit audit() {
        return new Audit(context());
    }

    public CurrentLocation location() {
        return new CurrentLocation(context());
    }

    public ListTrash trash() {
        return new ListTrash(context());
    }

    Replaced replaced() {
        return new Replaced(context());
    }

    public TrashLookup fromTrash() {
        return new TrashLookup(context());
    }

    public Config config() {
        isToChange = true;
        return workshop.config(root);
    }

    public TrashRetention retention() {
        return context().keep();
    }

    public ListPackage packages() {
        return new ListPackage(context());
    }

    public VmForest forest() {
        return new VmForest(context());
    }

    public Provenance provenance() {
        return new Provenance(context());
    }

    public History history() {
        return new History(context());
    }

    public Reconcile reconcile(boolean deep) {
        isToChange = true;
        return new Reconcile(context(), deep);
    }

    public Watch watch(boolean deep, Duration interval) {
        return new Watch(context(), reconcile(deep), interval);
    }

    /** @param whileInUse whether an image that a process has open is only warned of */
    public InterruptedOperations interruptions(boolean whileInUse) {
        return new InterruptedOperations(context(), resume(whileInUse));
    }

    public RebuildJournal rebuild() {
        isToChange = true;
        return workshop.rebuild(root, console);
    }

    public Verify verify() {
        return workshop.verify(root, context());
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

    private OperationContext context() {
        OperationContext equipped = context.orElseGet(() -> workshop.context(root, console));
        context = Optional.of(equipped);
        return equipped;
    }
}
