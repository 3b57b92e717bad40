package ctl.vm.inventory;

import java.time.Instant;

/**
 * What the journal keeps of an image.
 *
 * @param size virtual size, holes included
 * @param modified modification time to the nanosecond; of a disk image it is data, as its snapshots refer to it
 */
public record ImageFacts(ImageName name, ByteCount size, Instant modified) {}
