package ctl.vm.durable;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/**
 * A new text file that only its owner can read. It takes the place of nothing and follows no link.
 *
 * <p>Written by the JDK alone: it is to be left behind when something of ours has failed, which may have been
 * {@link LinuxDisk}.
 */
public final class ReportFile {

    private static final Set<OpenOption> NEW = Set.of(
            StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
    private static final FileAttribute<Set<PosixFilePermission>> PRIVATE = PosixFilePermissions
            .asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    /** More reports of one process in one second there are not. */
    private static final int MOST_NAMES = 100;

    private ReportFile() {}

    /**
     * Writes one into a folder of ours, which may have been replaced by a link.
     *
     * @param file where it goes; {@code -2} and so on before the {@code .txt} where there is something
     * @return where it went
     * @throws IOException also where its folder is missing or is a link
     */
    public static Path write(Path file, String text) throws IOException {
        Path folder = file.getParent();
        try (DirectoryStream<Path> around = Files.newDirectoryStream(folder.getParent());
                SecureDirectoryStream<Path> within = secure(around)
                        .newDirectoryStream(folder.getFileName(), LinkOption.NOFOLLOW_LINKS)) {
            return write(file, text, path -> within.newByteChannel(path.getFileName(), NEW, PRIVATE));
        }
    }

    /** Writes one into the system's folder for temporary files. @param name as of the file of the other */
    public static Path writeTemporary(String name, String text) throws IOException {
        Path folder = Path.of(System.getProperty("java.io.tmpdir"));
        return write(folder.resolve(name), text, path -> Files.newByteChannel(path, NEW, PRIVATE));
    }

    private static SecureDirectoryStream<Path> secure(DirectoryStream<Path> folder) throws IOException {
        if (folder instanceof SecureDirectoryStream<Path> secure) {
            return secure;
        }
        throw new IOException("files cannot be made here without following links");
    }

    private static Path write(Path file, String text, Opening opening) throws IOException {
        for (int number = 1;; number++) {
            Path path = numbered(file, number);
            try (SeekableByteChannel channel = opening.open(path)) {
                ByteBuffer bytes = StandardCharsets.UTF_8.encode(text);
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
                return path;
            } catch (FileAlreadyExistsException taken) {
                if (number == MOST_NAMES) {
                    throw taken;
                }
            }
        }
    }

    private static Path numbered(Path file, int number) {
        String name = file.getFileName().toString();
        int end = name.lastIndexOf('.');
        return number == 1
                ? file
                : file.resolveSibling("%s-%d%s".formatted(name.substring(0, end), number, name.substring(end)));
    }

    private interface Opening {
        SeekableByteChannel open(Path file) throws IOException;
    }
}
