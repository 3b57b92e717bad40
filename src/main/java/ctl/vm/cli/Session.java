package ctl.vm.cli;

import ctl.vm.operation.ListVms;
import ctl.vm.operation.Narrator;
import ctl.vm.operation.Runner;
import java.io.IOException;
import java.nio.file.Path;

/** What the commands of one run of the program work with: a console, and operations at the root that was named. */
public final class Session {

    /** Makes the operations at a root. Called once it is known, so that help needs no disk and no journal. */
    public interface Operations {
        Runner runner(Path root, Narrator narrator);

        ListVms lister(Path root, Narrator narrator);
    }

    private final Console console;
    private final Operations operations;
    private final Path workingFolder;
    private final Path defaultRoot;

    /**
     * @param workingFolder absolute; relative paths of the command line start here
     * @param defaultRoot the root where {@code --root} names none
     */
    public Session(Console console, Operations operations, Path workingFolder, Path defaultRoot) {
        this.console = console;
        this.operations = operations;
        this.workingFolder = workingFolder;
        this.defaultRoot = defaultRoot;
    }

    Console console() {
        return console;
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

    Runner runner(VmCommand vm) {
        return operations.runner(root(vm), console);
    }

    ListVms lister(VmCommand vm) {
        return operations.lister(root(vm), console);
    }

    private Path root(VmCommand vm) {
        return vm.root().map(this::file).orElse(defaultRoot);
    }
}
