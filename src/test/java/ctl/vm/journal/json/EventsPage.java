package ctl.vm.journal.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import ctl.vm.journal.json.Samples.Version;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The page {@code docs/events.md}: people write what an event means and what each field means; the fields, what each
 * version added, and the examples are made from the approved files. {@link #main} writes the page again after a change.
 */
public final class EventsPage {

    static final Path PAGE = Path.of("docs/events.md");
    static final Path APPROVED = Path.of("src/test/resources/events");

    private static final Pattern SECTION = Pattern.compile("(?ms)^### `([a-z-]+)`\n(.*?)(?=^##|\\z)");
    private static final Pattern ROW = Pattern.compile("(?m)^\\| `(\\w+)` \\| (.*) \\|$");
    /** What people wrote ends where the table, the versions or the examples begin. */
    private static final Pattern MADE = Pattern.compile("(?ms)^(\\| field \\||Added by version|```json).*");

    private static final Pattern PER_FILE = Pattern.compile("(digests|samples)\\.");

    private EventsPage() {}

    public static void main(String[] arguments) throws IOException {
        Files.writeString(PAGE, written(Files.readString(PAGE)));
    }

    /** The page as it has to be: with what people wrote in this one. */
    static String written(String page) {
        return SECTION.matcher(page).replaceAll(section -> Matcher.quoteReplacement(section(section)));
    }

    private static String section(MatchResult section) {
        String name = section.group(1);
        Map<String, String> meanings = new LinkedHashMap<>();
        ROW.matcher(section.group(2)).results().forEach(row -> meanings.put(row.group(1), row.group(2)));
        var text = new StringBuilder("### `%s`\n\n".formatted(name))
                .append(MADE.matcher(section.group(2)).replaceFirst("").strip()).append("\n\n");
        List<Version> versions = versions(name);
        Set<String> fields = new LinkedHashSet<>();
        versions.forEach(version -> paths(approved(version)).stream().filter(path -> path.indexOf('.') < 0)
                .forEach(fields::add));
        if (!fields.isEmpty()) {
            text.append("| field | meaning |\n|---|---|\n");
            fields.forEach(field -> text.append(
                    "| `%s` | %s |\n".formatted(field, meanings.getOrDefault(field, "(say what it means)"))));
            text.append('\n');
        }
        text.append(added(versions));
        text.append("```json\n");
        versions.forEach(version -> text.append(approved(version)).append('\n'));
        return text.append("```\n\n").toString();
    }

    /** The versions of an event, the newest first. */
    private static List<Version> versions(String name) {
        return Version.all().stream().filter(version -> version.name().text().equals(name)).toList().reversed();
    }

    private static String added(List<Version> versions) {
        List<String> all = new ArrayList<>();
        for (int older = versions.size() - 1; older > 0; older--) {
            Set<String> more = new LinkedHashSet<>(paths(approved(versions.get(older - 1))));
            more.removeAll(paths(approved(versions.get(older))));
            all.add("%d: %s".formatted(versions.get(older - 1).number(),
                    more.stream().filter(path -> more.stream().noneMatch(other -> path.startsWith(other + ".")))
                            .map("`%s`"::formatted).collect(Collectors.joining(", "))));
        }
        return all.isEmpty() ? "" : "Added by version " + String.join("; by version ", all) + ".\n\n";
    }

    /**
     * The fields of an event, those of objects within it behind a point. Objects with a field for each file are one.
     */
    private static Set<String> paths(String json) {
        Set<String> paths = new LinkedHashSet<>();
        try (JsonParser parser = new JsonFactory().createParser(json)) {
            for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                String path = parser.getParsingContext().pathAsPointer().toString()
                        .replaceAll("/\\d+(?=/|$)", "").replaceFirst("^/", "").replace('/', '.');
                if (token == JsonToken.FIELD_NAME && !PER_FILE.matcher(path).lookingAt()) {
                    paths.add(path);
                }
            }
        } catch (IOException malformed) {
            throw new UncheckedIOException(malformed);
        }
        return paths;
    }

    private static String approved(Version version) {
        try {
            return Files.readString(APPROVED.resolve(version.fileName())).stripTrailing();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
