package ctl.vm.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The transcripts of the user's manual, in its order, compared to the letter. {@code base} is older than {@code ready},
 * and {@code asdfölkj} the oldest, as the manual lists the newest first.
 */
class ManualIT {

    private static final String LISTING_OF_ONE = """
            MyBox
              Size: 7680.0MiB
              Snapshots:
                ready
                base
                asdfölkj
            """;

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"C", "C.UTF-8"})
    void manual_fromCreateToDelete_printsWhatItShows(String locale) throws Exception {
        Program program = new Program(folder).with("LANG", locale);

        create(program);
        takeSnapshots(program);
        clones(program);
        exportsAndImports(program);
        deletes(program);
    }

    private static void create(Program program) {
        assertThat(program.succeeds("create", "MyBox", "7680M").out())
                .isEqualTo(
                        """
                        [ OK ] initialise VM
                        [ OK ] create 7680MiB image
                        """);
        assertThat(program.succeeds("list").out())
                .isEqualTo(
                        """
                        MyBox
                          Size: 7680.0MiB
                        """);
    }

    /** As S²E does with savevm: a file beside the disk image. */
    private static void takeSnapshots(Program program) {
        program.shell(
                """
                cd "$CTL_ROOT/vm/MyBox"
                for snapshot in asdfölkj base ready; do head -c 300K /dev/urandom > disk.s2e.$snapshot; done
                touch -d '2026-01-01 10:00' disk.s2e.asdfölkj
                touch -d '2026-01-02 10:00' disk.s2e.base
                touch -d '2026-01-03 10:00' disk.s2e.ready
                """);
        assertThat(program.succeeds("list").out()).isEqualTo(LISTING_OF_ONE);
    }

    private static void clones(Program program) {
        assertThat(program.succeeds("clone", "MyBox", "MyClonedBox").out())
                .isEqualTo(
                        """
                        [ OK ] initialise VM
                        [ OK ] copy disk image
                        [ OK ] copy snapshot: ready
                        [ OK ] copy snapshot: base
                        [ OK ] copy snapshot: asdfölkj
                        """);
        assertThat(program.succeeds("list").out())
                .isEqualTo(LISTING_OF_ONE + LISTING_OF_ONE.replace("MyBox", "MyClonedBox"));
        program.succeeds("delete", "-y", "MyClonedBox");
    }

    private static void exportsAndImports(Program program) {
        assertThat(program.succeeds("export", "MyBox").out())
                .isEqualTo(
                        """
                        [INFO] exporting to %s/MyBox.tar.gz
                        [ OK ] package disk image
                        [ OK ] package snapshot: ready
                        [ OK ] package snapshot: base
                        [ OK ] package snapshot: asdfölkj
                        [ OK ] compress package
                        [ OK ] clean up
                        """
                                .formatted(program.work()));
        assertThat(program.succeeds("import", "MyBox.tar.gz", "AnImportedBox").out())
                .isEqualTo(
                        """
                        [ OK ] initialise VM
                        [ OK ] decompress package
                        [ OK ] scan package
                        [ OK ] extract disk image
                        [ OK ] extract snapshot: ready
                        [ OK ] extract snapshot: base
                        [ OK ] extract snapshot: asdfölkj
                        [ OK ] clean up
                        """);
        assertThat(program.succeeds("list").out())
                .isEqualTo(LISTING_OF_ONE + LISTING_OF_ONE.replace("MyBox", "AnImportedBox"));
    }

    private static void deletes(Program program) throws Exception {
        assertThat(program.succeeds("delete", "MyBox:asdfölkj").out())
                .isEqualTo("[ OK ] delete snapshot MyBox:asdfölkj\n");
        assertThat(onATerminal(program, "delete MyBox", "y"))
                .isEqualTo(
                        """
                        Delete VM MyBox? [y/N] y
                        [ OK ] delete MyBox
                        """);
        assertThat(program.succeeds("list").out()).isEqualTo(LISTING_OF_ONE.replace("MyBox", "AnImportedBox"));
    }

    /**
     * What stands on the screen of a person who waits for the question and then types. {@code script} gives the program
     * a terminal, which echoes what is typed; the progress that was erased again is left out, and so are hints.
     */
    private static String onATerminal(Program program, String arguments, String typed) throws Exception {
        String line = "NO_COLOR=1 %s %s 2>/dev/null".formatted(String.join(" ", program.command()), arguments);
        Process process = program.start(List.of("script", "-qec", line, "/dev/null"));
        var screen = new ByteArrayOutputStream();
        boolean answered = false;
        for (int next = process.getInputStream().read(); next >= 0; next = process.getInputStream().read()) {
            screen.write(next);
            if (!answered && screen.toString(UTF_8).endsWith("[y/N] ")) {
                process.getOutputStream().write((typed + "\n").getBytes(UTF_8));
                process.getOutputStream().flush();
                answered = true;
            }
        }
        assertThat(process.waitFor()).isZero();
        return screen.toString(UTF_8)
                .replace("\r\n", "\n")
                .replaceAll("\r\033\\[K[^\r\n]*(?=\r\033\\[K)", "")
                .replace("\r\033[K", "");
    }
}
