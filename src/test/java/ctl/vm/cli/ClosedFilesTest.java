package ctl.vm.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a command has opened below its root, it closes, as if the process went on: the disk can be unmounted behind it.
 */
class ClosedFilesTest {

    @TempDir
    private Path folder;

    @Test
    void command_thatHasEnded_leavesNoFileOpen() {
        InProcess program = new InProcess(folder);
        for (List<String> command : List.of(
                List.of("create", "MyBox", "1M"),
                List.of("clone", "MyBox", "Copy"),
                List.of("export", "MyBox", "MyBox.tar.gz"),
                List.of("import", "MyBox.tar.gz", "Imported"),
                List.of("list", "-l"),
                List.of("audit"),
                List.of("operations", "--json"),
                List.of("reconcile"),
                List.of("delete", "-y", "Copy"),
                List.of("verify", "--deep"))) {
            program.succeeds(command.toArray(String[]::new));
            assertThat(openFiles()).as("after %s", command).isEmpty();
        }
    }

    /** Our descriptors of files and folders below the test's folder. */
    private List<String> openFiles() {
        try (Stream<Path> descriptors = Files.list(Path.of("/proc/self/fd"))) {
            return descriptors.map(ClosedFilesTest::target)
                    .filter(target -> target.startsWith(folder.toString()))
                    .toList();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static String target(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString();
        } catch (IOException closedMeanwhile) {
            // The one with which this list is read, for example.
            return "";
        }
    }
}
