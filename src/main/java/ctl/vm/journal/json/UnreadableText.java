package ctl.vm.journal.json;

/** A text of the journal is not what it should be: damaged, or edited. Who knows its place turns it into a problem. */
public final class UnreadableText extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public UnreadableText(String reason) {
        super(reason);
    }
}
