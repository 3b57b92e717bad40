package ctl.vm.archive.member;

import ctl.vm.problem.Misuse;
import ctl.vm.problem.Problem;
import ctl.vm.problem.Unsafe.PackageLimit;
import ctl.vm.problem.Unsafe;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * Something that a package must not hold. The message is the reason in a few words, such as "is a symbolic link"; the
 * reader of the package adds its name and the member.
 */
public final class BadPackage extends IOException {

    private static final long serialVersionUID = 1L;

    private final transient Explanation explanation;

    /** Turns it into what the user is shown. */
    @FunctionalInterface
    public interface Explanation {

        /**
         * @param name of the package
         * @param member that is being read; empty where it is the whole package
         */
        Problem problem(String name, String member);
    }

    public BadPackage(String reason) {
        this(reason, (name, member) -> new Unsafe.BadPackage(name, member, reason));
    }

    private BadPackage(String reason, Explanation explanation) {
        super(reason);
        this.explanation = explanation;
    }

    /** Nothing at all, compressed or not. */
    public static BadPackage empty() {
        return new BadPackage("is empty", (name, _) -> new Misuse.EmptyPackage(name));
    }

    /** An archive that holds a container image. */
    public static BadPackage container() {
        return new BadPackage("holds a container image", (name, _) -> new Misuse.WrongFile(
                name, Misuse.WrongFile.Kind.CONTAINER, "", Optional.empty()));
    }

    /** An archive without a disk image of a VM. @param largest the largest file in it */
    public static BadPackage noDiskImage(Optional<String> largest) {
        return new BadPackage("holds no disk image", (name, _) -> new Misuse.NoDiskImage(name, largest));
    }

    /** What may be an archive without members, or anything that is not there yet. */
    public static BadPackage onlyZeros() {
        return new BadPackage("holds only zeros", (name, _) -> new Misuse.OnlyZeros(name));
    }

    /** A tar archive without the two empty blocks at its end, of which nothing else shows that it is whole. */
    public static BadPackage lacksEnd() {
        return new BadPackage("lacks its end", (name, _) -> new Unsafe.LacksEnd(name, Optional.empty()));
    }

    /** Compressed data that has ended within the archive, with something else behind it. @param others bytes of that */
    public static BadPackage endsTooEarly(long others) {
        return new BadPackage("is damaged: its compressed data ends before its archive does, and %d other bytes follow"
                .formatted(others));
    }

    /** What programs would read in different ways, so that each could find other images. */
    public static BadPackage ambiguous(String reason) {
        return new BadPackage(reason, (name, _) -> new Unsafe.AmbiguousPackage(name, reason));
    }

    public static BadPackage cutOff() {
        return new BadPackage("is cut off");
    }

    /** A package that begins as one of ours and does not go on as one. */
    public static BadPackage notOurs() {
        return new BadPackage("is altered: a part of it is not as ctl vm makes them");
    }

    /** More than a package may ask for, unless the user allows it. */
    public static BadPackage overLimit(String reason, PackageLimit limit) {
        return new BadPackage(
                reason, (name, member) -> new Unsafe.PackageOverLimit(name, member, reason, limit));
    }

    /**
     * Images in several folders, or deeper than one: a backup of the folder of VMs, most likely.
     *
     * @param depth folders above the one that holds the image
     */
    public static BadPackage severalVms(String reason, int depth) {
        return new BadPackage(reason, (name, member) -> new Unsafe.SeveralVms(
                name, member, reason, depth, Optional.empty()));
    }

    /** A package of ours in a format that only a newer program knows. */
    static BadPackage newerFormat(int version) {
        return new BadPackage("version " + version, (name, _) -> new Misuse.NewerPackage(name, version));
    }

    /**
     * Why an archive that begins with these bytes is no tar archive. It may be a raw disk image, which begins with
     * anything.
     */
    public static BadPackage notTar(ByteBuffer start) {
        Optional<FileFormat> compression = FileFormat.compression(start);
        if (compression.isEmpty()) {
            return new BadPackage("is no archive", (name, _) -> WrongFile.of(start, name)
                    .<Problem>map(wrong -> wrong)
                    .orElseGet(() -> new Unsafe.NotAPackage(name, Optional.empty())));
        }
        String word = compression.get().word();
        return compression.get().isPackage()
                ? new BadPackage(word, (name, _) -> new Misuse.CompressedTwice(name, word))
                : new BadPackage(word, (name, _) -> new Misuse.ForeignCompression(name, word));
    }

    /** What the user is shown. */
    public Problem problem(String name, String member) {
        return explanation.problem(name, member);
    }
}
