package ctl.vm.journal.h2;

import static ctl.vm.journal.json.Samples.BOX;
import static ctl.vm.journal.json.Samples.found;
import static ctl.vm.journal.json.Samples.operation;
import static ctl.vm.journal.json.Samples.started;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ctl.vm.durable.LinuxDisk;
import ctl.vm.inventory.Event;
import ctl.vm.inventory.ImpossibleEvent;
import ctl.vm.inventory.Recorded;
import ctl.vm.inventory.Request;
import ctl.vm.inventory.value.Layout;
import ctl.vm.inventory.value.RootId;
import ctl.vm.journal.JournalContract;
import ctl.vm.journal.file.JournalFolder;
import ctl.vm.journal.json.Samples;
import ctl.vm.problem.Failure;
import ctl.vm.problem.VmException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

public final class H2JournalTest extends JournalContract {

    @TempDir
    private Path root;

    public @Override H2Journal journal() throws Exception {
        Path fresh = Files.createTempDirectory(root, "root");
        return open(Layout.at(fresh));
    }

    public static H2Journal open(Layout layout) {
        return new H2Journal(database(layout), () -> Samples.ACTOR, Samples.CLOCK, Duration.ofSeconds(10), _ -> {});
    }

    /** The database of a root, as a process has it that has just started. */
    public static Database database(Layout layout) {
        return new Database(folder(layout));
    }

    public static JournalFolder folder(Layout layout) {
        return new JournalFolder(layout, new LinuxDisk());
    }

    @Test
    void inventory_withoutJournal_makesNothing() {
        open(Layout.at(root)).inventory();
        open(Layout.at(root)).latest();
        open(Layout.at(root)).events(1, _ -> {});

        assertThat(root).isEmptyDirectory();
    }

    @Test
    void append_rootIsMissing_saysSo() {
        var layout = Layout.at(root.resolve("nowhere"));

        assertThatThrownBy(() -> open(layout).append(operation(1), found("MyBox")))
                .isInstanceOfSatisfying(VmException.class, refusal -> assertThat(refusal.problem())
                        .isEqualTo(new Failure.NoSuchRoot(layout.root())));
    }

    @Test
    void events_readByAnotherInstance_areTheSame() {
        var layout = Layout.at(root);
        List<Recorded> appended = List.of(
                open(layout).append(operation(1), found("MyBox")),
                open(layout).append(operation(2), started(new Request.DeleteVm(BOX))),
                open(layout).append(operation(2), new Event.VmDeleted(BOX)));

        assertThat(read(open(layout), 1)).isEqualTo(appended);
        assertThat(open(layout).inventory().vms()).isEmpty();
    }

    @Test
    void append_strangeFolderNames_findTheirWay() throws Exception {
        for (String name : List.of("a b", "ö", "100%", "q?x=1", "#", "quote'\"", "$HOME", "~")) {
            var layout = Layout.at(Files.createDirectory(root.resolve(name)));
            open(layout).append(operation(1), found("MyBox"));

            assertThat(layout.databaseFile()).isNotEmptyFile();
            assertThat(open(layout).inventory().vm(BOX)).isPresent();
        }
    }

    @Test
    void append_folderNamesThatH2Misreads_areRefused() throws Exception {
        for (String name : List.of("semi;colon", "back\\slash")) {
            var layout = Layout.at(Files.createDirectory(root.resolve(name)));

            assertThatThrownBy(() -> open(layout).append(operation(1), found("MyBox")))
                    .isInstanceOf(VmException.class)
                    .hasMessageContaining("cannot hold a journal");
        }
    }

    @Test
    void append_leavesNothingButTheJournal() {
        open(Layout.at(root)).append(operation(1), found("MyBox"));

        assertThat(root).isDirectoryRecursivelyContaining("glob:**/journal.mv.db");
        assertThat(root.resolve("journal").toFile().list())
                .containsExactlyInAnyOrder("journal.mv.db", "events.jsonl", "head", "listing", "lock", "queue");
    }

    @Test
    void identity_withoutMirror_isAskedOfTheDatabase() throws Exception {
        var layout = Layout.at(root);
        String first = open(layout).append(operation(1), found("MyBox")).hash();
        open(layout).append(operation(2), found("Two"));
        assertThat(open(layout).identity()).contains(new RootId(first));
        Files.delete(layout.mirror());

        assertThat(open(layout).identity()).contains(new RootId(first));
    }

    @Test
    void append_afterAnOperationOfThatIdEnded_startsItAgain() {
        var journal = open(Layout.at(root));
        for (int time = 0; time < 2; time++) {
            journal.append(operation(1), started(new Request.DeleteVm(BOX)));
            journal.append(operation(1), new Event.OperationFailed("on purpose", 1));
        }

        assertThat(journal.inventory().open()).isEmpty();
    }

    @Test
    void append_fromManyThreads_isOneSequence() throws Exception {
        var journal = open(Layout.at(root));
        try (var threads = Executors.newFixedThreadPool(4)) {
            for (int number = 0; number < 20; number++) {
                String name = "Box" + number;
                threads.submit(() -> journal.append(operation(1), found(name)));
            }
        }

        assertThat(read(journal, 1)).extracting(Recorded::sequence).hasSize(20).isSorted().doesNotHaveDuplicates();
    }

    @Test
    void append_impossibleEventThatNeedsAnOperation_isRefusedByTheSlice() {
        var journal = open(Layout.at(root));
        journal.append(operation(1), found("MyBox"));

        assertThatThrownBy(() -> journal.append(operation(7), new Event.VmDeleted(BOX)))
                .isInstanceOf(ImpossibleEvent.class)
                .hasMessageContaining("operation %s is not running", operation(7));
    }
}
