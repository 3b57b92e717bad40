package ctl.vm.postgres;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Properties;

/**
 * How a connection is encrypted, and by which certificates, with libpq's defaults: the files
 * {@code root.crt}, {@code postgresql.crt} and {@code postgresql.key} in {@code ~/.postgresql}.
 *
 * @param mode {@code sslmode}
 * @param rootCertificate against which the server's is checked; empty where that of the system are meant
 */
record Tls(String mode, String negotiation, Optional<Path> rootCertificate, Path certificate, Path key,
        Optional<String> keyPassword) {

    static final String SYSTEM = "system";

    static Tls of(ConnectionSettings settings) {
        boolean isSystem = settings.get("sslrootcert", "").equals(SYSTEM);
        Path root = settings.file("sslrootcert", ".postgresql/root.crt");
        return new Tls(
                mode(settings, isSystem, root),
                settings.get("sslnegotiation", "postgres"),
                isSystem ? Optional.empty() : Optional.of(root),
                settings.file("sslcert", ".postgresql/postgresql.crt"),
                settings.file("sslkey", ".postgresql/postgresql.key"),
                settings.get("sslpassword"));
    }

    /** With the certificates of the system all is checked; with a file of some, {@code require} checks the server's. */
    private static String mode(ConnectionSettings settings, boolean isSystem, Path root) {
        String mode = settings.get("sslmode", isSystem ? "verify-full" : "prefer");
        if (isSystem && !mode.equals("verify-full")) {
            throw settings.wrong("sslrootcert=system goes with sslmode=verify-full only");
        }
        return mode.equals("require") && Files.exists(root) ? "verify-ca" : mode;
    }

    void addTo(Properties properties) {
        properties.setProperty("sslmode", mode);
        properties.setProperty("sslNegotiation", negotiation);
        properties.setProperty("sslfactory", PemSocketFactory.class.getName());
        properties.setProperty("sslhostnameverifier", PemSocketFactory.HostName.class.getName());
        properties.setProperty("sslrootcert", rootCertificate.map(Path::toString).orElse(SYSTEM));
        properties.setProperty("sslcert", certificate.toString());
        properties.setProperty("sslkey", key.toString());
        keyPassword.ifPresent(password -> properties.setProperty("sslpassword", password));
    }
}
