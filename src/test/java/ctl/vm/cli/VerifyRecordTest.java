package ctl.vm.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.RandomAccessFile;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code verify --deep --record}: images without a digest get one, so that the next look finds what has happened to
 * them.
 *
 * <pre>
 * vm/MyBox/disk.s2e          never exported nor imported
 *          disk.s2e.ready    neither
 * </pre>
 */
class VerifyRecordTest {

    @TempDir
    Path folder;

    private InProcess program;

    @BeforeEach
    void makeVm() {
        program = new InProcess(folder);
        program.succeeds("create", "MyBox", "2M");
        program.shell(
                "head -c 1M /dev/urandom | dd of=MyBox/disk.s2e conv=notrunc status=none; cp MyBox/disk.s2e MyBox/disk.s2e.ready");
        program.succeeds("reconcile");
    }

    @Test
    void verify_deepWithRecord_findsLaterDamageThatSizeAndTimeDoNotShow() {
        assertThat(program.succeeds("verify", "--deep").out()).contains("2 were never digested");

        assertThat(program.succeeds("verify", "--deep", "--record").out()).contains("2 were digested now");

        assertThat(program.succeeds("verify", "--deep").out()).contains("2 images match their digests");
        program.shell(
                "cp -p MyBox/disk.s2e ../kept; printf x | dd of=MyBox/disk.s2e conv=notrunc status=none; touch -r ../kept MyBox/disk.s2e");
        Program.Result damaged = program.ctl("verify", "--deep");
        assertThat(damaged.exit()).isEqualTo(3);
        assertThat(damaged.out()).contains("image: MyBox (disk) is damaged");
        assertThat(program.succeeds("reconcile", "--dry-run").out()).doesNotContain("MyBox");
    }

    @Test
    void verify_withRecord_again_recordsNothing() {
        program.succeeds("verify", "--deep", "--record");
        String events = program.shell("wc -l <../journal/events.jsonl");

        assertThat(program.succeeds("verify", "--deep", "--record").out()).doesNotContain("digested now");

        assertThat(program.shell("wc -l <../journal/events.jsonl")).isEqualTo(events);
    }

    @Test
    void verify_withRecord_afterAChangeThatTheJournalKnows_digestsTheImageAnew() {
        program.succeeds("verify", "--deep", "--record");
        program.shell("head -c 1M /dev/urandom | dd of=MyBox/disk.s2e conv=notrunc status=none");
        Program.Result before = program.ctl("verify", "--deep", "--record");
        assertThat(before.exit()).as("the change is for a reconcile first").isEqualTo(3);
        program.succeeds("reconcile");

        assertThat(program.succeeds("verify", "--deep", "--record").out()).contains("1 was digested now");
        assertThat(program.succeeds("verify", "--deep").out()).contains("2 images match their digests");
    }

    @Test
    void verify_withRecord_passesOverAnImageThatIsOpenForWriting() throws Exception {
        try (var _ = new RandomAccessFile(program.vms().resolve("MyBox/disk.s2e").toFile(), "rw")) {
            Program.Result result = program.succeeds("verify", "--deep", "--record");

            assertThat(result.err()).contains("MyBox (disk image) gets no digest").contains("open for writing");
            assertThat(result.out()).contains("1 was digested now, 1 was never digested");
        }
    }

    @Test
    void verify_withRecord_andAJournalThatCannotBeWritten_saysSoAndGoesOn() {
        program.shell("rm ../journal/lock; mkdir ../journal/lock");

        Program.Result result = program.ctl("verify", "--deep", "--record");

        assertThat(result.exit()).isZero();
        assertThat(result.err()).contains("the digests are not recorded: ");
        assertThat(result.out()).contains("2 were never digested");
    }

    @Test
    void verify_withRecord_isInTheJournalAndNotInTheAudit() {
        String audit = program.succeeds("audit").out();
        program.succeeds("verify", "--deep", "--record");

        assertThat(program.succeeds("audit").out()).isEqualTo(audit);
        assertThat(program.shell("grep -c image-digested ../journal/events.jsonl")).isEqualTo("2\n");
        program.succeeds("verify");
        program.succeeds("reconcile", "--rebuild");
        program.succeeds("verify", "--deep");
        assertThat(program.ctl("verify", "--record").exit()).isEqualTo(2);
    }
}
