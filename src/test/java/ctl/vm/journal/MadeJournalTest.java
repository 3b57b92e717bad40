package ctl.vm.journal;

import static org.assertj.core.api.Assertions.assertThat;

import ctl.vm.inventory.Layout;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is measured must be a journal as the program writes one. */
final class MadeJournalTest {

    @TempDir
    private Path root;

    @Test
    void madeJournal_isAsIfAppended() throws Exception {
        MadeJournal.make(root, 1000, 20);

        Verification.Report report = Verification.run(Layout.at(root), Duration.ZERO, Optional.empty(), Headway.NONE);
        assertThat(report.flaws()).isEmpty();
        assertThat(report.events()).isEqualTo(1000);
        assertThat(report.inventory().vms()).hasSize(20);
        assertThat(Rebuild.run(Layout.at(root), Samples.CLOCK, Duration.ZERO, false, Headway.NONE).done()).isEmpty();
    }
}
