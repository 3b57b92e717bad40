package ctl.vm.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.InputFormat;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaValidatorsConfig;
import com.networknt.schema.SpecVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What scripts rest upon: JSON as its schemas say, lines of a format of their own, packages and images through pipes.
 */
class ScriptsIT {

    private static final Path SCHEMAS = Path.of("docs/schemas").toAbsolutePath();

    @TempDir
    private Path folder;

    private Program program;
    private InProcess inProcess;

    @BeforeEach
    void prepare() {
        program = new Program(folder).onPath();
        inProcess = new InProcess(program);
        inProcess.succeeds("create", "MyBox", "2M");
        program.shell("""
                head -c 100000 /dev/urandom | dd of="$CTL_ROOT/vm/MyBox/disk.s2e" conv=notrunc status=none
                cp -p "$CTL_ROOT/vm/MyBox/disk.s2e" "$CTL_ROOT/vm/MyBox/disk.s2e.ready"
                """);
        inProcess.succeeds("reconcile");
    }

    @Test
    void json_ofAnEventfulInventory_isAsItsSchemasSay() {
        for (String line : List.of("clone MyBox Two", "export MyBox", "import MyBox.tar.gz Three",
                "rename Three Third", "delete -y Two", "delete MyBox:ready")) {
            inProcess.succeeds(line.split(" "));
        }
        program.shell("""
                cp -r "$CTL_ROOT/vm/Third" "$CTL_ROOT/vm/Fourth"; mv "$CTL_ROOT/vm/MyBox" "$CTL_ROOT/vm/Moved"
                mkdir "$CTL_ROOT/vm/Defunct" "$CTL_ROOT/vm/bad name"; truncate -s 3M "$CTL_ROOT/vm/Third/disk.s2e"
                """);
        requireValid("list", program.succeeds("list", "--json"));
        requireValid("list-at", inProcess.succeeds("list", "--json", "--at", "0s"));
        requireValid("info", inProcess.succeeds("info", "--json", "Third"));
        requireValid("df", inProcess.succeeds("df", "--json"));
        requireValid("trash", inProcess.succeeds("trash", "--json"));
        requireValid("diff", inProcess.succeeds("diff", "--json", "--since", "1h"));
        requireValid("operations", inProcess.succeeds("operations", "--json"));
        requireValid("reconcile", inProcess.ctl("reconcile", "--dry-run", "--json"));
        requireValid("verify", inProcess.ctl("verify", "--deep", "--json"));
        requireValid("reconcile", inProcess.succeeds("reconcile", "--json"));
        requireValid("error", inProcess.ctl("info", "--json", "Nobody"));
        requireValid("error", inProcess.ctl("list", "--json", "--sort", "colour"));
        program.succeeds("audit", "--json").out().lines().forEach(line -> requireValid("audit", line));
        inProcess.succeeds("config", "level", "3");
        requireValid("config", program.with("CTL_TRASH_KEEP", "2h").succeeds("config", "--json"));
        requireValid("export", inProcess.succeeds("export", "--json", "--into", ".", "Third"));
        requireValid("info-package", inProcess.succeeds("info", "--json", "./Third.tar.gz"));
        requireValid("info-package", inProcess.succeeds("info", "--json", "--whole", "Third.tar.gz"));
        requireValid("export", inProcess.succeeds("export", "--json", "--into", ".", "Third"));
    }

    @Test
    void modified_ofDiskImageAndSnapshots_hasAllNineDigitsOfWhatTheFilesystemKeeps() {
        program.shell("cd \"$CTL_ROOT/vm/MyBox\"; touch -d 2026-11-23T10:15:07.120000000Z disk.s2e"
                + "; touch -d 2026-11-23T10:16:00Z disk.s2e.ready");
        inProcess.succeeds("reconcile");

        String disk = "\"modified\" : \"2026-11-23T10:15:07.120000000Z\"";
        String snapshot = "\"modified\" : \"2026-11-23T10:16:00.000000000Z\"";
        assertThat(inProcess.succeeds("list", "--json").out()).contains(disk, snapshot);
        assertThat(inProcess.succeeds("info", "--json", "MyBox").out()).contains(disk, snapshot);
        assertThat(inProcess.succeeds("list", "--json", "--at", "0s").out()).contains(disk, snapshot);
    }

    @Test
    void summary_withoutATerminal_isPrintedWhereItIsAskedFor_onStderr() {
        Program.Result quiet = program.succeeds("clone", "MyBox", "Two");
        assertThat(quiet.err()).isEmpty();

        Program.Result clone = program.succeeds("clone", "-v", "MyBox", "Three");
        assertThat(clone.out()).isEqualTo(quiet.out());
        assertThat(clone.err())
                .containsPattern("\\[INFO] cloned MyBox to Three: 4\\.0 MiB, .* on disk.* in \\d+\\.\\d s\n$");
        assertThat(inProcess.succeeds("export", "-v", "MyBox").err())
                .containsPattern(
                        "\\[INFO] exported MyBox: 4\\.0 MiB, .* on disk.*, to .*/MyBox\\.tar\\.gz \\(.* KiB\\) in \\d+\\.\\d s\n$");
        assertThat(program.succeeds("import", "-v", "MyBox.tar.gz", "Four").err())
                .containsPattern(
                        "\\[INFO] imported Four: 4\\.0 MiB, .* on disk, from .*/MyBox\\.tar\\.gz \\(.* KiB\\) in \\d+\\.\\d s\n$");
    }

    @Test
    void json_ofInterruptedWork_isAsItsSchemasSay() {
        inProcess.ctl("import", "--raw", "/dev/null", "Nothing");
        program.shell("ulimit -f 1500; ! ctl vm clone MyBox Two");

        Program.Result operations = program.succeeds("operations", "--json");
        assertThat(operations.out()).contains("\"interrupted\"");
        requireValid("operations", operations);
        requireValid("reconcile", inProcess.ctl("reconcile", "--dry-run", "--json"));
        inProcess.succeeds("audit", "--failed", "--json").out().lines().forEach(line -> requireValid("audit", line));
    }

    @Test
    void everySchema_isUsed() throws IOException {
        try (var files = Files.list(SCHEMAS)) {
            assertThat(files.map(file -> file.getFileName().toString().replace(".schema.json", "")))
                    .containsExactlyInAnyOrder("common", "list", "list-at", "info", "df", "trash", "diff", "operations",
                            "reconcile", "verify", "error", "audit", "config", "export", "info-package", "team",
                            "list-team",
                            "info-team", "operations-team", "trash-team");
        }
    }

    @Test
    void lineOfAFormat_hasWhatItAsksFor() {
        assertThat(program.succeeds("list", "--format", "{name}\\t{size} {snapshots} {count}:{origin}:{drift}").out())
                .isEqualTo("MyBox\t2097152 ready 1:created:\n");
        assertThat(inProcess.succeeds("list", "--format", "{disk}").out().strip()).isEqualTo(program
                .shell("cd \"$CTL_ROOT/vm/MyBox\"; echo $(( 512 * ($(stat -c %b disk.s2e) + $(stat -c %b disk.s2e.ready)) ))")
                .strip());
    }

    @Test
    void formatWithAnUnknownField_isRefusedWithAllThatThereAre() {
        Program.Result result = program.ctl("list", "--format", "{name} {colour}");

        assertThat(result.exit()).isEqualTo(2);
        assertThat(result.err()).contains("--format has no field {colour}, only {name}, {size}, {disk}");
    }

    @Test
    void packageThroughAPipe_becomesTheSameVm() {
        program.shell("ctl vm export MyBox - | ctl vm import - Copy");

        program.shell(
                "cd \"$CTL_ROOT/vm\"; cmp MyBox/disk.s2e Copy/disk.s2e; cmp MyBox/disk.s2e.ready Copy/disk.s2e.ready");
        assertThat(inProcess.ctl("verify", "--deep").exit()).isZero();
    }

    @Test
    void rawImageThroughAPipe_becomesADiskImageWithHoles() {
        program.shell("truncate -s 100M big.img; echo hello | dd of=big.img bs=1M seek=70 conv=notrunc status=none");
        program.shell("cat big.img | ctl vm import --raw - Big");

        program.shell("cmp big.img \"$CTL_ROOT/vm/Big/disk.s2e\"");
        assertThat(program.shell("stat -c %b \"$CTL_ROOT/vm/Big/disk.s2e\"").strip()).isEqualTo("8");
        assertThat(inProcess.ctl("verify", "--deep", "Big").exit()).isZero();
    }

    @Test
    void rawImageThroughAPipe_ofOddSize_keepsIt() {
        program.shell("head -c 1234567 /dev/urandom | tee odd.img | ctl vm import --raw - Odd");

        program.shell("cmp odd.img \"$CTL_ROOT/vm/Odd/disk.s2e\"");
    }

    @Test
    void nothingThroughAPipe_isRefusedAndLeavesNothing() {
        Program.Result result = program.ctl("import", "--raw", "-", "Empty");

        assertThat(result.exit()).isEqualTo(1);
        assertThat(result.err()).contains("nothing came from standard input");
        requireNoTraceOf("Empty");
    }

    @Test
    void qcow2ThroughAPipe_isRecognised() {
        Program.assumeTool("qemu-img");
        program.shell("qemu-img create -q -f qcow2 box.qcow2 10M");
        Program.Result result = program.run("", List.of("/bin/bash", "-c", "ctl vm import --raw - Box <box.qcow2"));

        assertThat(result.exit()).isEqualTo(2);
        assertThat(result.err()).contains("is a qcow2 image, not a raw one")
                .contains("\"ctl vm import FILE NAME\" converts it");
        requireNoTraceOf("Box");
    }

    private void requireNoTraceOf(String vm) {
        assertThat(program.vms().resolve(vm)).doesNotExist();
        assertThat(program.vms().resolve(".staging")).doesNotExist();
        assertThat(inProcess.succeeds("operations").out()).isEmpty();
    }

    private static void requireValid(String name, Program.Result result) {
        requireValid(name, result.out());
    }

    private static void requireValid(String name, String json) {
        SchemaValidatorsConfig strict = SchemaValidatorsConfig.builder().formatAssertionsEnabled(true).build();
        JsonSchema schema = JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
                .getSchema(SchemaLocation.of(SCHEMAS.resolve(name + ".schema.json").toUri().toString()), strict);
        assertThat(schema.validate(json, InputFormat.JSON)).as("%s%n%s", name, json).isEmpty();
    }
}
