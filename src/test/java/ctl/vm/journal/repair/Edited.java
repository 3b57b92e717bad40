package ctl.vm.journal.repair;

import ctl.vm.inventory.Event;
import ctl.vm.inventory.EventSubject;
import ctl.vm.inventory.value.Layout;
import ctl.vm.journal.Deadline;
import ctl.vm.journal.chain.EventRow;
import ctl.vm.journal.chain.Head;
import ctl.vm.journal.h2.H2JournalTest;
import ctl.vm.journal.json.Samples;
import ctl.vm.journal.mirror.Mirror;
import ctl.vm.journal.sql.EventTable;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;

/** Changes a journal behind its back, as somebody with an SQL console could. */
public final class Edited {

    private Edited() {}

    public static void sql(Layout layout, String... statements) throws SQLException {
        try (Connection connection = connection(layout); var statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
            connection.commit();
        }
    }

    /** Adds an event with the right hash to database and mirror, without asking whether it is possible. */
    static void append(Layout layout, Event event) throws Exception {
        EventRow row;
        try (Connection connection = connection(layout)) {
            var events = new EventTable(connection);
            row = EventRow.after(
                    Head.of(events.last()),
                    Samples.operation(1),
                    Samples.NOON,
                    Samples.ACTOR,
                    event,
                    EventSubject.of(event, Optional.empty()));
            events.insert(row);
            connection.commit();
        }
        Files.write(layout.mirror(), Mirror.bytes(row.line()), StandardOpenOption.APPEND);
    }

    /** Adds a row of events as it is. */
    static void insert(Layout layout, EventRow row) throws SQLException {
        try (Connection connection = connection(layout)) {
            new EventTable(connection).insert(row);
            connection.commit();
        }
    }

    private static Connection connection(Layout layout) {
        return H2JournalTest.database(layout).openForWriting(new Deadline(Duration.ofSeconds(10)));
    }
}
