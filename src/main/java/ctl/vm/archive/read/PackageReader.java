package ctl.vm.archive.read;

import ctl.vm.archive.member.Malformed;
import ctl.vm.archive.member.MemberDigestChain;
import ctl.vm.archive.member.NewerFormat;
import ctl.vm.archive.member.OverLimit;
import ctl.vm.archive.member.PackedInput;
import ctl.vm.archive.member.Workers;
import ctl.vm.archive.tar.EntryType;
import ctl.vm.archive.tar.ForeignFormat;
import ctl.vm.archive.tar.MemberData;
import ctl.vm.archive.tar.SparseMap;
import ctl.vm.archive.tar.TarEntry;
import ctl.vm.archive.tar.TarInput;
import ctl.vm.archive.tar.TarReader;
import ctl.vm.durable.DiskFile;
import ctl.vm.inventory.PackageLimits;
import ctl.vm.inventory.value.ImageName;
import ctl.vm.problem.Failure;
import ctl.vm.problem.Misuse;
import ctl.vm.problem.Unsafe;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * Reads images out of a package, in one pass, whatever tool made it: tar in the forms of GNU tar, bsdtar and Python,
 * plain or compressed with gzip or zstd, told apart by content. Reading, decompressing, writing and digesting overlap.
 *
 * <p>A package is known to be whole and sound only when {@link #next} has returned nothing: checksums stand behind the
 * data, and the end of the archive behind everything. Until then nothing that was extracted may be published.
 *
 * <p>Whatever a package must not hold ends the reading with {@link Unsafe.BadPackage}, what is none with
 * {@link Unsafe.NotAPackage}, several VMs in one with {@link Unsafe.SeveralVms}, more than it may ask for with
 * {@link Unsafe.PackageOverLimit}, a compression that we do not know
 * with {@link Misuse.ForeignCompression}, a package of a newer program with {@link Misuse.NewerPackage}. What the stream
 * itself reports travels up as {@link UncheckedIOException}.
 */
public final class PackageReader implements AutoCloseable {

    /** More would only make a warning unreadable. */
    private static final int MAXIMUM_SKIPPED = 1000;

    private static final int MAXIMUM_SHOWN = 255;

    private final String packageName;
    private final PackedInput packed;
    private final Workers workers = Workers.forAllProcessors();
    private final ChunkDigests digests = new ChunkDigests(workers);
    private final PackageBlocks pieces;
    private final TarInput input;
    private final TarReader archive;
    private final ExpansionLimit inflation;
    private final long maximumMembers;
    private final MemberNames names;
    private final List<String> skipped = new ArrayList<>();
    private Optional<MemberData> unread = Optional.empty();
    /** Bytes of the unread image that were read all the same, to look into it. */
    private long looked;
    private long members;
    private boolean ended;

    /**
     * A reader at the start of a package.
     *
     * @param bytes stays open for its owner
     * @param packageName what messages call the package
     */
    public PackageReader(ReadableByteChannel bytes, String packageName, PackageLimits limits) {
        this(bytes, packageName, limits, false);
    }

    /** @param headersOnly whether images are passed over without reading them, and unproved, where the package allows that */
    PackageReader(ReadableByteChannel bytes, String packageName, PackageLimits limits, boolean headersOnly) {
        this.packed = new PackedInput(bytes);
        this.packageName = packageName;
        this.pieces = new PackageBlocks(packed, workers, headersOnly);
        this.input = new TarInput(pieces);
        this.archive = new TarReader(input, (int) limits.headerOrUsual().bytes());
        this.inflation = new ExpansionLimit(packed, limits.ratioOrUsual());
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
                    names.requireDisk();
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
    FilledImage extract(DiskFile target, FilledImage start, ImageFill.Progress progress) {
        MemberData content = unread.filter(_ -> looked == 0)
                .orElseThrow(() -> new IllegalStateException("no image to extract"));
        unread = Optional.empty();
        return reading(() -> {
            FilledImage filled = new ImageFill(input, inflation, digests, target, content, start, progress).fill();
            input.skip(TarInput.padding(content.stored()));
            return filled;
        });
    }

    /**
     * The first bytes of the image that {@link #next} has just returned; fewer where it begins with a hole, or is shorter. The
     * image cannot be extracted any more.
     */
    ByteBuffer start(int most) {
        MemberData content = unread.orElseThrow(() -> new IllegalStateException("no image to look into"));
        SparseMap data = content.data();
        boolean beginsWithData = data.count() > 0 && data.start(0) == 0;
        ByteBuffer start = ByteBuffer.allocate(beginsWithData ? (int) Math.min(most, data.length(0)) : 0);
        return reading(() -> {
            input.read(start);
            looked = start.capacity();
            return start.flip();
        });
    }

    /** @param watcher called again and again while data is passed over */
    void onProgress(Runnable watcher) {
        input.onProgress(watcher);
    }

    /** What the package is compressed with, once something was read of it; empty for nothing. */
    Optional<PackedFormat> compression() {
        return pieces.compression();
    }

    /** The seal of a package of ours, once {@link #next} has returned nothing. */
    Optional<MemberDigestChain> closing() {
        return pieces.closing();
    }

    /** How many bytes of the package, as it stands in its file, have been read so far. */
    long bytesRead() {
        return packed.bytesRead();
    }

    /** The members so far that are no images, as the package names them; the first thousand of them. */
    public List<String> skipped() {
        return Collections.unmodifiableList(skipped);
    }

    /** Ends the threads, and then gives back their memory. */
    @Override
    public void close() {
        workers.close();
        pieces.close();
        digests.close();
    }

    /** The image that a member is, if it is one. */
    private Optional<Member> admit(TarEntry entry) throws IOException {
        if (++members > maximumMembers) {
            throw new OverLimit("is one member too many: %d are the most".formatted(maximumMembers), "--max-members");
        }
        unread = Optional.of(entry.content());
        if (entry.type() == EntryType.FOLDER) {
            names.folder(entry.name());
            return Optional.empty();
        }
        Optional<ImageName> image = names.image(entry.name());
        if (image.isEmpty() && skipped.size() < MAXIMUM_SKIPPED) {
            skipped.add(entry.name());
        }
        return image.map(name -> Member.of(name, entry));
    }

    private void skipUnread() throws IOException {
        if (unread.isPresent()) {
            long stored = unread.get().stored();
            unread = Optional.empty();
            input.skip(stored - looked);
            input.skip(TarInput.padding(stored));
            looked = 0;
        }
    }

    private <T> T reading(Reading<T> reading) {
        try {
            return reading.run();
        } catch (Malformed malformed) {
            throw new Unsafe.BadPackage(packageName, shortened(archive.member()), malformed.getMessage()).thrown();
        } catch (SeveralVms several) {
            throw new Unsafe.SeveralVms(packageName, shortened(archive.member()), several.getMessage(),
                    several.depth(), Optional.empty()).thrown();
        } catch (ForeignFormat.NoArchive foreign) {
            throw new Unsafe.NotAPackage(
                    packageName, pieces.compression().map(PackedFormat::unpacker), Optional.empty()).thrown();
        } catch (OverLimit over) {
            throw new Unsafe.PackageOverLimit(
                    packageName, shortened(archive.member()), over.getMessage(), over.option()).thrown();
        } catch (NewerFormat newer) {
            throw new Misuse.NewerPackage(packageName, newer.version()).thrown();
        } catch (ForeignFormat.Compressed foreign) {
            throw new Misuse.ForeignCompression(packageName, foreign.getMessage()).thrown();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** A hostile name can be as long as a book. */
    private static String shortened(String name) {
        return name.length() <= MAXIMUM_SHOWN ? name : name.substring(0, MAXIMUM_SHOWN) + "…";
    }

    private interface Reading<T> {

        T run() throws IOException;
    }
}
