package ctl.vm.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What cannot be done is said in one line, with the documented exit code, and changes nothing. A process of its own is
 * for what reads standard input, writes to what takes nothing, or lacks permissions; and for one line of each kind that
 * a message gives to the user.
 */
class BadInputIT {

    @TempDir
    Path folder;

    private Program program;
    private InProcess inProcess;
    private String before;

    @BeforeEach
    void makeMyBox() {
        program = new Program(folder);
        inProcess = new InProcess(program);
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
    @CsvSource(
            delimiter = '|',
            value = {
                "qcow      | -f qcow                                        | qemu-img convert -O raw",
                "qed       | -f qed                                         | qemu-img convert -O raw",
                "parallels | -f parallels                                   | qemu-img convert -O raw",
            })
    void imageOfAnotherFormat_isNamedWithTheLineThatConvertsIt(String format, String options, String converter) {
        Program.assumeTool("qemu-img");
        program.shell("qemu-img create -q %s there.img 8M".formatted(options));
        before = tree();
        String there = program.work().resolve("there.img").toString();
        String line = "%s %s %s.raw && ctl vm import --raw %s.raw Two".formatted(converter, there, there, there);
        for (String[] command : List.of(
                new String[] {"import", "there.img", "Two"}, new String[] {"import", "--raw", "there.img", "Two"})) {
            Program.Result result = inProcess.ctl(command);
            assertThat(result.exit()).isEqualTo(2);
            assertThat(result.err()).contains("is a " + format + " image").contains("\"" + line + "\"").hasLineCount(1);
        }
        program.shell("%s %s there.img.raw && rm there.img.raw".formatted(converter, there));
    }

    @Test
    void imageOfAnotherFormat_isConvertedByTheLine_alsoAfterAPipe() {
        Program.assumeTool("qemu-img");
        program.shell("qemu-img create -q -f qed there.img 8M");
        before = tree();
        String there = program.work().resolve("there.img").toString();

        Program.Result piped = shell("import --raw - Two <there.img");
        assertThat(piped.exit()).isEqualTo(2);
        assertThat(piped.err()).contains("is a qed image").contains("\"qemu-img convert -O raw FILE FILE.raw\"");

        String line = "qemu-img convert -O raw %s %s.raw && ctl vm import --raw %s.raw Two".formatted(there, there,
                there);
        program.onPath().shell(line + " >lines.txt && rm there.img.raw lines.txt");
        inProcess.succeeds("delete", "-y", "--now", "Two");
        program.shell("rm -rf bin");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "qcow2 | -f qcow2",
                "vmdk  | -f vmdk -o subformat=streamOptimized",
                "vmdk  | -f vmdk -o subformat=monolithicFlat",
                "vdi   | -f vdi",
                "vhdx  | -f vhdx",
                "vpc   | -f vpc",
                "vpc   | -f vpc -o subformat=fixed,force_size=on",
            })
    void imageThatAnImportConverts_importedAsARawOne_isNamedWithThatImport(String format, String options) {
        Program.assumeTool("qemu-img");
        program.shell("qemu-img create -q %s there.img 8M".formatted(options));
        before = tree();
        Program.Result result = inProcess.ctl("import", "--raw", "there.img", "Two");

        assertThat(result.exit()).isEqualTo(2);
        assertThat(result.err()).contains("is a " + format + " image").hasLineCount(1)
                .contains("\"ctl vm import %s Two\"".formatted(program.work().resolve("there.img")));
    }

    @Test
    void imageThatAnImportConverts_throughAPipe_isNamedWithThatImport() {
        Program.assumeTool("qemu-img");
        program.shell("qemu-img create -q -f qcow2 there.img 8M");
        before = tree();

        Program.Result piped = shell("import --raw - Two <there.img");

        assertThat(piped.exit()).isEqualTo(2);
        assertThat(piped.err()).contains("is a qcow2 image").contains("\"ctl vm import FILE NAME\"");
    }

    /** Its bytes would be taken for a disk, and perhaps for the new content of a VM that was there. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "lz4   | compressed with lz4 -l | lz4 -lqc packed.raw            | lz4 -dc",
                "unzip | a zip archive         | python3 -m zipfile -c /dev/stdout packed.raw | unzip -p",
                "cpio  | a cpio archive        | 'echo packed.raw | cpio -oc --quiet' | cpio -i --to-stdout -F",
                "tar   | a tar archive         | tar -cO packed.raw              | tar -xOf",
            })
    void packedImage_importedAsARawOne_isNamedWithTheLineThatUnpacksIt(
            String tool, String words, String packer, String unpacker) {
        Program.assumeTool(tool);
        program.shell("head -c 102400 /dev/urandom >packed.raw; %s >packed".formatted(packer));
        before = tree();
        String line = "%s %s | ctl vm import --raw -f - MyBox".formatted(unpacker, program.work().resolve("packed"));
        Program.Result result = inProcess.ctl("import", "--raw", "-f", "packed", "MyBox");

        assertThat(result.exit()).isEqualTo(2);
        assertThat(result.err()).contains("packed is " + words).contains("\"" + line + "\"").hasLineCount(1);
        program.shell(line.replaceFirst("ctl vm import .*", "cmp - packed.raw"));
    }

    @Test
    void packedImage_isUnpackedByTheLine_alsoAfterAPipe() {
        Program.assumeTool("lz4");
        program.shell("head -c 102400 /dev/urandom >packed.raw; lz4 -lqc packed.raw >packed");
        before = tree();

        Program.Result piped = shell("import --raw -f - MyBox <packed");
        assertThat(piped.exit()).isEqualTo(2);
        assertThat(piped.err()).contains("is compressed with lz4 -l");

        program.onPath().shell("lz4 -dc %s | ctl vm import --raw - Two && cmp packed.raw \"$CTL_ROOT/vm/Two/disk.s2e\""
                .formatted(program.work().resolve("packed")));
        inProcess.succeeds("delete", "-y", "--now", "Two");
        program.shell("rm -rf bin");
    }

    @Test
    void archiveOfNoKindOfPackage_isNamedWithTheLinesThatUnpackIt() {
        Program.assumeTool("python3");
        program.shell("python3 -m zipfile -c packed.zip \"$CTL_ROOT/vm/MyBox\"");
        before = tree();
        Program.Result result = inProcess.ctl("import", "packed.zip", "Two");

        assertThat(result.exit()).isEqualTo(2);
        String line = "unzip -p %s | ctl vm import - Two".formatted(program.work().resolve("packed.zip"));
        assertThat(result.err()).contains("a zip archive").contains("\"" + line + "\"").hasLineCount(1);
    }

    @Test
    void tarArchive_importedAsARawImage_isRefused() {
        program.shell("tar cf packed.tar -C \"$CTL_ROOT/vm\" MyBox");
        before = tree();
        Program.Result result = inProcess.ctl("import", "--raw", "packed.tar", "Two");

        assertThat(result.exit()).isEqualTo(2);
        assertThat(result.err()).contains("is a tar archive")
                .contains("\"ctl vm import %s Two\"".formatted(program.work().resolve("packed.tar")));
    }

    @Test
    void rawImage_importedAsAPackage_leadsToTheCommand() {
        program.shell("head -c 100K /dev/urandom >my.img; gzip -k my.img");
        before = tree();
        Path image = program.work().resolve("my.img");

        assertThat(inProcess.ctl("import", "my.img", "Two").err())
                .contains("\"ctl vm import --raw %s Two\"".formatted(image)).hasLineCount(1);
        assertThat(inProcess.ctl("import", "my.img.gz", "Two").err())
                .contains("\"ctl vm import --raw %s.gz Two\"".formatted(image));
        assertThat(shell("import - Two <my.img.gz").err())
                .contains("\"... | ctl vm import --raw - Two\"");
    }

    @Test
    void archiveOfSeveralVms_leadsToTheCommandThatTakesAllOfThem() {
        program.shell("cd \"$CTL_ROOT\"; cp -r vm/MyBox vm/Second; tar czf \"$OLDPWD/all.tgz\" vm/MyBox vm/Second");
        program.shell("tar czf flat.tgz -C \"$CTL_ROOT/vm\" MyBox Second; rm -r \"$CTL_ROOT/vm/Second\"");
        before = tree();
        for (String archive : List.of("all.tgz", "flat.tgz")) {
            Program.Result result = inProcess.ctl("import", archive, "Two");
            assertThat(result.exit()).isEqualTo(7);
            String line = "tar -xkf %s%s -C %s && ctl vm reconcile".formatted(
                    program.work().resolve(archive), archive.equals("all.tgz") ? " --strip-components=1" : "",
                    program.vms());
            assertThat(result.err()).contains("\"" + line + "\"").hasLineCount(1);

            program.shell("rm -r \"$CTL_ROOT/vm/MyBox\"");
            program.shell(line.replace(" && ctl vm reconcile", ""));
            inProcess.succeeds("reconcile");
            inProcess.succeeds("delete", "-y", "--now", "Second");
        }
    }

    @Test
    void rawImageOfNothingOrLessThanASector_isRefused() {
        program.shell(": >empty.img; printf abc >tiny.img");
        before = tree();

        assertThat(inProcess.ctl("import", "--raw", "empty.img", "Two").err()).contains("empty.img is empty")
                .hasLineCount(1);
        Program.Result tiny = inProcess.ctl("import", "--raw", "tiny.img", "Two");
        assertThat(tiny.err()).contains("tiny.img has 3 bytes").hasLineCount(1);
        assertThat(tiny.exit()).isEqualTo(2);
        assertThat(shell("import --raw - Two <tiny.img").err()).contains("has 3 bytes");
    }

    @Test
    void rawImageOfOddSizeOrEncrypted_isImportedWithAWarning() {
        program.shell(
                "head -c 1000 /dev/urandom >odd.img; printf 'LUKS\\xba\\xbe\\0\\1' >luks.img; truncate -s 1M luks.img");
        before = tree();
        for (Program.Result odd : List.of(
                inProcess.ctl("import", "--raw", "odd.img", "Two"), shell("import -f --raw - Two <odd.img"))) {
            assertThat(odd.exit()).isZero();
            assertThat(odd.err()).contains("[WARN]").contains("1000 bytes").contains("no multiple of 512");
        }
        assertThat(inProcess.succeeds("import", "-f", "--raw", "luks.img", "Two").err()).contains("[WARN]")
                .contains("LUKS");
        program.shell("rm -r \"$CTL_ROOT/vm/Two\" \"$CTL_ROOT/vm/.trash\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"import - Two", "import --raw - Two"})
    void nothingThroughAPipe_isAFailureOfTheCommandBeforeIt(String command) {
        Program.Result result = shell(command + " </dev/null");

        assertThat(result.exit()).isEqualTo(1);
        assertThat(result.err()).contains("the command before it in the pipe failed").hasLineCount(1);
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
        Program.Result result = inProcess.ctl(program.words(arguments));

        assertThat(result.err()).startsWith("[FAIL] ").contains(words).hasLineCount(1).doesNotContain("\u001b");
        assertThat(result.out()).isEmpty();
        assertThat(result.exit()).isEqualTo(exit);
    }

    @Test
    void create_ofMoreThanTheFilesystemAllows_isRefusedAndLeavesNothing() {
        Program.Result result = inProcess.ctl("create", "New", "7E");

        assertThat(result.err()).startsWith("[FAIL] ").contains("filesystem").hasLineCount(1);
        assertThat(result.exit()).isEqualTo(2);
    }

    @Test
    void problem_withJson_isJson() {
        Program.Result result = inProcess.ctl("list", "--json", "Nothing");

        assertThat(result.exit()).isEqualTo(4);
        assertThat(result.out()).startsWith("{\"error\":{").contains("\"exitCode\":4").contains("no such VM");
    }

    @Test
    void delete_answeredNo_touchesNothing() {
        Program.Result result = inProcess.answering("n\n", "delete", "MyBox");

        assertThat(result.exit()).isEqualTo(1);
        assertThat(result.out()).isEqualTo("Delete VM MyBox? [y/N] n\n");
        assertThat(result.err()).isEqualTo("[SKIP] MyBox was not deleted\n");
    }

    @Test
    void export_ontoAnExistingPackage_keepsIt() {
        program.shell("echo precious > MyBox.tar.gz");
        before = tree();

        Program.Result result = inProcess.ctl("export", "MyBox");

        assertThat(result.exit()).isEqualTo(5);
        assertThat(result.err()).contains("package already exists").hasLineCount(1);
    }

    @Test
    void import_ofGarbage_isRefusedAndLeavesNothing() {
        program.shell(
                "head -c 100K /dev/urandom > garbage.tar.gz; gzip -c /etc/passwd > noise.tar.gz; : > empty.tar.gz");
        before = tree();

        for (String file : List.of("garbage.tar.gz", "noise.tar.gz", "empty.tar.gz")) {
            Program.Result result = inProcess.ctl("import", file, "Two");
            assertThat(result.err()).contains("[FAIL]").contains(file).hasLineCount(1);
            // What is named for what it is, a text and an empty file, is a mistake; the rest may be anything.
            assertThat(result.exit()).isEqualTo(file.startsWith("garbage") ? 7 : 2);
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
            Program.Result result = inProcess.ctl("clone", vm, "Two");
            assertThat(result.err()).as(vm).startsWith("[FAIL] ").hasLineCount(1);
            assertThat(result.exit()).as(vm).isEqualTo(7);
        }
        assertThat(inProcess.ctl("list").exit()).isZero();
    }

    @Test
    void otherFiles_areKeptByCloneNamedByExportAndMentionedBeforeADelete() {
        program.shell("cd \"$CTL_ROOT/vm/MyBox\" && echo hello > notes.txt && mkdir logs && echo x > logs/one");

        inProcess.succeeds("clone", "MyBox", "Two");
        program.shell("diff -r \"$CTL_ROOT/vm/MyBox\" \"$CTL_ROOT/vm/Two\"");
        assertThat(inProcess.succeeds("export", "Two").err()).contains("[WARN] notes.txt").contains("[WARN] logs");
        assertThat(inProcess.ctl("delete", "Two").err()).startsWith("[WARN] ").contains("logs, notes.txt");
        assertThat(inProcess.succeeds("delete", "-y", "Two").err()).contains("logs, notes.txt");

        program.shell("rm -r \"$CTL_ROOT/vm/MyBox/notes.txt\" \"$CTL_ROOT/vm/MyBox/logs\" Two.tar.gz");
        before = tree();
    }

    @Test
    void otherFiles_ofAVmThatIsReplaced_areNamedBeforeTheyGo() {
        program.shell("cp -r \"$CTL_ROOT/vm/MyBox\" \"$CTL_ROOT/vm/Two\" && echo x > \"$CTL_ROOT/vm/Two/notes.txt\"");

        assertThat(inProcess.succeeds("clone", "-f", "MyBox", "Two").err())
                .startsWith("[WARN] Two holds files")
                .contains("notes.txt");

        program.shell("rm -r \"$CTL_ROOT/vm/Two\" \"$CTL_ROOT/vm/.trash\"");
    }

    @Test
    void outputThatIsLost_isAFailure() {
        assertThat(shell("list --json >&-").exit()).isEqualTo(1);
        Program.Result full = shell("list > /dev/full");
        assertThat(full.exit()).isEqualTo(1);
        assertThat(full.err()).endsWith("[FAIL] all is done, but the output could not be written;"
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
        assertThat(shell("delete MyBox <&-").err()).startsWith("[FAIL] ").contains("cannot be asked").hasLineCount(1);
        assertThat(shell("delete MyBox < /tmp").exit()).isEqualTo(2);
    }

    @Test
    void vmFolderThatCannotBeRead_isNotCalledDefunct() {
        program.shell("chmod 0 \"$CTL_ROOT/vm/MyBox\"");

        Program.Result list = program.withoutPrivileges("list");
        Program.Result clone = program.withoutPrivileges("clone", "MyBox", "Two");

        program.shell("chmod 755 \"$CTL_ROOT/vm/MyBox\"");
        assertThat(list.out()).isEqualTo("MyBox\n  <unreadable>\n");
        assertThat(list.exit()).isZero();
        assertThat(clone.err()).startsWith("[FAIL] vm/MyBox cannot be read").hasLineCount(1);
    }

    @Test
    void folderThatCannotBeWritten_isNamed() {
        program.shell("chmod -R a-w \"$CTL_ROOT\"");

        Program.Result result = program.withoutPrivileges("create", "New");

        program.shell("chmod -R u+w \"$CTL_ROOT\"");
        assertThat(result.err()).startsWith("[FAIL] ").contains("permission denied").hasLineCount(1);
        assertThat(result.exit()).isEqualTo(1);
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
