package ctl.vm.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * The table of docs/copies.md, row by row, on a VM that has all of it:
 *
 * <pre>
 * Box/                    2750 sticky, of another user, with ACLs, attributes and an old time
 * Box/disk.s2e            0640, with an ACL and attributes; a hole and some data
 * Box/disk.s2e.ready      0400, the same file as Box/same
 * Box/private/            0700, with a file in it
 * Box/private/closed/     0500, with a file that all may read
 * Box/link -> disk.s2e
 * Box/pipe
 * </pre>
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CopiesKeepIT {

    private static final int ANN = 64_011;
    private static final int TEAM = 64_110;
    private static final int OTHER_TEAM = 64_111;

    private Path temporary;
    private Program program;
    private Path box;
    private Path copy;
    private Program.Result cloned;
    private Program.Result exported;
    private Program.Result imported;

    @BeforeAll
    void copyInEveryWay(@TempDir Path temporary) throws IOException {
        this.temporary = temporary;
        assumeTrue(Files.getAttribute(temporary, "unix:uid").equals(0), "only root can give files away");
        List.of("setfacl", "getfacl", "setfattr", "getfattr", "setpriv").forEach(Program::assumeTool);
        program = new Program(temporary);
        Files.setAttribute(temporary, "unix:mode", 0777);
        box = Files.createDirectories(program.vms().resolve("Box"));
        copy = program.vms().resolve("Copy");
        program.shell("""
                umask 022; cd '%s'
                truncate -s 8M disk.s2e; printf data | dd of=disk.s2e bs=1M seek=4 conv=notrunc status=none
                echo snapshot > disk.s2e.ready; ln disk.s2e.ready same
                mkdir -p private/closed; echo secret > private/file; echo open > private/closed/file
                ln -s disk.s2e link; mkfifo pipe
                setfattr -n user.note -v 'an image' disk.s2e; setfattr -n trusted.note -v deep disk.s2e
                setfattr -n user.note -v 'a VM' .; setfattr -n user.note -v 'a folder' private
                setfattr -n user.note -v read-only private/closed
                chown -R %d:%d .; chown -h %d:%d link
                chmod 0640 disk.s2e; chmod 0400 disk.s2e.ready; chmod 0700 private; chmod 0500 private/closed
                setfacl -m u:%d:r,g:%d:rw disk.s2e; setfacl -m u:%d:rwx private
                setfacl -d -m u:%d:rwx,o::- .; chmod 3750 .
                touch -d '2020-02-02 02:02:02.123456789' disk.s2e private/closed private/file
                touch -h -d '2019-01-01 01:01:01.5' link
                touch -d '2018-01-01 01:01:01.25' private; touch -d '2017-01-01 01:01:01.75' .
                """.formatted(box, ANN, TEAM, ANN, OTHER_TEAM, ANN + 1, OTHER_TEAM, ANN + 2, ANN + 3));
        cloned = program.succeeds("clone", "Box", "Copy");
        exported = program.succeeds("export", "Box", "box.tar");
        imported = program.succeeds("import", "box.tar", "Imported");
        program.succeeds("import", "--raw", box.resolve("disk.s2e").toString(), "Raw");
    }

    @Test
    void content_isKeptByAllAndHolesStayHoles() throws IOException {
        for (String vm : List.of("Copy", "Imported", "Raw")) {
            Path image = program.vms().resolve(vm).resolve("disk.s2e");
            assertThat(Files.mismatch(box.resolve("disk.s2e"), image)).as(vm).isEqualTo(-1);
            assertThat(Long.parseLong(stat("%b", image)) * 512).as(vm).isLessThan(1 << 20);
        }
        assertThat(copy.resolve("disk.s2e.ready")).hasContent("snapshot");
        assertThat(copy.resolve("private/closed/file")).hasContent("open");
    }

    @Test
    void timeOfAnImage_isKeptExactlyByCopiesAndInSecondsByPackages() {
        String exact = stat("%.9Y", box.resolve("disk.s2e"));
        assertThat(stat("%.9Y", copy.resolve("disk.s2e"))).isEqualTo(exact).endsWith(".123456789");
        assertThat(stat("%.9Y", program.vms().resolve("Raw/disk.s2e"))).isEqualTo(exact);
        assertThat(stat("%.9Y", program.vms().resolve("Imported/disk.s2e")))
                .isEqualTo(exact.replaceFirst("\\..*", ".000000000"));
    }

    @Test
    void permissionBitsOfImages_areKept() {
        assertThat(stat("%a", copy.resolve("disk.s2e"))).isEqualTo(stat("%a", box.resolve("disk.s2e")));
        assertThat(stat("%a", copy.resolve("disk.s2e.ready"))).isEqualTo("400");
        assertThat(stat("%a", program.vms().resolve("Raw/disk.s2e"))).isEqualTo(stat("%a", box.resolve("disk.s2e")));
        assertThat(program.shell("tar tvf box.tar")).contains("-rw-rw----").contains("-r--------").contains(" 0/0 ");
        assertThat(stat("%a", program.vms().resolve("Imported/disk.s2e"))).isEqualTo("640");
    }

    @Test
    void ownersAndGroups_areKeptByRootsCopies() {
        for (String file : List.of("disk.s2e", "disk.s2e.ready", "private", "private/closed/file", "")) {
            assertThat(stat("%u:%g", copy.resolve(file))).as(file).isEqualTo(ANN + ":" + TEAM);
        }
        assertThat(stat("%u:%g", copy.resolve("link"))).isEqualTo(ANN + ":" + OTHER_TEAM);
        assertThat(stat("%u:%g", program.vms().resolve("Raw/disk.s2e"))).isEqualTo(ANN + ":" + TEAM);
        assertThat(stat("%u", program.vms().resolve("Imported/disk.s2e"))).isEqualTo("0");
    }

    @Test
    void accessListsAndAttributes_areKeptByCopiesAndNotByPackages() {
        for (String file : List.of("disk.s2e", "disk.s2e.ready", "private", "private/closed", "private/file", ".")) {
            assertThat(lists(copy, file)).as(file).isEqualTo(lists(box, file));
            assertThat(attributes(copy, file)).as(file).isEqualTo(attributes(box, file));
        }
        assertThat(lists(copy, "disk.s2e")).contains("user:%d:r--".formatted(ANN + 1)).contains("mask::rw-");
        assertThat(attributes(copy, "disk.s2e")).contains("user.note=\"an image\"").contains("trusted.note=\"deep\"");
        assertThat(lists(copy, ".")).contains("default:user:%d:rwx".formatted(ANN + 3));
        Path vms = program.vms();
        assertThat(lists(vms.resolve("Raw"), "disk.s2e")).isEqualTo(lists(box, "disk.s2e"));
        assertThat(attributes(vms.resolve("Raw"), "disk.s2e")).isEqualTo(attributes(box, "disk.s2e"));
        assertThat(lists(vms.resolve("Imported"), "disk.s2e")).doesNotContain("mask");
        assertThat(attributes(vms.resolve("Imported"), "disk.s2e")).doesNotContain("note");
    }

    @Test
    void foldersOfAVm_keepPermissionsAndTimes() {
        assertThat(stat("%a", copy)).isEqualTo(stat("%a", box)).startsWith("3");
        assertThat(stat("%a", copy.resolve("private"))).isEqualTo(stat("%a", box.resolve("private")));
        assertThat(stat("%a", copy.resolve("private/closed"))).isEqualTo("500");
        for (String folder : List.of("", "private", "private/closed")) {
            assertThat(stat("%.9Y", copy.resolve(folder))).as(folder).isEqualTo(stat("%.9Y", box.resolve(folder)));
        }
        for (String vm : List.of("Imported", "Raw")) {
            assertThat(stat("%a %u", program.vms().resolve(vm))).isEqualTo("755 0");
        }
    }

    @Test
    void otherFilesAndFolders_goWithACloneAndAreLeftOutOfAPackage() {
        assertThat(copy.resolve("private/file")).hasContent("secret");
        assertThat(stat("%a", copy.resolve("private/file"))).isEqualTo("644");
        assertThat(stat("%.9Y", copy.resolve("private/file"))).isEqualTo(stat("%.9Y", box.resolve("private/file")));
        assertThat(exported.err()).contains("private").contains("not packaged");
        assertThat(program.shell("tar tf box.tar")).isEqualTo("disk.s2e\ndisk.s2e.ready\n");
        program.shell("mkdir -p more && cd more && tar xf ../box.tar && mkdir private && echo x > private/file"
                + " && tar cf ../more.tar disk.s2e private");
        assertThat(program.succeeds("import", "more.tar", "More").err()).contains("private").contains("skipped");
        assertThat(program.vms().resolve("More/private")).doesNotExist();
    }

    @Test
    void links_areCopiedAsLinks() throws IOException {
        assertThat(Files.readSymbolicLink(copy.resolve("link"))).isEqualTo(Path.of("disk.s2e"));
        assertThat(stat("%.9Y", copy.resolve("link"))).isEqualTo(stat("%.9Y", box.resolve("link")));
        assertThat(exported.err()).contains("link is no image: not packaged");
        Files.createSymbolicLink(program.work().resolve("raw"), box.resolve("disk.s2e"));
        program.succeeds("import", "--raw", "raw", "Followed");
        assertThat(Files.isRegularFile(program.vms().resolve("Followed/disk.s2e"), LinkOption.NOFOLLOW_LINKS)).isTrue();
        program.shell("ln -s x disk.s2e && tar cf linked.tar disk.s2e && rm disk.s2e");
        assertThat(program.ctl("import", "linked.tar", "Linked").err()).contains("is a symbolic link");
    }

    @Test
    void devicesPipesAndSockets_areLeftOutWithAWarning() {
        assertThat(copy.resolve("pipe")).doesNotExist();
        assertThat(cloned.err()).contains("pipe is a device, pipe or socket: not copied");
        assertThat(exported.err()).contains("pipe is no image: not packaged");
        assertThat(program.ctl("import", "--raw", box.resolve("pipe").toString(), "Piped").exit()).isNotZero();
    }

    @Test
    void hardLinks_becomeFilesOfTheirOwn() {
        assertThat(stat("%h", box.resolve("same"))).isEqualTo("2");
        assertThat(stat("%h", copy.resolve("same"))).isEqualTo("1");
        assertThat(copy.resolve("same")).hasContent("snapshot");
        program.shell("mkdir -p hard && cd hard && echo x > disk.s2e && ln disk.s2e disk.s2e.ready"
                + " && tar cf ../hard.tar disk.s2e disk.s2e.ready");
        assertThat(program.ctl("import", "hard.tar", "Hard").err()).contains("is a hard link");
    }

    /**
     * Who may not give a file to its owner or group makes a copy that is less accessible, in folders that are
     * write-protected.
     */
    @Test
    void cloneByAnotherUser_givesNobodyMoreThanTheSource() throws IOException {
        Path root = Files.createDirectories(temporary.resolve("plain"));
        program.shell("""
                mkdir -p '%1$s'/vm/Box/closed && cd '%1$s'/vm && echo x > Box/disk.s2e && echo y > Box/closed/file
                chown -R %2$d:%2$d '%1$s' && chgrp -R %3$d Box && chmod 0640 Box/disk.s2e && chmod 0550 Box Box/closed
                setfacl -m u:%4$d:- Box/closed/file
                """.formatted(root, ANN, TEAM, ANN + 1));

        Program.Result clone = as(ANN, root, "clone", "Box", "Copy");

        assertThat(clone.exit()).as(clone.err()).isZero();
        Map<String, String> found = new TreeMap<>();
        for (String file : List.of("", "disk.s2e", "closed", "closed/file")) {
            found.put(file, stat("%a %u:%g", root.resolve("vm/Copy").resolve(file)));
        }
        String owner = " " + ANN + ":" + ANN;
        assertThat(found).isEqualTo(Map.of(
                "", "700" + owner, "disk.s2e", "600" + owner, "closed", "500" + owner, "closed/file", "644" + owner));
        assertThat(lists(root.resolve("vm/Copy"), "closed/file")).contains("user:%d:---".formatted(ANN + 1));
        assertThat(as(ANN, root, "delete", "-y", "--now", "Copy").exit()).isZero();
        assertThat(root.resolve("vm/.staging")).doesNotExist();
    }

    private Program.Result as(int user, Path root, String... arguments) {
        List<String> command = new ArrayList<>(List.of("setpriv", "--reuid=" + user, "--regid=" + user,
                "--clear-groups", "--inh-caps=-all", "--", "env", "CTL_ROOT=" + root));
        command.addAll(program.command(arguments));
        return program.run("", command);
    }

    private String stat(String format, Path file) {
        return program.shell("stat -c '%s' '%s'".formatted(format, file)).strip();
    }

    private String lists(Path folder, String file) {
        return program.shell("cd '%s' && getfacl -n '%s'".formatted(folder, file));
    }

    private String attributes(Path folder, String file) {
        return program.shell("cd '%s' && getfattr -h -d -m '^(user|trusted)' '%s'".formatted(folder, file));
    }
}
