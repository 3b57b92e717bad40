package ctl.vm.durable;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportFileTest {

    @TempDir
    private Path folder;

    @Test
    void report_isForItsOwnerAlone() throws IOException {
        Path written = ReportFile.write(folder.resolve("crash-1.txt"), "Größe\n");

        assertThat(written).isEqualTo(folder.resolve("crash-1.txt")).hasContent("Größe\n");
        assertThat(Files.getPosixFilePermissions(written)).isEqualTo(PosixFilePermissions.fromString("rw-------"));
    }

    @Test
    void report_whereThereIsOne_getsANumberAndOverwritesNothing() throws IOException {
        Path first = ReportFile.write(folder.resolve("crash-1.txt"), "first");
        Path second = ReportFile.write(folder.resolve("crash-1.txt"), "second");

        assertThat(first).hasContent("first");
        assertThat(second).isEqualTo(folder.resolve("crash-1-2.txt")).hasContent("second");
    }

    @Test
    void report_whereALinkWasPlanted_doesNotFollowIt() throws IOException {
        Path victim = folder.resolve("victim");
        Files.createSymbolicLink(folder.resolve("crash-1.txt"), victim);

        Path written = ReportFile.write(folder.resolve("crash-1.txt"), "text");

        assertThat(written).isEqualTo(folder.resolve("crash-1-2.txt"));
        assertThat(victim).doesNotExist();
    }

    @Test
    void report_whereItsFolderIsALink_isNotWritten() throws IOException {
        Path elsewhere = Files.createDirectory(folder.resolve("elsewhere"));
        Files.createSymbolicLink(folder.resolve("journal"), elsewhere);

        assertThatThrownBy(() -> ReportFile.write(folder.resolve("journal/crash-1.txt"), "text"))
                .isInstanceOf(IOException.class);
        assertThat(elsewhere).isEmptyDirectory();
    }

    @Test
    void report_whereItsFolderIsMissing_isNotWritten() {
        assertThatThrownBy(() -> ReportFile.write(folder.resolve("journal/crash-1.txt"), "text"))
                .isInstanceOf(IOException.class);
        assertThat(folder).isEmptyDirectory();
    }
}
