package ctl.vm.journal.h2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ctl.vm.inventory.Event;
import ctl.vm.inventory.Inventory;
import ctl.vm.inventory.Recorded;
import ctl.vm.inventory.value.Layout;
import ctl.vm.journal.JournalContract;
import ctl.vm.journal.chain.EventLine;
import ctl.vm.journal.json.Samples;
import ctl.vm.journal.repair.Edited;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An event that was acknowledged stays, whatever happens to the process and to the machine. */
final class DurabilityTest {

    private static final int KILLS = 2;

    @TempDir
    private Path root;

    /** Kills a process that appends as fast as it can, and looks for every event that it had been told of. */
    @ParameterizedTest
    @ValueSource(strings = {"append-on-and-on", "append-on-and-on-in-a-burst"})
    void append_processKilled_keepsWhatWasAcknowledged(String what) throws Exception {
        var layout = Layout.at(root);
        long acknowledged = 0;
        for (int kill = 0; kill < KILLS; kill++) {
            try (Child child = Child.start(what, layout)) {
                acknowledged = acknowledgedBeforeKill(child, 1 + 30 * kill);
            }
            List<Recorded> kept = JournalContract.read(H2JournalTest.open(layout), 1);

            // The event that was being appended may be there as well.
            assertThat((long) kept.size()).isBetween(acknowledged, acknowledged + 1);
            assertThat(H2JournalTest.open(layout).inventory()).isEqualTo(fold(kept));
            assertThat(H2JournalTest.open(layout).latest().trouble()).isEmpty();
        }
        H2JournalTest.open(layout).append(Samples.operation(1), Samples.found("MyBox"));
        assertThat(Files.readAllLines(layout.mirror())).map(line -> new EventLine(line).recorded())
                .isEqualTo(JournalContract.read(H2JournalTest.open(layout), 1));
    }

    /**
     * H2 is told to use free space again at once, as it would after 45 s: the newest event then could stand anywhere in
     * the file, and H2 does not find it again after a kill.
     */
    @Test
    void append_processKilledWhereOldSpaceIsFree_keepsWhatWasAcknowledged() throws Exception {
        var layout = Layout.at(root);
        H2Journal journal = H2JournalTest.open(layout);
        journal.append(Samples.operation(1), Samples.found("MyBox"));
        Edited.sql(layout, "SET RETENTION_TIME 0");
        journal.writeSession(() -> {
            for (int event = 0; event < 50; event++) {
                journal.append(Samples.operation(1), new Event.SnapshotFound(Samples.BOX, Samples.READY_IMAGE));
            }
            return journal;
        });

        for (long sequence = 52; sequence < 57; sequence++) {
            try (Child child = Child.start("hold", layout)) {
                assertThat(child.line()).isEqualTo(String.valueOf(sequence));
                child.kill();
            }
            assertThat(JournalContract.read(H2JournalTest.open(layout), sequence)).hasSize(1);
        }
    }

    /** Counts the syncs of both files, and that the database's comes before each of the mirror's. */
    @ParameterizedTest
    @ValueSource(strings = {"append-20", "append-20-in-a-burst"})
    void append_eachIsSyncedInTheDatabaseAndThenInTheMirror(String what) throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/strace")), "needs strace");
        Path log = root.resolve("strace.log");
        var strace = List.of("strace", "-f", "-qq", "-y", "-e", "trace=fsync,fdatasync", "-o", log.toString());
        try (Child child = Child.start(strace, List.of(), what, Layout.at(root))) {
            assertThat(child.await()).isZero();
        }

        boolean databaseIsSynced = false;
        int mirrorSyncs = 0;
        for (String line : Files.readAllLines(log)) {
            if (line.contains("/journal.mv.db>")) {
                databaseIsSynced = true;
            } else if (line.contains("/events.jsonl>")) {
                assertThat(databaseIsSynced).as(line).isTrue();
                databaseIsSynced = false;
                mirrorSyncs++;
            }
        }
        assertThat(mirrorSyncs).isEqualTo(20);
        assertThat(Files.readString(log)).contains(root.resolve("journal") + ">", root + ">");
    }

    /** Whoever made the database may have died before its name was durable, and somebody may have listed it since. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void append_databaseMadeByAnother_syncsItsNameFirst(boolean listed) throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/strace")), "needs strace");
        var layout = Layout.at(root);
        Files.createDirectory(layout.journal());
        Files.createFile(layout.journalLock());
        new NewDatabase(H2JournalTest.database(layout)).make();

        List<String> synced = new ArrayList<>();
        if (listed) {
            synced.addAll(syncsOf("list", layout));
        }
        synced.addAll(syncsOf("append", layout));

        List<String> before = synced.subList(0, synced.indexOf(layout.databaseFile().toString()));
        assertThat(before).contains(layout.journal().toString(), layout.root().toString());
    }

    @Test
    void append_listingIsCurrent_syncsNoNames() throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/strace")), "needs strace");
        var layout = Layout.at(root);
        H2JournalTest.open(layout).append(Samples.operation(1), Samples.found("MyBox"));

        assertThat(syncsOf("append", layout))
                .containsOnly(layout.databaseFile().toString(), layout.mirror().toString());
    }

    /** The files and folders that the child syncs, in that order. */
    private List<String> syncsOf(String what, Layout layout) throws Exception {
        Path log = root.resolve("strace.log");
        var strace = List.of("strace", "-f", "-qq", "-y", "-e", "trace=fsync,fdatasync", "-o", log.toString());
        try (Child child = Child.start(strace, List.of(), what, layout)) {
            assertThat(child.await()).isZero();
        }
        Pattern file = Pattern.compile("f(?:data)?sync\\(\\d+<(.*?)>");
        return Files.readAllLines(log).stream()
                .map(file::matcher)
                .filter(Matcher::find)
                .map(matcher -> matcher.group(1))
                .toList();
    }

    @Test
    void inventory_listingIsCurrent_doesNotLoadH2() throws Exception {
        var layout = Layout.at(root);
        H2JournalTest.open(layout).append(Samples.operation(1), Samples.found("MyBox"));

        assertThat(classesLoadedByList(layout, "org.h2.")).isEmpty();
        Files.delete(layout.listing());
        assertThat(classesLoadedByList(layout, "org.h2.")).isNotEmpty();
    }

    @Test
    void inventory_schemaIsKnown_doesNotLoadFlyway() throws Exception {
        var layout = Layout.at(root);
        H2JournalTest.open(layout).append(Samples.operation(1), Samples.found("MyBox"));
        Files.delete(layout.listing());

        assertThat(classesLoadedByList(layout, "org.flywaydb.")).isEmpty();
    }

    private List<String> classesLoadedByList(Layout layout, String prefix) throws IOException, InterruptedException {
        Path log = root.resolve("classes.log");
        try (Child child = Child.start(List.of(), List.of("-Xlog:class+load:file=" + log), "list", layout)) {
            assertThat(child.line()).isEqualTo("1");
            assertThat(child.await()).isZero();
        }
        return Files.readAllLines(log).stream().filter(line -> line.contains(" " + prefix)).toList();
    }

    /** Waits for some acknowledgements, kills, and returns the last one that had been printed. */
    private static long acknowledgedBeforeKill(Child child, int count) throws IOException, InterruptedException {
        String last = "";
        for (int line = 0; line < count; line++) {
            last = child.line();
        }
        List<String> rest = child.kill();
        return Long.parseLong(rest.isEmpty() ? last : rest.getLast());
    }

    private static Inventory fold(List<Recorded> events) {
        Inventory inventory = Inventory.EMPTY;
        for (Recorded recorded : events) {
            inventory = inventory.after(recorded);
        }
        return inventory;
    }
}
