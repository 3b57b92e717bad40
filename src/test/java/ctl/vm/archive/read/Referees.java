package ctl.vm.archive.read;

import ctl.vm.archive.Tool;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What GNU tar, bsdtar and Python's tarfile, as far as they are installed, unpack from archives: one run for all of
 * them.
 */
final class Referees {

    /** The names that people know of the programs that the script calls. */
    static final Map<String, String> NAMES = Map.of("tar", "GNU tar", "bsdtar", "bsdtar", "python3", "Python");

    private static final Path SCRIPT = Path.of("src/test/resources/referees.py").toAbsolutePath();

    /** Times beyond these are cut off by some filesystems. */
    private static final long EARLIEST = Integer.MIN_VALUE;

    private static final long LATEST = Integer.MAX_VALUE;

    private final Map<String, String> versions = new LinkedHashMap<>();
    private final Map<String, Map<Integer, Reading>> readings = new HashMap<>();

    /**
     * What came out of an archive.
     *
     * @param isFailed whether the program complained
     * @param images by path below the folder of the disk image, if all are in one: SHA-256 and time in seconds
     */
    record Reading(boolean isFailed, Map<String, String> images) {

        boolean isSame(Reading other) {
            return images.equals(other.images);
        }
    }

    /** @param folder an empty one to work in */
    static Referees unpack(List<byte[]> archives, Path folder) throws IOException {
        Path files = Files.createDirectory(folder.resolve("archives"));
        for (int index = 0; index < archives.size(); index++) {
            Files.write(files.resolve(String.valueOf(index)), archives.get(index));
        }
        Tool.run("python3", folder, "python3 '%s' archives . > readings".formatted(SCRIPT));
        var referees = new Referees();
        for (String line : Files.readAllLines(folder.resolve("readings"), StandardCharsets.UTF_8)) {
            referees.add(line.split("\t"));
        }
        referees.readings.values().forEach(all -> all.replaceAll((_, reading) -> inOneFolder(reading)));
        return referees;
    }

    /** How the time of an image is compared. */
    static String image(String sha256, long seconds) {
        return sha256 + (seconds < EARLIEST || seconds > LATEST ? "" : " " + seconds);
    }

    /** By program, those that are installed, in the order of the script. */
    Map<String, String> versions() {
        return versions;
    }

    Reading of(String program, int archive) {
        return readings.get(program).get(archive);
    }

    private void add(String[] fields) {
        switch (fields[0]) {
            case "version" -> versions.put(fields[1], fields[2]);
            case "status" -> readings.computeIfAbsent(fields[2], _ -> new HashMap<>())
                    .put(Integer.parseInt(fields[1]), new Reading(!fields[3].equals("0"), new TreeMap<>()));
            case "image" -> of(fields[2], Integer.parseInt(fields[1])).images()
                    .put(fields[3], image(fields[4], Long.parseLong(fields[5])));
            default -> throw new IllegalStateException(String.join(" ", fields));
        }
    }

    private static Reading inOneFolder(Reading reading) {
        long folders = reading.images().keySet().stream().map(path -> path.substring(0, path.lastIndexOf('/') + 1))
                .distinct().count();
        if (folders > 1) {
            return reading;
        }
        Map<String, String> images = new TreeMap<>();
        reading.images().forEach((path, image) -> images.put(path.substring(path.lastIndexOf('/') + 1), image));
        return new Reading(reading.isFailed(), images);
    }
}
