package ctl.vm.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import ctl.vm.cli.console.Terminal;
import ctl.vm.operation.StopRequest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * The page with the help of all commands. From its first command on it is made by the program itself:
 *
 * <pre>
 * mvn -B test -Dtest=ReferenceTest -Dreference.write=true
 * </pre>
 */
class ReferenceTest {

    private static final Path PAGE = Path.of("docs/reference.md");
    private static final String FIRST_COMMAND = "\n## ctl vm\n";
    private static final int LONGEST_HELP = 60;
    private static final int WIDEST_LINE = 80;

    @Test
    void page_isWhatTheProgramSays() throws IOException {
        String made = page();
        if (Boolean.getBoolean("reference.write")) {
            Files.writeString(PAGE, made);
        }

        assertThat(PAGE).as("make it anew with -Dreference.write=true").hasContent(made);
    }

    @Test
    void help_ofEveryCommand_fitsAScreenAndHasExamplesAndExitCodes() {
        for (String command : CtlCommandLine.manualPages().subList(1, CtlCommandLine.manualPages().size())) {
            String help = said("vm", command, "--help");
            assertThat(help.lines()).as(command)
                    .hasSizeLessThanOrEqualTo(LONGEST_HELP)
                    .allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(WIDEST_LINE))
                    .contains("Exit codes:", "Examples:");
        }
    }

    private static String page() throws IOException {
        String written = Files.readString(PAGE);
        StringBuilder page = new StringBuilder(written.substring(0, written.indexOf(FIRST_COMMAND)))
                .append(FIRST_COMMAND).append("\n```\n").append(said("vm", "--help")).append("```\n");
        for (String command : CtlCommandLine.manualPages().subList(1, CtlCommandLine.manualPages().size())) {
            page.append("\n## ctl vm ").append(command).append("\n\n```\n").append(said("vm", command, "--help"))
                    .append("```\n");
        }
        return page.toString();
    }

    private static String said(String... words) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        PrintStream stream = new PrintStream(out, true, UTF_8);
        int exit = new ctl.Program(
                new ctl.Program.ProcessEnvironment(
                        Map.of(), Path.of("/"), Terminal.NONE, InputStream.nullInputStream(), stream, stream),
                new StopRequest()).run(words);
        assertThat(exit).isZero();
        return out.toString(UTF_8);
    }
}
