package ctl.vm.journal.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ctl.vm.inventory.Event;
import ctl.vm.inventory.Sample;
import ctl.vm.inventory.value.Layout;
import ctl.vm.inventory.value.OperationId;
import ctl.vm.inventory.value.VmName;
import ctl.vm.journal.h2.H2Journal;
import ctl.vm.journal.h2.H2JournalTest;
import ctl.vm.problem.Unsafe;
import ctl.vm.problem.VmException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The files of the journal are private, and nobody is led to other files by a link in their place. */
class JournalFolderTest {

    private static final String VICTIM = "this belongs to somebody else";

    @TempDir
    private Path temporary;

    private Path root;
    private Path victim;

    @BeforeEach
    void prepare() throws IOException {
        root = Files.createDirectory(temporary.resolve("root"));
        victim = Files.writeString(temporary.resolve("victim"), VICTIM);
    }

    @ParameterizedTest
    @ValueSource(strings = {"journal.mv.db", "journal.new.mv.db", "events.jsonl", "listing", "listing.new",
        "lock", "queue", "operations.lock"})
    void linkInThePlaceOfAFile_isRefusedAndNotFollowed(String name) throws IOException {
        Path journal = Files.createDirectory(root.resolve("journal"));
        Files.createSymbolicLink(journal.resolve(name), victim);

        assertRefused(journal.resolve(name));
    }

    @ParameterizedTest
    @ValueSource(strings = {"journal.mv.db", "events.jsonl", "lock", "queue"})
    void linkThatLeadsNowhere_isNotMadeAFile(String name) throws IOException {
        Path journal = Files.createDirectory(root.resolve("journal"));
        Files.createSymbolicLink(journal.resolve(name), temporary.resolve("nowhere"));

        assertRefused(journal.resolve(name));
        assertThat(temporary.resolve("nowhere")).doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(strings = {"journal.mv.db", "events.jsonl", "listing", "lock", "queue"})
    void linkThatCameLater_isRefusedAndNotFollowed(String name) throws IOException {
        append();
        Path file = root.resolve("journal").resolve(name);
        Files.delete(file);
        Files.createSymbolicLink(file, victim);

        assertRefused(file);
    }

    @Test
    void linkInThePlaceOfTheFolder_isRefusedAndNotFollowed() throws IOException {
        Path elsewhere = Files.createDirectory(temporary.resolve("elsewhere"));
        Files.createSymbolicLink(root.resolve("journal"), elsewhere);

        assertRefused(root.resolve("journal"));
        assertThat(elsewhere).isEmptyDirectory();
    }

    @Test
    void journalBelowALink_isOpenedAlsoWhereOthersMayWrite() throws IOException {
        Path journal = Files.createDirectory(root.resolve("journal"));
        Files.setPosixFilePermissions(journal, PosixFilePermissions.fromString("rwxrwx---"));
        root = Files.createSymbolicLink(temporary.resolve("other-name"), root);

        append();

        assertThat(files()).isNotEmpty();
    }

    @Test
    void journal_isForItsOwnerAlone() throws IOException {
        append();

        assertThat(mode(root.resolve("journal"))).isEqualTo("rwx------");
        assertThat(files()).isNotEmpty().allSatisfy(file -> assertThat(mode(file)).as(file.toString())
                .isEqualTo("rw-------"));
    }

    @Test
    void journalInAFolderThatAGroupWritesTo_isForTheGroup() throws IOException {
        Path journal = Files.createDirectory(root.resolve("journal"));
        Files.setPosixFilePermissions(journal, PosixFilePermissions.fromString("rwxrwx---"));
        append();

        assertThat(files()).isNotEmpty().allSatisfy(file -> assertThat(mode(file)).as(file.toString())
                .isEqualTo("rw-rw----"));
    }

    private void append() {
        var journal = new H2Journal(H2JournalTest.database(Layout.at(root)), Sample::actor, Clock.systemUTC(),
                Duration.ofSeconds(10), _ -> {});
        journal.append(OperationId.startedAt(Instant.now(), 1), new Event.VmFound(new VmName("MyBox"), List.of()));
    }

    private void assertRefused(Path path) throws IOException {
        assertThatThrownBy(this::append).isInstanceOfSatisfying(VmException.class, refused -> assertThat(
                refused.problem())
                .isInstanceOfSatisfying(Unsafe.NotOurs.class, problem -> assertThat(problem.path()).isEqualTo(path)));
        assertThat(victim).hasContent(VICTIM);
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(root.resolve("journal"))) {
            return files.toList();
        }
    }

    private static String mode(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path, LinkOption.NOFOLLOW_LINKS));
    }
}
