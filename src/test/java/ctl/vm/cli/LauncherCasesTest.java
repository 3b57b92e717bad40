package ctl.vm.cli;

import static org.assertj.core.api.Assertions.assertThat;

import ctl.vm.child.Children;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The start that the launcher chooses, by the function that the build makes from the definitions of the commands. */
class LauncherCasesTest {

    @Test
    void everyCommandAndAlias_hasItsStart() throws Exception {
        for (Commands.Entry entry : Commands.all().toList()) {
            String start = entry.start().name().toLowerCase(Locale.ROOT);
            for (String name : Stream.concat(Stream.of(entry.name()), entry.aliases().stream()).toList()) {
                assertThat(start("vm", name, "MyBox")).as(name).isEqualTo(start);
            }
        }
    }

    @Test
    void optionsBeforeTheCommand_doNotHideIt() throws Exception {
        assertThat(start("vm", "--root", "/srv", "-q", "export", "MyBox")).isEqualTo("packages");
    }

    @Test
    void nameOfAnotherCommandBehindTheFirst_isAnArgument() throws Exception {
        assertThat(start("vm", "clone", "export", "import")).isEqualTo("journal");
        assertThat(start("vm", "help", "export")).isEqualTo("brief");
        assertThat(start("vm", "__complete", "export", "")).isEqualTo("brief");
    }

    @Test
    void listOfAnEarlierTimeOrAsATree_opensTheJournal() throws Exception {
        assertThat(start("vm", "list", "--at", "yesterday")).isEqualTo("journal");
        assertThat(start("vm", "ls", "--at=2h")).isEqualTo("journal");
        assertThat(start("vm", "list", "--tree")).isEqualTo("journal");
        assertThat(start("vm", "list", "--attic")).isEqualTo("brief");
    }

    @Test
    void readingAWholePackageOrImage_compilesItsDigest() throws Exception {
        assertThat(start("vm", "info", "--whole", "MyBox.tar.gz")).isEqualTo("packages");
        assertThat(start("vm", "show", "-")).isEqualTo("packages");
        assertThat(start("vm", "reconcile", "--deep")).isEqualTo("packages");
    }

    @Test
    void help_isBriefForEveryCommand() throws Exception {
        assertThat(start("vm", "export", "--help")).isEqualTo("brief");
        assertThat(start("vm", "info", "-h", "--whole")).isEqualTo("brief");
        assertThat(start("--help")).isEqualTo("brief");
        assertThat(start()).isEqualTo("brief");
        assertThat(start("vm", "no-such-command")).isEqualTo("brief");
    }

    private static String start(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("bash", "-euc",
                CtlCommandLine.launcherFunction() + "choose_start \"$@\"\nprintf %s \"$start\"", "ctl"));
        command.addAll(List.of(arguments));
        Process bash = Children.start(new ProcessBuilder(command).redirectErrorStream(true));
        String output = new String(bash.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(bash.waitFor()).as(output).isZero();
        return output;
    }
}
