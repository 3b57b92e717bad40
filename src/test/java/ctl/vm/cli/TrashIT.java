package ctl.vm.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Deleting, and taking it back, with the real program: MyBox with snapshots ready and base, and its clone Two. */
class TrashIT {

    @TempDir
    Path folder;

    private Program program;
    private InProcess inProcess;

    @BeforeEach
    void makeVms() {
        program = new Program(folder);
        inProcess = new InProcess(program);
        inProcess.succeeds("create", "MyBox", "1M");
        program.shell(
                """
                cd "$CTL_ROOT/vm/MyBox"
                for snapshot in base ready; do head -c 5000 /dev/urandom > disk.s2e.$snapshot; done
                touch -d '2026-01-02 10:00' disk.s2e.base
                touch -d '2026-01-03 10:00' disk.s2e.ready
                """);
        inProcess.succeeds("reconcile");
        inProcess.succeeds("clone", "MyBox", "Two");
    }

    @Test
    void vmUndeleted_isWhatItWas_inItsPlaceOfTheListing() {
        String before = contents();
        String listing = listing();

        Program.Result deletion = program.succeeds("delete", "-y", "MyBox");
        assertThat(deletion.out()).isEqualTo("[ OK ] delete MyBox\n");
        assertThat(deletion.err())
                .contains("[INFO] 1 clone made from MyBox does not need it")
                .contains("[INFO] \"ctl vm undelete MyBox\" brings it back within the next 24 hours");
        assertThat(inProcess.succeeds("list").out()).doesNotContain("MyBox");

        Program.Result undeletion = program.succeeds("undelete", "MyBox");
        assertThat(undeletion.out()).isEqualTo("[ OK ] undelete MyBox\n");
        assertThat(undeletion.err())
                .matches("\\[INFO] MyBox was deleted 20[-0-9]+ \\d\\d:\\d\\d by %s\n"
                        .formatted(System.getProperty("user.name")));
        assertThat(contents()).isEqualTo(before);
        assertThat(listing()).isEqualTo(listing);
        assertThat(inProcess.succeeds("trash").err()).contains("the trash is empty");
        assertThat(inProcess.succeeds("reconcile", "--dry-run").out()).isEqualTo("[ OK ] journal and folder agree\n");
    }

    @Test
    void vmDeletedTwice_comesBackNewestFirst_andUnderAnotherNameWhereItsOwnIsTaken() {
        inProcess.succeeds("delete", "-y", "MyBox");
        inProcess.succeeds("create", "MyBox", "2M");
        program.shell("sleep 1");
        inProcess.succeeds("delete", "-y", "MyBox");

        inProcess.succeeds("undelete", "MyBox");
        assertThat(inProcess.succeeds("list", "MyBox").out()).contains("2.0MiB");
        Program.Result taken = inProcess.ctl("undelete", "MyBox");
        assertThat(taken.exit()).isEqualTo(5);
        assertThat(taken.err()).contains("MyBox already exists");
        program.succeeds("undelete", "MyBox", "--as", "Older");
        assertThat(inProcess.succeeds("list", "Older").out()).contains("1.0MiB", "ready");
        assertThat(inProcess.ctl("undelete", "MyBox").exit()).isEqualTo(4);
    }

    @Test
    void packageReplaced_isListedByItsPath_andComesBackBesideTheNewOne() {
        inProcess.succeeds("export", "Two", "box.tar.gz");
        program.shell("cp box.tar.gz expected");
        String path = program.work().resolve("box.tar.gz").toString();

        assertThat(program.succeeds("export", "-f", "MyBox", "box.tar.gz").err())
                .contains("\"ctl vm undelete %s --as NEWFILE\" brings the replaced package back".formatted(path))
                .doesNotContain("for good");
        assertThat(inProcess.succeeds("trash").out()).contains(path);
        assertThat(inProcess.succeeds("audit", "-l").out()).contains("brings the replaced package back");
        Program.Result taken = inProcess.ctl("undelete", "./box.tar.gz");
        assertThat(taken.exit()).isEqualTo(5);
        assertThat(taken.err()).contains("package already exists", "--as");

        program.succeeds("undelete", "./box.tar.gz", "--as", "old.tar.gz");
        program.shell("cmp old.tar.gz expected");
        assertThat(inProcess.succeeds("trash").err()).contains("the trash is empty");
        assertThat(inProcess.ctl("purge", "-y", "./box.tar.gz").exit()).isEqualTo(4);
    }

    @Test
    void packageReplacedWithNow_isFreedAtOnce() {
        inProcess.succeeds("export", "Two", "box.tar.gz");

        inProcess.succeeds("export", "-f", "--now", "MyBox", "box.tar.gz");

        assertThat(inProcess.succeeds("trash").err()).contains("the trash is empty");
        Program.Result alone = inProcess.ctl("export", "--now", "MyBox", "other.tar.gz");
        assertThat(alone.exit()).isEqualTo(2);
        assertThat(alone.err()).contains("--now needs -f");
    }

    @Test
    void packageOnAnotherFilesystem_isReplacedForGood_whichIsSaidFirst() {
        Path memory = Path.of("/dev/shm");
        assumeThat(memory).isDirectory().isWritable();
        Path file = memory.resolve(folder.getFileName() + ".tar.gz");
        try {
            inProcess.succeeds("export", "Two", file.toString());
            assertThat(inProcess.succeeds("export", "-f", "MyBox", file.toString()).err())
                    .contains("[WARN] %s cannot be kept in the trash".formatted(file), "replaced for good");
            assertThat(inProcess.succeeds("trash").err()).contains("the trash is empty");
        } finally {
            file.toFile().delete();
        }
    }

    @Test
    void snapshotOfAVmThatWasRenamedSince_comesBackToIt() {
        assertThat(program.succeeds("delete", "MyBox:ready").out())
                .isEqualTo("[ OK ] delete snapshot MyBox:ready\n");
        assertThat(program.succeeds("rename", "MyBox", "Debian").out())
                .isEqualTo("[ OK ] rename MyBox to Debian\n");

        Program.Result undeletion = program.succeeds("undelete", "Debian:ready");
        assertThat(undeletion.out()).isEqualTo("[ OK ] undelete snapshot Debian:ready\n");
        assertThat(undeletion.err()).startsWith("[INFO] MyBox:ready was deleted 20");
        inProcess.succeeds("delete", "Debian:base");
        assertThat(inProcess.succeeds("undelete", "--quiet", "Debian:base", "--as", "root").err()).isEmpty();
        assertThat(inProcess.succeeds("list", "Debian").out()).isEqualTo(
                """
                Debian
                  Size: 1.0MiB
                  Snapshots:
                    ready
                    root
                """);
        assertThat(inProcess.succeeds("reconcile", "--dry-run").out()).isEqualTo("[ OK ] journal and folder agree\n");
    }

    @Test
    void trash_isListedAndFreedByName() {
        inProcess.succeeds("delete", "-y", "Two", "MyBox:ready");

        assertThat(program.succeeds("trash").out()).contains("NAME", "Two", "MyBox:ready", "KEPT UNTIL");
        assertThat(inProcess.succeeds("trash", "--json").out()).contains("\"name\" : \"MyBox:ready\"");
        assertThat(inProcess.ctl("purge", "Two").exit()).as("nobody to ask").isEqualTo(2);
        assertThat(program.answering("n\n", "purge", "Two").exit()).isEqualTo(1);
        assertThat(inProcess.succeeds("purge", "-y", "Two").out()).isEqualTo("[ OK ] purge Two\n");
        assertThat(inProcess.ctl("undelete", "Two").exit()).isEqualTo(4);
        assertThat(inProcess.succeeds("purge", "-y", "--older-than", "1h").err())
                .contains("nothing in the trash matches");
        inProcess.succeeds("purge", "-y", "--all");
        assertThat(hidden()).isEmpty();
    }

    @Test
    void trash_keptLongEnough_isFreedByTheNextChange() {
        inProcess.succeeds("delete", "-y", "--keep", "1s", "Two");

        program.shell("sleep 1.1");
        inProcess.succeeds("list");
        assertThat(hidden()).contains(".trash");
        assertThat(program.succeeds("create", "Three", "1M").err()).contains("freed Two from the trash");
        assertThat(hidden()).isEmpty();
    }

    @Test
    void deletion_withNothingToBeKept_freesAtOnce() {
        assertThat(program.succeeds("delete", "-y", "--now", "Two").err()).doesNotContain("undelete");
        assertThat(hidden()).isEmpty();

        program.with("CTL_TRASH_KEEP", "0").succeeds("delete", "-y", "MyBox");
        assertThat(hidden()).isEmpty();
        Program.Result nonsense = program.with("CTL_TRASH_KEEP", "long").ctl("create", "Four", "1M");
        assertThat(nonsense.exit()).isEqualTo(2);
        assertThat(nonsense.err()).contains("CTL_TRASH_KEEP is \"long\"");
    }

    @Test
    void replacedVm_comesBackAsItWas_underAnotherName() {
        String before = program.shell("cd \"$CTL_ROOT/vm/Two\" && find . -type f -printf '%p %s %T@ %i\n' | sort");

        Program.Result replacement = program.succeeds("create", "-f", "Two", "3M");
        assertThat(replacement.err())
                .isEqualTo(
                        "[INFO] \"ctl vm undelete Two --as NEWNAME\" brings the replaced VM back within the next 24 hours\n");
        assertThat(inProcess.succeeds("trash", "--json").out())
                .contains("\"name\" : \"Two\"", "\"replaced\" : true");
        assertThat(inProcess.succeeds("audit", "-l", "Two").out())
                .contains("\"ctl vm undelete Two --as NEWNAME\" brings the replaced VM back, until ");
        assertThat(inProcess.succeeds("df").out()).contains("trash");
        assertThat(inProcess.ctl("undelete", "Two").err()).contains("\"ctl vm undelete Two --as NEWNAME\"");

        Program.Result undeletion = program.succeeds("undelete", "Two", "--as", "Second");
        assertThat(undeletion.err()).startsWith("[INFO] Two was replaced 20");
        assertThat(program.shell("cd \"$CTL_ROOT/vm/Second\" && find . -type f -printf '%p %s %T@ %i\n' | sort"))
                .isEqualTo(before);
        assertThat(inProcess.succeeds("info", "Second").out()).contains("Origin: cloned from MyBox");
        assertThat(inProcess.succeeds("list", "Two").out()).contains("3.0MiB");
        assertThat(inProcess.succeeds("list").out()).as("at its old place").matches("(?s).*MyBox.*Second.*Two.*");
        assertThat(inProcess.succeeds("info", "MyBox").out()).contains("Second ");
        assertThat(hidden()).isEmpty();
        assertThat(inProcess.succeeds("reconcile", "--dry-run").out()).isEqualTo("[ OK ] journal and folder agree\n");
        inProcess.succeeds("verify");
    }

    @Test
    void replacedVm_thatIsNotWanted_isFreedAtOnceOrByItsName() {
        assertThat(program.succeeds("clone", "-f", "--now", "MyBox", "Two").err()).doesNotContain("undelete");
        assertThat(hidden()).isEmpty();
        inProcess.succeeds("clone", "-f", "MyBox", "Two");
        inProcess.succeeds("purge", "-y", "Two");
        assertThat(hidden()).isEmpty();
        assertThat(inProcess.succeeds("list", "Two").out()).as("the new one").contains("ready");
        program.with("CTL_TRASH_KEEP", "0").succeeds("create", "-f", "Two", "1M");
        assertThat(hidden()).isEmpty();

        Program.Result alone = inProcess.ctl("create", "--now", "Three", "1M");
        assertThat(alone.exit()).isEqualTo(2);
        assertThat(alone.err()).contains("--now needs -f");
    }

    @Test
    void rename_ontoAnother_isRefused() {
        assertThat(program.ctl("rename", "MyBox", "Two").exit()).isEqualTo(5);
        assertThat(inProcess.ctl("rename", "MyBox", "MyBox").exit()).isEqualTo(2);
        assertThat(inProcess.ctl("rename", "Nobody", "New").exit()).isEqualTo(4);
    }

    @Test
    void info_tellsWhatCameFromAVm_underAllItsNames() {
        inProcess.succeeds("export", "MyBox");
        inProcess.succeeds("rename", "MyBox", "Debian");
        inProcess.succeeds("clone", "Debian", "Three");
        inProcess.succeeds("create", "MyBox", "1M");
        inProcess.succeeds("clone", "MyBox", "Stranger");
        inProcess.succeeds("delete", "-y", "Debian");
        inProcess.succeeds("undelete", "Debian", "--as", "Again");

        assertThat(program.succeeds("info", "Again").out())
                .contains("Again\n  Size: 1.0 MiB\n", "Origin: created", "ready", "Two ", "Three ", "MyBox.tar.gz")
                .doesNotContain("Stranger");
        assertThat(inProcess.succeeds("info", "Two").out()).contains("Origin: cloned from MyBox");
        assertThat(inProcess.succeeds("info", "Again", "--json").out()).contains("\"clones\"", "\"packages\"");
    }

    /** Without what is free: others write to that disk as well. */
    private String listing() {
        return inProcess.succeeds("list", "-l").out().replaceFirst(", [^,]* free\n$", "");
    }

    private String contents() {
        return program.shell("cd \"$CTL_ROOT/vm\" && find . -type f -printf '%p %s %T@ %i\n' | sort");
    }

    private String hidden() {
        return program.shell("cd \"$CTL_ROOT/vm\" && find . -name '.?*' -printf '%p\n' | sort");
    }
}
