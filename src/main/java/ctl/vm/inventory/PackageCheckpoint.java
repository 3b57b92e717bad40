package ctl.vm.inventory;

import ctl.vm.inventory.value.ByteCount;
import ctl.vm.inventory.value.ImageDigest;
import ctl.vm.inventory.value.ImageName;
import ctl.vm.inventory.value.Sha256;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * How much of a package is written: all that is needed to go on with it.
 *
 * @param written bytes of the package file, up to the end of a member
 * @param members how many members these are; none in a format without them
 * @param digest chain over these members: each digest is that of the one before and of the next member's own
 * @param unpacked bytes of the tar archive in them
 * @param images those whose headers are written, in the order of the package; the last one may be unfinished
 * @param complete whether its end is written as well
 * @param file digest of the whole package file, once it is complete; older programs did not record it
 */
public record PackageCheckpoint(
        ByteCount written,
        long members,
        Sha256 digest,
        ByteCount unpacked,
        List<PackedImage> images,
        boolean complete,
        Optional<Sha256> file) {

    /** Nothing is written. */
    public static final PackageCheckpoint NOTHING = new PackageCheckpoint(ByteCount.ZERO, 0, Sha256.ZERO,
            ByteCount.ZERO, List.of(), false);

    public PackageCheckpoint {
        images = List.copyOf(images);
    }

    public PackageCheckpoint(ByteCount written, long members, Sha256 digest, ByteCount unpacked,
            List<PackedImage> images, boolean complete) {
        this(written, members, digest, unpacked, images, complete, Optional.empty());
    }

    public Optional<PackedImage> image(ImageName name) {
        return images.stream().filter(image -> image.name().equals(name)).findFirst();
    }

    /** What the end of the package says of all before it, where its format has such an end. */
    public Optional<Sha256> seal() {
        return members == 0 ? Optional.empty() : Optional.of(digest);
    }

    /** The digests of its images, once it is whole. */
    public Map<ImageName, ImageDigest> digests() {
        return images.stream().collect(Collectors.toMap(PackedImage::name, PackedImage::digest));
    }

    /** Bytes of images that need not be packed again, holes included. */
    public ByteCount packed() {
        return images.stream().map(PackedImage::packed).reduce(ByteCount.ZERO, ByteCount::plus);
    }

    /**
     * With something behind what is written.
     *
     * @param more bytes of the package;
     * @param tar bytes of the archive in them
     */
    public PackageCheckpoint with(long more, long tar) {
        return new PackageCheckpoint(
                written.plus(new ByteCount(more)),
                members,
                digest,
                unpacked.plus(new ByteCount(tar)),
                images,
                complete);
    }

    /** With one more member counted. @param member digest of its bytes */
    public PackageCheckpoint with(Sha256 member) {
        return new PackageCheckpoint(
                written, members + 1, Sha256.over(digest.bytes(), member.bytes()), unpacked, images, complete);
    }

    /** With nothing more to come. @param whole digest of the package file */
    public PackageCheckpoint completed(Sha256 whole) {
        return new PackageCheckpoint(written, members, digest, unpacked, images, true, Optional.of(whole));
    }

    /** With the newest state of an image, which is the last one or a new one. */
    public PackageCheckpoint with(PackedImage image) {
        List<PackedImage> more = new ArrayList<>(images);
        if (!more.isEmpty() && more.getLast().name().equals(image.name())) {
            more.removeLast();
        }
        more.add(image);
        return new PackageCheckpoint(written, members, digest, unpacked, more, complete);
    }

    /**
     * An image in a package.
     *
     * @param source the image, as it was when packing it began
     * @param header digest of the header that was written, with the map of the data
     * @param packed every byte of the image before this position is in the package; its size where all of it is
     * @param chain digest of what is in the package
     */
    public record PackedImage(
            ImageName name, Checkpoint.Source source, Sha256 header, ByteCount packed, ImageDigest.Chain chain) {

        public PackedImage with(ByteCount position, ImageDigest.Chain longer) {
            return new PackedImage(name, source, header, position, longer);
        }

        public boolean isWhole() {
            return packed.equals(source.size());
        }

        /** Of the whole image. */
        public ImageDigest digest() {
            return chain.end(source.size());
        }
    }
}
