package ctl.vm.journal.json;

/** An event has a name or version that this program does not know: a newer one wrote it. */
public final class UnknownEvent extends RuntimeException {

    private static final long serialVersionUID = 1L;

    UnknownEvent(String name, long version) {
        super("%s version %d".formatted(name, version));
    }
}
