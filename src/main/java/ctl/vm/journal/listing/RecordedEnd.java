package ctl.vm.journal.listing;

import ctl.vm.journal.chain.Head;
import ctl.vm.journal.file.JournalFolder;
import ctl.vm.journal.mirror.HeadFile;
import java.util.Optional;

/**
 * What the program wrote of the journal's last event beside the two files that hold the events. It may be older than
 * they are, and is newer only where they have lost events.
 *
 * @param head in the file {@code head}
 * @param listed in the listing
 */
public record RecordedEnd(Optional<Head> head, Optional<Head> listed) {

    public static RecordedEnd of(JournalFolder folder) {
        return new RecordedEnd(
                new HeadFile(folder).read(), new ListingFile(folder).read().map(InventoryCache::head));
    }

    /** Number of the newest event that is known to have been recorded; 0 where that is not known. */
    public long newest() {
        return Math.max(sequence(head), sequence(listed));
    }

    public boolean isUnknown() {
        return head.isEmpty() && listed.isEmpty();
    }

    /** Whether it shows that a journal that ends so has all its events. */
    public boolean shows(Head end) {
        return !isUnknown() && newest() == end.sequence() && contradiction(end).isEmpty();
    }

    /** Why a journal that ends so is not what it was. */
    public Optional<String> contradiction(Head end) {
        if (newest() > end.sequence()) {
            return Optional.of("event %d was recorded, as the file %s says, but %s".formatted(
                    newest(), sequence(head) == newest() ? "head" : "listing",
                    end.sequence() == 0 ? "there is no event" : "event %d is the last".formatted(end.sequence())));
        }
        return differs(head, end).map(_ -> other(end, "head"))
                .or(() -> differs(listed, end).map(_ -> other(end, "listing")));
    }

    private static Optional<Head> differs(Optional<Head> known, Head end) {
        return known.filter(head -> head.sequence() == end.sequence() && !head.equals(end));
    }

    private static String other(Head end, String file) {
        return "event %d is not the one that was recorded, as the file %s says".formatted(end.sequence(), file);
    }

    private static long sequence(Optional<Head> known) {
        return known.map(Head::sequence).orElse(0L);
    }
}
