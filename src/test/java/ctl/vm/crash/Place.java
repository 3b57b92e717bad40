package ctl.vm.crash;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
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

    /** What the trash keeps: its files by their paths below the folder of their deletion. */
    Map<String, Contents.Content> trash() {
        Map<String, Contents.Content> kept = new TreeMap<>();
        Contents.byFolder(vms().resolve(".trash")).forEach((deletion, files) -> {
            kept.putAll(files);
            Contents.byFolder(vms().resolve(".trash").resolve(deletion)).forEach(
                    (vm, images) -> images.forEach((file, content) -> kept.put(vm + "/" + file, content)));
        });
        return kept;
    }

    /**
     * What must not be there while nothing runs: staging, empty folders of trash, and files that were being written.
     */
    List<String> orphans() {
        try (Stream<Path> all = Files.walk(folder)) {
            return all.filter(path -> !isKept(path))
                    .map(path -> folder.relativize(path).toString())
                    .filter(Place::isOrphan)
                    .sorted()
                    .toList();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private boolean isKept(Path path) {
        Path trash = vms().resolve(".trash");
        return path.startsWith(trash) && !(Files.isDirectory(path) && isEmpty(path));
    }

    private static boolean isEmpty(Path folder) {
        try (Stream<Path> all = Files.list(folder)) {
            return all.findAny().isEmpty();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static boolean isOrphan(String path) {
        return path.contains("vm/.") || path.endsWith(".partial") || path.contains("journal/") && path.contains(".new");
    }
}
