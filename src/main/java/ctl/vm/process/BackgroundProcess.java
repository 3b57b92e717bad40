package ctl.vm.process;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A program that goes on when this process has ended, and that nobody waits for: in a session of its own, which no
 * terminal ends, without any file of this process's, in the root folder, which no filesystem is unmounted from, and
 * behind all others where the processor is busy.
 */
public final class BackgroundProcess {

    private static final Path NOTHING = Path.of("/dev/null");

    /** Put before it, where they are installed: both become the next by exec. */
    private static final List<List<String>> BEFORE = List.of(List.of("setsid"), List.of("nice", "-n", "10"));

    private BackgroundProcess() {}

    /**
     * Starts it.
     *
     * @param path folders of programs with colons between them, as in {@code $PATH}
     * @param command absolute path of the program, and its arguments
     */
    public static void start(String path, List<String> command) throws IOException {
        List<String> whole = new ArrayList<>();
        BEFORE.forEach(words -> QemuImg.find(path, words.getFirst()).ifPresent(found -> {
            whole.add(found.toString());
            whole.addAll(words.subList(1, words.size()));
        }));
        whole.addAll(command);
        new ProcessBuilder(whole)
                .directory(Path.of("/").toFile())
                .redirectInput(NOTHING.toFile())
                .redirectOutput(NOTHING.toFile())
                .redirectError(NOTHING.toFile())
                .start();
    }
}
