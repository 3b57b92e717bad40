package ctl.vm.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ctl.vm.child.Children;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** The programs that others pack and unpack with. A test is skipped where one of them is not installed. */
public final class Tool {

    private Tool() {}

    /**
     * Runs a shell script that must succeed. Non-ASCII names are made inside the script, as a JVM under a C locale
     * cannot pass them on.
     *
     * @param program that the script cannot do without
     */
    public static void run(String program, Path folder, String script) {
        assumeTrue(isInstalled(program), program + " is not installed");
        try {
            var builder = new ProcessBuilder("bash", "-ec", script).directory(folder.toFile())
                    .redirectErrorStream(true);
            builder.environment().put("LC_ALL", "C.UTF-8");
            Process process = Children.start(builder);
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor()).as("%s%n%s", script, output).isZero();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }

    /** What a command that must succeed makes of its standard input, such as {@code xz -1}. */
    public static byte[] filter(String command, byte[] input) {
        String program = command.split(" ")[0];
        assumeTrue(isInstalled(program), program + " is not installed");
        try {
            Path file = Files.createTempFile("input", null);
            try {
                Files.write(file, input);
                Process process = Children.start(new ProcessBuilder("bash", "-c", command)
                        .redirectInput(file.toFile()).redirectError(ProcessBuilder.Redirect.INHERIT));
                byte[] output = process.getInputStream().readAllBytes();
                assertThat(process.waitFor()).as(command).isZero();
                return output;
            } finally {
                Files.delete(file);
            }
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }

    public static boolean isInstalled(String program) {
        return Arrays.stream(System.getenv("PATH").split(":"))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
    }
}
