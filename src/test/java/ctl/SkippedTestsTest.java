package ctl;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import ctl.vm.child.Children;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The lines at the end of the build that say which tests were skipped, and why: from reports as Surefire writes them.
 */
class SkippedTestsTest {

    private static final Instant BEGIN = Instant.parse("2026-11-29T12:00:00Z");

    @TempDir
    private Path target;

    @BeforeEach
    void makeFolders() throws IOException {
        Files.createDirectories(target.resolve("surefire-reports"));
        Files.createDirectories(target.resolve("failsafe-reports"));
    }

    @Test
    void skippedTests_ofAllReports_areALineEachWithTheReason() throws Exception {
        report("surefire-reports/TEST-ctl.FooTest.xml", BEGIN.plusSeconds(1), """
                <testcase name="runs" classname="ctl.FooTest" time="0.1"/>
                <testcase name="disabled" classname="ctl.FooTest" time="0.0"><skipped message="not now"/></testcase>
                """);
        report("failsafe-reports/TEST-ctl.vm.BarIT.xml", BEGIN.plusSeconds(1), """
                <testcase name="packs(String)[1]" classname="ctl.vm.BarIT" time="0.0">
                <skipped type="org.opentest4j.TestAbortedException"><![CDATA[org.opentest4j.TestAbortedException: \
                Assumption failed: zstd is not installed
                ]]></skipped></testcase>
                <testcase name="mounts" classname="ctl.vm.BarIT" time="0.0">
                <skipped type="org.opentest4j.TestAbortedException"><![CDATA[org.opentest4j.TestAbortedException:\s
                Assumption failed: mount:
                not permitted
                \tat org.junit.jupiter.api.Assumptions.throwAssumptionFailed(Assumptions.java:321)
                \tat ctl.vm.BarIT$Inner.mounts(BarIT.java:12)
                ]]></skipped></testcase>
                """);

        assertThat(printed()).isEqualTo("""
                [WARN] tests skipped: 3
                [WARN]   BarIT.mounts: mount: not permitted
                [WARN]   BarIT.packs(String)[1]: zstd is not installed
                [WARN]   FooTest.disabled: not now
                """);
    }

    @Test
    void noTestSkipped_printsNothing() throws Exception {
        report("surefire-reports/TEST-ctl.FooTest.xml", BEGIN.plusSeconds(1),
                "<testcase name=\"runs\" classname=\"ctl.FooTest\" time=\"0.1\"/>");

        assertThat(printed()).isEmpty();
    }

    @Test
    void reportOfAnEarlierBuild_isPassedOver() throws Exception {
        report("surefire-reports/TEST-ctl.FooTest.xml", BEGIN.minusSeconds(1),
                "<testcase name=\"a\" classname=\"ctl.FooTest\" time=\"0.0\"><skipped message=\"x\"/></testcase>");

        assertThat(printed()).isEmpty();
    }

    private void report(String file, Instant written, String tests) throws IOException {
        Path report = target.resolve(file);
        Files.writeString(report,
                "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuite>\n" + tests + "</testsuite>\n");
        Files.setLastModifiedTime(report, FileTime.from(written));
    }

    private String printed() throws Exception {
        Process java = Children.start(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "src/build/SkippedTests.java", target.toString(), BEGIN.toString());
        String printed = new String(java.getInputStream().readAllBytes(), UTF_8);
        assertThat(java.waitFor()).as(printed).isZero();
        return printed;
    }
}
