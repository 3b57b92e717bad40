package ctl.vm.archive.write;

import ctl.vm.archive.gzip.GzipMemberWriter;
import ctl.vm.archive.member.MemberWriter;
import ctl.vm.archive.zstd.ZstdFrameWriter;
import ctl.vm.compression.Compressors;
import ctl.vm.compression.DeflateLibrary;
import ctl.vm.inventory.CompressionLevel;
import ctl.vm.inventory.value.ByteCount;
import ctl.vm.problem.Misuse;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** The formats in which packages are written, distinguished by the ending of a package's name. */
public enum PackageFormat {
    /** Deflate makes a byte of no more than 1032. */
    TAR_GZ(1032, ".tar.gz", ".tgz"),
    /** A frame takes some bytes, whatever is in it. */
    TAR_ZST(1 << 16, ".tar.zst", ".tzst"),
    TAR(1, ".tar");

    private final int largestRatio;
    private final List<String> endings;

    PackageFormat(int largestRatio, String... endings) {
        this.largestRatio = largestRatio;
        this.endings = List.of(endings);
    }

    /** What an archive of so many bytes takes at least in this format; exactly that where it is not compressed. */
    public ByteCount leastOf(ByteCount archive) {
        return new ByteCount(archive.bytes() / largestRatio);
    }

    /** The format that a package of this name has. @throws ctl.vm.problem.VmException UnknownPackageEnding */
    public static PackageFormat of(Path file) {
        String name = file.toString();
        return Arrays.stream(values())
                .filter(format -> format.endings.stream().anyMatch(name::endsWith))
                .findFirst()
                .orElseThrow(() -> new Misuse.UnknownPackageEnding(file).thrown());
    }

    /** How members are written. The one place that knows the compressors. */
    public MemberWriter writer(Compressors compressors, CompressionLevel level) {
        return switch (this) {
            case TAR_GZ -> gzip(level.fast() ? compressors.fast() : compressors.small(), level);
            case TAR_ZST -> new ZstdFrameWriter(Compressors.zstd(level(level)));
            case TAR -> MemberWriter.PLAIN;
        };
    }

    private static MemberWriter gzip(DeflateLibrary library, CompressionLevel level) {
        return new GzipMemberWriter(library.compressor(level(level).orElse(library.usualLevel())));
    }

    private static Optional<Integer> level(CompressionLevel level) {
        return level.fast() ? Optional.of(CompressionLevel.LOWEST) : level.level();
    }
}
