package ctl.vm.journal.json;

import ctl.vm.problem.Misuse;
import ctl.vm.problem.VmException;

/** A text of the journal is not what it should be: damaged, or edited. Who knows its place turns it into a problem. */
public final class UnreadableText extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public UnreadableText(String reason) {
        super(reason);
    }

    /** For a value that breaks the rules of its type, such as a name. */
    public static UnreadableText of(VmException refused) {
        return new UnreadableText(refused.problem() instanceof Misuse.BadName(var kind, var name, var reason)
                ? "\"%s\" cannot be the name of a %s: %s".formatted(name, kind, reason)
                : refused.getMessage());
    }
}
