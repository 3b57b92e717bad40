package ctl.vm.journal.postgres;

import ctl.vm.durable.LinuxDisk;
import ctl.vm.inventory.Event;
import ctl.vm.inventory.ImageFacts;
import ctl.vm.inventory.value.ByteCount;
import ctl.vm.inventory.value.ImageName;
import ctl.vm.inventory.value.Layout;
import ctl.vm.inventory.value.OperationId;
import ctl.vm.inventory.value.RootId;
import ctl.vm.inventory.value.VmName;
import ctl.vm.journal.ProgressListener;
import ctl.vm.journal.file.JournalFolder;
import ctl.vm.journal.json.Samples;
import ctl.vm.postgres.PostgresServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * Appends events to a journal that a PostgreSQL server has, one after the other in one write session: for measuring.
 *
 * <pre>
 * java -cp ... ctl.vm.journal.postgres.MadeAppends FOLDER URL EVENTS
 * </pre>
 *
 * The folder is empty or missing, and becomes a root; its schema on the server is new.
 */
public final class MadeAppends {

    private static final VmName BOX = new VmName("Box");
    private static final Instant FIRST = Instant.parse("2026-01-01T00:00:00Z");

    private MadeAppends() {}

    public static void main(String[] arguments) throws Exception {
        int events = Integer.parseInt(arguments[2]);
        PostgresJournal journal = journal(Path.of(arguments[0]), arguments[1]);
        journal.writeSession(() -> {
            append(journal, 1, new Event.VmFound(BOX, List.of(image(1))));
            for (int number = 2; number <= events; number++) {
                append(journal, number, new Event.ImageChanged(BOX, image(number)));
            }
            return null;
        });
    }

    private static void append(PostgresJournal journal, int number, Event event) {
        journal.append(OperationId.startedAt(FIRST.plusSeconds(number), number), event);
    }

    private static ImageFacts image(int number) {
        return new ImageFacts(ImageName.DISK, new ByteCount(1 << 20), FIRST.plusSeconds(number));
    }

    private static PostgresJournal journal(Path folder, String url) throws Exception {
        Layout layout = Layout.at(folder);
        Files.createDirectories(layout.journal());
        Authority authority = Authority.of(url, new RootId("%016x".formatted(System.nanoTime()) + "0".repeat(48)));
        var journalFolder = new JournalFolder(layout, new LinuxDisk());
        var made = new PostgresDatabase(journalFolder, PostgresServer.of(url, Map.of()), authority, AppendGuard.NONE);
        made.makeOf(Files.createFile(layout.root().resolve("none")), ProgressListener.NONE);
        made.publish();
        authority.write(journalFolder);
        return new PostgresJournal(made, () -> Samples.ACTOR, Samples.CLOCK, Duration.ofSeconds(10), _ -> {});
    }
}
