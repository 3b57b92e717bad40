package ctl.vm.team;

import ctl.vm.inventory.value.RootId;
import ctl.vm.postgres.PostgresServer;
import ctl.vm.problem.AlreadyThere;
import ctl.vm.problem.ServerFailure;
import ctl.vm.problem.VmException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;

/** Which roots a team's database knows as those of this login: it makes one known, or gives it another name. */
public final class Registration implements AutoCloseable {

    private static final String NAME_TAKEN = "CT002";
    private static final String NO_RIGHTS = "42501";

    private final PostgresServer server;
    private final Connection connection;

    /** Connects. @throws VmException what the server refuses */
    public Registration(PostgresServer server) {
        this.server = server;
        this.connection = server.connect();
    }

    /** For people: hosts, ports and the database. */
    public String server() {
        return server.toString();
    }

    /**
     * A root of this login, as the database knows it.
     *
     * @param sequence number of its newest event there, 0 where there is none; @param hash of that event
     */
    public record Known(String name, long sequence, String hash) {}

    /**
     * Sees to it that the schema is there and has the version of this program.
     *
     * @return whether this login made it, and so could change what is in it
     */
    public boolean makeSchema() {
        return new TeamSchema(server).make(connection);
    }

    /** Empty where this login ships no such root. */
    public Optional<Known> known(RootId root) {
        try (PreparedStatement ask = connection
                .prepareStatement("SELECT name, sequence, hash FROM ctl_team.shipped(?)")) {
            ask.setString(1, root.text());
            try (ResultSet row = ask.executeQuery()) {
                row.next();
                boolean isKnown = row.getString(1) != null;
                Optional<Known> known = isKnown
                        ? Optional.of(new Known(row.getString(1), row.getLong(2), row.getString(3)))
                        : Optional.empty();
                connection.commit();
                return known;
            }
        } catch (SQLException failure) {
            throw refused(failure);
        }
    }

    /**
     * Makes a root known under a name, or gives the one that is known another name. Doing it again changes nothing.
     *
     * @throws VmException RootNameTaken; NotShippedByLogin where it is another login's
     */
    public void register(RootId root, String name) {
        try (PreparedStatement join = connection.prepareStatement("SELECT ctl_team.join_root(?, ?)")) {
            join.setString(1, root.text());
            join.setString(2, name);
            join.execute();
            connection.commit();
        } catch (SQLException failure) {
            abort();
            throw NAME_TAKEN.equals(failure.getSQLState())
                    ? new AlreadyThere.RootNameTaken(name).thrown()
                    : refused(failure);
        }
    }

    private VmException refused(SQLException failure) {
        return switch (String.valueOf(failure.getSQLState())) {
            case TeamSchema.OTHER_LOGIN ->
                new ServerFailure.NotShippedByLogin(server.toString(), server.user()).thrown();
            case NO_RIGHTS -> new ServerFailure.NoServerRights(
                    server.toString(), server.user(), Optional.of(TeamSchema.WRITERS)).thrown();
            default -> server.problem(failure);
        };
    }

    private void abort() {
        try {
            connection.rollback();
        } catch (SQLException broken) {
            // What failed before is what the user has to know.
        }
    }

    @Override
    public void close() {
        try {
            connection.close();
        } catch (SQLException broken) {
            // Nothing is lost with it: all of it was committed.
        }
    }
}
