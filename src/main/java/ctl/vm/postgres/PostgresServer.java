package ctl.vm.postgres;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Properties;
import org.postgresql.Driver;

/**
 * A database on a PostgreSQL server, by its URL.
 *
 * @param url {@code postgresql://[USER@]HOST[:PORT]/DATABASE[?PARAMETERS]}, as libpq takes it, without a password
 */
public record PostgresServer(String url) {

    /**
     * Connects. What the URL does not say is looked up as libpq does it.
     *
     * @throws SQLException where the server is not there, or refuses
     */
    public Connection connect() throws SQLException {
        Connection connection = new Driver().connect("jdbc:" + url, new Properties());
        connection.setAutoCommit(false);
        return connection;
    }
}
