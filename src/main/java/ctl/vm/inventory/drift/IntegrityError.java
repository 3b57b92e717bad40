package ctl.vm.inventory.drift;

import java.util.Optional;

/**
 * Something about the journal that is not as the journal's program leaves it.
 *
 * @param event number of the event that it is about, where it is about one
 * @param message one line for people, which names the place and the event
 */
public record IntegrityError(Place place, Kind kind, Optional<Long> event, String message) {

    /** Which file it was found in. */
    public enum Place {
        DATABASE("the database"),
        MIRROR("the mirror"),
        /** In both files alike, or it is unknown in which of them. */
        JOURNAL("the journal"),
        TABLES("the tables"),
        LISTING("the listing"),
        /** What was shipped to the team's server. */
        TEAM("the team's server");

        private final String message;

        Place(String message) {
            this.message = message;
        }

        @Override
        public String toString() {
            return message;
        }
    }

    /** What seems to have been done. */
    public enum Kind {
        EDITED,
        REMOVED,
        INSERTED,
        MOVED,
        TORN,
        UNREADABLE,
        /** Two copies that are each without a break and hold different events. */
        DIFFERENT,
        IMPOSSIBLE,
        /** It is not the journal that was sealed, or not all of it. */
        UNSEALED
    }

    public static IntegrityError of(Place place, Kind kind, long event, String message) {
        return new IntegrityError(place, kind, Optional.of(event), message);
    }

    public static IntegrityError of(Place place, Kind kind, String message) {
        return new IntegrityError(place, kind, Optional.empty(), message);
    }
}
