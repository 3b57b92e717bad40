package ctl.vm.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The pages in {@code docs/decisions/}: one decision each, numbered, dated, and listed in the index. */
class DecisionsTest {

    private static final Path FOLDER = Path.of("docs/decisions");
    private static final Pattern SHAPE = Pattern.compile("""
            # (\\d+)[.] (.+)

            Date: (20\\d\\d-\\d\\d-\\d\\d)
            (?:.*\\n)*?
            ## Context
            (?:.*\\n)+?## Decision
            (?:.*\\n)+?## Consequences
            (?:.*\\n)+""");

    private static final Pattern MERGED = Pattern
            .compile("\\| (\\d{4}) \\| merged into \\[\\d{4}]\\((\\d{4}-[^)]+)\\) \\| \\|");

    @Test
    void decisions_areDated_andListed() throws IOException {
        String index = Files.readString(FOLDER.resolve("README.md"));
        for (String page : pages()) {
            var shape = SHAPE.matcher(Files.readString(FOLDER.resolve(page)));
            assertThat(shape.matches()).as("%s has a title, a date and the three parts", page).isTrue();
            int number = Integer.parseInt(shape.group(1));
            assertThat(page).startsWith("%04d-".formatted(number));
            assertThat(index).contains(
                    "| [%04d](%s) | %s | %s |".formatted(number, page, shape.group(2), shape.group(3)));
        }
    }

    /** A decision that was merged into another one keeps its number, so that no number means two decisions. */
    @Test
    void decisions_areNumberedOneByOne_withThoseThatWereMerged() throws IOException {
        List<String> pages = pages();
        List<MatchResult> merged = MERGED.matcher(Files.readString(FOLDER.resolve("README.md"))).results().toList();
        List<String> numbers = Stream.concat(
                pages.stream().map(page -> page.substring(0, 4)), merged.stream().map(row -> row.group(1)))
                .sorted().toList();

        assertThat(merged).extracting(row -> row.group(2)).allMatch(pages::contains);
        assertThat(numbers).isEqualTo(
                IntStream.rangeClosed(1, numbers.size()).mapToObj("%04d"::formatted).toList());
    }

    private static List<String> pages() throws IOException {
        try (Stream<Path> files = Files.list(FOLDER)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> !name.equals("README.md"))
                    .sorted()
                    .toList();
        }
    }
}
