package ctl.vm.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What cannot be done is said in one line, with the documented exit code, and changes nothing. */
class BadInputIT {

    @TempDir
    Path folder;

    private Program program;
    private String before;

    @BeforeEach
    void makeMyBox() {
        program = new Program(folder);
        program.shell(
                """
                mkdir -p "$CTL_ROOT/vm/MyBox" && cd "$CTL_ROOT/vm/MyBox"
                truncate -s 1M disk.s2e && echo state > disk.s2e.ready
                """);
        before = tree();
    }

    @AfterEach
    void nothingHasChanged() {
        assertThat(tree()).isEqualTo(before);
    }

    @ParameterizedTest
    @ValueSource(strings = {"qcow2", "vmdk", "vdi", "vhdx"})
    void imageOfAnotherFormat_isNamedWithTheLineThatConvertsIt(String format) {
        Program.assumeTool("qemu-img");
        program.shell("qemu-img create -q -f %s there.img 8M".formatted(format));
        before = tree();
        for (String[] command : List.of(
                new String[] {"import", "there.img", "Two"}, new String[] {"import", "--raw", "there.img", "Two"})) {
            Program.Result result = program.ctl(command);
            assertThat(result.exit()).isEqualTo(2);
            assertThat(result.err())
                    .contains("is a " + format + " image")
                    .contains("qemu-img convert -O raw there.img there.img.raw");
        }
    }

    /** Its bytes would be taken for a disk, and perhaps for the new content of a VM that was there. */
    @ParameterizedTest
    @CsvSource({"gzip, gzip -dc", "xz, xz -dc", "zstd, zstd -dc", "bzip2, bzip2 -dc"})
    void compressedImage_importedAsARawOne_isNamedWithTheLineThatUnpacksIt(String packer, String unpacker) {
        Program.assumeTool(packer);
        program.shell("head -c 100000 /dev/urandom | %s -c >packed".formatted(packer));
        before = tree();
        Program.Result result = program.ctl("import", "--raw", "-f", "packed", "MyBox");

        assertThat(result.exit()).isEqualTo(2);
        assertThat(result.err())
                .contains("packed is compressed with " + packer)
                .contains("\"" + unpacker + " FILE | ctl vm import --raw - NAME\"");
    }

    @Test
    void tarArchive_importedAsARawImage_isRefused() {
        program.shell("tar cf packed.tar -C \"$CTL_ROOT/vm\" MyBox");
        before = tree();
        Program.Result result = program.ctl("import", "--raw", "packed.tar", "Two");

        assertThat(result.exit()).isEqualTo(2);
        assertThat(result.err()).contains("is a tar archive").contains("without --raw");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "4 | MyBox         | clone MyBxo Two",
                "4 | no such VM    | export Nothing",
                "4 | MyBox:ready   | delete MyBox:raedy",
                "4 | MyBox:ready   | delete MyBox ready",
                "4 | no such VM    | delete -y MyBox Other",
                "4 | no such VM    | list Nothing",
                "4 | not found     | import missing.tar.gz Two",
                "5 | -f            | create MyBox",
                "2 | itself        | clone -f MyBox MyBox",
                "2 | named twice   | delete -y MyBox MyBox",
                "2 | part of       | delete -y MyBox:ready MyBox",
                "2 | -y            | delete MyBox",
                "2 | 7680X         | create New 7680X",
                "2 | byte          | create New 0",
                "2 | negative      | create New -- -5M",
                "2 | 8 EiB         | create New 9000000000000000000000",
                "2 | empty         | create ''",
                "2 | begins        | create .hidden",
                "2 | begins        | create -- -f",
                "2 | \"/\"         | create a/b",
                "2 | control       | create $'a\\nb'",
                "2 | control       | create $'\\e[31mred'",
                "2 | bytes         | create $(printf 'a%.0s' {1..256})",
                "2 | help          | creaet New",
                "2 | help          | create --forec New",
                "2 | help          | create",
                "2 | help          | clone MyBox",
                "2 | .tar          | export MyBox MyBox.zip",
                "4 | no such folder| export MyBox nowhere/MyBox.tar.gz",
                "2 | a folder      | import . Two",
                "1 | does not exist| list --root /nonexistent",
                "1 | does not exist| create --root /nonexistent New",
            })
    void badInput_isRefusedInOneLine(int exit, String words, String arguments) {
        Program.Result result = shell(arguments);

        assertThat(result.err()).startsWith("[FAIL] ").contains(words).hasLineCount(1).doesNotContain("\u001b");
        assertThat(result.out()).isEmpty();
        assertThat(result.exit()).isEqualTo(exit);
    }

    @Test
    void create_ofMoreThanTheFilesystemAllows_isRefusedAndLeavesNothing() {
        Program.Result result = shell("create New 7E");

        assertThat(result.err()).startsWith("[FAIL] ").contains("filesystem").hasLineCount(1);
        assertThat(result.exit()).isEqualTo(2);
    }

    @Test
    void problem_withJson_isJson() {
        Program.Result result = shell("list --json Nothing");

        assertThat(result.exit()).isEqualTo(4);
        assertThat(result.out()).startsWith("{\"error\":{").contains("\"exitCode\":4").contains("no such VM");
    }

    @Test
    void delete_answeredNo_touchesNothing() {
        Program.Result result = program.answering("n\n", "delete", "MyBox");

        assertThat(result.exit()).isEqualTo(1);
        assertThat(result.out()).isEqualTo("Delete VM MyBox? [y/N] n\n");
        assertThat(result.err()).isEqualTo("[SKIP] MyBox was not deleted\n");
    }

    @Test
    void export_ontoAnExistingPackage_keepsIt() {
        program.shell("echo precious > MyBox.tar.gz");
        before = tree();

        Program.Result result = shell("export MyBox");

        assertThat(result.exit()).isEqualTo(5);
        assertThat(result.err()).contains("package already exists").hasLineCount(1);
    }

    @Test
    void import_ofGarbage_isRefusedAsUnsafeAndLeavesNothing() {
        program.shell(
                "head -c 100K /dev/urandom > garbage.tar.gz; gzip -c /etc/passwd > noise.tar.gz; : > empty.tar.gz");
        before = tree();

        for (String file : List.of("garbage.tar.gz", "noise.tar.gz", "empty.tar.gz")) {
            Program.Result result = shell("import " + file + " Two");
            assertThat(result.err()).contains("[FAIL]").contains(file).hasLineCount(1);
            assertThat(result.exit()).isEqualTo(7);
        }
    }

    @Test
    void imageThatIsALinkOrAFolder_isRefused() {
        program.shell(
                """
                cd "$CTL_ROOT/vm" && mkdir Linked Folder
                ln -s ../MyBox/disk.s2e Linked/disk.s2e && mkdir Folder/disk.s2e && ln -s MyBox Alias
                """);
        before = tree();

        for (String vm : List.of("Linked", "Folder", "Alias")) {
            Program.Result result = shell("clone " + vm + " Two");
            assertThat(result.err()).as(vm).startsWith("[FAIL] ").hasLineCount(1);
            assertThat(result.exit()).as(vm).isEqualTo(7);
        }
        assertThat(shell("list").exit()).isZero();
    }

    @Test
    void otherFiles_areKeptByCloneNamedByExportAndMentionedBeforeADelete() {
        program.shell("cd \"$CTL_ROOT/vm/MyBox\" && echo hello > notes.txt && mkdir logs && echo x > logs/one");

        program.succeeds("clone", "MyBox", "Two");
        program.shell("diff -r \"$CTL_ROOT/vm/MyBox\" \"$CTL_ROOT/vm/Two\"");
        assertThat(program.succeeds("export", "Two").err()).contains("[WARN] notes.txt").contains("[WARN] logs");
        assertThat(program.ctl("delete", "Two").err()).startsWith("[WARN] ").contains("logs, notes.txt");
        assertThat(program.succeeds("delete", "-y", "Two").err()).contains("logs, notes.txt");

        program.shell("rm -r \"$CTL_ROOT/vm/MyBox/notes.txt\" \"$CTL_ROOT/vm/MyBox/logs\" Two.tar.gz");
        before = tree();
    }

    @Test
    void otherFiles_ofAVmThatIsReplaced_areNamedBeforeTheyGo() {
        program.shell("cp -r \"$CTL_ROOT/vm/MyBox\" \"$CTL_ROOT/vm/Two\" && echo x > \"$CTL_ROOT/vm/Two/notes.txt\"");

        assertThat(program.succeeds("clone", "-f", "MyBox", "Two").err())
                .startsWith("[WARN] Two holds files")
                .contains("notes.txt");

        program.shell("rm -r \"$CTL_ROOT/vm/Two\"");
    }

    @Test
    void outputThatIsLost_isAFailure() {
        assertThat(shell("list > /dev/full").exit()).isEqualTo(1);
        assertThat(shell("list --json >&-").exit()).isEqualTo(1);
        assertThat(shell("list > /dev/full").err()).endsWith("[FAIL] all is done, but the output could not be written;"
                + " see where stdout goes: its disk may be full\n");
    }

    /** As head and grep -q do, which must not make a script fail. */
    @Test
    void readerThatHasReadEnough_isNoFailure() {
        Program.Result result = shell("list | head -c 0; echo \"${PIPESTATUS[0]}\"");

        assertThat(result.out()).isEqualTo("0\n");
        assertThat(result.err()).doesNotContain("[FAIL]");
    }

    @Test
    void standardInputThatIsClosed_isNobodyToAsk() {
        assertThat(shell("delete MyBox <&-").err()).startsWith("[FAIL] nobody to ask").hasLineCount(1);
        assertThat(shell("delete MyBox < /tmp").exit()).isEqualTo(2);
    }

    @Test
    void vmFolderThatCannotBeRead_isNotCalledDefunct() {
        assumeTrue("root".equals(System.getProperty("user.name")), "only root can become somebody else");
        program.shell("chmod -R go+rX \"$CTL_ROOT\" \"$CTL_ROOT/..\" && chmod 700 \"$CTL_ROOT/vm/MyBox\"");

        Program.Result list = asNobody("list");
        assertThat(list.out()).isEqualTo("MyBox\n  <unreadable>\n");
        assertThat(list.exit()).isZero();
        assertThat(asNobody("clone", "MyBox", "Two").err()).startsWith("[FAIL] vm/MyBox cannot be read")
                .hasLineCount(1);
    }

    @Test
    void folderThatCannotBeWritten_isNamed() {
        assumeTrue("root".equals(System.getProperty("user.name")), "only root can become somebody else");
        program.shell("chmod -R go+rX \"$CTL_ROOT\" \"$CTL_ROOT/..\"");

        Program.Result result = asNobody("create", "New");

        assertThat(result.err()).startsWith("[FAIL] ").contains("permission denied").hasLineCount(1);
        assertThat(result.exit()).isEqualTo(1);
    }

    private Program.Result asNobody(String... arguments) {
        List<String> command = new ArrayList<>(List.of("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"));
        command.addAll(program.command(arguments));
        return program.run("", command);
    }

    private Program.Result shell(String arguments) {
        return program.run("", List.of("/bin/bash", "-c", String.join(" ", program.command()) + " " + arguments));
    }

    /** Everything but the journal, which may record a failure. */
    private String tree() {
        return program
                .shell("cd \"$CTL_ROOT/..\" && find . -path ./root/journal -prune -o -printf '%p %s %Y\\n' | sort");
    }
}
