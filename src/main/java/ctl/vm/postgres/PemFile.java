package ctl.vm.postgres;

import ctl.vm.problem.ServerFailure;
import ctl.vm.problem.VmException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Cipher;
import javax.crypto.EncryptedPrivateKeyInfo;
import javax.crypto.SecretKey;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/**
 * A file of certificates or of a private key in PEM format, as {@code openssl} writes it. The driver reads keys in the
 * form PKCS #8 only, and libpq all of them, so they are read here.
 */
record PemFile(Path path) {

    private static final Pattern SECTION = Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----(.*?)-----END \\1-----",
            Pattern.DOTALL);

    private static final Set<PosixFilePermission> OTHERS = Set.of(
            PosixFilePermission.GROUP_WRITE, PosixFilePermission.GROUP_EXECUTE,
            PosixFilePermission.OTHERS_READ, PosixFilePermission.OTHERS_WRITE, PosixFilePermission.OTHERS_EXECUTE);

    private static final int SEQUENCE = 0x30;
    private static final int OCTETS = 0x04;
    private static final byte[] VERSION = {2, 1, 0};

    List<Certificate> certificates() {
        try {
            List<Certificate> found = List.copyOf(CertificateFactory.getInstance("X.509")
                    .generateCertificates(new ByteArrayInputStream(bytes())));
            if (found.isEmpty()) {
                throw bad("there is no certificate in it");
            }
            return found;
        } catch (CertificateException damaged) {
            throw bad("it is not a certificate in PEM format");
        }
    }

    /**
     * The private key, which only its owner may read, or its group where root owns it.
     *
     * @param certified the public key that belongs to it
     * @param password of the key, where it is encrypted
     */
    PrivateKey key(PublicKey certified, Optional<String> password) {
        requirePrivate();
        Matcher section = SECTION.matcher(new String(bytes(), StandardCharsets.ISO_8859_1));
        while (section.find()) {
            String body = section.group(2);
            switch (section.group(1)) {
                case "PRIVATE KEY" -> {
                    return key(certified, decoded(body));
                }
                case "RSA PRIVATE KEY", "EC PRIVATE KEY" -> {
                    if (body.contains("ENCRYPTED")) {
                        throw bad("the key is encrypted in an old form: convert it with \"openssl pkcs8 -topk8\"");
                    }
                    return key(certified, wrapped(decoded(body), certified));
                }
                case "ENCRYPTED PRIVATE KEY" -> {
                    return key(certified, decrypted(decoded(body),
                            password.orElseThrow(() -> bad("the key is encrypted, and there is no sslpassword"))));
                }
                default -> {
                    // openssl writes the parameters of a curve, or a certificate, beside the key.
                }
            }
        }
        throw bad("there is no private key in PEM format in it");
    }

    VmException bad(String reason) {
        return new ServerFailure.BadTlsFile(path, reason).thrown();
    }

    private void requirePrivate() {
        try {
            Map<String, Object> status = Files.readAttributes(path, "unix:uid,permissions");
            boolean isRoots = status.get("uid").equals(0);
            @SuppressWarnings("unchecked") Set<PosixFilePermission> granted = (Set<PosixFilePermission>) status
                    .get("permissions");
            if (granted.stream().anyMatch(OTHERS::contains)
                    || !isRoots && granted.contains(PosixFilePermission.GROUP_READ)) {
                throw bad("other users can read this key: run \"chmod 600\" on it");
            }
        } catch (IOException unreadable) {
            throw bad("no such file, or it cannot be read");
        }
    }

    private byte[] bytes() {
        try {
            return Files.readAllBytes(path);
        } catch (AccessDeniedException denied) {
            throw bad("permission denied");
        } catch (IOException unreadable) {
            throw bad("no such file, or it cannot be read");
        }
    }

    private byte[] decoded(String body) {
        try {
            return Base64.getMimeDecoder().decode(body.strip());
        } catch (IllegalArgumentException damaged) {
            throw bad("the key in it is damaged");
        }
    }

    private PrivateKey key(PublicKey certified, byte[] pkcs8) {
        try {
            return KeyFactory.getInstance(certified.getAlgorithm()).generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
        } catch (GeneralSecurityException damaged) {
            throw bad("the key in it is damaged, or is not that of the certificate");
        }
    }

    private byte[] decrypted(byte[] encrypted, String password) {
        try {
            EncryptedPrivateKeyInfo info = new EncryptedPrivateKeyInfo(encrypted);
            // For PBES2 the name of the algorithm is that of its parameters.
            String algorithm = info.getAlgName().equals("PBES2")
                    ? info.getAlgParameters().toString()
                    : info.getAlgName();
            SecretKey secret = SecretKeyFactory.getInstance(algorithm)
                    .generateSecret(new PBEKeySpec(password.toCharArray()));
            Cipher cipher = Cipher.getInstance(algorithm);
            cipher.init(Cipher.DECRYPT_MODE, secret, info.getAlgParameters());
            return info.getKeySpec(cipher).getEncoded();
        } catch (IOException | GeneralSecurityException wrong) {
            throw bad("the key cannot be decrypted with the sslpassword");
        }
    }

    /**
     * A key of an older form as one of PKCS #8: a version, the algorithm, and the key as octets. The algorithm is that
     * of the public key, which begins with it.
     */
    private static byte[] wrapped(byte[] key, PublicKey certified) {
        byte[] publicKey = certified.getEncoded();
        int start = headerLength(publicKey, 0);
        int length = headerLength(publicKey, start) + contentLength(publicKey, start);
        ByteArrayOutputStream inner = new ByteArrayOutputStream();
        inner.writeBytes(VERSION);
        inner.write(publicKey, start, length);
        inner.writeBytes(element(OCTETS, key));
        return element(SEQUENCE, inner.toByteArray());
    }

    private static byte[] element(int tag, byte[] content) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(tag);
        int length = content.length;
        if (length < 0x80) {
            out.write(length);
        } else if (length < 0x100) {
            out.writeBytes(new byte[] {(byte) 0x81, (byte) length});
        } else {
            out.writeBytes(new byte[] {(byte) 0x82, (byte) (length >> 8), (byte) length});
        }
        out.writeBytes(content);
        return out.toByteArray();
    }

    private static int headerLength(byte[] der, int at) {
        int first = der[at + 1] & 0xff;
        return first < 0x80 ? 2 : 2 + (first & 0x7f);
    }

    private static int contentLength(byte[] der, int at) {
        int first = der[at + 1] & 0xff;
        if (first < 0x80) {
            return first;
        }
        int length = 0;
        for (int index = 0; index < (first & 0x7f); index++) {
            length = length << 8 | der[at + 2 + index] & 0xff;
        }
        return length;
    }
}
