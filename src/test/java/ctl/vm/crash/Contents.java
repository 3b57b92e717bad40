package ctl.vm.crash;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;

/** What stands in folders: each file's bytes, by their digest, and its modification time. */
final class Contents {

    /** The header of the line that names an export, and its one block of text. */
    private static final int ORIGIN_BYTES = 1024;

    private Contents() {}

    /** A file. A created image is as old as its creation, and a package as its export: these have no time here. */
    record Content(long size, String digest, Instant modified) {}

    /** What is in each folder below this one, work folders included; nothing where there is no such folder. */
    static Map<String, Map<String, Content>> byFolder(Path folder) {
        Map<String, Map<String, Content>> folders = new TreeMap<>();
        for (Path child : children(folder)) {
            if (Files.isDirectory(child)) {
                folders.put(child.getFileName().toString(), files(child, true));
            }
        }
        return folders;
    }

    /** The files of a folder. @param timed whether their times count */
    static Map<String, Content> files(Path folder, boolean timed) {
        Map<String, Content> files = new TreeMap<>();
        for (Path child : children(folder)) {
            if (Files.isRegularFile(child)) {
                files.put(child.getFileName().toString(), content(child, timed));
            }
        }
        return files;
    }

    /** Everything below a folder that a program can tell: names, inodes, bytes and times. */
    static String fingerprint(Path folder) {
        StringBuilder all = new StringBuilder();
        try (Stream<Path> paths = Files.walk(folder)) {
            for (Path path : paths.sorted().toList()) {
                Map<String, Object> attributes = Files.readAttributes(path, "unix:ino,mode,lastModifiedTime",
                        LinkOption.NOFOLLOW_LINKS);
                all.append(folder.relativize(path)).append(new TreeMap<>(attributes));
                all.append(Files.isRegularFile(path) ? content(path, false) : "").append('\n');
            }
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
        return all.toString();
    }

    private static Iterable<Path> children(Path folder) {
        if (!Files.isDirectory(folder)) {
            return java.util.List.of();
        }
        try (Stream<Path> children = Files.list(folder)) {
            return children.sorted().toList();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** A package as its archive, without the line in front that names its export: each has its own. */
    private static byte[] comparable(Path file, byte[] bytes) {
        if (!file.toString().endsWith(".tar.gz")) {
            return bytes;
        }
        try (var unpacked = new GZIPInputStream(new ByteArrayInputStream(bytes))) {
            byte[] archive = unpacked.readAllBytes();
            boolean hasOrigin = new String(archive, 0, Math.min(archive.length, ORIGIN_BYTES), ISO_8859_1)
                    .contains("comment=ctl-origin-");
            return hasOrigin ? Arrays.copyOfRange(archive, ORIGIN_BYTES, archive.length) : bytes;
        } catch (IOException unfinished) {
            return bytes;
        }
    }

    private static Content content(Path file, boolean timed) {
        try {
            byte[] bytes = comparable(file, Files.readAllBytes(file));
            boolean allZeros = true;
            for (int at = 0; at < bytes.length && allZeros; at++) {
                allZeros = bytes[at] == 0;
            }
            Instant modified = timed && !allZeros ? Files.getLastModifiedTime(file).toInstant() : Instant.EPOCH;
            String digest = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes), 0, 8);
            return new Content(bytes.length, digest, modified);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
