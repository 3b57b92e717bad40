package ctl.vm.inventory.value;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What identifies a root wherever its events and packages go: the SHA-256 of its first event, or for a root that was
 * copied from another a random number.
 *
 * @param text 64 lower-case hexadecimal digits
 */
public record RootId(String text) {

    private static final Pattern FORM = Pattern.compile("[0-9a-f]{64}");

    public RootId {
        if (!FORM.matcher(text).matches()) {
            throw new IllegalArgumentException("not the identity of a root: " + text);
        }
    }

    /** Empty where the text is none. */
    public static Optional<RootId> of(String text) {
        return FORM.matcher(text).matches() ? Optional.of(new RootId(text)) : Optional.empty();
    }

    @Override
    public String toString() {
        return text;
    }
}
