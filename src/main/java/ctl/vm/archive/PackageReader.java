package ctl.vm.archive;

import ctl.vm.durable.DiskFile;
import ctl.vm.inventory.ImageName;
import ctl.vm.problem.Misuse;
import ctl.vm.problem.Unsafe;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * Reads images out of a package, in one pass, whatever tool made it: tar in the forms of GNU tar, bsdtar and Python,
 * plain or in gzip, told apart by content.
 *
 * <p>A package is known to be whole and sound only when {@link #next} has returned nothing: checksums stand behind the
 * data, and the end of the archive behind everything. Until then nothing that was extracted may be published.
 *
 * <p>Whatever a package must not hold ends the reading with {@link Unsafe.BadPackage}, a compression that we do not know
 * with {@link Misuse.ForeignCompression}. What the stream itself reports
 * travels up as {@link UncheckedIOException}.
 */
public final class PackageReader implements AutoCloseable {

    /** More would only make a warning unreadable. */
    private static final int MAXIMUM_SKIPPED = 1000;

    private static final int MAXIMUM_SHOWN = 255;

    private final String packageName;
    private final UnpackedInput bytes;
    private final TarInput input;
    private final TarReader archive;
    private final ImageFill images;
    private final MemberNames names = new MemberNames();
    private final List<String> skipped = new ArrayList<>();
    private Optional<Content> unread = Optional.empty();
    private boolean ended;

    /**
     * A reader at the start of a package.
     *
     * @param bytes stays open for its owner
     * @param packageName what messages call the package
     */
    public PackageReader(InputStream bytes, String packageName) {
        this.packageName = packageName;
        this.bytes = new UnpackedInput(bytes);
        this.input = new TarInput(this.bytes);
        this.archive = new TarReader(input);
        this.images = new ImageFill(input);
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
     * @param start what stands before this position is right already, from an earlier attempt
     * @throws ctl.vm.problem.VmException BadPackage; {@code target} is to be removed
     */
    void extract(DiskFile target, long start, ImageFill.Progress progress) {
        Content content = unread.orElseThrow(() -> new IllegalStateException("no image to extract"));
        unread = Optional.empty();
        reading(() -> {
            images.fill(target, content, start, progress);
            input.skip(TarInput.padding(content.stored()));
            return content;
        });
    }

    /** The members so far that are no images, as the package names them; the first thousand of them. */
    public List<String> skipped() {
        return Collections.unmodifiableList(skipped);
    }

    /** Frees the memory of the decompressor. */
    @Override
    public void close() {
        bytes.close();
    }

    /** The image that a member is, if it is one. */
    private Optional<Member> admit(TarEntry entry) throws Malformed {
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
            input.skip(stored);
            input.skip(TarInput.padding(stored));
        }
    }

    private <T> T reading(Reading<T> reading) {
        try {
            return reading.run();
        } catch (Malformed malformed) {
            throw new Unsafe.BadPackage(packageName, shortened(archive.member()), malformed.getMessage()).thrown();
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
