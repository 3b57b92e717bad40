package ctl.vm.process;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A program that copies or unpacks files into a folder. Between two files it has none open: then only its command line,
 * which everybody may read, and its working folder show where it works.
 */
public final class CopyingProgram {

    private static final Path PROCESSES = Path.of("/proc");

    /** Their last argument is where they copy to. */
    private static final Set<String> COPYING = Set.of("cp", "mv", "rsync", "scp", "install");

    /** They write to where they are: {@code rsync} goes there, whatever it was told. */
    private static final Set<String> WORKING_THERE = Set.of(
            "rsync", "tar", "bsdtar", "cpio", "unzip", "7z", "7za", "7zr", "sftp-server", "rclone");

    private final Optional<Map<String, Object>> folder;
    private final Optional<Map<String, Object>> parent;

    private CopyingProgram(Path folder) {
        this.folder = identity(folder);
        this.parent = identity(folder.getParent());
    }

    /**
     * The first that names the folder, something in it, or the folder that this one stands in.
     *
     * @param folder absolute
     * @return such as {@code cp (pid 4242)}
     */
    public static Optional<OpenFiles.Holder> in(Path folder) {
        var wanted = new CopyingProgram(folder);
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(PROCESSES, "[0-9]*")) {
            for (Path process : processes) {
                List<String> words = words(process);
                String program = words.getFirst().substring(words.getFirst().lastIndexOf('/') + 1);
                if (targets(process, program, words).anyMatch(wanted::isThere)) {
                    long pid = Long.parseLong(process.getFileName().toString());
                    return Optional.of(OpenFiles.Holder.process(program, pid));
                }
            }
        } catch (IOException | DirectoryIteratorException hidden) {
            // Without /proc none is known, as none of another container is.
        }
        return Optional.empty();
    }

    /** Where a program may write to; nothing of one that copies no files. */
    private static Stream<Path> targets(Path process, String program, List<String> words) {
        List<String> arguments = words.stream().skip(1).filter(word -> !word.startsWith("-") && !word.isEmpty())
                .toList();
        Path workingFolder = process.resolve("cwd");
        boolean isWorkingThere = WORKING_THERE.contains(program);
        Stream<String> named = COPYING.contains(program)
                ? arguments.stream().skip(Math.max(0, arguments.size() - 1))
                : arguments.stream().filter(_ -> isWorkingThere);
        return Stream.concat(
                Stream.of(workingFolder).filter(_ -> isWorkingThere),
                named.flatMap(word -> path(workingFolder, word)));
    }

    private static Stream<Path> path(Path workingFolder, String word) {
        try {
            return Stream.of(workingFolder.resolve(word));
        } catch (InvalidPathException noPath) {
            return Stream.empty();
        }
    }

    private boolean isThere(Path target) {
        Optional<Map<String, Object>> there = identity(target);
        return there.isPresent() && (there.equals(folder) || there.equals(parent))
                || folder.isPresent() && identity(target.getParent()).equals(folder);
    }

    private static Optional<Map<String, Object>> identity(Path path) {
        try {
            return Optional.of(Files.readAttributes(path, "unix:dev,ino"));
        } catch (IOException missingOrHidden) {
            return Optional.empty();
        }
    }

    private static List<String> words(Path process) {
        try {
            return Arrays.asList(Files.readString(process.resolve("cmdline"), StandardCharsets.UTF_8).split("\0", -1));
        } catch (IOException endedOrNoText) {
            return List.of("");
        }
    }
}
