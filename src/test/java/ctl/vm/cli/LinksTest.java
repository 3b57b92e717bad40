package ctl.vm.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Links in pages, and pages named in comments, exist. */
class LinksTest {

    private static final Pattern PAGE_IN_COMMENT = Pattern.compile("\\b(?:docs|bench)/[\\w/-]+\\.md\\b");

    @TempDir
    Path folder;

    @Test
    void links_ofAllPages_leadSomewhere() throws IOException {
        assertThat(Links.broken(Path.of(""), List.of("README.md", "CHANGELOG.md", "docs", "bench"))).isEmpty();
    }

    @Test
    void links_toAFileOrHeadingThatIsNotThere_areFound() throws IOException {
        Files.writeString(folder.resolve("a.md"),
                "# A page: one\n[b](b.md) [b](b.md#two) [c](c.md) [up](#a-page-one)\n");
        Files.writeString(folder.resolve("b.md"), "## Three\n");

        assertThat(Links.broken(folder, List.of("a.md"))).containsExactly("a.md -> b.md#two", "a.md -> c.md");
    }

    @Test
    void pagesNamedInSources_areThere() throws IOException {
        try (Stream<Path> sources = Files.walk(Path.of("src"))) {
            for (Path source : sources.filter(file -> file.toString().endsWith(".java")).toList()) {
                assertThat(PAGE_IN_COMMENT.matcher(Files.readString(source)).results()
                        .map(found -> Path.of(found.group())))
                        .as(source.toString()).allSatisfy(page -> assertThat(page).exists());
            }
        }
    }
}
