package ctl.vm.archive.disk;

import ctl.vm.problem.ImportLine;
import ctl.vm.problem.Misuse;
import ctl.vm.problem.Problem;
import ctl.vm.problem.Unsafe;
import java.io.IOException;

/** A disk image that is not converted. Who reads its header knows neither its name nor what it is part of. */
final class RefusedImage extends IOException {

    private static final long serialVersionUID = 1;

    private static final int MOST_SHOWN_CHARACTERS = 255;

    private final transient Explanation explanation;

    private RefusedImage(Explanation explanation) {
        this.explanation = explanation;
    }

    /** What it is to a user. */
    private interface Explanation {

        Problem problem(String file, String format, ImportLine line);
    }

    /** @param reason goes on after "it" */
    static RefusedImage damaged(String reason) {
        return new RefusedImage((file, format, _) -> new Unsafe.BadDisk(file, format, reason));
    }

    static RefusedImage cutOff() {
        return damaged("is cut off");
    }

    /**
     * An image that is not all in one file. If the file that it names were read, whoever made it could bring any file
     * of this machine into a disk.
     *
     * @param role such as {@code backing file}; @param other as the image has it
     */
    static RefusedImage naming(String role, String other) {
        String shown = other.length() <= MOST_SHOWN_CHARACTERS
                ? other
                : other.substring(0, MOST_SHOWN_CHARACTERS) + "…";
        return new RefusedImage((file, format, line) -> new Unsafe.NamesAnotherFile(file, format, role, shown, line));
    }

    static RefusedImage encrypted() {
        return new RefusedImage(Misuse.EncryptedImage::new);
    }

    Problem problem(String file, String format, ImportLine line) {
        return explanation.problem(file, format, line);
    }
}
