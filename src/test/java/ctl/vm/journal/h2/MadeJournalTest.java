package ctl.vm.journal.h2;

import static org.assertj.core.api.Assertions.assertThat;

import ctl.vm.inventory.value.Layout;
import ctl.vm.journal.ProgressListener;
import ctl.vm.journal.json.Samples;
import ctl.vm.journal.repair.Rebuild;
import ctl.vm.journal.repair.Verification;
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

        Verification.Report report = Verification.run(H2JournalTest.database(Layout.at(root)), Duration.ZERO,
                Optional.empty(),
                ProgressListener.NONE);
        assertThat(report.errors()).isEmpty();
        assertThat(report.events()).isEqualTo(1000);
        assertThat(report.inventory().vms()).hasSize(20);
        assertThat(Rebuild.run(H2JournalTest.database(Layout.at(root)), Samples.CLOCK, Duration.ZERO, false,
                ProgressListener.NONE).done())
                .isEmpty();
    }
}
