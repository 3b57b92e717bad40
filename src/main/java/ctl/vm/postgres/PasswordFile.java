package ctl.vm.postgres;

import ctl.vm.problem.ServerFailure.IgnoredFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The file of passwords that libpq reads, {@code ~/.pgpass}: lines of {@code HOST:PORT:DATABASE:USER:PASSWORD}, where
 * {@code *} stands for anything and a backslash goes before a colon or backslash of a field. The first line that fits
 * counts.
 */
record PasswordFile(Path path) {

    private static final Set<PosixFilePermission> OTHERS = EnumSet.of(
            PosixFilePermission.GROUP_READ, PosixFilePermission.GROUP_WRITE, PosixFilePermission.GROUP_EXECUTE,
            PosixFilePermission.OTHERS_READ, PosixFilePermission.OTHERS_WRITE, PosixFilePermission.OTHERS_EXECUTE);

    private static final int FIELDS = 5;

    /** Itself, where it is there and is not used. */
    Optional<IgnoredFile> ignored() {
        try {
            if (Files.isRegularFile(path) && !isOpenToOthers()) {
                lines();
                return Optional.empty();
            }
            return Files.isRegularFile(path) ? Optional.of(new IgnoredFile(path, true)) : Optional.empty();
        } catch (IOException unreadable) {
            return Optional.of(new IgnoredFile(path, false));
        }
    }

    private boolean isOpenToOthers() throws IOException {
        return Files.getPosixFilePermissions(path).stream().anyMatch(OTHERS::contains);
    }

    /** The password for a login, where one can be read. */
    Optional<String> password(ConnectionSettings.Host host, String database, String user) {
        List<String> wanted = Stream.of(host.name(), Integer.toString(host.port()), database, user)
                .map(PasswordFile::bytes).toList();
        try {
            if (!Files.isRegularFile(path) || isOpenToOthers()) {
                return Optional.empty();
            }
            return lines().stream()
                    .filter(line -> !line.startsWith("#"))
                    .map(PasswordFile::fields)
                    .filter(fields -> fields.size() == FIELDS && fits(fields, wanted))
                    .map(fields -> text(unescaped(fields.getLast())))
                    .findFirst();
        } catch (IOException unreadable) {
            // Where the server asks for a password, the problem names this file.
            return Optional.empty();
        }
    }

    /** A character for each byte: programs of other encodings may have written some of the lines. */
    private List<String> lines() throws IOException {
        return Files.readAllLines(path, StandardCharsets.ISO_8859_1);
    }

    private static String bytes(String text) {
        return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    }

    private static String text(String bytes) {
        String text = new String(bytes.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
        return bytes(text).equals(bytes) ? text : bytes;
    }

    private static boolean fits(List<String> fields, List<String> wanted) {
        for (int field = 0; field < wanted.size(); field++) {
            if (!fields.get(field).equals("*") && !unescaped(fields.get(field)).equals(wanted.get(field))) {
                return false;
            }
        }
        return true;
    }

    /** As they stand there. What comes behind a colon after the fifth is ignored, as in libpq. */
    private static List<String> fields(String line) {
        List<String> fields = new ArrayList<>();
        int start = 0;
        for (int at = 0; at < line.length() && fields.size() < FIELDS; at++) {
            if (line.charAt(at) == '\\') {
                at++;
            } else if (line.charAt(at) == ':') {
                fields.add(line.substring(start, at));
                start = at + 1;
            }
        }
        if (fields.size() < FIELDS) {
            fields.add(line.substring(start));
        }
        return fields;
    }

    private static String unescaped(String field) {
        return field.replaceAll("(?s)\\\\(.)", "$1");
    }
}
