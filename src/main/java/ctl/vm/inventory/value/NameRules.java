package ctl.vm.inventory.value;

import ctl.vm.problem.Misuse;
import ctl.vm.problem.VmException;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;

/** What VM and snapshot names may hold. A name is kept byte for byte as given. */
final class NameRules {

    private static final String NOT_PORTABLE = "<>\"|?*\\";
    private static final int PORTABLE_LENGTH = 127;

    private NameRules() {}

    /** @throws ctl.vm.problem.VmException BadName */
    static void check(String kind, String name, int maximumBytes) {
        if (name.isEmpty()) {
            throw bad(kind, name, "it is empty");
        }
        if (name.length() <= maximumBytes && isPlain(name)) {
            return;
        }
        if (name.indexOf('/') >= 0 || name.indexOf(':') >= 0) {
            throw bad(kind, name, "it holds \"/\" or \":\"");
        }
        if (!name.codePoints().allMatch(NameRules::isAllowed)) {
            throw bad(kind, name, "it holds a control character or one that is not text");
        }
        if (bytes(name) > maximumBytes) {
            throw bad(kind, name, "it has %d bytes, and %d are the most".formatted(bytes(name), maximumBytes));
        }
    }

    /** Two names with the same key cannot be distinguished by a reader. */
    static String lookalikeKey(String name) {
        // ASCII is normal; and the class that normalises takes a millisecond to load at start-up.
        return isPlain(name) ? name : Normalizer.normalize(name, Normalizer.Form.NFC);
    }

    /**
     * Whether filesystems of every kind take it: those that come from Windows refuse some characters, and all count the
     * length in units of their own.
     */
    static boolean isPortable(String name) {
        return name.length() <= PORTABLE_LENGTH
                && isPlain(name)
                && name.chars().noneMatch(character -> NOT_PORTABLE.indexOf(character) >= 0)
                && !name.endsWith(".")
                && !name.endsWith(" ");
    }

    static VmException bad(String kind, String name, String reason) {
        return new Misuse.BadName(kind, name, reason).thrown();
    }

    /** Quick, for most names: nothing but ASCII that is allowed. */
    private static boolean isPlain(String name) {
        for (int at = 0; at < name.length(); at++) {
            char character = name.charAt(at);
            if (character < ' ' || character > '~' || character == '/' || character == ':') {
                return false;
            }
        }
        return true;
    }

    private static int bytes(String name) {
        return name.getBytes(StandardCharsets.UTF_8).length;
    }

    /** U+FFFD stands where a name on disk is not UTF-8: such a name could not be found again. */
    private static boolean isAllowed(int character) {
        return switch (Character.getType(character)) {
            case Character.CONTROL, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR, Character.SURROGATE ->
                false;
            default -> character != 0xFFFD;
        };
    }
}
