package ctl.vm.journal.repair;

import static ctl.vm.journal.json.Samples.BOX;
import static ctl.vm.journal.json.Samples.found;
import static ctl.vm.journal.json.Samples.operation;
import static ctl.vm.journal.json.Samples.started;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ctl.PostgresServer;
import ctl.Servers;
import ctl.vm.inventory.Event;
import ctl.vm.inventory.Recorded;
import ctl.vm.inventory.Request;
import ctl.vm.inventory.value.Layout;
import ctl.vm.inventory.value.RootId;
import ctl.vm.journal.Journal;
import ctl.vm.journal.JournalContract;
import ctl.vm.journal.ProgressListener;
import ctl.vm.journal.chain.Head;
import ctl.vm.journal.engine.Engine;
import ctl.vm.journal.h2.Database;
import ctl.vm.journal.h2.H2Journal;
import ctl.vm.journal.h2.H2JournalTest;
import ctl.vm.journal.json.Samples;
import ctl.vm.journal.postgres.AppendGuard;
import ctl.vm.journal.postgres.Authority;
import ctl.vm.journal.postgres.PostgresDatabase;
import ctl.vm.journal.postgres.PostgresJournal;
import ctl.vm.problem.Misuse;
import ctl.vm.problem.ServerFailure;
import ctl.vm.problem.VmException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MoveTest {

    private static final Duration DEADLINE = Duration.ofSeconds(10);

    @TempDir
    private Path root;

    private final String url = Servers.shared().newDatabase();

    /** The journal as a process finds it that has just started. */
    private Engine engine() {
        return Authority.read(H2JournalTest.folder(layout()))
                .<Engine>map(this::server)
                .orElseGet(() -> H2JournalTest.database(layout()));
    }

    private Layout layout() {
        return Layout.at(root);
    }

    private PostgresDatabase server(Authority authority) {
        return PostgresDatabase.of(H2JournalTest.folder(layout()), authority, Map.of(), AppendGuard.NONE);
    }

    private Journal journal() {
        return switch (engine()) {
            case Database file -> new H2Journal(file, () -> Samples.ACTOR, Samples.CLOCK, DEADLINE, _ -> {});
            case PostgresDatabase there ->
                new PostgresJournal(there, () -> Samples.ACTOR, Samples.CLOCK, DEADLINE, _ -> {});
            case Engine other -> throw new AssertionError(other);
        };
    }

    private Head toServer(Move.Steps steps) {
        Engine now = engine();
        return new Move(now.folder(), DEADLINE, _ -> {}, steps, ProgressListener.NONE)
                .toServer(now, url, this::server);
    }

    private Head intoFolder(Move.Steps steps) {
        PostgresDatabase now = (PostgresDatabase) engine();
        return new Move(now.folder(), DEADLINE, _ -> {}, steps, ProgressListener.NONE)
                .intoFolder(now, new Database(now.folder()));
    }

    private List<Recorded> fill() {
        return List.of(
                journal().append(operation(1), found("MyBox")),
                journal().append(operation(2), started(new Request.DeleteVm(BOX))),
                journal().append(operation(2), new Event.VmDeleted(BOX)),
                journal().append(operation(3), found("Two")),
                journal().append(operation(4), started(new Request.DeleteVm(BOX))));
    }

    private void assertIsRight(List<Recorded> events) {
        assertThat(JournalContract.read(journal(), 1)).isEqualTo(events);
        assertThat(Verification.run(engine(), DEADLINE, Optional.empty(), ProgressListener.NONE).errors()).isEmpty();
    }

    @Test
    void move_thereAndBackAndThere_keepsEveryEventAndWhatTheyFoldTo() {
        List<Recorded> events = new ArrayList<>(fill());
        var inventory = journal().inventory();

        Head end = toServer(Move.Steps.NONE);

        assertThat(end).isEqualTo(new Head(5, events.getLast().hash()));
        assertThat(layout().databaseFile()).doesNotExist();
        assertThat(layout().movedDatabaseFile()).exists();
        assertThat(journal().inventory()).isEqualTo(inventory);
        assertIsRight(events);
        events.add(journal().append(operation(4), new Event.OperationAbandoned()));
        assertIsRight(events);

        assertThat(intoFolder(Move.Steps.NONE).sequence()).isEqualTo(6);
        assertThat(layout().authority()).doesNotExist();
        assertIsRight(events);
        events.add(journal().append(operation(5), found("Three")));

        assertThat(toServer(Move.Steps.NONE).sequence()).isEqualTo(7);
        assertIsRight(events);
        events.add(journal().append(operation(6), found("Four")));
        assertIsRight(events);
        assertThat(layout().movingEvents()).doesNotExist();
    }

    @Test
    void move_killedAtAnyStep_leavesOneAuthorityAndIsFinishedByARepetition() {
        List<Recorded> events = new ArrayList<>(fill());
        for (String way : List.of("there", "back", "there")) {
            List<String> steps = new ArrayList<>();
            for (int kill = 0; kill <= steps.size(); kill++) {
                int at = kill;
                List<String> reached = new ArrayList<>();
                Move.Steps dying = step -> {
                    reached.add(step);
                    if (reached.size() > at) {
                        throw new Killed();
                    }
                };
                boolean isThere = engine() instanceof PostgresDatabase;
                if (isThere == way.equals("there")) {
                    new Move(engine().folder(), DEADLINE, _ -> {}, ProgressListener.NONE).finish(this::server);
                    break;
                }
                try {
                    Head _ = way.equals("there") ? toServer(dying) : intoFolder(dying);
                } catch (Killed _) {
                    steps = reached;
                }
                assertIsRight(events);
                events.add(journal().append(operation(10 + events.size()), found("Box" + events.size())));
                assertIsRight(events);
            }
            assertThat(engine() instanceof PostgresDatabase).isEqualTo(way.equals("there"));
            assertThat(Files.exists(layout().databaseFile())).isEqualTo(way.equals("back"));
            assertThat(layout().leftAuthority()).doesNotExist();
            assertThat(Servers.shared().query(url, "SELECT moved IS NOT NULL FROM %s.head".formatted(
                    Authority.of(url, new RootId(events.getFirst().hash())).schema())))
                    .as("whether the server knows that the journal has left")
                    .containsExactly(way.equals("back") ? "t" : "f");
        }
    }

    private static final class Killed extends RuntimeException {}

    @Test
    void move_withoutEvents_isRefused() {
        assertThatThrownBy(() -> toServer(Move.Steps.NONE)).isInstanceOfSatisfying(VmException.class,
                refused -> assertThat(refused.problem()).isEqualTo(new Misuse.EmptyJournal(layout().journal())));
    }

    @Test
    void move_toASchemaWithAnotherHistory_isRefusedAndChangesNothing() throws Exception {
        List<Recorded> events = new ArrayList<>(fill());
        Path copy = root.resolve("../" + root.getFileName() + "-copy");
        copyTree(copy);
        toServer(Move.Steps.NONE);
        journal().append(operation(7), found("Later"));
        List<Recorded> later = JournalContract.read(journal(), 1);
        Path first = root;
        root = copy;
        events.add(journal().append(operation(8), found("Other")));

        assertThatThrownBy(() -> toServer(Move.Steps.NONE)).isInstanceOfSatisfying(VmException.class,
                refused -> assertThat(refused.problem()).isInstanceOfSatisfying(ServerFailure.OtherJournal.class,
                        other -> assertThat(other.event()).isEqualTo(6)));
        assertIsRight(events);
        root = first;
        assertIsRight(later);
    }

    private void copyTree(Path copy) throws Exception {
        Files.createDirectories(copy.resolve("journal"));
        for (String name : root.resolve("journal").toFile().list()) {
            Files.copy(root.resolve("journal").resolve(name), copy.resolve("journal").resolve(name));
        }
    }

    @Test
    void rebuild_ofARowThatWasChangedOnTheServer_mendsItFromTheMirrorAndKeepsTheOldSchema() {
        List<Recorded> events = fill();
        toServer(Move.Steps.NONE);
        PostgresServer server = Servers.shared();
        String schema = Authority.read(H2JournalTest.folder(layout())).orElseThrow().schema();
        server.execute(url, "UPDATE %s.event SET payload = replace(payload, 'Two', 'Ten') WHERE sequence = 4"
                .formatted(schema));
        assertThat(Verification.run(engine(), DEADLINE, Optional.empty(), ProgressListener.NONE).errors()).isNotEmpty();

        Rebuild.Result result = Rebuild.run(engine(), Clock.systemUTC(), DEADLINE, false, ProgressListener.NONE);

        assertThat(result.done()).anySatisfy(line -> assertThat(line).contains("the database was damaged", "_broken_"));
        assertIsRight(events);
        assertThat(server.query(url, "SELECT nspname FROM pg_namespace WHERE nspname LIKE 'ctl_root_%'"))
                .hasSize(2).contains(schema);
    }
}
