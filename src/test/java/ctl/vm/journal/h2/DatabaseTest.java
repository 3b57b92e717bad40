package ctl.vm.journal.h2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ctl.vm.inventory.value.Layout;
import ctl.vm.journal.json.Samples;
import ctl.vm.problem.Failure;
import ctl.vm.problem.Unsafe;
import ctl.vm.problem.VmException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is a damaged file, what is another user's, and what is a bug of ours. */
final class DatabaseTest {

    @TempDir
    private Path temporary;

    private Path root;
    private Path victim;

    @BeforeEach
    void prepare() throws IOException {
        root = Files.createDirectory(temporary.resolve("root"));
        victim = Files.writeString(temporary.resolve("victim"), "this belongs to another user");
    }

    /** Who may write to the folder can put a link there after we have looked and before H2 opens it. */
    @Test
    void fileOpenedThroughALink_isNoticedWhereOthersMayWrite() throws IOException {
        Path journal = Files.createDirectory(root.resolve("journal"));
        Files.setPosixFilePermissions(journal, PosixFilePermissions.fromString("rwxrwx---"));
        var database = H2JournalTest.database(Layout.at(root));
        Path file = journal.resolve("journal.mv.db");
        Files.createSymbolicLink(file, victim);

        try (FileChannel _ = FileChannel.open(file)) {
            assertThatThrownBy(() -> database.requireOpened(file))
                    .isInstanceOfSatisfying(VmException.class, refused -> assertThat(refused.problem())
                            .isInstanceOf(Unsafe.NotOurs.class));
        }
        Files.delete(file);
        Files.writeString(file, "ours");
        try (FileChannel _ = FileChannel.open(file)) {
            database.requireOpened(file);
        }
    }

    /** H2 keeps a file locked that it failed to open: asked again it would wait for itself. */
    @Test
    void damagedFile_openedAgainByTheSameProcess_isStillDamaged() throws IOException {
        var layout = Layout.at(root);
        H2JournalTest.open(layout).append(Samples.operation(1), Samples.found("MyBox"));
        byte[] good = Files.readAllBytes(layout.databaseFile());
        Files.write(layout.databaseFile(), new byte[good.length]);
        Database database = H2JournalTest.database(layout);

        for (int time = 0; time < 2; time++) {
            assertThatThrownBy(() -> database.openForReading())
                    .isInstanceOfSatisfying(VmException.class, damage -> assertThat(damage.problem())
                            .isInstanceOf(Failure.JournalDamaged.class));
        }
        Files.write(layout.databaseFile(), good);
        assertThat(
                new H2Journal(database, () -> Samples.ACTOR, Samples.CLOCK, Duration.ZERO, _ -> {}).inventory().vms())
                .hasSize(1);
    }
}
