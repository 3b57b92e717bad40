package ctl.vm.journal.h2;

import static org.assertj.core.api.Assertions.assertThat;

import ctl.vm.journal.sql.SchemaVersion;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

final class SchemaTest {

    /** Otherwise a new migration would never run: nothing but this number says that there is one. */
    @Test
    void knownVersion_isThatOfTheNewestMigration() {
        try (var files = Stream.of("common", "h2").flatMap(SchemaTest::files)) {
            assertThat(files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".sql"))
                    .mapToInt(name -> Integer.parseInt(name.substring(1, name.indexOf("__"))))
                    .max())
                    .hasValue(SchemaVersion.KNOWN_VERSION);
        }
    }

    private static Stream<Path> files(String folder) {
        try {
            return Files.list(Path.of("db/migrations", folder));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
