package ctl.vm.journal.h2;

import static org.assertj.core.api.Assertions.assertThat;

import ctl.vm.journal.sql.SchemaVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

final class SchemaTest {

    /** Otherwise a new migration would never run: nothing but this number says that there is one. */
    @Test
    void knownVersion_isThatOfTheNewestMigration() throws IOException {
        try (var files = Files.list(Path.of("db/migrations"))) {
            assertThat(files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".sql"))
                    .mapToInt(name -> Integer.parseInt(name.substring(1, name.indexOf("__"))))
                    .max())
                    .hasValue(SchemaVersion.KNOWN_VERSION);
        }
    }
}
