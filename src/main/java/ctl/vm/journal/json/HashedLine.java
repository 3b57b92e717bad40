package ctl.vm.journal.json;

import ctl.vm.inventory.value.Sha256;
import java.nio.charset.StandardCharsets;

/**
 * One JSON object whose last field, {@code hash}, is the SHA-256 of the object without it: its UTF-8 bytes, to the
 * letter. Nothing has to be parsed, nor written the same way again, to check it.
 */
public record HashedLine(String text) {

    private static final String BEFORE_HASH = ",\"hash\":\"";
    private static final String AFTER_HASH = "\"}";
    private static final int HASH_DIGITS = 64;
    public static final int SEAL_LENGTH = BEFORE_HASH.length() + HASH_DIGITS + AFTER_HASH.length();

    /** @param object a JSON object with at least one field */
    public static HashedLine seal(String object) {
        return of(object, sha256(object));
    }

    /** An object and the hash that was kept beside it, which may or may not be its own. */
    public static HashedLine of(String object, String hash) {
        return new HashedLine(withoutBrace(object) + BEFORE_HASH + hash + AFTER_HASH);
    }

    /** Whether the hash is that of the rest. */
    public boolean isIntact() {
        return text.length() > SEAL_LENGTH
                && text.endsWith(AFTER_HASH)
                && text.startsWith(BEFORE_HASH, text.length() - SEAL_LENGTH)
                && hash().equals(sha256(text.substring(0, text.length() - SEAL_LENGTH) + "}"));
    }

    /** Of a text that {@link #isIntact} or was just sealed. */
    public String hash() {
        int end = text.length() - AFTER_HASH.length();
        return text.substring(end - HASH_DIGITS, end);
    }

    byte[] bytes() {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String withoutBrace(String object) {
        return object.substring(0, object.length() - 1);
    }

    private static String sha256(String text) {
        return Sha256.over(text).hex();
    }
}
