package ctl.vm.journal;

/** An event has a name or version that this program does not know: a newer one wrote it. */
final class UnknownEvent extends RuntimeException {

    private static final long serialVersionUID = 1L;

    UnknownEvent(String name, long version) {
        super("%s version %d".formatted(name, version));
    }
}
