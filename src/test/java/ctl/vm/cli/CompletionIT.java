package ctl.vm.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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

    @BeforeEach
    void makeTwoVms() throws IOException {
        Path bin = Files.createDirectories(folder.resolve("bin"));
        Files.createSymbolicLink(bin.resolve("ctl"), Path.of("ctl").toAbsolutePath());
        program = new Program(folder).with("PATH", bin + ":" + System.getenv("PATH"));
        program.shell("""
                mkdir -p "$CTL_ROOT/vm/MyBox" "$CTL_ROOT/vm/My Other Box"
                touch "$CTL_ROOT"/vm/MyBox/disk.s2e{,.ready,.ready2} package.tar.gz
                """);
    }

    @Test
    void startOfACommand_isCompletedToAllThatBeginLikeIt() {
        assertThat(answer("re")).contains("resume\tGo on with interrupted operations.", "reconcile\t")
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
        program.succeeds("reconcile");
        program.succeeds("delete", "-y", "MyBox:ready", "My Other Box");

        assertThat(answer("undelete My")).isEqualTo("MyBox:ready\t\nMy Other Box\t\n");
        assertThat(answer("purge MyBox:")).isEqualTo("MyBox:ready\t\n");
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
        assertThat(answer("import ")).isEqualTo(":files\n");
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
    void fish_completesCommandsAndNames() {
        Program.assumeTool("fish");
        String id = interrupted();

        assertThat(fish("ctl vm recon")).startsWith("reconcile\t");
        assertThat(fish("ctl vm export MyB")).isEqualTo("MyBox\n");
        assertThat(fish("ctl vm export My\\ O")).isEqualTo("My Other Box\n");
        assertThat(fish("ctl vm delete MyBox:")).contains("MyBox:ready").contains("MyBox:ready2");
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
        return program.succeeds(words).out();
    }

    /** The id of a clone that has ended in its middle, as a file could not grow any more. */
    private String interrupted() {
        program.shell("truncate -s 8M \"$CTL_ROOT/vm/MyBox/disk.s2e\"; ulimit -f 1500; ! ctl vm clone MyBox Two");
        String operations = program.succeeds("operations", "--json").out();
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
