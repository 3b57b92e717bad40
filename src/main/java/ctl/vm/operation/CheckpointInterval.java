package ctl.vm.operation;

import ctl.vm.inventory.value.ByteCount;
import java.time.Duration;
import java.util.Map;

/** After how much work there is a checkpoint, at the latest: so many bytes of data, or so much time. */
public record CheckpointInterval(ByteCount bytes, Duration time) {

    /** A sync every 256 MiB costs a copy 5 to 10 %, and that much is copied again in a second or two. */
    public static final CheckpointInterval USUAL = new CheckpointInterval(new ByteCount(256 << 20),
            Duration.ofSeconds(5));

    /** The variable by which tests have checkpoints after fewer bytes; {@code docs/crash-safety.md} tells of it. */
    private static final String VARIABLE = "CTL_CHECKPOINT_BYTES";

    /** The usual pace, unless the environment says otherwise. */
    public static CheckpointInterval of(Map<String, String> environment) {
        String bytes = environment.getOrDefault(VARIABLE, "");
        return bytes.matches("[1-9][0-9]{0,17}")
                ? new CheckpointInterval(new ByteCount(Long.parseLong(bytes)), USUAL.time())
                : USUAL;
    }
}
