package ctl.vm.archive.read;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The formats that {@code qemu-img} reads but cannot make, and what must not be taken for one of them. */
class DiskFormatTest {

    private static final String BOCHS = "Bochs Virtual HD Image" + "\0".repeat(10)
            + "Redolog\0\0\0\0\0\0\0\0\0Growing\0";
    private static final String CLOOP = "#!/bin/sh\n#V2.0 Format\nmodprobe cloop file=$0 && mount -r -t iso9660 /dev/cloop $1\n";

    @ParameterizedTest
    @CsvSource({"WithoutFreeSpace, parallels", "WithouFreSpacExt, parallels", "COWD, vmdk", "conectix, vpc"})
    void of_magicAtTheStart_isTheFormat(String magic, String word) {
        assertThat(DiskFormat.of(sector(magic)).map(DiskFormat::word)).contains(word);
    }

    @Test
    void of_bochsAndCloop_areTold() {
        assertThat(DiskFormat.of(sector(BOCHS))).contains(DiskFormat.BOCHS);
        assertThat(DiskFormat.of(sector(CLOOP))).contains(DiskFormat.CLOOP);
    }

    @ParameterizedTest
    @CsvSource({"koly, dmg", "conectix, vpc"})
    void of_magicInTheLastSector_isTheFormat_thatTheConverterMustBeTold(String magic, String word) {
        DiskFormat format = DiskFormat.of(sector(""), sector(magic)).orElseThrow();

        assertThat(format.word()).isEqualTo(word);
        assertThat(format.converter()).isEqualTo("qemu-img convert -f " + word + " -O raw");
    }

    @ParameterizedTest
    @ValueSource(strings = {"# Disk DescriptorFile\nversion=1\n", "# a\r\n#b\r\n  \r\n\nversion=3\r\n", "version=2\n"})
    void of_descriptorOfAVmwareDisk_isVmdk(String text) {
        assertThat(DiskFormat.of(sector(text))).contains(DiskFormat.VMDK_DESCRIPTOR);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "#!/bin/sh\necho version=1\n", "# comment\nversion=4\n", " version=1\n", "QE",
        "LUKS\u00ba\u00be\0\1"})
    void of_anythingElse_isNone(String text) {
        assertThat(DiskFormat.of(sector(text), sector(text))).isEmpty();
        assertThat(DiskFormat.of(bytes(text), bytes(text))).isEmpty();
    }

    @Test
    void of_randomSectors_areRaw() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int round = 0; round < 10_000; round++) {
            byte[] bytes = new byte[Magic.SECTOR_BYTES];
            random.nextBytes(bytes);
            assertThat(DiskFormat.of(ByteBuffer.wrap(bytes), ByteBuffer.wrap(bytes))).as("seed %d", seed).isEmpty();
        }
    }

    private static ByteBuffer sector(String start) {
        ByteBuffer sector = ByteBuffer.allocate(Magic.SECTOR_BYTES);
        return sector.put(start.getBytes(StandardCharsets.ISO_8859_1)).clear();
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1));
    }
}
