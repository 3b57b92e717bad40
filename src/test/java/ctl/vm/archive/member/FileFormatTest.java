package ctl.vm.archive.member;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The formats that {@code qemu-img} reads but cannot make, and what must not be taken for one of them. */
class FileFormatTest {

    private static final String BOCHS = "Bochs Virtual HD Image" + "\0".repeat(10)
            + "Redolog\0\0\0\0\0\0\0\0\0Growing\0";
    private static final String CLOOP = "#!/bin/sh\n#V2.0 Format\nmodprobe cloop file=$0 && mount -r -t iso9660 /dev/cloop $1\n";

    @ParameterizedTest
    @CsvSource({"WithoutFreeSpace, parallels", "WithouFreSpacExt, parallels", "COWD, vmdk", "conectix, vpc"})
    void disk_magicAtTheStart_isTheFormat(String magic, String word) {
        assertThat(FileFormat.disk(sector(magic)).map(FileFormat::describe)).contains(word);
    }

    @Test
    void disk_bochsAndCloop_areTold() {
        assertThat(FileFormat.disk(sector(BOCHS))).contains(FileFormat.BOCHS);
        assertThat(FileFormat.disk(sector(CLOOP))).contains(FileFormat.CLOOP);
    }

    @ParameterizedTest
    @CsvSource({"koly, dmg", "conectix, vpc"})
    void disk_magicInTheLastSector_isTheFormat_thatTheConverterMustBeTold(String magic, String word) {
        FileFormat format = FileFormat.disk(sector(""), sector(magic)).orElseThrow();

        assertThat(format.describe()).isEqualTo(word);
        assertThat(format.unpacker()).isEqualTo("qemu-img convert -f " + word + " -O raw");
    }

    @ParameterizedTest
    @ValueSource(strings = {"# Disk DescriptorFile\nversion=1\n", "# a\r\n#b\r\n  \r\n\nversion=3\r\n", "version=2\n"})
    void disk_descriptorOfAVmwareDisk_isVmdk(String text) {
        assertThat(FileFormat.disk(sector(text))).contains(FileFormat.VMDK_DESCRIPTOR);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "#!/bin/sh\necho version=1\n", "# comment\nversion=4\n", " version=1\n", "QE",
        "LUKS\u00ba\u00be\0\1"})
    void disk_anythingElse_isNone(String text) {
        assertThat(FileFormat.disk(sector(text), sector(text))).isEmpty();
        assertThat(FileFormat.disk(bytes(text), bytes(text))).isEmpty();
    }

    @Test
    void disk_randomSectors_areRaw() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int round = 0; round < 10_000; round++) {
            byte[] bytes = new byte[FileFormat.SECTOR_BYTES];
            random.nextBytes(bytes);
            assertThat(FileFormat.disk(ByteBuffer.wrap(bytes), ByteBuffer.wrap(bytes))).as("seed %d", seed).isEmpty();
        }
    }

    /** A package of ours begins with a frame that any zstd skips. */
    @ParameterizedTest
    @ValueSource(strings = {"(\u00b5/\u00fd", "\\*M\u0018\4\0\0\0CV\1\0", "P*M\u0018"})
    void packed_zstdWithOrWithoutASkippableFrameInFront_isZstd(String start) {
        assertThat(FileFormat.packed(sector(start))).contains(FileFormat.ZSTD);
        assertThat(FileFormat.compression(bytes(start))).contains(FileFormat.ZSTD);
    }

    /** What their tools would take for theirs may still be a raw disk. */
    @ParameterizedTest
    @CsvSource({"']\0\0', LZMA", "'\u001f\u009d\u008c', COMPRESS",
        "'\u001f\u008b\7', GZIP"})
    void packed_onlyTheFirstBytesFit_isTakenForACompressionButNotAgainstARawDisk(String start, FileFormat format) {
        assertThat(FileFormat.compression(bytes(start))).contains(format);
        assertThat(FileFormat.packed(sector(start))).isEmpty();
    }

    /** A tar archive may begin with the name of a member that begins so. */
    @Test
    void text_thatBeginsAsBzip2Does_isNoCompression() {
        assertThat(FileFormat.compression(bytes("BZh9.disk.s2e"))).isEmpty();
        assertThat(FileFormat.compression(bytes("BZh91AY&SY"))).contains(FileFormat.BZIP2);
        assertThat(FileFormat.compression(bytes("BZh9\27rE8P\u0090"))).contains(FileFormat.BZIP2);
    }

    private static ByteBuffer sector(String start) {
        ByteBuffer sector = ByteBuffer.allocate(FileFormat.SECTOR_BYTES);
        return sector.put(start.getBytes(StandardCharsets.ISO_8859_1)).clear();
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1));
    }
}
