package ctl.vm.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ctl.Servers;
import ctl.vm.child.Children;
import ctl.vm.problem.Problem;
import ctl.vm.problem.ServerFailure;
import ctl.vm.problem.ServerFailure.TlsFailed;
import ctl.vm.problem.ServerFailure.TlsFault;
import ctl.vm.problem.VmException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Encrypted connections, with certificates and keys as openssl writes them. */
@Timeout(120)
class EncryptionTest {

    private static final String ENCRYPTION = "SELECT ssl::TEXT || coalesce(' ' || client_dn, '') FROM pg_stat_ssl"
            + " WHERE pid = pg_backend_pid()";

    @TempDir
    private static Path files;

    private static ctl.PostgresServer server;
    private static String url;

    @TempDir
    private Path home;

    @BeforeAll
    static void startEncryptingServer() throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/openssl")), "openssl is not installed");
        authority("ca");
        authority("other");
        certificate("server", "localhost", "ca", 30, "-newkey", "rsa:2048");
        certificate("expired", "localhost", "ca", 0, "-newkey", "rsa:2048");
        certificate("rsa", "certified", "ca", 30, "-newkey", "rsa:2048");
        certificate("ec", "certified", "ca", 30, "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1");
        openssl("rsa", "-in", "rsa.key", "-traditional", "-out", "pkcs1.key");
        openssl("ec", "-in", "ec.key", "-out", "sec1.key");
        openssl("pkcs8", "-topk8", "-in", "rsa.key", "-passout", "pass:s3cret", "-out", "encrypted.key");
        for (String key : List.of("server", "expired", "rsa", "ec", "pkcs1", "sec1", "encrypted")) {
            Files.setPosixFilePermissions(file(key + ".key"), PosixFilePermissions.fromString("rw-------"));
        }
        server = Servers.start(Servers.NEWEST, "ssl=on", "ssl_cert_file=" + file("server.crt"),
                "ssl_key_file=" + file("server.key"), "ssl_ca_file=" + file("ca.crt"), "listen_addresses=localhost");
        Files.writeString(server.folder().resolve("pg_hba.conf"), """
                hostssl   all certified all cert
                hostnossl all certified all reject
                host    all locked    all scram-sha-256
                host    all all       all trust
                """);
        server.execute("postgres", "CREATE ROLE certified LOGIN");
        server.reload();
        url = server.newDatabase().replace("127.0.0.1", "localhost");
    }

    @AfterAll
    static void stopServer() {
        if (server != null) {
            server.close();
        }
    }

    @Test
    void server_withARightCertificate_isTrustedByItsNameAlone() throws SQLException {
        assertThat(ask("owner", "")).as("prefer").isEqualTo("true");
        assertThat(ask("owner", "sslmode=disable")).isEqualTo("false");
        assertThat(ask("owner", "sslmode=verify-full&sslrootcert=" + file("ca.crt"))).isEqualTo("true");
        assertThat(ask("owner", "sslmode=verify-full&sslnegotiation=direct&sslrootcert=" + file("ca.crt")))
                .isEqualTo("true");
        assertThat(fault(url.replace("localhost", "127.0.0.1"), "sslmode=verify-full&sslrootcert=" + file("ca.crt")))
                .isEqualTo(TlsFault.OTHER_HOST);
        assertThat(fault(url, "sslmode=verify-ca&sslrootcert=" + file("other.crt")))
                .isEqualTo(TlsFault.UNKNOWN_AUTHORITY);
        assertThat(fault(url, "sslrootcert=system")).isEqualTo(TlsFault.UNKNOWN_AUTHORITY);
        assertThat(problem(url, "sslmode=verify-full")).isInstanceOfSatisfying(ServerFailure.BadTlsFile.class,
                bad -> assertThat(bad.file()).isEqualTo(home.resolve(".postgresql/root.crt")));
        assertThat(fault(Servers.shared().newDatabase(), "sslmode=require")).isEqualTo(TlsFault.NOT_OFFERED);
    }

    @Test
    void password_overAnEncryptedConnection_isTaken() throws SQLException, IOException {
        Path passwords = Files.writeString(home.resolve(".pgpass"),
                "localhost:*:*:locked:" + Servers.PASSWORD.replace(":", "\\:") + "\n");
        Files.setPosixFilePermissions(passwords, PosixFilePermissions.fromString("rw-------"));

        assertThat(ask("locked", "sslmode=require&channel_binding=require")).isEqualTo("true");
    }

    @Test
    void certificate_ofTheClient_logsIn_inEachFormOfItsKey() throws SQLException, IOException {
        for (String key : List.of("rsa", "pkcs1", "ec", "sec1")) {
            String certificate = List.of("rsa", "pkcs1").contains(key) ? "rsa.crt" : "ec.crt";
            assertThat(ask("certified", "sslmode=require&sslcert=%s&sslkey=%s".formatted(
                    file(certificate), file(key + ".key")))).as(key).isEqualTo("true /CN=certified");
        }
        Files.writeString(home.resolve(".pg_service.conf"), """
                [team]
                sslcert=%s
                sslkey=%s
                sslpassword=s3cret
                """.formatted(file("rsa.crt"), file("encrypted.key")));
        assertThat(ask("certified", "service=team")).as("encrypted").isEqualTo("true /CN=certified");
        Files.createDirectories(home.resolve(".postgresql"));
        Files.copy(file("ec.crt"), home.resolve(".postgresql/postgresql.crt"));
        Files.copy(file("sec1.key"), home.resolve(".postgresql/postgresql.key"));
        Files.setPosixFilePermissions(home.resolve(".postgresql/postgresql.key"),
                PosixFilePermissions.fromString("rw-------"));
        assertThat(ask("certified", "")).as("in the usual place").isEqualTo("true /CN=certified");
    }

    @Test
    void certificate_ofTheClient_thatCannotBeUsed_isNamed() throws IOException {
        String certified = ctl.PostgresServer.as("certified", url);
        assertThat(problem(certified, "")).as("none").isInstanceOf(ServerFailure.LoginRefused.class);
        Map<String, String> reasons = Map.of(
                "rsa.key", "other users can read this key: run \"chmod 600\" on it",
                "encrypted.key", "the key is encrypted, and there is no sslpassword",
                "missing.key", "no such file, or it cannot be read",
                "ec.key", "the key in it is damaged, or is not that of the certificate",
                "ca.crt", "there is no private key in PEM format in it");
        Files.copy(file("rsa.key"), home.resolve("rsa.key"));
        Files.setPosixFilePermissions(home.resolve("rsa.key"), PosixFilePermissions.fromString("rw-r--r--"));
        Files.setPosixFilePermissions(file("ca.crt"), PosixFilePermissions.fromString("rw-------"));
        reasons.forEach((name, reason) -> {
            Path key = name.equals("rsa.key") ? home.resolve(name) : file(name);
            assertThat(problem(certified, "sslcert=%s&sslkey=%s".formatted(file("rsa.crt"), key))).as(name)
                    .isEqualTo(new ServerFailure.BadTlsFile(key, reason));
        });
    }

    @Test
    void server_withAnExpiredCertificate_isNotTrusted() throws SQLException {
        try (ctl.PostgresServer old = Servers.start(Servers.NEWEST, "ssl=on", "ssl_cert_file=" + file("expired.crt"),
                "ssl_key_file=" + file("expired.key"), "listen_addresses=localhost")) {
            String there = old.url("owner", "postgres").replace("127.0.0.1", "localhost");
            assertThat(fault(there, "sslmode=verify-full&sslrootcert=" + file("ca.crt"))).isEqualTo(TlsFault.EXPIRED);
        }
    }

    private static Path file(String name) {
        return files.resolve(name);
    }

    private static void authority(String name) throws Exception {
        openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "30", "-subj", "/CN=" + name, "-keyout",
                name + ".key", "-out", name + ".crt");
    }

    private static void certificate(String name, String subject, String authority, int days, String... key)
            throws Exception {
        List<String> request = new ArrayList<>(List.of("req"));
        request.addAll(List.of(key));
        request.addAll(List.of("-nodes", "-subj", "/CN=" + subject, "-keyout", name + ".key", "-out", name + ".csr"));
        openssl(request.toArray(String[]::new));
        openssl("x509", "-req", "-in", name + ".csr", "-CA", authority + ".crt", "-CAkey", authority + ".key",
                "-CAcreateserial", "-days", Integer.toString(days), "-out", name + ".crt");
    }

    private static void openssl(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of("openssl"));
        command.addAll(List.of(arguments));
        Process process = Children.start(new ProcessBuilder(command).directory(files.toFile())
                .redirectErrorStream(true));
        String output = new String(process.getInputStream().readAllBytes());
        assertThat(process.waitFor()).as("%s%n%s", command, output).isZero();
    }

    private String ask(String login, String parameters) throws SQLException {
        try (Connection connection = of(ctl.PostgresServer.as(login, url), parameters).connect();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(ENCRYPTION)) {
            row.next();
            return row.getString(1);
        }
    }

    private TlsFault fault(String tried, String parameters) {
        return ((TlsFailed) problem(tried, parameters)).fault();
    }

    private Problem problem(String tried, String parameters) {
        return catchThrowableOfType(VmException.class, () -> of(tried, parameters).connect()).problem();
    }

    private PostgresServer of(String tried, String parameters) {
        return PostgresServer.of(parameters.isEmpty() ? tried : tried + "?" + parameters,
                new HashMap<>(Map.of("HOME", home.toString())));
    }
}
