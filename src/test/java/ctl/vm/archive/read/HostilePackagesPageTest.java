package ctl.vm.archive.read;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * The page that lists all hostile packages and how each is refused. It is generated from them:
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

                Packages that an import refuses. The tests make each of them (`HostilePackages`) and require exit status 7, a one-line message
                that contains the text in the last column, and no file left behind (`HostilePackageTest`). This page is generated from them.

                | what is wrong | member named in the message | text in the message |
                |---|---|---|
                """);
        for (HostilePackages.Hostile hostile : packages) {
            page.append("| %s | %s | %s |%n".formatted(hostile.title(), code(hostile.member()), hostile.reason()));
        }
        return page.toString();
    }

    private static String code(String member) {
        if (member.isEmpty()) {
            return "the package";
        }
        String shown = member.length() > 40 ? member.substring(0, 40) + "…" : member;
        var escaped = new StringBuilder();
        shown.codePoints().forEach(character -> escaped.append(
                Character.isISOControl(character) ? "\\u%04x".formatted(character) : Character.toString(character)));
        return "`" + escaped + "`";
    }
}
