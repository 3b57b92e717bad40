package ctl.vm.archive;

import static org.assertj.core.api.Assertions.assertThat;

import ctl.vm.durable.Disk;
import ctl.vm.durable.DiskFile;
import ctl.vm.durable.LinuxDisk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DiskFileStreamTest {

    private static final byte[] CONTENT = new byte[3_000_001];

    static {
        new Random(1).nextBytes(CONTENT);
    }

    private final Disk disk = new LinuxDisk();

    @TempDir
    private Path folder;

    @Test
    void fileReadInPiecesOfAnySize_givesItsBytes() throws IOException {
        Path path = Files.write(folder.resolve("file"), CONTENT);
        try (DiskFile file = disk.open(path); var input = new DiskFileInput(file)) {
            assertThat(input.read()).isEqualTo(Byte.toUnsignedInt(CONTENT[0]));
            assertThat(input.readNBytes(100)).isEqualTo(Arrays.copyOfRange(CONTENT, 1, 101));
            assertThat(input.readAllBytes()).isEqualTo(Arrays.copyOfRange(CONTENT, 101, CONTENT.length));
            assertThat(input.read()).isEqualTo(-1);
            assertThat(input.read(new byte[1])).isEqualTo(-1);
            assertThat(input.read(new byte[0])).isZero();
        }
    }
}
