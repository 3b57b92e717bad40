package ctl.vm.operation;

import ctl.vm.inventory.ByteCount;
import java.time.Duration;

/** After how much work there is a checkpoint, at the latest: so many bytes of data, or so much time. */
public record Pace(ByteCount bytes, Duration time) {

    /** A sync every 256 MiB costs a copy 5 to 10 %, and that much is copied again in a second or two. */
    public static final Pace USUAL = new Pace(new ByteCount(256 << 20), Duration.ofSeconds(5));
}
