package ctl.vm.journal;

/** A text of the journal is not what it should be: damaged, or edited. Who knows its place turns it into a problem. */
final class UnreadableText extends RuntimeException {

    private static final long serialVersionUID = 1L;

    UnreadableText(String reason) {
        super(reason);
    }
}
