package ctl.vm.archive.member;

import static org.assertj.core.api.Assertions.assertThat;

import ctl.vm.durable.Disk;
import ctl.vm.durable.DiskFile;
import ctl.vm.durable.LinuxDisk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PackedInputTest {

    private static final byte[] CONTENT = new byte[3_000_001];

    static {
        new Random(1).nextBytes(CONTENT);
    }

    private final Disk disk = new LinuxDisk();

    @TempDir
    private Path folder;

    @Test
    void fileReadInPartsOfAnySize_givesItsBytes() throws IOException {
        Path path = Files.write(folder.resolve("file"), CONTENT);
        try (DiskFile file = disk.open(path); var input = PackedInput.channel(file)) {
            ByteBuffer content = ByteBuffer.allocate(CONTENT.length + 1);
            int count = input.read(content.limit(1));
            while (count > 0) {
                count = input.read(content.limit(Math.min(content.capacity(), content.position() + 777_777)));
            }
            assertThat(Arrays.copyOf(content.array(), content.position())).isEqualTo(CONTENT);
            assertThat(count).isEqualTo(-1);
            assertThat(input.read(ByteBuffer.allocate(0))).isZero();
        }
    }
}
