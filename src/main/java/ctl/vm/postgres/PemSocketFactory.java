package ctl.vm.postgres;

import ctl.vm.problem.ServerFailure;
import ctl.vm.problem.ServerFailure.TlsFault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import javax.net.ssl.HostnameVerifier;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.postgresql.ssl.PGjdbcHostnameVerifier;
import org.postgresql.ssl.WrappedFactory;

/**
 * Encrypted connections with certificates and keys in PEM format, as libpq has them. The driver makes one by its name;
 * what is wrong with a file is thrown as a problem, which {@link Refusal} finds among the causes.
 */
public final class PemSocketFactory extends WrappedFactory {

    /** Made by the driver. @param properties those of {@link Tls#addTo} */
    public PemSocketFactory(Properties properties) throws GeneralSecurityException {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys(properties), trust(properties), null);
        factory = context.getSocketFactory();
    }

    private static TrustManager[] trust(Properties properties) throws GeneralSecurityException {
        if (!properties.getProperty("sslmode").startsWith("verify")) {
            return new TrustManager[] {new TrustingAll()};
        }
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        String root = properties.getProperty("sslrootcert");
        trust.init(root.equals(Tls.SYSTEM) ? null : store(new PemFile(Path.of(root)).certificates()));
        return trust.getTrustManagers();
    }

    private static KeyStore store(List<Certificate> trusted) throws GeneralSecurityException {
        KeyStore store = empty();
        for (int index = 0; index < trusted.size(); index++) {
            store.setCertificateEntry(Integer.toString(index), trusted.get(index));
        }
        return store;
    }

    /** None where there is no certificate: the server then says whether it wants one. */
    private static KeyManager[] keys(Properties properties) throws GeneralSecurityException {
        Path file = Path.of(properties.getProperty("sslcert"));
        if (!Files.exists(file)) {
            return new KeyManager[0];
        }
        List<Certificate> chain = new PemFile(file).certificates();
        PrivateKey key = new PemFile(Path.of(properties.getProperty("sslkey")))
                .key(chain.getFirst().getPublicKey(), Optional.ofNullable(properties.getProperty("sslpassword")));
        KeyStore store = empty();
        char[] unused = "unused".toCharArray();
        store.setKeyEntry("client", key, unused, chain.toArray(new Certificate[0]));
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(store, unused);
        return keys.getKeyManagers();
    }

    private static KeyStore empty() throws GeneralSecurityException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        try {
            store.load(null, null);
        } catch (IOException impossible) {
            throw new IllegalStateException("nothing was read", impossible);
        }
        return store;
    }

    /** Encrypts, and leaves it open who the server is: what sslmode is below {@code verify-ca}. */
    private static final class TrustingAll implements X509TrustManager {

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {
            // Nobody connects to us.
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {
            // As it was asked for.
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }

    /** Whether a certificate is that of the host, as the driver decides it; if not, it says whose it is. */
    public static final class HostName implements HostnameVerifier {

        @Override
        public boolean verify(String host, SSLSession session) {
            if (PGjdbcHostnameVerifier.INSTANCE.verify(host, session)) {
                return true;
            }
            throw new ServerFailure.TlsFailed(host, TlsFault.OTHER_HOST, subject(session)).thrown();
        }

        private static String subject(SSLSession session) {
            try {
                return ((X509Certificate) session.getPeerCertificates()[0]).getSubjectX500Principal().getName();
            } catch (SSLPeerUnverifiedException none) {
                return "it shows none";
            }
        }
    }
}
