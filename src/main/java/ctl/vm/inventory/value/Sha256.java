package ctl.vm.inventory.value;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** A SHA-256 digest. @param hex 64 lower-case hexadecimal digits */
public record Sha256(String hex) {

    /** Where every chain of digests begins: 32 bytes of zero, the digest of nothing known. */
    public static final Sha256 ZERO = new Sha256("0".repeat(64));

    public Sha256 {
        if (hex.length() != 64 || !hex.chars().allMatch(Sha256::isDigit)) {
            throw new IllegalArgumentException("not a SHA-256 digest: " + hex);
        }
    }

    /** @param digest 32 bytes */
    public static Sha256 of(byte[] digest) {
        return new Sha256(HexFormat.of().formatHex(digest));
    }

    /** The digest of these parts, one behind the other. */
    public static Sha256 over(byte[]... parts) {
        MessageDigest digest = algorithm();
        for (byte[] part : parts) {
            digest.update(part);
        }
        return of(digest.digest());
    }

    /** The digest of all remaining bytes, which stay to be read. */
    public static Sha256 over(ByteBuffer bytes) {
        MessageDigest digest = algorithm();
        digest.update(bytes.duplicate());
        return of(digest.digest());
    }

    /** The digest of a text's bytes in UTF-8. */
    public static Sha256 over(String text) {
        return over(text.getBytes(StandardCharsets.UTF_8));
    }

    /** For bytes that come part by part. */
    public static MessageDigest algorithm() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException impossible) { // every Java has it
            throw new IllegalStateException(impossible);
        }
    }

    private static boolean isDigit(int character) {
        return '0' <= character && character <= '9' || 'a' <= character && character <= 'f';
    }

    /** 32 bytes. */
    public byte[] bytes() {
        return HexFormat.of().parseHex(hex);
    }

    @Override
    public String toString() {
        return hex;
    }
}
