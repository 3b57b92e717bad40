package ctl.vm.archive.read;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import ctl.vm.archive.member.PackedInput;
import ctl.vm.archive.write.OurPackage;
import ctl.vm.compression.Compressors;
import ctl.vm.durable.DiskFile;
import ctl.vm.durable.LinuxDisk;
import ctl.vm.inventory.PackageLimits;
import ctl.vm.problem.Misuse;
import ctl.vm.problem.Problem;
import ctl.vm.problem.Unsafe;
import ctl.vm.problem.VmException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Where an archive ends, and what may follow it: read from a pipe, read whole from a file, and of its headers alone.
 */
class ArchiveEndTest {

    private static final String COMPRESSED_WHOLE = "the tar archive lacks the two empty blocks at its end; nothing is missing,"
            + " as the compressed data is whole";
    private static final String MAY_BE_MISSING = "the tar archive lacks the two empty blocks at its end: members may be"
            + " missing";

    private static final byte[] ENDLESS = TarBytes.withDisk().file("disk.s2e.ready", "a snapshot").open();
    private static final byte[] WHOLE = TarBytes.withDisk().file("disk.s2e.ready", "a snapshot").ended();
    private static final byte[] ZEROS = new byte[700];
    private static final byte[] GARBAGE = "something else ".repeat(40).getBytes(StandardCharsets.UTF_8);

    @TempDir
    private Path folder;

    static Stream<Arguments> taken() {
        return Stream.of(
                taken("the two empty blocks", WHOLE),
                taken("more empty blocks", joined(WHOLE, ZEROS)),
                taken("bytes behind the end", joined(WHOLE, GARBAGE), ignored(600)),
                taken("bytes behind the end and zeros", joined(WHOLE, new byte[512], GARBAGE), ignored(600)),
                taken("one byte behind the end", joined(WHOLE, new byte[] {1}),
                        "1 byte behind the end of the package is no part of it and was ignored"),
                taken("gzip", TarBytes.gzip(WHOLE)),
                taken("gzip, then zeros", joined(TarBytes.gzip(WHOLE), ZEROS)),
                taken("gzip, then bytes", joined(TarBytes.gzip(WHOLE), GARBAGE), ignored(600)),
                taken("gzip, then zeros and bytes", joined(TarBytes.gzip(WHOLE), ZEROS, GARBAGE), ignored(600)),
                taken("gzip, then the first byte of a header", joined(TarBytes.gzip(WHOLE), new byte[] {0x1f}),
                        "1 byte behind the end of the package is no part of it and was ignored"),
                taken("bytes in the compressed data and behind it",
                        joined(TarBytes.gzip(joined(WHOLE, GARBAGE)), GARBAGE), ignored(1200)),
                taken("zstd, then zeros", joined(zstd(WHOLE), ZEROS)),
                taken("zstd, then bytes", joined(zstd(WHOLE), GARBAGE), ignored(600)),
                taken("two zstd frames, then zeros",
                        joined(zstd(Arrays.copyOf(WHOLE, 1000)), zstd(Arrays.copyOfRange(WHOLE, 1000, WHOLE.length)),
                                ZEROS)),
                taken("a package of ours in gzip, then zeros", joined(ours(OurPackage.gzip()), ZEROS)),
                taken("a package of ours in gzip, then bytes", joined(ours(OurPackage.gzip()), GARBAGE), ignored(600)),
                taken("a package of ours in zstd, then zeros", joined(ours(OurPackage.zstd()), ZEROS)),
                taken("a package of ours in zstd, then bytes", joined(ours(OurPackage.zstd()), GARBAGE), ignored(600)),
                taken("no end in whole gzip", TarBytes.gzip(ENDLESS), COMPRESSED_WHOLE),
                taken("half an end in whole gzip", TarBytes.gzip(joined(ENDLESS, new byte[512])), COMPRESSED_WHOLE),
                taken("a few zeros in whole gzip", TarBytes.gzip(joined(ENDLESS, new byte[100])), COMPRESSED_WHOLE),
                taken("no end in whole zstd", zstd(ENDLESS), COMPRESSED_WHOLE));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("taken")
    void archive_isTakenWithAWarning(String situation, byte[] content, List<String> warnings) throws Exception {
        for (PackageReader.Scope scope : PackageReader.Scope.values()) {
            assertThat(warnings(content, scope, PackageLimits.USUAL)).as("%s: %s", situation, scope)
                    .isEqualTo(warnings);
        }
    }

    static Stream<Arguments> lackingTheirEnd() {
        return Stream.of(
                Arguments.of("no end", ENDLESS),
                Arguments.of("half an end", joined(ENDLESS, new byte[512])),
                Arguments.of("a few zeros", joined(ENDLESS, new byte[100])),
                Arguments.of("one and a half blocks", joined(ENDLESS, new byte[800])),
                Arguments.of("in several gzip members", joined(TarBytes.gzip(Arrays.copyOf(ENDLESS, 1024)),
                        TarBytes.gzip(Arrays.copyOfRange(ENDLESS, 1024, ENDLESS.length)))),
                Arguments.of("in gzip with zeros behind it", joined(TarBytes.gzip(ENDLESS), ZEROS)),
                Arguments.of("in zstd without a checksum and a size", zstdWithoutChecks(ENDLESS)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("lackingTheirEnd")
    void archiveThatLacksItsEnd_isRefusedUnlessThatIsAccepted(String situation, byte[] content) throws Exception {
        for (PackageReader.Scope scope : PackageReader.Scope.values()) {
            assertThat(problem(content, scope, PackageLimits.USUAL)).as("%s: %s", situation, scope)
                    .isEqualTo(new Unsafe.LacksEnd("P", Optional.empty()));
            assertThat(warnings(content, scope, PackageLimits.acceptingCutOff())).as("%s: %s", situation, scope)
                    .containsExactly(MAY_BE_MISSING);
        }
    }

    static Stream<Arguments> refused() {
        byte[] late = new TarBytes().file("disk.s2e.late", "late").ended();
        byte[] cut = Arrays.copyOf(ENDLESS, ENDLESS.length - 100);
        return Stream.of(
                Arguments.of("cut in the padding", cut, "is cut off"),
                Arguments.of("cut in the padding, in whole gzip", TarBytes.gzip(cut), "is cut off"),
                Arguments.of("cut in the data", Arrays.copyOf(ENDLESS, ENDLESS.length - 510), "is cut off"),
                Arguments.of("cut in a header", Arrays.copyOf(ENDLESS, ENDLESS.length - 800), "is cut off"),
                Arguments.of("cut in the data, in gzip with something behind it",
                        joined(TarBytes.gzip(Arrays.copyOf(ENDLESS, ENDLESS.length - 510)), GARBAGE),
                        "is damaged: its compressed data ends before its archive does, and 600 other bytes follow"),
                Arguments.of("no end, in gzip with something behind it", joined(TarBytes.gzip(ENDLESS), GARBAGE),
                        "is damaged: its compressed data ends before its archive does, and 600 other bytes follow"),
                Arguments.of("a member behind an empty block", joined(ENDLESS, new byte[512], late), "an empty block"),
                Arguments.of("a second archive", joined(WHOLE, late), "a second archive"),
                Arguments.of("a second archive behind zeros", joined(WHOLE, new byte[5120], late), "a second archive"),
                Arguments.of("a second archive behind something else", joined(WHOLE, new byte[1], "x".repeat(511)
                        .getBytes(StandardCharsets.UTF_8), late), "a second archive"),
                Arguments.of("a second archive in a second gzip member",
                        joined(TarBytes.gzip(WHOLE), TarBytes.gzip(late)), "a second archive"),
                Arguments.of("a second gzip file behind zeros",
                        joined(TarBytes.gzip(WHOLE), ZEROS, TarBytes.gzip(late)),
                        "a second package"),
                Arguments.of("a second zstd file behind zeros", joined(zstd(WHOLE), ZEROS, zstd(late)),
                        "a second package"),
                Arguments.of("a second package of ours", joined(ours(OurPackage.gzip()), ours(OurPackage.gzip())),
                        "a second package"),
                Arguments.of("a second package of ours in zstd",
                        joined(ours(OurPackage.zstd()), ours(OurPackage.zstd())), "a second package"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("refused")
    void archive_isRefused_evenWhereACutIsAccepted(String situation, byte[] content, String reason) throws Exception {
        for (PackageReader.Scope scope : PackageReader.Scope.values()) {
            String said = switch (problem(content, scope, PackageLimits.acceptingCutOff())) {
                case Unsafe.BadPackage bad -> bad.reason();
                case Unsafe.AmbiguousPackage ambiguous -> ambiguous.reason();
                case Problem other -> other.toString();
            };
            assertThat(said).as("%s: %s", situation, scope).contains(reason);
        }
    }

    @Test
    void fileWithNothingInIt_isNamedForThat() throws Exception {
        assertThat(problem(new byte[0])).isEqualTo(new Misuse.EmptyPackage("P"));
        assertThat(problem(TarBytes.gzip(new byte[0]))).isEqualTo(new Misuse.EmptyPackage("P"));
        for (int zeros : new int[] {1, 512, 700, 1024, 10_240}) {
            assertThat(problem(new byte[zeros])).isEqualTo(new Misuse.OnlyZeros("P"));
            assertThat(problem(TarBytes.gzip(new byte[zeros]))).isEqualTo(new Misuse.OnlyZeros("P"));
        }
    }

    @Test
    void archiveOfSomethingElse_isNamedForThat() throws Exception {
        byte[] disk = new TarBytes().file("README", "small").file("disk.raw", "larger than that").gzipped();
        byte[] container = new TarBytes().file("index.json", "{}").file("oci-layout", "{}").ended();
        byte[] nothing = new TarBytes().pax('g', "comment=none").ended();

        assertThat(problem(disk)).isEqualTo(new Misuse.NoDiskImage("P", Optional.of("disk.raw")));
        assertThat(problem(nothing)).isEqualTo(new Misuse.NoDiskImage("P", Optional.empty()));
        assertThat(problem(container)).isEqualTo(
                new Misuse.WrongFile("P", Misuse.WrongFile.Kind.CONTAINER, "", Optional.empty()));
        assertThat(problem(TarBytes.gzip(TarBytes.gzip(WHOLE)))).isEqualTo(new Misuse.CompressedTwice("P", "gzip"));
        assertThat(problem(TarBytes.gzip("<html>".getBytes(StandardCharsets.UTF_8)))).isEqualTo(
                new Misuse.WrongFile("P", Misuse.WrongFile.Kind.HTML, "<html>", Optional.empty()));
    }

    private List<String> warnings(byte[] content, PackageReader.Scope scope, PackageLimits limits) throws Exception {
        Path path = Files.write(folder.resolve("P"), content);
        try (DiskFile file = new LinuxDisk().open(path);
                var reader = new PackageReader(PackedInput.channel(file), "P", limits, Compressors.BEST, scope)) {
            int images = 0;
            while (reader.next().isPresent()) {
                images++;
            }
            assertThat(images).isEqualTo(2);
            return reader.warnings();
        }
    }

    private Problem problem(byte[] content) throws Exception {
        return problem(content, PackageReader.Scope.IMAGES, PackageLimits.USUAL);
    }

    private Problem problem(byte[] content, PackageReader.Scope scope, PackageLimits limits) throws Exception {
        try {
            return fail("warnings: " + warnings(content, scope, limits));
        } catch (VmException refused) {
            return refused.problem();
        }
    }

    private static Arguments taken(String situation, byte[] content, String... warnings) {
        return Arguments.of(situation, content, List.of(warnings));
    }

    private static String ignored(int bytes) {
        return "%d bytes behind the end of the package are no part of it and were ignored".formatted(bytes);
    }

    private static byte[] joined(byte[]... parts) {
        return TarBytes.concatenated(parts);
    }

    private static byte[] ours(OurPackage empty) {
        return empty.with(WHOLE, 1000).closed().bytes();
    }

    private static byte[] zstd(byte[] content) {
        return OurPackage.frame(content);
    }

    /** A frame of one block that is not compressed, in the smallest form (RFC 8878, section 3.1.1). */
    private static byte[] zstdWithoutChecks(byte[] content) {
        int windowOfOneMebibyte = (20 - 10) << 3;
        int block = content.length << 3 | 1;
        return ByteBuffer.allocate(9 + content.length).order(ByteOrder.LITTLE_ENDIAN)
                .putInt(0xfd2f_b528).put((byte) 0).put((byte) windowOfOneMebibyte)
                .putShort((short) block).put((byte) (block >> 16)).put(content).array();
    }
}
