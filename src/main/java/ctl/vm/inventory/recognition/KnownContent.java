package ctl.vm.inventory.recognition;

import ctl.vm.inventory.Event;
import ctl.vm.inventory.ImageFacts;
import ctl.vm.inventory.Origin;
import ctl.vm.inventory.Recorded;
import ctl.vm.inventory.value.ContentSample;
import ctl.vm.inventory.value.ImageDigest;
import java.time.Instant;
import java.util.Optional;

/**
 * What the journal knows of the content of an image in the state in which it last saw it.
 *
 * @param seen when that was, the last time
 * @param digest of all of it; imports and exports make one
 * @param sample of some places in it; older programs took none
 */
public record KnownContent(Optional<Instant> seen, Optional<ImageDigest> digest, Optional<ContentSample> sample) {

    public static final KnownContent NOTHING = new KnownContent(Optional.empty(), Optional.empty(), Optional.empty());

    /** With what an earlier event says where this one says nothing. */
    KnownContent or(KnownContent earlier) {
        return new KnownContent(seen.or(earlier::seen), digest.or(earlier::digest), sample.or(earlier::sample));
    }

    /** What an event says of the content of an image in this very state, by size and time. */
    static KnownContent of(Recorded recorded, ImageFacts image) {
        Optional<Event.Contents> contents = Event.Contents.of(recorded.event());
        boolean isOfThisState = contents.stream().flatMap(known -> known.images().stream())
                .anyMatch(known -> known.name().equals(image.name()) && known.looksLike(image));
        Optional<ImageDigest> empty = recorded.event() instanceof Event.VmArrived arrived
                && arrived.origin() instanceof Origin.Created
                        ? Optional.of(ImageDigest.ofZeros(image.size()))
                        : Optional.empty();
        return isOfThisState
                ? new KnownContent(
                        Optional.of(recorded.time()),
                        contents.map(known -> known.digests().get(image.name())).or(() -> empty),
                        contents.map(known -> known.samples().get(image.name())))
                : NOTHING;
    }
}
