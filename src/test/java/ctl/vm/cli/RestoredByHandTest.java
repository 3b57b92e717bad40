package ctl.vm.cli;

import static org.assertj.core.api.Assertions.assertThat;

import ctl.vm.cli.output.TimeFormat;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Backups that are put back with the tools that people make them with: what nobody wrote to is known again, and what
 * somebody wrote to is not.
 *
 * <pre>
 * vm/vm09/disk.s2e          8 MiB, 300 kB of data in three places, of 05:06:07.123456789
 *         disk.s2e.ready    written by S²E, which demands a disk image of that second
 * vm/vm10, vm/vm11          clones of vm09
 * vm/packed                 imported, so that the journal has digests
 * </pre>
 */
class RestoredByHandTest {

    /** 2026-03-04 05:06:07 UTC: odd, so that two seconds are another time. */
    private static final long SECONDS = 1772600767;

    private static final String REFUSED = "would be refused by S2E";

    @TempDir
    Path folder;

    private InProcess program;

    @BeforeEach
    void makeVms() throws IOException {
        program = new InProcess(folder);
        program.succeeds("create", "vm09", "8M");
        ByteBuffer header = ByteBuffer.allocate(1024).order(ByteOrder.LITTLE_ENDIAN);
        header.putLong(SECONDS).putLong(1).putLong(0).putLong(1).putLong(1).putLong(512);
        Files.write(program.vms().resolve("vm09/disk.s2e.ready"), header.array());
        program.shell("""
                for at in 0 3000 7000; do
                    head -c 100000 /dev/urandom | dd of=vm09/disk.s2e bs=1k seek=$at conv=notrunc status=none
                done
                touch -d @%1$d.5 vm09/disk.s2e.ready
                touch -d @%1$d.123456789 vm09/disk.s2e
                """.formatted(SECONDS));
        program.succeeds("reconcile");
        program.succeeds("clone", "vm09", "vm10");
        program.succeeds("clone", "vm09", "vm11");
        // Of another VM, so that the journal knows no digest of these.
        program.succeeds("clone", "vm09", "whole");
        program.succeeds("export", "whole", folder.resolve("packed.tar.gz").toString());
        program.succeeds("import", folder.resolve("packed.tar.gz").toString(), "packed");
        program.succeeds("delete", "-y", "--now", "whole");
    }

    /** A way to make a backup of a VM and to put it back: {@code $1} is the VM. */
    private record Way(String tool, String backup, String restore, boolean keepsTheSecond) {

        @Override
        public String toString() {
            return backup + "; " + restore;
        }
    }

    private static final String UNZIP = """
            python3 -c '
            import os, sys, time, zipfile
            with zipfile.ZipFile("../b.zip") as z:
                z.extractall(".")
                if len(sys.argv) > 1:
                    for i in z.infolist():
                        if not i.is_dir(): os.utime(i.filename, (time.mktime(i.date_time + (0, 0, -1)),) * 2)
            '""";

    private static final String ZIP = "python3 -m zipfile -c ../b.zip $1";

    /** As {@code cp} some time ago: of what was just written nobody knows whether it is whole. */
    private static final String LATER = "; find $1 -type f -exec touch -d '2026-05-05 05:05:05.123' {} +";

    private static String aged(String to) {
        return "; for image in $1/*; do touch -d \"%s\" $image; done".formatted(to);
    }

    static Stream<Way> ways() {
        return Stream.of(
                new Way("tar", "tar czf ../b.tgz $1", "tar xzf ../b.tgz", true),
                new Way("tar", "tar --format=posix -cf ../b.tar $1", "tar xf ../b.tar", true),
                new Way("tar", "tar --sparse -cf ../b.tar $1", "tar xf ../b.tar", true),
                new Way("rsync", "rsync -a $1 ../b/", "rsync -a ../b/$1 .", true),
                new Way("rsync", "rsync -r $1 ../b/", "rsync -rI ../b/$1 ." + LATER, false),
                new Way("cp", "mkdir ../b; cp -a $1 ../b/", "cp -a ../b/$1 .", true),
                new Way("cp", "mkdir ../b; cp -r $1 ../b/", "rm -rf $1; cp -r ../b/$1 ." + LATER, false),
                new Way("cp", "mkdir ../b; cp -r --sparse=never $1 ../b/",
                        "rm -rf $1; cp -r --sparse=never ../b/$1 ." + LATER, false),
                new Way("python3", ZIP, "rm -rf $1; " + UNZIP + LATER, false),
                new Way("python3", ZIP, "rm -rf $1; " + UNZIP + " times", false),
                coarse("$(( $(stat -c %Y $image) / 2 * 2 ))", false),
                coarse("$(( ($(stat -c %Y $image) + 2) / 2 * 2 ))", false),
                coarse("$(( $(stat -c %Y $image) + 3600 ))", false),
                coarse("$(( $(stat -c %Y $image) - 7 * 3600 ))", false),
                coarse("$(( $(stat -c %Y $image) + 5 * 3600 + 1800 ))", false),
                coarse("$(( ($(stat -c %Y $image) - 3600) / 2 * 2 ))", false),
                coarse("$(stat -c %.7Y $image)", true));
    }

    /** Those after which the time says nothing. */
    static Stream<Way> waysThatMakeNewTimes() {
        return ways().filter(way -> way.restore().endsWith(LATER));
    }

    /** One of each kind. */
    static Stream<Way> someWays() {
        return ways().filter(way -> Set.of("tar czf", "rsync -r", "python3").stream()
                .anyMatch(begin -> way.backup().startsWith(begin)));
    }

    private static Way coarse(String seconds, boolean keepsTheSecond) {
        return new Way("cp", "mkdir ../b; cp -a $1 ../b/", "rm -rf $1; cp -a ../b/$1 ." + aged("@" + seconds),
                keepsTheSecond);
    }

    /** One VM was gone for a while; of the other, the images alone are put back over what is there. */
    @ParameterizedTest
    @MethodSource("ways")
    void vmThatWasGone_isRestoredWithItsHistory_andImagesThatWerePutBackWereNotWrittenTo(Way way) {
        assume(way);
        sh(way.backup(), "vm10");
        sh("rm -r $1", "vm10");
        assertThat(recorded()).containsExactly("vm10: removed by hand");

        sh(way.restore(), "vm10");

        assertThat(recorded()).containsExactly("vm10: restored by hand");
        assertThat(notes.contains(REFUSED)).as(notes).isEqualTo(!way.keepsTheSecond());
        assertThat(program.succeeds("list", "--json", "vm10").out()).contains("\"kind\" : \"cloned\"", "createdBy");
        assertThat(program.succeeds("list").out()).matches("(?s).*vm09.*vm10.*vm11.*packed.*");

        sh("rm -rf ../b ../b.*", "vm11");
        sh(way.backup(), "vm11");
        // Aside, so that inodes are others, as on a disk where something happens in between.
        sh("mv $1 ../aside", "vm11");
        sh(way.restore(), "vm11");

        List<String> findings = recorded();
        String words = way.restore().endsWith(LATER)
                ? "put back by hand, unchanged as far as samples tell"
                : "put back by hand, unchanged";
        assertThat(findings).contains("vm11 (disk): " + words).allMatch(finding -> finding.endsWith(words));
        assertThat(notes.contains(REFUSED)).as(notes).isEqualTo(!way.keepsTheSecond());
        assertThat(program.succeeds("audit", "vm11", "--json", "--limit", "1").out())
                .contains("\"change\":\"image-restored\"");
        assertThat(program.succeeds("verify").out()).contains("agree");
    }

    @ParameterizedTest
    @MethodSource("someWays")
    void imagesOfWhichThereAreDigests_arePutBackUnchangedForCertain(Way way) {
        assume(way);
        sh(way.backup(), "packed");
        sh("mv $1 ../aside", "packed");

        sh(way.restore(), "packed");

        assertThat(recorded()).contains("packed (disk): put back by hand, unchanged")
                .allMatch(finding -> finding.endsWith(": put back by hand, unchanged"));
        assertThat(program.succeeds("verify", "--deep", "packed").out()).doesNotContain("damaged");
    }

    @ParameterizedTest
    @MethodSource("someWays")
    void imageThatWasWrittenToBeforeItWasPutBack_isWrittenTo(Way way) {
        assume(way);
        sh(way.backup(), "vm11");
        sh("mv $1 ../aside", "vm11");
        sh(way.restore(), "vm11");
        sh("""
                stamp=$(stat -c @%.9Y $1/disk.s2e)
                head -c 60000 /dev/urandom | dd of=$1/disk.s2e bs=1k seek=3000 conv=notrunc status=none
                touch -d $stamp $1/disk.s2e""", "vm11");

        assertThat(recorded()).filteredOn(finding -> finding.startsWith("vm11 (disk)")).singleElement().asString()
                .matches("vm11 \\(disk\\): (written to at .*|replaced by another file of the same size and time)");
    }

    @ParameterizedTest
    @MethodSource("waysThatMakeNewTimes")
    void oneByteOfAnImageOfWhichThereIsADigest_isEnoughToBeWrittenTo(Way way) {
        assume(way);
        sh(way.backup(), "packed");
        sh("mv $1 ../aside", "packed");
        sh(way.restore(), "packed");
        sh("printf x | dd of=$1/disk.s2e bs=1 seek=5000001 conv=notrunc status=none" + LATER, "packed");

        assertThat(recorded()).contains(
                "packed (disk): written to at 2026-05-05 05:05:05",
                "packed:ready: put back by hand, unchanged");
    }

    @Test
    void anotherVmUnderTheNameOfOneThatWasGone_isMadeByHand() {
        sh("rm -r $1", "vm10");
        recorded();

        sh("mkdir $1; head -c 8M /dev/urandom >$1/disk.s2e; head -c 1024 /dev/urandom >$1/disk.s2e.ready" + LATER,
                "vm10");

        assertThat(recorded()).containsExactly("vm10: made by hand");
    }

    @Test
    void emptyVmUnderTheNameOfAnEmptyOneThatWasGone_isMadeByHand() {
        program.succeeds("create", "Empty", "2M");
        sh("rm -r $1", "Empty");
        recorded();

        sh("mkdir $1; truncate -s 2M $1/disk.s2e" + LATER, "Empty");
        assertThat(recorded()).containsExactly("Empty: made by hand");
    }

    @Test
    void emptyVm_restoredFromTar_isRestored() {
        program.succeeds("create", "Empty", "2M");
        sh("tar cf ../b.tar $1; rm -r $1", "Empty");
        recorded();

        sh("tar xf ../b.tar", "Empty");

        assertThat(recorded()).containsExactly("Empty: restored by hand");
    }

    @Test
    void sameFileWithItsSecondGivenBack_isWrittenTo() {
        sh("printf x | dd of=$1/disk.s2e bs=1 seek=5000001 conv=notrunc status=none; touch -d @%d $1/disk.s2e"
                .formatted(SECONDS), "vm11");

        assertThat(recorded())
                .containsExactly("vm11 (disk): written to at " + TimeFormat.second(Instant.ofEpochSecond(SECONDS)));
    }

    @Test
    void touch_ofAnImageOfWhichThereIsADigest_isNoWrite() {
        sh("touch -d '2026-05-05 05:05:05.123' $1/disk.s2e", "packed");

        assertThat(recorded()).containsExactly("packed (disk): rewritten or touched by hand, unchanged");
        assertThat(notes).contains(REFUSED);
        assertThat(program.succeeds("verify", "--deep", "packed").out()).contains("2 images match their digests")
                .doesNotContain("changed since");
    }

    @Test
    void filesystemMountedWithAnotherTimeZone_isNoWrite() {
        sh("for image in $1/*; do touch -d \"@$(( $(stat -c %Y $image) + 3600 ))\" $image; done", "vm11");

        assertThat(recorded()).hasSize(2)
                .allMatch(finding -> finding.endsWith("put back by hand, unchanged as far as samples tell"));
    }

    @Test
    void diff_ofWhatWasPutBack_hasNoWrite() {
        Instant before = Instant.now();
        sh("tar cf ../b.tar $1; mv $1 ../aside; tar xf ../b.tar", "vm11");
        assertThat(recorded()).isNotEmpty();

        assertThat(program.succeeds("diff", "--since", before.toString()).out()).doesNotContain("vm11");
    }

    private String notes = "";

    /** What a dry run tells; then it is recorded, with the same words. */
    private List<String> recorded() {
        Program.Result plan = program.ctl("reconcile", "--dry-run");
        assertThat(plan.exit()).as(plan.toString()).isEqualTo(3);
        notes = plan.err();
        assertThat(program.succeeds("reconcile").out())
                .isEqualTo(plan.out().replaceAll("(?m)^(.*): to be recorded$", "[ OK ] $1"));
        assertThat(program.succeeds("reconcile", "--dry-run").out()).isEqualTo("[ OK ] journal and folder agree\n");
        return plan.out().lines().map(finding -> finding.replace(": to be recorded", "")).toList();
    }

    private void sh(String line, String vm) {
        program.shell("set -- %s\n%s".formatted(vm, line));
    }

    private static void assume(Way way) {
        Program.assumeTool(way.tool());
    }
}
