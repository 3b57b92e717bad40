package ctl.vm.archive.tar;

import ctl.vm.archive.member.Malformed;
import java.util.Optional;

/**
 * What stands before the header of a member and says more about it: at most one pax header, or one long name and one
 * long link. Tools disagree on which of several counts, so there may not be several.
 */
final class ExtendedHeader {

    private Optional<PaxRecords> pax = Optional.empty();
    private Optional<String> longName = Optional.empty();
    private boolean longLink;

    void add(PaxRecords records) throws Malformed {
        if (!isEmpty()) {
            throw new Malformed("is described twice");
        }
        pax = Optional.of(records);
    }

    void addLongName(String name) throws Malformed {
        if (longName.isPresent() || pax.isPresent()) {
            throw new Malformed("is described twice");
        }
        longName = Optional.of(name);
    }

    void addLongLink() throws Malformed {
        if (longLink || pax.isPresent()) {
            throw new Malformed("is described twice");
        }
        longLink = true;
    }

    boolean isEmpty() {
        return pax.isEmpty() && longName.isEmpty() && !longLink;
    }

    PaxRecords pax() {
        return pax.orElse(PaxRecords.NONE);
    }

    /** The name of the member where it is not that of its header. */
    Optional<String> name() {
        return longName
                .or(() -> pax().text(PaxRecords.SPARSE_NAME))
                .or(() -> pax().text(PaxRecords.PATH));
    }
}
