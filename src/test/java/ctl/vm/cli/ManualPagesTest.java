package ctl.vm.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import ctl.vm.child.Children;
import ctl.vm.commandline.Option;
import ctl.vm.commandline.Parameter;
import ctl.vm.commandline.Syntax;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The manual pages: each tells all that can be typed, and the programs that show it find nothing wrong with it. */
class ManualPagesTest {

    @TempDir
    Path folder;

    static Stream<Syntax> commands() {
        return CtlCommandLine.syntaxes().stream();
    }

    @ParameterizedTest
    @MethodSource("commands")
    void page_ofACommand_tellsEverythingThatItsHelpDoes(Syntax command) {
        String page = read(page(command.name()));

        assertThat(page).contains("ctl-vm-%s - %s".formatted(command.name(), command.header()));
        command.description().forEach(paragraph -> assertThat(page).contains(paragraph));
        for (Option option : command.options()) {
            String label = option.label().map(" "::concat).orElse("");
            assertThat(page).contains(
                    "[%s%s]".formatted(String.join("|", option.names()), label),
                    ".TP .B \"%s%s\" %s".formatted(
                            String.join(", ", option.names()), label, String.join(" .br ", option.description())));
        }
        for (Parameter parameter : command.parameters()) {
            assertThat(page).contains(".TP .B \"%s\" %s".formatted(parameter.label(), parameter.description()));
        }
        for (Syntax.ExitCode code : command.exitCodes()) {
            assertThat(page).contains(".TP .B \"%d\" %s".formatted(code.number(), code.meaning()));
        }
        assertThat(command.examples()).isNotEmpty();
        command.examples().forEach(example -> assertThat(page).contains(example));
    }

    @Test
    void pageOfAll_tellsEachCommandAndSharedOption() {
        String page = read(page("vm"));

        commands().forEach(command -> assertThat(page).contains(
                ".TP .B \"%s\" %s".formatted(command.name(), command.header()),
                "ctl-vm-%s(1)".formatted(command.name())));
        assertThat(page).contains("--root DIR", "--color WHEN", "-q, --quiet", "-v, --verbose", "--version",
                "-h, --help");
    }

    @Test
    void pages_haveNoWarningsByGroff() throws IOException {
        Program.assumeTool("groff");
        assertThat(said("groff -ww -man -z -Kutf8 *.1")).isEmpty();
    }

    @Test
    void pages_haveNoWarningsByMandoc() throws IOException {
        Program.assumeTool("mandoc");
        assertThat(said("mandoc -Tlint -Wstyle *.1")).isEmpty();
    }

    /** What a line of shell prints where all pages are. */
    private String said(String line) throws IOException {
        for (String name : CtlCommandLine.manualPages()) {
            Files.writeString(folder.resolve("ctl-vm-%s.1".formatted(name)), page(name));
        }
        Process process = Children.start(
                new ProcessBuilder("/bin/sh", "-c", line).directory(folder.toFile()).redirectErrorStream(true));
        return new String(process.getInputStream().readAllBytes(), UTF_8);
    }

    private static String page(String name) {
        return CtlCommandLine.manualPage(name, "ctl vm 0.1", "2026-01-31");
    }

    /** The page as one line, without what protects its characters. */
    private static String read(String page) {
        return page.replace("\\-", "-").replace("\\(dq", "\"").replace("\\&", "").replace("\\e", "\\")
                .replace("\n", " ");
    }
}
