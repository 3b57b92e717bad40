package ctl.vm.journal.file;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** A damaged file under the name where it is kept: {@code FILE.broken-DATE-TIME}. We never overwrite or delete one. */
public final class BackupFile {

    private static final String MARK = ".broken-";
    private static final DateTimeFormatter STAMP = DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    private BackupFile() {}

    /**
     * Gives the file this name as well, durably; it also stays under its own, until another is renamed over it. If we die
     * in here, nothing is changed but for the additional name.
     *
     * @param now gives the date, UTC
     */
    public static Path keep(Path file, Instant now) throws IOException {
        Optional<Path> kept = keptBefore(file);
        Path name = kept.isPresent() ? kept.get() : newName(file, now);
        FolderSync.sync(file.getParent());
        return name;
    }

    /** The name that somebody gave it who died afterwards. */
    private static Optional<Path> keptBefore(Path file) throws IOException {
        try (Stream<Path> siblings = Files.list(file.getParent())) {
            for (Path sibling : siblings.filter(path -> isKept(file, path)).toList()) {
                if (Files.isSameFile(file, sibling)) {
                    return Optional.of(sibling);
                }
            }
        }
        return Optional.empty();
    }

    private static boolean isKept(Path file, Path sibling) {
        return sibling.getFileName().toString().startsWith(file.getFileName() + MARK);
    }

    private static Path newName(Path file, Instant now) throws IOException {
        String first = file.getFileName() + MARK + STAMP.format(now);
        for (int number = 1;; number++) {
            Path name = file.resolveSibling(number == 1 ? first : first + "-" + number);
            try {
                linkOrCopy(file, name);
                return name;
            } catch (FileAlreadyExistsException taken) {
                // Another file that broke in the same second, or a clock that was set back.
            }
        }
    }

    private static void linkOrCopy(Path file, Path name) throws IOException {
        try {
            Files.createLink(name, file);
        } catch (FileAlreadyExistsException taken) {
            throw taken;
        } catch (FileSystemException | UnsupportedOperationException withoutLinks) {
            // A file system without links, or a file that belongs to somebody else.
            Files.copy(file, name, StandardCopyOption.COPY_ATTRIBUTES);
            FolderSync.sync(name);
        }
    }
}
