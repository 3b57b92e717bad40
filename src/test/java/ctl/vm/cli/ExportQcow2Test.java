package ctl.vm.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * VMs that are exported as qcow2 images: by the real {@code qemu-img}, and by scripts in its place for what it seldom
 * does.
 *
 * <pre>
 * vm/Box/     disk.s2e: 3 MiB of data in 8 MiB; disk.s2e.ready, disk.s2e.base
 * work/bin/   a script called qemu-img, in tests that put one there
 * </pre>
 */
class ExportQcow2Test {

    /** A folder in which every name is one that qemu-img would understand in its own way. */
    private static final String AWKWARD = "nbd:o,ne two=\"%d\"";

    @TempDir
    Path folder;

    private Program program;
    private InProcess inProcess;

    @BeforeEach
    void makeBox() {
        Program.assumeTool("qemu-img");
        program = new Program(folder).with("PATH", System.getenv("PATH"));
        inProcess = new InProcess(program);
        inProcess.succeeds("create", "Box", "8M");
        program.shell("""
                cd "$CTL_ROOT/vm/Box"; head -c 2M /dev/urandom | dd conv=notrunc of=disk.s2e bs=64k seek=3 status=none
                head -c 1M /dev/zero | tr '\\0' y | dd conv=notrunc of=disk.s2e bs=64k seek=64 status=none
                echo ready >disk.s2e.ready; echo base >disk.s2e.base""");
        inProcess.succeeds("reconcile");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "--fast"})
    void image_isTheDisk_compressed_withoutTheSnapshots(String option) {
        Program.Result result = export("Box.qcow2", option);

        assertThat(result.err()).contains(
                "[WARN] Box: not exported, as qcow2 holds the disk alone: disk.s2e.base, disk.s2e.ready");
        assertIsBox("Box.qcow2");
        assertThat(program.shell("qemu-img info --output=json Box.qcow2"))
                .contains("\"compression-type\": \"%s\"".formatted(option.isEmpty() ? "zlib" : "zstd"));
        assertThat(Long.parseLong(program.shell("stat -c %s Box.qcow2").strip())).isBetween(2L << 20, 5L << 19);
        String digest = program.shell("sha256sum <Box.qcow2").substring(0, 64);
        assertThat(inProcess.succeeds("audit", "Box", "--action", "export", "--json").out()).contains(digest)
                .contains("Box.qcow2");
        assertThat(inProcess.succeeds("audit", "Box:ready", "--action", "export", "--json").out()).isBlank();
        assertThat(program.shell("ls -A")).isEqualTo("Box.qcow2\n");
    }

    @Test
    void image_madeTwice_hasTheSameBytes() {
        export("One.qcow2");
        export("Two.qcow2");

        program.shell("cmp One.qcow2 Two.qcow2");
    }

    @Test
    void names_thatQemuWouldInterpret_areFilesLikeAllOthers() {
        program.shell("mkdir -p '%1$s'; mv \"$CTL_ROOT\" '%1$s/root'".formatted(AWKWARD));
        program.with("CTL_ROOT", program.work().resolve(AWKWARD).resolve("root").toString());

        new InProcess(program).succeeds("export", "Box", AWKWARD + "/json:{}.qcow2");

        program.shell("mv '%s/json:{}.qcow2' Box.qcow2".formatted(AWKWARD));
        assertIsBox("Box.qcow2");
    }

    /** As QEMU shows the disk to a machine. */
    @Test
    void disk_thatEndsWithinASector_isFilledUpWithZeros() {
        program.shell("truncate -s 1000 \"$CTL_ROOT/vm/Box/disk.s2e\"; printf end >>\"$CTL_ROOT/vm/Box/disk.s2e\"");

        assertThat(export("Box.qcow2").err())
                .contains("[WARN] disk.s2e is no whole number of sectors of 512 bytes: zeros fill up the last one");

        assertThat(program
                .shell("qemu-img convert -O raw Box.qcow2 raw; head -c 1003 raw | cmp - \"$CTL_ROOT/vm/Box/disk.s2e\""
                        + "; stat -c %s raw"))
                .isEqualTo("1024\n");
    }

    @Test
    void fileThatIsThere_isKept_andWithForce_goesToTheTrash() throws Exception {
        Path image = Files.writeString(program.work().resolve("Box.qcow2"), "precious");

        assertThat(inProcess.ctl("export", "Box", "Box.qcow2").exit()).isEqualTo(5);
        assertThat(image).hasContent("precious");

        export("Box.qcow2", "-f");
        assertIsBox("Box.qcow2");
        inProcess.succeeds("undelete", "./Box.qcow2", "--as", "./before.qcow2");
        assertThat(program.work().resolve("before.qcow2")).hasContent("precious");
    }

    @Test
    void severalVms_eachBecomeAnImage_andAreSkippedWhereNothingHasChanged() {
        inProcess.succeeds("create", "Other", "1M");
        List<String> into = List.of("export", "--into", ".", "--all", "--format", "qcow2");
        inProcess.succeeds(into.toArray(String[]::new));
        assertIsBox("Box.qcow2");
        program.shell("qemu-img check -q Other.qcow2; echo more >\"$CTL_ROOT/vm/Box/disk.s2e.more\"");

        assertThat(inProcess.succeeds(into.toArray(String[]::new)).err())
                .contains("Box has not changed since").contains("Other has not changed since");
    }

    @Test
    void withoutQemuImg_nothingIsWritten() {
        program.with("PATH", program.work().toString());

        Program.Result result = new InProcess(program).ctl("export", "Box", "Box.qcow2");

        assertThat(result.exit()).isEqualTo(1);
        assertThat(result.err()).contains("qemu-img, which is not installed").contains("qemu-utils");
        assertThat(program.work()).isEmptyDirectory();
        assertThat(inProcess.succeeds("operations").out()).isBlank();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "--level 3 Box Box.qcow2 | --level is for packages",
        "--format qcow2 Box -    | a qcow2 image cannot go to standard output",
        "Box Box.vmdk            | qemu-img convert -O vmdk",
        "Box Box.vhd             | qemu-img convert -O vpc",
        "Box Box.img             | cp --sparse=always",
        "Box Box.iso             | end the name in .tar.gz, .tgz, .tar.zst, .tzst or .tar, or in .qcow2"})
    void whatCannotBeWritten_isRefusedInOneLine_thatSaysHowToGetThere(String arguments, String said) {
        Program.Result result = inProcess.ctl(("export " + arguments.strip()).split(" "));

        assertThat(result.exit()).isEqualTo(2);
        assertThat(result.err()).contains(said).hasLineCount(1);
        assertThat(program.work()).isEmptyDirectory();
    }

    /** What has been written of it is of no use to the next attempt: until then, others have the space. */
    @Test
    void fullDisk_isNamed_andTheNextAttemptBeginsAnew() throws Exception {
        standIn("""
                for target; do :; done; head -c 1M /dev/zero >"$target"
                echo 'qemu-img: error while writing at byte 65536: No space left on device' >&2; exit 1""");

        Program.Result result = inProcess.ctl("export", "Box", "Box.qcow2");

        assertThat(result.exit()).isEqualTo(1);
        String partial = program.shell("ls -A | grep partial").strip();
        assertThat(result.err()).contains("no space left").contains(partial).contains("to begin anew")
                .contains("ctl vm abandon");
        assertThat(program.work().resolve(partial)).isEmptyFile();
        program.with("PATH", System.getenv("PATH"));
        assertThat(new InProcess(program).succeeds("export", "Box", "Box.qcow2").err()).contains("[INFO] resuming");
        assertIsBox("Box.qcow2");
        assertThat(program.shell("ls -A | grep partial || :")).isEmpty();
    }

    @Test
    void otherFailure_isToldInTheWordsOfQemuImg() throws Exception {
        standIn("echo 'qemu-img: Invalid parameter compression_type' >&2; exit 1");

        assertThat(inProcess.ctl("export", "Box", "Box.qcow2").err())
                .contains("qemu-img: Invalid parameter compression_type");
    }

    @Test
    void diskThatIsWrittenTo_meanwhile_isNotExported() throws Exception {
        standIn("echo x >>'%s/vm/Box/disk.s2e'".formatted(program.root()));

        Program.Result result = inProcess.ctl("export", "--while-in-use", "Box", "Box.qcow2");

        assertThat(result.exit()).isEqualTo(1);
        assertThat(result.err()).contains("disk.s2e").contains("changed");
        assertThat(program.work().resolve("Box.qcow2")).doesNotExist();
    }

    /** Whoever reads the disk beside us takes no lock that would be in its way, and it takes none that is in theirs. */
    @Test
    void diskThatAnotherProgramHasOpen_isExportedWhereTheUserInsists() throws Exception {
        Process writer = program
                .start(List.of("bash", "-c", "exec 3>>\"$CTL_ROOT/vm/Box/disk.s2e\"; echo open; exec sleep 1000"));
        try {
            writer.inputReader().readLine();
            assertThat(inProcess.ctl("export", "Box", "Box.qcow2").exit()).isEqualTo(7);

            export("Box.qcow2", "--while-in-use");
            assertIsBox("Box.qcow2");
        } finally {
            writer.destroyForcibly().waitFor();
        }
    }

    private Program.Result export(String file, String... options) {
        return inProcess.succeeds(Stream.concat(Stream.of("export", "Box", file), Stream.of(options))
                .filter(word -> !word.isEmpty()).toArray(String[]::new));
    }

    private void assertIsBox(String file) {
        program.shell(
                "qemu-img check -q '%1$s'; qemu-img compare -q -f raw -F qcow2 \"$CTL_ROOT/vm/Box/disk.s2e\" '%1$s'"
                        .formatted(file));
    }

    /** Puts a script in the place of qemu-img. */
    private void standIn(String script) throws IOException {
        Path file = Files.createDirectory(program.work().resolve("bin")).resolve("qemu-img");
        Files.writeString(file, "#!/bin/bash\n" + script);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
        program.with("PATH", program.work().resolve("bin") + ":" + System.getenv("PATH"));
        inProcess = new InProcess(program);
    }
}
