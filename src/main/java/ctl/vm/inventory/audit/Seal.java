package ctl.vm.inventory.audit;

import ctl.vm.inventory.value.Sha256;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The end of the journal at some time, to be kept elsewhere: as each event holds the hash of the one before it, the
 * last hash stands for all of them. A journal that extends a seal has had nothing changed or taken out up to there.
 *
 * @param sequence number of the last event; 0 where there was none
 * @param hash of that event
 */
public record Seal(long sequence, Sha256 hash) {

    /** Names what the hash is taken over, should that ever change. */
    private static final String VERSION = "ctl-seal-1";

    /** The seal that was written so; empty where it is none. */
    public static Optional<Seal> parse(String text) {
        Matcher parts = Pattern.compile(VERSION + ":([0-9]{1,18}):([0-9a-f]{64})").matcher(text.strip());
        return parts.matches()
                ? Optional.of(new Seal(Long.parseLong(parts.group(1)), new Sha256(parts.group(2))))
                : Optional.empty();
    }

    /** One word: {@code ctl-seal-1:}, the number, a colon and the hash. */
    @Override
    public String toString() {
        return "%s:%d:%s".formatted(VERSION, sequence, hash);
    }
}
