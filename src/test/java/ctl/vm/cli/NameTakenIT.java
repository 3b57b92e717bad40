package ctl.vm.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Imports from a real pipe whose name is taken by hand while the data still comes. */
class NameTakenIT {

    private static final Pattern COMMAND = Pattern.compile("\"ctl vm (resume [0-9a-z-]+ --as) NEWNAME\"");
    private static final int HALF_BYTES = 1 << 20;

    @TempDir
    Path folder;

    private Program program;
    private InProcess inProcess;

    @BeforeEach
    void makeRoot() {
        program = new Program(folder);
        inProcess = new InProcess(program);
        inProcess.succeeds("create", "MyBox", "1M");
    }

    @Test
    void rawImage_whoseNameIsTaken_isKeptAndPublishedUnderAnother() throws Exception {
        Program.Result taken = importWhoseNameIsTaken();

        assertThat(taken.exit()).isEqualTo(5);
        assertThat(taken.err())
                .contains("[FAIL] New already exists: it came there after the import of - to New had begun; "
                        + "the new VM is whole and kept: \"ctl vm resume ")
                .contains(" --as NEWNAME\" gives it another name")
                .doesNotContain("run the same command again");
        assertThat(inProcess.succeeds("operations").out()).contains("import of - to New: all is copied")
                .contains("Interrupted: New already exists").contains(" --as NEWNAME, or ctl vm abandon ");

        assertThat(program.ctl(resume(taken, "MyBox")).err()).contains("MyBox already exists");
        Program.Result resumed = program.succeeds(resume(taken, "Other"));

        assertThat(resumed.err()).contains("[INFO] resuming import of - to Other: all is copied");
        program.shell(
                "head -c %d /dev/zero | tr '\\0' x | cmp - \"$CTL_ROOT/vm/Other/disk.s2e\"".formatted(2 * HALF_BYTES));
        assertThat(Files.readString(program.vms().resolve("New/disk.s2e"))).isEqualTo("mine");
        assertThat(inProcess.succeeds("audit", "Other").out()).contains("Other from -, asked for as New", "done");
        assertThat(inProcess.succeeds("info", "Other").out()).contains("imported");
        assertThat(inProcess.succeeds("operations").out()).isEmpty();
        assertThat(program.shell("ls -A \"$CTL_ROOT/vm\"")).isEqualTo("MyBox\nNew\nOther\n");
    }

    @Test
    void rawImage_whoseNameIsTaken_isGivenUp() throws Exception {
        Program.Result taken = importWhoseNameIsTaken();

        inProcess.succeeds("abandon", resume(taken, "Other")[1]);

        assertThat(program.shell("ls -A \"$CTL_ROOT/vm\"")).isEqualTo("MyBox\nNew\n");
        assertThat(program.ctl(resume(taken, "Other")).exit()).isEqualTo(4);
    }

    @Test
    void anotherName_withoutAnId_isMisuse() {
        assertThat(program.ctl("resume", "--as", "Other")).satisfies(
                refused -> assertThat(refused.exit()).isEqualTo(2),
                refused -> assertThat(refused.err()).contains("--as needs the ID of an operation"));
    }

    private Program.Result importWhoseNameIsTaken() throws Exception {
        byte[] half = new byte[HALF_BYTES];
        Arrays.fill(half, (byte) 'x');
        Process process = program.start(program.command("import", "--raw", "-", "New"));
        try (OutputStream pipe = process.getOutputStream()) {
            pipe.write(half);
            pipe.flush();
            await().atMost(Duration.ofMinutes(5)).until(() -> mirror().contains("\"import-started\""));
            program.shell("mkdir \"$CTL_ROOT/vm/New\" && printf mine > \"$CTL_ROOT/vm/New/disk.s2e\"");
            pipe.write(half);
        }
        String said = new String(process.getInputStream().readAllBytes());
        return new Program.Result(process.waitFor(), "", said);
    }

    private String mirror() throws IOException {
        return Files.readString(program.root().resolve("journal/events.jsonl"));
    }

    /** What the message says, with a name. */
    private static String[] resume(Program.Result taken, String name) {
        Matcher command = COMMAND.matcher(taken.err());
        assertThat(command.find()).as(taken.err()).isTrue();
        return (command.group(1) + " " + name).split(" ");
    }
}
