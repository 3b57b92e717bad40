package ctl.vm.archive.read;

import ctl.vm.archive.member.BadPackage;
import ctl.vm.archive.member.FileFormat;
import ctl.vm.archive.member.MemberDigestChain;
import ctl.vm.archive.member.PackageWarnings;
import ctl.vm.archive.member.PackedInput;
import ctl.vm.archive.member.Workers;
import ctl.vm.archive.tar.SparseMap;
import ctl.vm.archive.tar.TarEntry;
import ctl.vm.archive.tar.TarInput;
import ctl.vm.archive.tar.TarReader;
import ctl.vm.compression.Compressors;
import ctl.vm.compression.DamagedData;
import ctl.vm.durable.DiskFile;
import ctl.vm.inventory.PackageLimits;
import ctl.vm.inventory.value.ByteCount;
import ctl.vm.inventory.value.ImageName;
import ctl.vm.inventory.value.PackageOrigin;
import ctl.vm.inventory.value.Sha256;
import ctl.vm.problem.Failure;
import ctl.vm.problem.Misuse;
import ctl.vm.problem.Unsafe.PackageLimit;
import ctl.vm.problem.Unsafe;
import ctl.vm.problem.VmException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.function.LongConsumer;

/**
 * Reads images out of a package, in one pass, whatever tool made it: tar in the forms of GNU tar, bsdtar and Python,
 * plain or compressed with gzip, zstd, xz or lzip, distinguished by content. Reading, decompressing, writing and
 * digesting overlap.
 *
 * <p>A package is known to be whole and sound only when {@link #next} has returned nothing: checksums stand behind the
 * data, and the end of the archive behind everything. Until then nothing that was extracted may be published.
 *
 * <p>Whatever a package must not hold ends the reading with {@link Unsafe.BadPackage}, what is none with
 * {@link Unsafe.NotAPackage}, several VMs in one with {@link Unsafe.SeveralVms}, more than it may ask for with
 * {@link Unsafe.PackageOverLimit}, a compression that we do not know
 * with {@link Misuse.ForeignCompression}, a package of a newer program with {@link Misuse.NewerPackage}. What the
 * stream itself reports travels up as {@link UncheckedIOException}.
 */
public final class PackageReader implements AutoCloseable {

    /** More would only make a warning unreadable. */
    private static final int MAXIMUM_SKIPPED = 1000;

    private static final int MAXIMUM_SHOWN = 255;

    /** In every image of OCI, and of docker save. */
    private static final Pattern OF_CONTAINERS = Pattern.compile(
            "(\\./)?(oci-layout|blobs/sha256/[0-9a-f]{64}|[0-9a-f]{64}/layer\\.tar)");

    private final String packageName;
    private final PackedInput packed;
    private final Workers workers = Workers.forUnpacking();
    private final ChunkDigests digests = new ChunkDigests(workers);
    private final PackageBlocks blocks;
    private final TarInput input;
    private final TarReader archive;
    private final ImageFill.ExpansionLimit expansion;
    private final long maximumMembers;
    private final MemberNames names;
    private final List<String> skipped = new ArrayList<>();
    private final PackageWarnings warnings = new PackageWarnings();
    private Optional<PackageOrigin> origin = Optional.empty();
    /** Of the members that are no images, and its bytes. */
    private Optional<String> largest = Optional.empty();
    private long largestBytes;
    private Optional<SparseMap> unread = Optional.empty();
    /** Bytes of the unread image that were read all the same, to look into it. */
    private long peeked;
    private long members;
    private boolean ended;

    /** What is read of a package. */
    public enum Scope {
        /** All that is asked for; the rest is skipped where the package allows that, and proved all the same. */
        IMAGES,
        /** Headers alone: images are passed over without reading them, and unproved, where the package allows that. */
        HEADERS,
        /** Every byte, for the digest of its file. */
        ALL
    }

    /**
     * A reader at the start of a package.
     *
     * @param bytes stays open for its owner
     * @param packageName what messages call the package
     */
    public PackageReader(
            ReadableByteChannel bytes, String packageName, PackageLimits limits, Compressors compressors, Scope scope) {
        this.packed = new PackedInput(bytes, scope == Scope.ALL);
        this.packageName = packageName;
        this.blocks = new PackageBlocks(packed, compressors, workers, scope == Scope.HEADERS);
        this.input = new TarInput(blocks);
        this.archive = new TarReader(input, (int) limits.headerOrUsual().bytes(), limits.acceptCutOff(), warnings);
        this.expansion = new ImageFill.ExpansionLimit(packed, limits.ratioOrUsual());
        this.maximumMembers = limits.membersOrUsual();
        this.names = new MemberNames(limits.imagesOrUsual());
    }

    /** Makes sure that anything comes at all. @throws ctl.vm.problem.VmException EmptyInput */
    void requireInput() {
        reading(() -> {
            if (packed.bytesRead() == 0 && !packed.hasMore()) {
                throw new Failure.EmptyInput().thrown();
            }
            return packed;
        });
    }

    /**
     * The next image; empty behind the last one, when the whole package has been read and found sound. The data of an
     * image that was not extracted is skipped.
     *
     * @throws ctl.vm.problem.VmException BadPackage
     */
    public Optional<Member> next() {
        return reading(() -> {
            Optional<Member> member = Optional.empty();
            while (member.isEmpty() && !ended) {
                skipUnread();
                Optional<TarEntry> entry = archive.next();
                if (entry.isPresent()) {
                    member = admit(entry.get());
                } else {
                    requireDisk();
                    ended = true;
                }
            }
            return member;
        });
    }

    /**
     * Fills a file with the image that {@link #next} has just returned. Zeros become holes; whatever the file held
     * behind {@code start} is replaced. It is neither synced nor given its modification time.
     *
     * @param start what is right already, from an earlier attempt; nothing of it is unpacked where that can be avoided
     * @throws ctl.vm.problem.VmException BadPackage; {@code target} is to be removed
     */
    ImageFill.Filled extract(DiskFile target, ImageFill.Filled start, ImageFill.Progress progress) {
        SparseMap data = unread.filter(_ -> peeked == 0)
                .orElseThrow(() -> new IllegalStateException("no image to extract"));
        unread = Optional.empty();
        return reading(() -> {
            var filled = new ImageFill(input, expansion, digests, target, data, start, progress).fill();
            input.skip(TarInput.padding(data.data()));
            return filled;
        });
    }

    /**
     * The first bytes of the image that {@link #next} has just returned; fewer where it begins with a hole, or is
     * shorter. The image cannot be extracted any more.
     */
    public ByteBuffer start(int most) {
        SparseMap data = unread.orElseThrow(() -> new IllegalStateException("no image to look into"));
        boolean beginsWithData = data.count() > 0 && data.start(0) == 0;
        ByteBuffer start = ByteBuffer.allocate(beginsWithData ? (int) Math.min(most, data.length(0)) : 0);
        return reading(() -> {
            input.read(start);
            peeked = start.capacity();
            return start.flip();
        });
    }

    /** @param progress is handed the bytes of the package that were read or passed over, a few at a time */
    public void onProgress(LongConsumer progress) {
        long[] before = {0};
        input.onProgress(() -> {
            progress.accept(bytesRead() - before[0]);
            before[0] = bytesRead();
        });
    }

    /**
     * {@code none}, {@code gzip}, {@code zstd}, {@code xz}, {@code lzip} or {@code lzma}. Only behind the first image.
     */
    public String compression() {
        return blocks.compression().map(format -> format.name().toLowerCase(Locale.ROOT)).orElse("none");
    }

    /** Where the package says that it comes from. Only behind its disk image. */
    public Optional<PackageOrigin> origin() {
        return origin;
    }

    /** The digest of all parts of a package of ours, as its last part has it. Only behind the last image. */
    public Optional<Sha256> seal() {
        return blocks.closing().map(MemberDigestChain::digest);
    }

    /** How many parts a package of ours has; 0 for any other. Only behind the last image. */
    public long parts() {
        return blocks.closing().map(MemberDigestChain::count).orElse(0L);
    }

    /** The digest of the package as it stands in its file, if all of it is read. To be asked once. */
    Optional<Sha256> digest() {
        return packed.digest();
    }

    /** How many bytes of the package, as it stands in its file, have been read so far. */
    public long bytesRead() {
        return packed.bytesRead();
    }

    /** The members so far that are no images, as the package names them; the first thousand of them. */
    public List<String> skipped() {
        return Collections.unmodifiableList(skipped);
    }

    /** What else the user of the package should know of, each a sentence. Only behind the last image. */
    public List<String> warnings() {
        return warnings.all();
    }

    /** Ends the threads, and then gives back their memory. */
    @Override
    public void close() {
        workers.close();
        blocks.close();
        digests.close();
    }

    /** The image that a member is, if it is one. */
    private Optional<Member> admit(TarEntry entry) throws IOException {
        if (++members > maximumMembers) {
            throw BadPackage.overLimit("is one member too many: %d are the most".formatted(maximumMembers),
                    PackageLimit.MEMBERS);
        }
        unread = Optional.of(entry.data());
        if (entry.type() == TarEntry.Type.FOLDER) {
            names.folder(entry.name());
            return Optional.empty();
        }
        Optional<ImageName> image = Optional.empty();
        if (entry.why().isPresent()) {
            names.other(entry.name(), entry.why().get(), entry.type() == TarEntry.Type.LINK);
        } else {
            image = names.image(entry.name());
        }
        if (image.isEmpty() && skipped.size() < MAXIMUM_SKIPPED) {
            skipped.add(entry.name());
        }
        if (image.isEmpty() && (largest.isEmpty() || entry.data().size() > largestBytes)) {
            largest = Optional.of(entry.name());
            largestBytes = entry.data().size();
        }
        if (image.filter(ImageName::isDisk).isPresent()) {
            entry.comment().filter(PackageOrigin::isMeantBy).ifPresent(this::readOrigin);
        }
        return image.map(name -> new Member(
                name, new ByteCount(entry.data().size()), new ByteCount(entry.data().data()), entry.modified(),
                entry.mode()));
    }

    /** A package is as good without: whoever wrote nonsense there has written nothing. */
    private void readOrigin(String text) {
        origin = PackageOrigin.parse(text);
        if (origin.isEmpty()) {
            warnings.add("the package says where it comes from in a form that this program does not know: ignored");
        }
    }

    /** An archive of something else is named for that; one of snapshots alone is damaged. */
    private void requireDisk() throws BadPackage {
        if (names.hasNone()) {
            throw skipped.stream().anyMatch(OF_CONTAINERS.asMatchPredicate())
                    ? BadPackage.container()
                    : BadPackage.noDiskImage(largest.map(PackageReader::shortened));
        }
        names.requireDisk();
    }

    private void skipUnread() throws IOException {
        if (unread.isPresent()) {
            long stored = unread.get().data();
            unread = Optional.empty();
            input.skip(stored - peeked);
            input.skip(TarInput.padding(stored));
            peeked = 0;
        }
    }

    private <T> T reading(Reading<T> reading) {
        try {
            return reading.run();
        } catch (BadPackage bad) {
            throw problem(bad);
        } catch (DamagedData damaged) {
            throw problem(new BadPackage("is damaged: " + damaged.getMessage()));
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private VmException problem(BadPackage bad) {
        return bad.problem(packageName, shortened(archive.member())).thrown();
    }

    /** A hostile name can be as long as a book. */
    private static String shortened(String name) {
        return name.length() <= MAXIMUM_SHOWN ? name : name.substring(0, MAXIMUM_SHOWN) + "…";
    }

    private interface Reading<T> {

        T run() throws IOException;
    }
}
