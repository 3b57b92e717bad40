package ctl.vm.crash;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Where one try happens.
 *
 * <pre>
 * folder/root/       vm/ and journal/
 * folder/work        the user's working folder
 * </pre>
 */
record Place(Path folder) {

    Path root() {
        return folder.resolve("root");
    }

    Path vms() {
        return root().resolve("vm");
    }

    Path journal() {
        return root().resolve("journal");
    }

    /** The journal once more, as lines. */
    Path mirror() {
        return journal().resolve("events.jsonl");
    }

    Path work() {
        return folder.resolve("work");
    }

    /** The same once more, with all modification times. */
    Place copyTo(Path target) {
        Shell.require("cp", "-a", "--sparse=always", folder.toString(), target.toString());
        return new Place(target);
    }

    void remove() {
        Shell.require("rm", "-rf", folder.toString());
    }

    /** What must not be there while nothing runs: staging, trash, and files that were being written. */
    List<String> strays() {
        try (Stream<Path> all = Files.walk(folder)) {
            return all.map(path -> folder.relativize(path).toString()).filter(Place::isStray).sorted().toList();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static boolean isStray(String path) {
        return path.contains("vm/.") || path.endsWith(".partial") || path.contains("journal/") && path.contains(".new");
    }
}
