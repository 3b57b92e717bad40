package ctl.vm.inventory;

/** A journal holds an event that cannot follow the ones before it: it was edited, or a program wrote it wrongly. */
public final class ImpossibleEvent extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** @param sequence number of the event in the journal */
    public ImpossibleEvent(long sequence, String reason) {
        super("event %d is impossible: %s".formatted(sequence, reason));
    }
}
