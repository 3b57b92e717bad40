package ctl.vm.crash;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Reads {@code events.jsonl} as an auditor does, without the program. */
public final class Mirror {

    private static final JsonFactory JSON = new JsonFactory();
    private static final String NOTHING_BEFORE = "0".repeat(64);

    /** Each can happen to an operation once. */
    private static final Set<String> ONCE = Set.of(
            "create-started", "clone-started", "import-started", "export-started", "vm-deletion-started",
            "snapshot-deletion-started", "vm-arrived", "package-exported", "vm-deleted", "snapshot-deleted",
            "operation-failed", "operation-abandoned");

    private Mirror() {}

    /**
     * Insists that the events are numbered without a gap, that each has the hash of its bytes and of the one before it,
     * and that none stands there twice.
     *
     * @param lastMayBeTorn whether the writer of the last line may have died
     */
    static void assertIntact(Path file, boolean lastMayBeTorn) {
        if (!Files.exists(file)) {
            return;
        }
        String text = text(file);
        assertThat(lastMayBeTorn || text.isEmpty() || text.endsWith("\n")).as("the last line is whole").isTrue();
        String previous = NOTHING_BEFORE;
        long sequence = 0;
        Set<String> once = new HashSet<>();
        for (String line : lines(file)) {
            Map<String, String> event = fields(line);
            assertThat(event.get("sequence")).isEqualTo(Long.toString(++sequence));
            assertThat(event.get("previous")).as("event %d", sequence).isEqualTo(previous);
            int seal = line.indexOf(",\"hash\":\"");
            assertThat(event.get("hash")).as("event %d", sequence).isEqualTo(sha256(line.substring(0, seal) + "}"));
            previous = event.get("hash");
            if (ONCE.contains(event.get("name"))) {
                assertThat(once.add(event.get("operation") + event.get("name"))).as(line).isTrue();
            }
        }
    }

    /** The hash in each line; none where there is no mirror. The file is intact. */
    static List<String> hashes(Path file) {
        return lines(file).stream().map(line -> fields(line).get("hash")).toList();
    }

    /** Insists that the mirror has these lines, and perhaps more behind them. */
    static void assertStartsWith(List<String> promised, Path file) {
        List<String> lines = lines(file);
        assertThat(lines.subList(0, Math.min(promised.size(), lines.size()))).as("events that were durable before")
                .isEqualTo(promised);
    }

    /** The lines that have their line feed; none where there is no mirror. */
    static List<String> lines(Path file) {
        if (!Files.exists(file)) {
            return List.of();
        }
        String text = text(file);
        return text.substring(0, text.lastIndexOf('\n') + 1).lines().toList();
    }

    /** The texts and numbers of an object, those of objects in it left out. */
    private static Map<String, String> fields(String line) {
        Map<String, String> fields = new HashMap<>();
        try (JsonParser json = JSON.createParser(line)) {
            json.nextToken();
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                String name = json.currentName();
                json.nextToken();
                fields.put(name, json.getText());
                json.skipChildren();
            }
            assertThat(json.nextToken()).as("behind the object").isNull();
            return fields;
        } catch (IOException torn) {
            throw new AssertionError("no JSON: " + line, torn);
        }
    }

    private static String text(Path file) {
        try {
            return new String(Files.readAllBytes(file), UTF_8);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static String sha256(String text) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8)));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
