package ctl.vm.crash;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;

/**
 * What a slice of a campaign tried and found, as a line of a file to which many slices add theirs.
 * {@code bench/campaign} names the file with {@code -Dcrash.results}; without that, nothing is written.
 *
 * @param tried positions, faults, power cuts or, for block replay, disks that were checked
 * @param recovered tries after which something had to be recovered
 */
record CampaignResult(int tried, long recovered, int broken, Duration time) {

    /** Appends tried, recovered, broken and seconds, separated by tabs. */
    void record() {
        String file = System.getProperty("crash.results", "");
        if (file.isEmpty()) {
            return;
        }
        String line = "%d\t%d\t%d\t%d%n".formatted(tried, recovered, broken, time.toSeconds());
        try {
            Files.writeString(Path.of(file), line, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
