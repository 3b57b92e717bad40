package ctl.vm.team;

import java.time.Instant;

/**
 * A root that ships to the team's database, as it stood there when it was asked for.
 *
 * @param number stands for it in the tables
 * @param name what people call it
 * @param sequence number of the newest event that is there; 0 where none is
 * @param hash of that event; zeros where there is none
 * @param asOf when it shipped last: what it has done since is not known
 * @param localSequence number of the newest event that it had then
 * @param isSilent whether it has not shipped for longer than one does that ships all the time
 */
public record TeamRoot(int number, String name, long sequence, String hash, Instant asOf, long localSequence,
        boolean isSilent) {

    /** How many events it is known to have that are not there. */
    public long missing() {
        return Math.max(0, localSequence - sequence);
    }

    /** Whether it may have done something that the database does not say. */
    public boolean isBehind() {
        return isSilent || missing() > 0;
    }
}
