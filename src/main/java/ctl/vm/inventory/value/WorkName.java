package ctl.vm.inventory.value;

import java.util.Optional;

/**
 * How the hidden folders and files of an operation are called: {@code 20261123-120501-k7qx}, and in a folder that
 * several hosts share with the epoch of who carries it out, {@code 20261123-120501-k7qx.2}. What was taken from an
 * earlier holder, who may still write to it, is {@code 20261123-120501-k7qx.2.taken}.
 *
 * @param epoch 0 where no other host can be meant
 * @param taken whether it is what an earlier holder has made
 */
public record WorkName(OperationId operation, long epoch, boolean taken) implements Comparable<WorkName> {

    private static final String TAKEN = ".taken";

    /** More are not counted in the life of any operation; it keeps every sum within a long. */
    private static final int MOST_DIGITS = 12;

    /** In a folder of one host. */
    public WorkName(OperationId operation) {
        this(operation, 0, false);
    }

    /** The name that the text is, or nothing where it is none. */
    public static Optional<WorkName> of(String text) {
        boolean taken = text.endsWith(TAKEN);
        String rest = taken ? text.substring(0, text.length() - TAKEN.length()) : text;
        int dot = rest.indexOf('.');
        if (dot < 0) {
            return taken ? Optional.empty() : OperationId.of(rest).map(WorkName::new);
        }
        String digits = rest.substring(dot + 1);
        boolean isEpoch = !digits.isEmpty() && digits.length() <= MOST_DIGITS && !digits.startsWith("0")
                && digits.chars().allMatch(digit -> '0' <= digit && digit <= '9');
        return isEpoch
                ? OperationId.of(rest.substring(0, dot)).map(id -> new WorkName(id, Long.parseLong(digits), taken))
                : Optional.empty();
    }

    /** The same, as taken from its holder. */
    public WorkName asTaken() {
        return new WorkName(operation, epoch, true);
    }

    public String text() {
        return operation.text() + (epoch > 0 ? "." + epoch : "") + (taken ? TAKEN : "");
    }

    /** By operation, then by epoch; what a holder has made comes after what it has taken. */
    @Override
    public int compareTo(WorkName other) {
        int byOperation = operation.compareTo(other.operation);
        int byEpoch = byOperation != 0 ? byOperation : Long.compare(epoch, other.epoch);
        return byEpoch != 0 ? byEpoch : Boolean.compare(other.taken, taken);
    }

    @Override
    public String toString() {
        return text();
    }
}
