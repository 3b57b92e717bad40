package ctl.vm.operation.query;

import ctl.vm.archive.read.Member;
import ctl.vm.archive.read.PackageReader;
import ctl.vm.archive.read.PackageSource;
import ctl.vm.inventory.PackageLimits;
import ctl.vm.inventory.Request;
import ctl.vm.inventory.value.ByteCount;
import ctl.vm.inventory.value.ImageName;
import ctl.vm.inventory.value.PackageOrigin;
import ctl.vm.inventory.value.Sha256;
import ctl.vm.operation.DiskFailures;
import ctl.vm.operation.OperationContext;
import ctl.vm.problem.ImportLine;
import ctl.vm.store.SnapshotHeader;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Says what is in a package, without importing it. What an import would refuse is refused here as well, as far as
 * headers tell.
 */
public final class ListPackage {

    /** In the commands that a refusal shows: who looks at a package has not decided yet. */
    private static final String ANY_NAME = "NAME";

    /** What lacks its end can be looked at: a warning says so. */
    private static final PackageLimits LIMITS = PackageLimits.acceptingCutOff();

    private final OperationContext context;

    public ListPackage(OperationContext context) {
        this.context = context;
    }

    /**
     * A package.
     *
     * @param file absolute path, or {@link Request#PIPE}
     * @param compression {@code none}, {@code gzip} or {@code zstd}
     * @param seal where this program made it: the digest of all its parts, which the last one holds
     * @param parts how many of them there are; 0 without a seal
     * @param isProved whether all of it was read and is whole: of what is not, only headers were
     * @param sha256 of the file, where all of it was read
     * @param origin where it says that it comes from
     * @param images in the order of the package
     * @param others names of the members that are no images
     */
    public record Contents(
            String file,
            ByteCount size,
            String compression,
            Optional<Sha256> seal,
            long parts,
            boolean isProved,
            Optional<Sha256> sha256,
            Optional<PackageOrigin> origin,
            List<Image> images,
            List<String> others) {}

    /**
     * An image in it.
     *
     * @param stored bytes that the package holds of it, before compression; the rest are holes
     * @param isRefused whether S²E would refuse to load it after an import, as the disk image has another time than it
     *     demands
     */
    public record Image(ImageName name, ByteCount size, ByteCount stored, Instant modified, boolean isRefused) {

        public ByteCount holes() {
            return new ByteCount(size.bytes() - stored.bytes());
        }
    }

    /**
     * @param file absolute path, or {@link Request#PIPE}
     * @param whole whether all of it is to be read, which proves it and gives its SHA-256. Of a pipe all is read in any
     *     case, and of what cannot be passed over: another program's {@code .tar.gz} or {@code .tar.zst}
     * @throws ctl.vm.problem.VmException NoSuchFile, NotAFile, and whatever an import finds wrong with a package
     */
    public Contents of(String file, boolean whole) {
        return DiskFailures.explained(() -> {
            try (PackageSource source = open(file, whole)) {
                return read(file, source);
            }
        });
    }

    private PackageSource open(String file, boolean whole) {
        if (file.equals(Request.PIPE)) {
            return context.packages().openStandardInput(LIMITS, PackageReader.Scope.ALL);
        }
        context.packages().requirePackage(Path.of(file), new ImportLine(ANY_NAME, false));
        return context.packages().open(Path.of(file), LIMITS,
                whole ? PackageReader.Scope.ALL : PackageReader.Scope.HEADERS);
    }

    private Contents read(String file, PackageSource source) {
        context.reporter().begin("read package", source.size().orElse(ByteCount.ZERO));
        source.reader().onProgress(context.reporter()::advance);
        List<Found> found = new ArrayList<>();
        for (Optional<Member> member = source.next(); member.isPresent(); member = source.next()) {
            Optional<Long> demanded = member.get().image().isDisk()
                    ? Optional.empty()
                    : SnapshotHeader.demandedSeconds(source.reader().start(SnapshotHeader.SIZE_BYTES));
            found.add(new Found(member.get(), demanded));
        }
        source.requireUnchanged();
        source.reader().warnings().forEach(context.reporter()::warn);
        return new Contents(
                file,
                new ByteCount(source.size().map(ByteCount::bytes).orElse(source.reader().bytesRead())),
                source.reader().compression(),
                source.reader().seal(),
                source.reader().parts(),
                source.isProved(),
                source.sha256(),
                source.reader().origin(),
                images(found),
                List.copyOf(source.reader().skipped()));
    }

    /** @param demandedSeconds time that a snapshot demands of the disk image, where it was written by S²E */
    private record Found(Member member, Optional<Long> demandedSeconds) {}

    /** Packages keep times to the second, which is what S²E compares. */
    private static List<Image> images(List<Found> found) {
        long disk = found.stream()
                .filter(one -> one.member().image().isDisk())
                .mapToLong(one -> one.member().modified().getEpochSecond())
                .findFirst()
                .orElseThrow();
        return found.stream()
                .map(one -> new Image(
                        one.member().image(), one.member().size(), one.member().data(), one.member().modified(),
                        one.demandedSeconds().filter(seconds -> seconds != disk).isPresent()))
                .toList();
    }
}
