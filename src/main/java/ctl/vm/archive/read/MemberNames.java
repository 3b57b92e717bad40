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
        Optional<ImageName> image = ImageName.ofFile(file);
        if (image.isPresent()) {
            requireFolder(path.subList(0, path.size() - 1));
            requireNew(file);
            disk |= image.get().isDisk();
        } else if (isImageLike(file)) {
            throw new BadPackage("is not named as a snapshot can be");
        }
        return image;
    }

    /** Makes sure that a folder of this name does no harm. It is never made. */
    void folder(String name) throws BadPackage {
        if (path(name).stream().anyMatch(MemberNames::isImageLike)) {
            throw new BadPackage("is a folder, not an image");
        }
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
