package ctl.vm.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ctl.PostgresServer;
import ctl.Proxy;
import ctl.Servers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The processes that ship the events of a root: those that commands leave behind, and the one that follows. */
class TeamShipIT {

    private static final Duration SOON = Duration.ofSeconds(30);

    @TempDir
    private Path folder;

    private Program program;
    private PostgresServer server;
    private String database;
    private Proxy proxy;

    @BeforeEach
    void join() throws IOException {
        server = Servers.shared();
        database = server.newDatabase();
        proxy = new Proxy(server.port());
        program = new Program(folder).with("PGPASSFILE", folder.resolve("none").toString());
        program.succeeds("create", "Box", "1M");
        Path schema = folder.resolve("schema.sql");
        Files.writeString(schema, program.succeeds("team", "schema").out().replaceAll("(?m)^\\\\.*$", ""));
        server.execute(database, Files.readString(schema));
        server.execute(database, "SET SESSION AUTHORIZATION writer_a",
                "SELECT ctl_team.join_root('%s', 'host')".formatted(identity()));
        Files.writeString(program.root().resolve("config"), """
                team-server = %s?sslmode=disable
                team-name = host
                """.formatted(PostgresServer.through(proxy.port(), PostgresServer.as("writer_a", database))));
    }

    @AfterEach
    void endWhatWasLeftBehind() {
        shippers().forEach(ProcessHandle::destroyForcibly);
        proxy.close();
    }

    @Test
    void command_thatRecords_leavesOneProcessBehindThatShipsAndEnds() throws Exception {
        program.succeeds("create", "Two", "1M");
        program.succeeds("create", "Three", "1M");

        await().atMost(SOON).until(() -> shipped().equals(mirror()));
        assertThat(shippers()).hasSizeLessThanOrEqualTo(1);
        await().atMost(SOON).until(() -> shippers().isEmpty());
        assertThat(program.succeeds("team").out()).containsPattern("host \\(this root\\) +9 +9 +0 +- +no process");
    }

    @Test
    void command_thatOnlyReads_leavesNothingBehind() {
        program.succeeds("list");
        program.succeeds("audit");
        program.succeeds("info", "Box");

        assertThat(shippers()).isEmpty();
    }

    @Test
    void command_whoseOutputIsAPipe_doesNotKeepItOpen() {
        proxy.cut();

        String out = program.onPath().shell("timeout 20 bash -c 'ctl vm create Two 1M 2>&1 | cat'");

        assertThat(out).contains("create 1MiB image");
        assertThat(shippers()).isNotEmpty().allSatisfy(process -> {
            Path files = Path.of("/proc/%d/fd".formatted(process.pid()));
            for (int stream = 0; stream < 3; stream++) {
                assertThat(Files.readSymbolicLink(files.resolve("" + stream))).isEqualTo(Path.of("/dev/null"));
            }
            assertThat(Files.readString(Path.of("/proc/%d/stat".formatted(process.pid()))).split(" ")[5])
                    .as("its session").isEqualTo(Long.toString(process.pid()));
        });
    }

    @Test
    void command_whileTheServerHangs_waitsForNothing() {
        proxy.hangToServerAfter(0);
        long begin = System.nanoTime();

        program.succeeds("create", "Two", "1M");

        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(4));
        Program.Result status = program.ctl("team");
        assertThat(status.exit()).isEqualTo(6);
        assertThat(status.out()).containsPattern("host \\(this root\\) +6 +unknown +unknown");
        assertThat(status.err()).contains("does not answer");
    }

    @Test
    void shipping_killedAtManyPoints_andRepeated_bringsEachEventOnce() throws Exception {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int round = 0; round < 8; round++) {
            program.succeeds("create", "Box" + round, "1M");
            Thread.sleep(random.nextInt(900));
            shippers().forEach(ProcessHandle::destroyForcibly);
        }

        program.succeeds("team", "ship");

        assertThat(shipped()).as("seed %d", seed).isEqualTo(mirror());
    }

    @Test
    void follow_untilItIsStopped_shipsAndLeavesNothingForOthersToDo() throws Exception {
        Process following = program.start(program.command("team", "ship", "--follow"));
        try {
            await().atMost(SOON).until(() -> shipped().equals(mirror()));

            program.succeeds("create", "Two", "1M");
            await().atMost(SOON).until(() -> shipped().equals(mirror()));

            assertThat(shippers()).extracting(ProcessHandle::pid).containsExactly(following.pid());
            assertThat(program.succeeds("team").out()).contains("process " + following.pid());
        } finally {
            following.destroy();
        }
        assertThat(following.waitFor()).isZero();
    }

    private String identity() throws IOException {
        return mirror().getFirst().replaceAll(".*\"hash\":\"([0-9a-f]{64})\"}", "$1");
    }

    private List<String> mirror() throws IOException {
        return Files.readAllLines(program.root().resolve("journal/events.jsonl"));
    }

    private List<String> shipped() {
        return server.query(database, "SELECT line FROM ctl_team.event ORDER BY sequence");
    }

    /** The processes that ship this root. */
    private List<ProcessHandle> shippers() {
        try (Stream<ProcessHandle> all = ProcessHandle.allProcesses()) {
            return all.filter(process -> process.info().arguments().map(List::of).orElse(List.of())
                    .containsAll(List.of("team", "ship")) && isOfThisRoot(process)).toList();
        }
    }

    private boolean isOfThisRoot(ProcessHandle process) {
        try {
            return Files.readString(Path.of("/proc/%d/environ".formatted(process.pid())))
                    .contains("CTL_ROOT=" + program.root() + "\0");
        } catch (IOException ended) {
            return false;
        }
    }
}
