package ctl.vm.inventory;

import java.util.Optional;

/**
 * How much work goes into making a package small.
 *
 * @param level 1 to 12, from quick to small, where the user has chosen one
 * @param fast whether speed is all that matters
 */
public record CompressionLevel(Optional<Integer> level, boolean fast) {

    /** What serves most: smaller than gzip's own, in a fraction of its time. */
    public static final CompressionLevel USUAL = new CompressionLevel(Optional.empty(), false);

    public static final CompressionLevel FAST = new CompressionLevel(Optional.empty(), true);

    public static final int LOWEST = 1;
    public static final int HIGHEST = 12;

    public CompressionLevel {
        if (fast && level.isPresent()) {
            throw new IllegalArgumentException("fast has a level of its own");
        }
        if (level.filter(number -> number < LOWEST || number > HIGHEST).isPresent()) {
            throw new IllegalArgumentException("no such level: " + level.get());
        }
    }

    /** {@code 1} to {@code 12}, {@code fast} or {@code default}; empty for anything else. */
    public static Optional<CompressionLevel> parse(String text) {
        return switch (text) {
            case "default" -> Optional.of(USUAL);
            case "fast" -> Optional.of(FAST);
            case "1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12" ->
                Optional.of(level(Integer.parseInt(text)));
            default -> Optional.empty();
        };
    }

    public static CompressionLevel level(int number) {
        return new CompressionLevel(Optional.of(number), false);
    }
}
