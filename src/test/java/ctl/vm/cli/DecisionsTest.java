package ctl.vm.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
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

    @Test
    void decisions_areNumberedOneByOne_datedAndListed() throws IOException {
        String index = Files.readString(FOLDER.resolve("README.md"));
        List<String> pages = pages();
        for (int place = 0; place < pages.size(); place++) {
            String page = pages.get(place);
            var shape = SHAPE.matcher(Files.readString(FOLDER.resolve(page)));
            assertThat(shape.matches()).as("%s has a title, a date and the three parts", page).isTrue();
            assertThat(shape.group(1)).as(page).isEqualTo(Integer.toString(place + 1));
            assertThat(page).startsWith("%04d-".formatted(place + 1));
            assertThat(index).contains("| [%04d](%s) | %s | %s |".formatted(
                    place + 1, page, shape.group(2), shape.group(3)));
        }
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
