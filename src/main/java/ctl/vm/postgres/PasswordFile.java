package ctl.vm.postgres;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

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

    /** Whether it is there, and other users have any right to it: then it is not used. */
    boolean isOpenToOthers() {
        try {
            return Files.isRegularFile(path)
                    && Files.getPosixFilePermissions(path).stream().anyMatch(OTHERS::contains);
        } catch (IOException unreadable) {
            // It cannot be used then in any case, and the server says that a password is missing.
            return false;
        }
    }

    /** The password for a login, where one can be read. */
    Optional<String> password(ConnectionSettings.Host host, String database, String user) {
        if (!Files.isRegularFile(path) || isOpenToOthers()) {
            return Optional.empty();
        }
        List<String> wanted = List.of(host.name(), Integer.toString(host.port()), database, user);
        try {
            return Files.readAllLines(path).stream()
                    .filter(line -> !line.startsWith("#"))
                    .map(PasswordFile::fields)
                    .filter(fields -> fields.size() == FIELDS && fits(fields, wanted))
                    .map(fields -> unescaped(fields.getLast()))
                    .findFirst();
        } catch (IOException unreadable) {
            return Optional.empty();
        }
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
        return field.replaceAll("\\\\(.)", "$1");
    }
}
