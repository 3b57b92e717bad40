package ctl.vm.cli;

import ctl.vm.operation.Audit;
import ctl.vm.operation.Config;
import ctl.vm.operation.FromTrash;
import ctl.vm.operation.KeepTime;
import ctl.vm.operation.Lineage;
import ctl.vm.operation.History;
import ctl.vm.operation.ListOperations;
import ctl.vm.operation.ListPackage;
import ctl.vm.operation.ListTrash;
import ctl.vm.operation.ListVms;
import ctl.vm.operation.MeasureUsage;
import ctl.vm.operation.Narrator;
import ctl.vm.operation.Replaced;
import ctl.vm.operation.Runner;
import ctl.vm.operation.VmForest;
import ctl.vm.operation.Whereabouts;
import ctl.vm.operation.Workbench;
import ctl.vm.reconcile.Interruptions;
import ctl.vm.reconcile.RebuildJournal;
import ctl.vm.reconcile.Reconcile;
import ctl.vm.reconcile.Verify;
import ctl.vm.reconcile.Watch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import java.time.Duration;
import java.util.Optional;

/** What the commands of one run of the program work with: a console, and a workbench at the root that was named. */
public final class Session {

    /** Equips a root. Called once it is known, so that help needs no disk and no journal. */
    public interface Workshop {
        Workbench workbench(Path root, Narrator narrator);

        RebuildJournal rebuild(Path root, Narrator narrator);

        Config config(Path root);

        /** Of the program, of what it runs on and of what it writes, in one line. */
        String version();

        Verify verify(Path root, Workbench workbench);
    }

    private final Console console;
    private final Workshop workshop;
    private final Path workingFolder;
    private final Map<String, String> environment;
    private final HomeFolder home;
    private Path root;
    private volatile Optional<Path> settledRoot = Optional.empty();
    private volatile boolean isToChange;
    private Optional<Workbench> workbench = Optional.empty();

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

    Console console() {
        return console;
    }

    /** How results are laid out where they go. */
    ResultLayout layout() {
        return new ResultLayout(console.width(), home);
    }

    /** What shows long results; empty where the user wants none. */
    Optional<Pager> pager() {
        return Pager.of(environment, () -> workshop.config(root).pager());
    }

    String version() {
        return workshop.version();
    }

    /** Works at another root than the usual one. To be called before anything that needs one. */
    void moveTo(String folder) {
        root = file(home.expanded(folder));
    }

    Path root() {
        return root;
    }

    /** Nothing will name another root any more. */
    void settleRoot() {
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
    Path file(String argument) {
        return workingFolder.resolve(argument).normalize();
    }

    /** An argument that names a file to read: links are followed, as the user has named them. */
    Path existingFile(String argument) {
        Path file = file(argument);
        try {
            return file.toRealPath();
        } catch (IOException missing) {
            return file;
        }
    }

    /** Whether an argument names a folder, or can name nothing else. */
    boolean isFolder(String argument) {
        return argument.endsWith("/") || Files.isDirectory(file(argument));
    }

    /** @param whileInUse whether an image that a process has open is only warned of */
    Runner runner(boolean whileInUse) {
        isToChange = true;
        return new Runner(workbench(), new Random(), whileInUse);
    }

    Runner runner() {
        isToChange = true;
        return new Runner(workbench(), new Random());
    }

    ListVms vms() {
        return new ListVms(workbench());
    }

    MeasureUsage usage() {
        return new MeasureUsage(workbench());
    }

    ListOperations operations() {
        return new ListOperations(workbench());
    }

    Audit audit() {
        return new Audit(workbench());
    }

    Whereabouts whereabouts() {
        return new Whereabouts(workbench());
    }

    ListTrash trash() {
        return new ListTrash(workbench());
    }

    Replaced replaced() {
        return new Replaced(workbench());
    }

    FromTrash fromTrash() {
        return new FromTrash(workbench());
    }

    Config config() {
        isToChange = true;
        return workshop.config(root);
    }

    KeepTime keepTime() {
        return workbench().keep();
    }

    ListPackage packages() {
        return new ListPackage(workbench());
    }

    VmForest forest() {
        return new VmForest(workbench());
    }

    Lineage lineage() {
        return new Lineage(workbench());
    }

    History history() {
        return new History(workbench());
    }

    Reconcile reconcile(boolean deep) {
        isToChange = true;
        return new Reconcile(workbench(), new Random(), deep);
    }

    Watch watch(boolean deep, Duration interval) {
        return new Watch(workbench(), reconcile(deep), interval);
    }

    /** @param whileInUse whether an image that a process has open is only warned of */
    Interruptions interruptions(boolean whileInUse) {
        return new Interruptions(workbench(), runner(whileInUse));
    }

    RebuildJournal rebuild() {
        isToChange = true;
        return workshop.rebuild(root, console);
    }

    Verify verify() {
        return workshop.verify(root, workbench());
    }

    /** Tells of interrupted work, in one line. Says nothing before a command has named a root. */
    void hintAtInterruptedWork() {
        int interrupted = workbench
                .map(ListOperations::new)
                .map(operations -> operations.interrupted().size())
                .orElse(0);
        if (interrupted > 0) {
            console.hint("%s interrupted: \"ctl vm operations\" shows what to do"
                    .formatted(Counted.of(interrupted, "operation was", "operations were")));
        }
    }

    private Workbench workbench() {
        Workbench equipped = workbench.orElseGet(() -> workshop.workbench(root, console));
        workbench = Optional.of(equipped);
        return equipped;
    }
}
