package ctl.vm.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ctl.vm.problem.Misuse;
import ctl.vm.problem.Secrets;
import ctl.vm.problem.ServerFailure;
import ctl.vm.problem.VmException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a URL, the environment and the files in the home folder say of a connection. */
class ConnectionSettingsTest {

    private static final String SECRET = "s3cret";

    @TempDir
    private Path home;

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "postgresql://db.example.org/ctl | db.example.org:5432 | ctl",
        "postgres://u@db:6543/ctl | db:6543 | ctl",
        "postgresql://u@[2001:db8::1]:6543/ctl | [2001:db8::1]:6543 | ctl",
        "postgresql://u@[::1]/ctl | [::1]:5432 | ctl",
        "postgresql://u@a,b:6000,[::1]:7/ctl | a:5432,b:6000,[::1]:7 | ctl",
        "postgresql://u@a,b/ctl?port=6 | a:6,b:6 | ctl",
        "postgresql:///ctl?host=a,b&port=1,2 | a:1,b:2 | ctl",
        "postgresql://u@h/a%20b%2Fc | h:5432 | a b/c",
        "postgresql://u@h/a+b | h:5432 | a+b",
        "postgresql://u%40x@h | h:5432 | u@x",
        "postgresql:///ctl | localhost:5432 | ctl"})
    void url_asLibpqTakesIt_namesHostsAndDatabase(String url, String hosts, String database) {
        assertThat(PostgresServer.of(url, environment())).hasToString(hosts + "/" + database);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "https://db/ctl | it does not begin with postgresql://",
        "host=db dbname=ctl | it does not begin with postgresql://",
        "postgresql://db:port/ctl | \"port\" is not a port",
        "postgresql://db:0/ctl | \"0\" is not a port",
        "postgresql://db:65536/ctl | \"65536\" is not a port",
        "postgresql://[::1/ctl | an IPv6 address stands in brackets, as in [::1]:5432",
        "postgresql://db/ctl%zz | a percent sign is not followed by two hexadecimal digits",
        "postgresql://db/ctl%0aX | it contains a control character",
        "postgresql://db/ctl?sslmod=require | the parameter \"sslmod\" is not known here",
        "postgresql://db/ctl?sslmode=yes | sslmode cannot be \"yes\"",
        "postgresql://db/ctl?sslmode | \"sslmode\" is not of the form PARAMETER=VALUE",
        "postgresql://a,b,c/ctl?port=1,2 | 2 ports are named for 3 hosts",
        "postgresql:///ctl?host=/run/postgresql | /run/postgresql is a Unix socket, and only TCP connections are made",
        "postgresql://%2Frun%2Fpostgresql/ctl | /run/postgresql is a Unix socket, and only TCP connections are made",
        "postgresql://db/ctl?connect_timeout=soon | connect_timeout cannot be \"soon\"",
        "postgresql://db/ctl?sslrootcert=system&sslmode=require | sslrootcert=system goes with sslmode=verify-full only"})
    void url_thatCannotBeUsed_isRefusedWithTheReason(String url, String reason) {
        assertThatThrownBy(() -> Tls.of(ConnectionSettings.of(url, environment())))
                .isInstanceOfSatisfying(VmException.class, refused -> assertThat(refused.problem())
                        .isEqualTo(new Misuse.BadServerUrl(url, reason)));
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "postgresql://u:s3cret@db/ctl", "postgres://:s3cret@db/ctl", "POSTGRESQL://u:s3cret@db",
        "postgresql://u:s3cret@x@db/ctl", "postgresql://u:a/s3cret@db/ctl", "postgresql://u:s3cret?@db/ctl",
        "postgresql://u:1s3cret/@db/ctl", "postgresql://h:5432/ctl?user=a@b&password=s3cret",
        "postgresql://db/ctl?password=s3cret", "postgresql://db/ctl?sslmode=require&password=s3cret&user=u",
        "postgresql://db/ctl?sslpassword=s3cret", "host=db password=s3cret user=u", "password='s3cret x'"})
    void password_inAUrl_isRefusedAndShownNowhere(String url) {
        assertThatThrownBy(() -> PostgresServer.of(url, environment()))
                .isInstanceOfSatisfying(VmException.class, refused -> assertThat(refused.problem())
                        .isInstanceOf(Misuse.PasswordInUrl.class))
                .hasMessageNotContaining(SECRET)
                .hasMessageContaining("***");
        assertThat(Secrets.masked("ctl vm team join " + url + " --name x")).doesNotContain(SECRET);
    }

    @ParameterizedTest
    @ValueSource(strings = {"postgresql://u@db:5432/ctl?application_name=a", "MyBox", "a=b", "x@y:z",
        "postgresql://[::1]:5432/ctl", "postgresql://h:5432/ctl?application_name=a@b",
        "postgresql://h:5432?application_name=a@b", "postgresql://[::1]:5432,h:1/ctl?application_name=a@b",
        "postgresql://h/ctl?application_name=a:b@c"})
    void text_withoutAPassword_isLeftAsItIs(String text) {
        assertThat(Secrets.masked(text)).isEqualTo(text);
    }

    @Test
    void environment_saysWhatTheUrlDoesNot() {
        Map<String, String> environment = environment();
        environment.putAll(Map.of("PGHOST", "elsewhere", "PGPORT", "77", "PGDATABASE", "d", "PGUSER", "me",
                "PGSSLMODE", "verify-full", "PGSSLROOTCERT", "/r", "PGPASSWORD", SECRET, "PGCONNECT_TIMEOUT", "1"));

        ConnectionSettings settings = ConnectionSettings.of("postgresql://", environment);
        assertThat(PostgresServer.of("postgresql://", environment)).hasToString("elsewhere:77/d");
        assertThat(settings.user()).isEqualTo("me");
        assertThat(settings.get("password")).contains(SECRET);
        assertThat(settings.connectTimeoutSeconds(5)).as("libpq never waits less").isEqualTo(2);
        assertThat(Tls.of(settings).mode()).isEqualTo("verify-full");
        assertThat(PostgresServer.of("postgresql://you@here:1/x", environment)).hasToString("here:1/x");
    }

    @Test
    void service_comesBehindTheUrlAndBeforeTheEnvironment() throws IOException {
        Files.writeString(home.resolve(".pg_service.conf"), """
                # of the team
                [other]
                host=wrong
                [team]
                host=db.example.org
                port=6000
                dbname=ctl
                user=ship

                """);
        Map<String, String> environment = environment();
        environment.putAll(Map.of("PGHOST", "elsewhere", "PGSSLMODE", "require"));

        assertThat(PostgresServer.of("postgresql://?service=team", environment)).hasToString("db.example.org:6000/ctl");
        assertThat(PostgresServer.of("postgresql:///mine?service=team", environment).user()).isEqualTo("ship");
        assertThat(PostgresServer.of("postgresql://x/mine?service=team", environment)).hasToString("x:6000/mine");
        environment.put("PGSERVICE", "missing");
        assertThatThrownBy(() -> PostgresServer.of("postgresql:///mine", environment))
                .hasMessageContaining("no service \"missing\" stands in " + home.resolve(".pg_service.conf"));
    }

    @Test
    void requiredEncryption_withACertificateOfWhoSigns_checksTheServers() throws IOException {
        Files.createDirectories(home.resolve(".postgresql"));
        Files.createFile(home.resolve(".postgresql/root.crt"));

        assertThat(Tls.of(ConnectionSettings.of("postgresql://h?sslmode=require", environment())).mode())
                .isEqualTo("verify-ca");
        assertThat(Tls.of(ConnectionSettings.of("postgresql://h", environment())).mode()).isEqualTo("prefer");
        assertThat(Tls.of(ConnectionSettings.of("postgresql://h?sslrootcert=system", environment())).mode())
                .isEqualTo("verify-full");
    }

    @Test
    void passwordFile_firstLineThatFits_counts() throws IOException {
        PasswordFile file = passwords("""
                # HOST:PORT:DATABASE:USER:PASSWORD
                other:*:*:*:no
                short:line
                db:5432:ctl:u:pa\\:ss\\\\word
                db:*:ctl:*:second
                [::1]:5432:*:*:never
                \\:\\:1:5432:*:*:sixth
                """);

        assertThat(file.password(new ConnectionSettings.Host("db", 5432), "ctl", "u")).contains("pa:ss\\word");
        assertThat(file.password(new ConnectionSettings.Host("db", 1), "ctl", "x")).contains("second");
        assertThat(file.password(new ConnectionSettings.Host("::1", 5432), "ctl", "x")).contains("sixth");
        assertThat(file.password(new ConnectionSettings.Host("db", 1), "other", "x")).isEmpty();
    }

    @Test
    void passwordFile_thatOthersCanRead_isIgnored() throws IOException {
        PasswordFile file = passwords("*:*:*:*:s3cret\n");
        Files.setPosixFilePermissions(file.path(), PosixFilePermissions.fromString("rw-r-----"));

        assertThat(file.ignored()).contains(new ServerFailure.IgnoredFile(file.path(), true));
        assertThat(file.password(new ConnectionSettings.Host("db", 1), "d", "u")).isEmpty();
    }

    @Test
    void passwordFile_thatCannotBeRead_isNamed() {
        // A file whose first byte gives an I/O error, to the user root as well.
        PasswordFile file = new PasswordFile(Path.of("/proc/self/mem"));

        assertThat(file.password(new ConnectionSettings.Host("db", 1), "d", "u")).isEmpty();
        assertThat(file.ignored()).contains(new ServerFailure.IgnoredFile(file.path(), false));
        assertThat(new PasswordFile(home.resolve("none")).ignored()).isEmpty();
    }

    @Test
    void passwordFile_withLinesOfSeveralEncodings_isUsed() throws IOException {
        PasswordFile file = passwords("*:*:*:J\u00fcrgen:p\u00e4ss\n");
        Files.write(file.path(), "*:*:latin:*:p\u00e4ss\n".getBytes(StandardCharsets.ISO_8859_1),
                StandardOpenOption.APPEND);

        assertThat(file.password(new ConnectionSettings.Host("db", 1), "d", "J\u00fcrgen")).contains("p\u00e4ss");
        assertThat(file.password(new ConnectionSettings.Host("db", 1), "latin", "u")).contains("p\u00e4ss");
        assertThat(file.ignored()).isEmpty();
    }

    private PasswordFile passwords(String lines) throws IOException {
        Path file = Files.writeString(home.resolve(".pgpass"), lines);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        return new PasswordFile(file);
    }

    private Map<String, String> environment() {
        return new HashMap<>(Map.of("HOME", home.toString(), "PGSYSCONFDIR", home.toString()));
    }
}
