package ctl.vm.cli.problem;

import ctl.vm.problem.ImportLine;
import ctl.vm.problem.Misuse;

/** What is said of a {@link Misuse.WrongFile}. */
final class WrongFileText {

    private WrongFileText() {}

    static ProblemText of(Misuse.WrongFile file) {
        return new ProblemText(message(file), "nothing was imported; " + nextStep(file));
    }

    private static String message(Misuse.WrongFile file) {
        return file.name() + " is " + switch (file.kind()) {
            case HTML -> "an HTML page and no package: \"%s\"".formatted(file.detail());
            case TEXT -> "a text and no package; it begins with \"%s\"".formatted(file.detail());
            case TORRENT -> "a torrent: it names the file and does not hold it";
            case LFS_POINTER -> "a pointer of Git LFS: it names the file and does not hold it";
            case ANNEX_POINTER -> "a pointer of git-annex: it names the file and does not hold it";
            case GPG -> "encrypted with OpenPGP";
            case AGE -> "encrypted with age";
            case OPENSSL -> "encrypted with OpenSSL";
            case SIGNATURE -> "the signature of a file, not the file itself";
            case ISO -> "an ISO image, a CD or DVD, and no package";
            case DISK -> "a raw disk image and no package: " + file.detail();
            case CONTAINER -> "a container image (OCI or Docker), or a part of one, and no VM";
            case OTHER -> file.detail() + " and no package";
        };
    }

    private static String nextStep(Misuse.WrongFile file) {
        ImportLine line = file.line().orElse(new ImportLine("NAME", false));
        boolean isFile = file.name().startsWith("/");
        String word = isFile ? ShellWord.of(file.name()) : "FILE";
        return switch (file.kind()) {
            case HTML, TEXT -> "the download has failed, or its address is that of a page: download the file itself";
            case TORRENT -> "download what it names with a BitTorrent client, and import that";
            case LFS_POINTER -> "get the file with \"git lfs pull\", and import that";
            case ANNEX_POINTER -> "get the file with \"git annex get\", and import that";
            case GPG -> decrypted("gpg -d " + word, line);
            case AGE -> decrypted("age -d " + word, line);
            case OPENSSL -> "decrypt it with \"openssl enc -d\" and the options that it was made with, and import that";
            case SIGNATURE -> "import the file that it belongs to, mostly of the same name without the ending";
            case ISO -> "install from it: \"ctl vm create %s\" makes an empty disk, and QEMU takes the ISO as -cdrom"
                    .formatted(ShellWord.of(line.vm()));
            case DISK -> "import it as one: \"%s%s\"".formatted(isFile ? "" : "... | ",
                    ProblemText.importOfImage(line, isFile ? file.name() : "-"));
            case CONTAINER -> "where a disk image is in one of its layers, unpack that and import it";
            case OTHER -> "see whether it is the file that you mean";
        };
    }

    private static String decrypted(String command, ImportLine line) {
        return "decrypt it on its way: \"%s | %s\"".formatted(command, ProblemText.importOfPackage(line, "-"));
    }
}
