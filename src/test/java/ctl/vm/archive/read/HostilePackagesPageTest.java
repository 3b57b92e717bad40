package ctl.vm.archive.read;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * The page that lists all hostile packages and what becomes of each. It is made of them:
 *
 * <pre>
 * mvn -B test -Dtest=HostilePackagesPageTest -Dpage.write=true
 * </pre>
 */
class HostilePackagesPageTest {

    private static final Path PAGE = Path.of("docs/hostile-packages.md");

    @Test
    void page_listsEveryHostilePackage() throws IOException {
        String made = page(HostilePackages.all());
        if (Boolean.getBoolean("page.write")) {
            Files.writeString(PAGE, made);
        }

        assertThat(PAGE).as("make it anew with -Dpage.write=true").hasContent(made);
    }

    @Test
    void packages_areMany_andNoTwoAreCalledTheSame() {
        assertThat(HostilePackages.all()).hasSizeGreaterThan(120)
                .extracting(HostilePackages.Hostile::title).doesNotHaveDuplicates();
    }

    private static String page(List<HostilePackages.Hostile> packages) {
        var page = new StringBuilder("""
                # Hostile packages

                The packages that the tests make (`HostilePackages`), and how each is refused: exit code 7, one line that holds the words
                given, and no file left. `HostilePackageTest` reads them, also onto a disk. This page is made of them.

                | # | what is wrong with it | the member that is named | the reason says |
                |---|---|---|---|
                """);
        for (int number = 1; number <= packages.size(); number++) {
            HostilePackages.Hostile hostile = packages.get(number - 1);
            page.append("| %d | %s | %s | %s |%n".formatted(
                    number, hostile.title(), code(hostile.member()), hostile.reason()));
        }
        return page.toString();
    }

    private static String code(String member) {
        if (member.isEmpty()) {
            return "the whole";
        }
        String shown = member.length() > 40 ? member.substring(0, 40) + "…" : member;
        var escaped = new StringBuilder();
        shown.codePoints().forEach(character -> escaped.append(
                Character.isISOControl(character) ? "\\u%04x".formatted(character) : Character.toString(character)));
        return "`" + escaped + "`";
    }
}
