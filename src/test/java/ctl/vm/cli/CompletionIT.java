package ctl.vm.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a shell offers when the tab key is pressed.
 *
 * <pre>
 * MyBox         with the snapshots ready and ready2
 * My Other Box
 * </pre>
 */
class CompletionIT {

    @TempDir
    Path folder;

    private Program program;
    private InProcess inProcess;

    @BeforeEach
    void makeTwoVms() throws IOException {
        Path bin = Files.createDirectories(folder.resolve("bin"));
        Files.createSymbolicLink(bin.resolve("ctl"), Path.of("ctl").toAbsolutePath());
        program = new Program(folder).with("PATH", bin + ":" + System.getenv("PATH"));
        inProcess = new InProcess(program);
        program.shell("""
                mkdir -p "$CTL_ROOT/vm/MyBox" "$CTL_ROOT/vm/My Other Box"
                touch "$CTL_ROOT"/vm/MyBox/disk.s2e{,.ready,.ready2} package.tar.gz
                """);
    }

    @Test
    void startOfACommand_isCompletedToAllThatBeginLikeIt() {
        assertThat(answer("re")).contains("resume\tResume interrupted operations.", "reconcile\t")
                .doesNotContain("list");
        assertThat(answer("help cl")).startsWith("clone\t");
    }

    @Test
    void nameOfAVm_isCompletedFromTheFolder() {
        assertThat(answer("export M")).isEqualTo("My Other Box\t\nMyBox\t\n");
        assertThat(answer("clone MyB")).isEqualTo("MyBox\t\n");
        assertThat(answer("clone MyBox ")).as("a new name").isEmpty();
    }

    @Test
    void nameOfASnapshot_isCompletedBehindAColon() {
        assertThat(answer("delete MyBox:")).isEqualTo("MyBox:ready\t\nMyBox:ready2\t\n");
    }

    @Test
    void nameOfWhatIsInTheTrash_isCompletedWhereItCanBeBroughtBack() {
        inProcess.succeeds("reconcile");
        inProcess.succeeds("delete", "-y", "MyBox:ready", "My Other Box");

        assertThat(answer("undelete My")).isEqualTo("MyBox:ready\t\nMy Other Box\t\n");
        assertThat(answer("purge MyBox:")).isEqualTo("MyBox:ready\t\n");
    }

    @Test
    void nameOfWhatIsGone_isCompletedWhereItCanBeAskedFor() {
        inProcess.succeeds("reconcile");
        inProcess.succeeds("delete", "-y", "--now", "MyBox:ready", "My Other Box");

        assertThat(answer("audit My")).isEqualTo("MyBox\t\nMy Other Box\tgone\n");
        assertThat(answer("audit MyBox:")).isEqualTo("MyBox:ready2\t\nMyBox:ready\tgone\n");
        assertThat(answer("export My")).isEqualTo("MyBox\t\n");
        assertThat(bash("ctl vm audit My\\ O")).isEqualTo("[My\\ Other\\ Box]");
    }

    @Test
    void time_isCompletedToWhatIsUnderstood() {
        for (String option : List.of("audit --since ", "audit --until ", "list --at ", "diff --since ",
                "purge --older-than ")) {
            assertThat(answer(option)).startsWith("today\tsince midnight\nyesterday\t").contains("\n7d\t7 days ago\n");
        }
        assertThat(answer("audit --since=y")).startsWith("--since=yesterday\t");
        assertThat(answer("audit --since 3")).contains("3h\t3 hours ago\n", "3d\t3 days ago\n");
        assertThat(answer("audit --since 2026")).isEmpty();
        for (String typed : List.of("", "3")) {
            answer("audit --since " + typed).lines().map(line -> line.split("\t")[0])
                    .forEach(time -> inProcess.succeeds("audit", "--since", time));
        }
        assertThat(bash("ctl vm audit --since yes")).isEqualTo("[yesterday]");
    }

    @Test
    void homeFolder_isUnderstoodInTheRoot() {
        program.shell("mkdir -p home/s2e/vm/Deep; touch home/s2e/vm/Deep/disk.s2e");
        program.with("HOME", program.work().resolve("home").toString());

        assertThat(bash("ctl vm --root ~/s2e export ")).isEqualTo("[Deep]");
        assertThat(bash("ctl vm export --root=~/s2e ")).isEqualTo("[Deep]");
        assertThat(bash("ctl vm --root ~/s")).isEqualTo("[~/s2e]");
        program.with("CTL_ROOT", "~/s2e");
        assertThat(bash("ctl vm export ")).isEqualTo("[Deep]");
        assertThat(inProcess.succeeds("list").out()).startsWith("Deep\n");
    }

    @Test
    void option_isCompleted_andSoIsItsValue() {
        assertThat(answer("list --js")).startsWith("--json\t");
        assertThat(answer("clone --reflink=a")).isEqualTo("--reflink=auto\t\n--reflink=always\t\n");
        assertThat(answer("clone --sparse n")).isEqualTo("never\t\n");
        assertThat(answer("list --json --js")).as("given already").isEmpty();
        assertThat(answer("--ro")).startsWith("--root\t");
    }

    @Test
    void listOfWords_isCompletedBehindEachComma_withoutThoseThatItHas() {
        assertThat(answer("audit --action del")).isEqualTo("delete\t\n");
        assertThat(answer("audit --action create,c")).isEqualTo("create,clone\t\n");
        assertThat(answer("audit --action=create,del")).isEqualTo("--action=create,delete\t\n");
        assertThat(answer("audit --action create,")).contains("create,by-hand\t").doesNotContain("create,create");
    }

    @Test
    void operation_isCompletedByItsIdWhileItIsInterrupted() {
        String id = interrupted();

        assertThat(answer("resume ")).startsWith(id + "\t");
        assertThat(bash("ctl vm resume 2")).isEqualTo("[%s]".formatted(id));
    }

    @Test
    void fileAndFolder_areLeftToTheShell() {
        assertThat(answer("import ")).startsWith(":packages\t.tar.gz ");
        assertThat(answer("export MyBox ")).isEqualTo(":files\n");
        assertThat(answer("--root ")).isEqualTo(":folders\n");
    }

    @Test
    void otherRoot_isAsked() {
        assertThat(answer("--root /nowhere export ")).isEmpty();
        assertThat(answer("export --root /nowhere ")).isEmpty();
        assertThat(answer("export --root=/nowhere ")).isEmpty();
    }

    @Test
    void bash_completesNamesWithColonsAndBlanks() {
        assertThat(bash("ctl v")).isEqualTo("[vm]");
        assertThat(bash("ctl vm recon")).isEqualTo("[reconcile]");
        assertThat(bash("ctl vm delete MyBox:")).isEqualTo("[ready][ready2]");
        assertThat(bash("ctl vm clone --reflink=ne")).isEqualTo("[never]");
        assertThat(bash("ctl vm audit --action create,del")).isEqualTo("[create,delete]");
        assertThat(bash("ctl vm audit --action=create,del")).isEqualTo("[create,delete]");
        assertThat(bash("ctl vm export My\\ O")).isEqualTo("[My\\ Other\\ Box]");
        assertThat(bash("ctl vm import pack")).isEqualTo("[package.tar.gz]");
    }

    @Test
    void bash_offersPackagesFirst_thenFolders_thenOtherFiles() {
        program.shell("mkdir 'a folder'; touch a.img 'my pack.tar.zst' notes.tar.gz.txt");

        assertThat(bash("ctl vm import ")).containsSubsequence("[my pack.tar.zst]", "[a folder]", "[a.img]")
                .containsSubsequence("[package.tar.gz]", "[a folder]", "[notes.tar.gz.txt]");
    }

    @Test
    void fish_completesCommandsAndNames() {
        Program.assumeTool("fish");
        String id = interrupted();

        assertThat(fish("ctl vm recon")).startsWith("reconcile\t");
        assertThat(fish("ctl vm export MyB")).isEqualTo("MyBox\n");
        assertThat(fish("ctl vm export My\\ O")).isEqualTo("My Other Box\n");
        assertThat(fish("ctl vm delete MyBox:")).contains("MyBox:ready").contains("MyBox:ready2");
        program.shell("mkdir -p 'a folder' s2e/vm/Deep; touch a.img 'my pack.tar.zst' s2e/vm/Deep/disk.s2e");
        program.with("HOME", program.work().toString());
        assertThat(fish("ctl vm import ")).containsSubsequence("my pack.tar.zst", "a folder/", "a.img");
        assertThat(fish("ctl vm import ~/pa")).isEqualTo("~/package.tar.gz\n");
        assertThat(fish("ctl vm --root ~/s2e export ")).isEqualTo("Deep\n");
        assertThat(fish("ctl vm audit --since t")).startsWith("today\t");
        assertThat(fish("ctl vm resume ")).startsWith(id + "\t");
        assertThat(fish("ctl vm audit --action create,del")).isEqualTo("create,delete\n");
        assertThat(fish("ctl vm audit --action=create,del")).isEqualTo("--action=create,delete\n");
    }

    @Test
    void zsh_completesCommandsAndNamesWhenTheTabKeyIsPressed() throws IOException {
        Program.assumeTool("zsh");
        Program.assumeTool("tmux");
        String id = interrupted();
        Files.writeString(folder.resolve(".zshrc"), """
                PROMPT='$ '; autoload -Uz compinit; compinit -u -D; source <(ctl vm completion zsh); echo ready to type
                """);
        program.shell("mkdir -p s2e/vm/Deep; touch s2e/vm/Deep/disk.s2e");
        program.with("HOME", program.work().toString());
        program.with("ZDOTDIR", folder.toString()).with("TERM", "xterm-256color").with("LC_ALL", "C.UTF-8");
        try (Screen screen = new Screen(program, folder, 80, 24, "exec zsh -i")) {
            screen.when(line -> line.equals("ready to type"));
            requireCompleted(screen, "ctl vm recon", "$ ctl vm reconcile");
            requireCompleted(screen, "ctl vm export MyB", "$ ctl vm export MyBox");
            requireCompleted(screen, "ctl vm delete MyBox:ready", "MyBox:ready2");
            requireCompleted(screen, "ctl vm export My\\ O", "$ ctl vm export My\\ Other\\ Box");
            requireCompleted(screen, "ctl vm audit --action create,del", "$ ctl vm audit --action create,delete");
            requireCompleted(screen, "ctl vm resume 2", "$ ctl vm resume " + id);
            requireCompleted(screen, "ctl vm import pack", "$ ctl vm import package.tar.gz");
            requireCompleted(screen, "ctl vm --root ~/s2e export D", "$ ctl vm --root ~/s2e export Deep");
            requireCompleted(screen, "ctl vm audit --since t", "$ ctl vm audit --since today");
            program.shell("mkdir 'a folder'; touch a.img 'my pack.tar.zst'");
            screen.when("$"::equals);
            screen.type("ctl vm import ");
            screen.type("Tab");
            assertThat(screen.when(line -> line.contains("a.img")))
                    .containsSubsequence("my\\ pack.tar.zst  package.tar.gz", "a\\ folder/        s2e/", "a.img");
        }
    }

    private static void requireCompleted(Screen screen, String typed, String line) {
        screen.when("$"::equals);
        screen.type(typed);
        screen.type("Tab");
        assertThat(screen.when(line::equals)).contains(line);
        screen.type("C-c");
    }

    /** The lines with which the program answers a shell. The last word is unfinished. */
    private String answer(String typed) {
        String[] words = ("__complete " + typed).split(" ", -1);
        return inProcess.succeeds(words).out();
    }

    /** The id of a clone that has ended in its middle, as a file could not grow any more. */
    private String interrupted() {
        program.shell("truncate -s 8M \"$CTL_ROOT/vm/MyBox/disk.s2e\"; ulimit -f 1500; ! ctl vm clone MyBox Two");
        String operations = inProcess.succeeds("operations", "--json").out();
        return operations.replaceAll("(?s).*\"id\" : \"([^\"]+)\".*", "$1");
    }

    private String fish(String line) {
        return program
                .shell("fish --no-config -c 'ctl vm completion fish | source; complete -C \"%s\"'".formatted(line));
    }

    private String bash(String line) {
        return program.shell("""
                set +u
                source <(ctl vm completion bash)
                compopt() { :; }
                COMP_WORDBREAKS=$' \\t\\n"\\'><=;|&(:'
                COMP_LINE='%s'
                COMP_POINT=${#COMP_LINE}
                _ctl
                printf '[%%s]' "${COMPREPLY[@]}"
                """.formatted(line));
    }
}
