package ctl.vm.team;

import ctl.vm.inventory.Recorded;
import ctl.vm.inventory.value.RootId;
import ctl.vm.inventory.value.VmName;
import ctl.vm.journal.Journal;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;

/**
 * A batch of events on its way to the team's database, with the rows that they may have changed there. The server takes
 * all of it or nothing, and of what it has already it takes nothing again.
 *
 * @param newest number of the newest event that the root has
 * @param lines events in order, each as it stands in the mirror; none says only that the root is there
 * @param touched VMs whose rows may have changed: what {@code rows} lacks of them is gone
 */
record Shipment(long newest, List<String> lines, List<String> touched, Journal.Tables.Rows rows) {

    /** The server takes no more at once. */
    static final int MOST_EVENTS = 1000;

    private static final String NONE = "[]";

    private static final String SQL = "SELECT ctl_team.ship(?, ?, ?, ?::json, ?::json, ?, ?::json, ?::json)";

    static Shipment of(List<Journal.Feed.Entry> events, Journal.Tables tables) {
        List<Recorded> recorded = events.stream().map(Journal.Feed.Entry::recorded).toList();
        Journal.Changed changed = Journal.Changed.by(recorded);
        return new Shipment(
                tables.newest(),
                events.stream().map(Journal.Feed.Entry::json).toList(),
                changed.vms().stream().map(VmName::text).toList(),
                tables.rows(changed));
    }

    /** No events: tells that the root is there, and how many it has. */
    static Shipment signOfLife(long newest) {
        return new Shipment(newest, List.of(), List.of(), new Journal.Tables.Rows(NONE, NONE, NONE, NONE));
    }

    /**
     * Sends it. Where this throws, it is unknown whether the server has taken it.
     *
     * @return number of the newest event that is on the server now
     */
    long send(Connection connection, RootId root) throws SQLException {
        try (PreparedStatement ship = connection.prepareStatement(SQL)) {
            ship.setString(1, root.text());
            ship.setLong(2, newest);
            ship.setArray(3, connection.createArrayOf("text", lines.toArray()));
            ship.setString(4, rows.entries());
            ship.setString(5, rows.names());
            ship.setArray(6, connection.createArrayOf("text", touched.toArray()));
            ship.setString(7, rows.vms());
            ship.setString(8, rows.images());
            long shipped;
            try (ResultSet answer = ship.executeQuery()) {
                answer.next();
                shipped = answer.getLong(1);
            }
            connection.commit();
            return shipped;
        }
    }

    /** How long it is, about. */
    long characters() {
        return lines.stream().mapToLong(String::length).sum() + rows.entries().length() + rows.images().length();
    }
}
