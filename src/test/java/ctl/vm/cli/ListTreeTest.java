package ctl.vm.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** VMs as a tree, by what each came from. */
class ListTreeTest {

    @TempDir
    Path folder;

    private InProcess program;

    @BeforeEach
    void makeVms() {
        program = new InProcess(folder);
        program.succeeds("create", "Base", "1M");
        program.shell("head -c 300000 /dev/urandom >Base/disk.s2e; cp Base/disk.s2e Base/disk.s2e.ready");
        program.succeeds("reconcile");
        program.succeeds("clone", "Base", "Two");
        program.succeeds("clone", "Two", "Three");
        program.succeeds("create", "Other", "1M");
        program.succeeds("clone", "Base", "Four");
    }

    @Test
    void tree_ofClonesOfClones_showsEachBelowItsSource() {
        assertThat(tree()).isEqualTo("""
                Base (created)
                ├── :ready
                ├── Two (cloned from Base)
                │   ├── :ready
                │   └── Three (cloned from Two)
                │       └── :ready
                └── Four (cloned from Base)
                    └── :ready
                Other (created)
                """);
    }

    @Test
    void tree_whoseInnerVmsAreRenamedAndGone_keepsItsShape() {
        program.succeeds("rename", "Base", "Debian");
        program.succeeds("rename", "Two", "Deux");
        program.succeeds("delete", "-y", "Deux");
        program.succeeds("delete", "Three:ready");
        program.succeeds("delete", "Four:ready");

        assertThat(tree()).isEqualTo("""
                Debian (created)
                ├── :ready
                ├── Deux (gone)
                │   └── Three (cloned from Two)
                └── Four (cloned from Base)
                Other (created)
                """);
    }

    @Test
    void tree_ofANameThatIsUsedAgain_isNotThatOfItsFormerVm() {
        program.succeeds("delete", "-y", "Two");
        program.succeeds("create", "Two", "1M");

        assertThat(tree()).contains("├── Two (gone)\n│   └── Three").endsWith("Other (created)\nTwo (created)\n");
    }

    @Test
    void tree_ofACopyMadeByHand_isBelowWhatItIsACopyOf() {
        // What was written to within the last two seconds may still be being copied.
        program.shell("cp -a Base Copy; find Copy -exec touch -d '2026-01-02 03:04:05' {} +");
        program.succeeds("reconcile");

        assertThat(tree()).contains("└── Copy (copied by hand from Base)");
    }

    @Test
    void tree_ofSomeNames_beginsWithThem() {
        assertThat(tree("Two", "Other")).isEqualTo("""
                Two (cloned from Base)
                ├── :ready
                └── Three (cloned from Two)
                    └── :ready
                Other (created)
                """);
        assertThat(program.ctl("list", "--tree", "Nothing").exit()).isEqualTo(4);
        assertThat(program.ctl("list", "--tree", "-l").exit()).isEqualTo(2);
        assertThat(program.ctl("list", "--tree", "--at", "yesterday").exit()).isEqualTo(2);
    }

    @Test
    void tree_besideADamagedJournal_stillListsEveryVm() {
        program.shell("head -c 100000 /dev/urandom >../journal/journal.mv.db");

        Program.Result result = program.succeeds("list", "--tree");

        assertThat(result.out().lines().map(line -> line.replaceAll(" .*", ""))).contains("Base", "Two", "Other");
        assertThat(result.err()).contains("what came from what is not known");
    }

    /** Without the times. */
    private String tree(String... names) {
        String[] words = new String[names.length + 2];
        words[0] = "list";
        words[1] = "--tree";
        System.arraycopy(names, 0, words, 2, names.length);
        return program.succeeds(words).out().replaceAll(", \\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d\\)", ")");
    }
}
