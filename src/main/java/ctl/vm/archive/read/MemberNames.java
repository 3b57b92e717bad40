package ctl.vm.archive.read;

import ctl.vm.archive.member.BadPackage;
import ctl.vm.inventory.value.ImageName;
import ctl.vm.problem.Unsafe.PackageLimit;
import java.io.IOException;
import java.text.Normalizer;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Decides by their names which members of one package are images: {@code disk.s2e} and its snapshots, all of them at
 * the top or all in the same folder. It refuses names that lead elsewhere and images that could be taken for another.
 */
final class MemberNames {

    /** The longest path that Linux takes. */
    private static final int MAXIMUM_LENGTH = 4096;

    private final long maximumImages;
    private final Set<String> lookalikes = new HashSet<>();
    /** Of members that are links, and of those that are no folders: as many as a package may have members. */
    private final Set<List<String>> links = new HashSet<>();
    private final Set<List<String>> others = new HashSet<>();
    private Optional<List<String>> folder = Optional.empty();
    private boolean disk;

    MemberNames(long maximumImages) {
        this.maximumImages = maximumImages;
    }

    /** The image that a file of this name is; empty where it is none of ours. */
    Optional<ImageName> image(String name) throws IOException {
        List<String> path = path(name);
        if (path.isEmpty()) {
            throw new BadPackage("has no name");
        }
        String file = path.getLast();
        requireApart(path);
        Optional<ImageName> image = ImageName.ofFile(file);
        if (image.isPresent()) {
            if (!name.endsWith(file)) {
                throw new BadPackage("has a path that is that of a folder");
            }
            requireFolder(path.subList(0, path.size() - 1));
            requireNew(file);
            disk |= image.get().isDisk();
        } else if (isImageLike(file)) {
            throw new BadPackage("is not named as a snapshot can be");
        }
        return image;
    }

    /**
     * Makes sure that a member which cannot be an image is not named as one. It is never made, and yet no other member
     * may have to do with it: other programs would write through it.
     *
     * @param why it cannot be an image, in the words of a refusal
     */
    void other(String name, String why, boolean isLink) throws BadPackage {
        List<String> path = path(name);
        if (path.isEmpty() || isImageLike(path.getLast())) {
            throw new BadPackage(why);
        }
        requireApart(path);
        if (isLink) {
            links.add(path);
        }
    }

    /** No path may lead through a link, and none may be in the place of the folder that the images are in. */
    private void requireApart(List<String> path) throws BadPackage {
        for (int length = 1; length <= path.size() && !links.isEmpty(); length++) {
            if (links.contains(path.subList(0, length))) {
                throw new BadPackage("has a path that leads through a link");
            }
        }
        if (folder.filter(path::equals).isPresent()) {
            throw new BadPackage("is in the place of the folder of the images");
        }
        others.add(path);
    }

    /** Makes sure that a folder of this name does no harm. It is never made. */
    void folder(String name) throws BadPackage {
        if (path(name).stream().anyMatch(MemberNames::isImageLike)) {
            throw new BadPackage("is a folder, not an image");
        }
    }

    /** Whether there was no image at all. */
    boolean hasNone() {
        return lookalikes.isEmpty();
    }

    /** Makes sure that there was what a VM cannot be without. */
    void requireDisk() throws BadPackage {
        if (!disk) {
            throw new BadPackage("holds no %s".formatted(ImageName.DISK.fileName()));
        }
    }

    private void requireFolder(List<String> parents) throws IOException {
        if (parents.stream().anyMatch(MemberNames::isImageLike)) {
            throw new BadPackage("is an image too deep in folders");
        }
        if (parents.size() > 1) {
            throw BadPackage.severalVms("is an image too deep in folders", parents.size() - 1);
        }
        if (!folder.orElse(parents).equals(parents)) {
            throw BadPackage.severalVms("is an image in another folder than the others", 0);
        }
        if (others.contains(parents)) {
            throw new BadPackage("is in a folder that is none");
        }
        folder = Optional.of(parents);
    }

    private void requireNew(String file) throws IOException {
        if (lookalikes.size() == maximumImages) {
            throw BadPackage.overLimit("is one image too many: %d are the most".formatted(maximumImages),
                    PackageLimit.MEMBERS);
        }
        if (!lookalikes.add(lookalikeKey(file))) {
            throw new BadPackage("is there twice, or looks like another image");
        }
    }

    /** Names with the same key are one file on some filesystems, or cannot be distinguished by people. */
    private static String lookalikeKey(String file) {
        String composed = Normalizer.normalize(file, Normalizer.Form.NFC);
        String folded = composed.toUpperCase(Locale.ROOT).toLowerCase(Locale.ROOT);
        return Normalizer.normalize(folded, Normalizer.Form.NFC);
    }

    private static boolean isImageLike(String part) {
        String disk = ImageName.DISK.fileName();
        return part.equals(disk) || part.startsWith(disk + ".");
    }

    /** The parts of a path, without those that mean nothing. */
    private static List<String> path(String name) throws BadPackage {
        if (name.length() > MAXIMUM_LENGTH) {
            throw new BadPackage("has a name that is too long");
        }
        if (name.startsWith("/")) {
            throw new BadPackage("has an absolute path");
        }
        List<String> parts = Arrays.stream(name.split("/"))
                .filter(part -> !part.isEmpty() && !part.equals("."))
                .toList();
        if (parts.contains("..")) {
            throw new BadPackage("has a path that leads out of its folder");
        }
        return parts;
    }
}
