package ctl.vm.crash;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.Random;

/**
 * What every try starts from, with a journal and without.
 *
 * <pre>
 * root/vm/MyBox/    disk.s2e with holes, disk.s2e.ready, disk.s2e.base, notes.txt
 * root/vm/Old/      disk.s2e: what --force replaces
 * work/             MyBox.tar.gz, stale.tar.gz (packages), raw.img
 * </pre>
 */
final class Templates {

    private final Place withJournal;
    private final Place withoutJournal;

    Templates(Path folder) {
        withJournal = prepared(new Place(folder.resolve("journal")));
        withoutJournal = withJournal.copyTo(folder.resolve("no-journal"));
        Shell.require("rm", "-r", withoutJournal.journal().toString());
    }

    Place of(Scenario scenario) {
        return scenario.journal() ? withJournal : withoutJournal;
    }

    static Place prepared(Place place) {
        try {
            Files.createDirectories(place.vms());
            Files.createDirectories(place.work());
            Path seed = Files.createDirectory(place.folder().resolve("seed"));
            Random random = new Random(7);
            writePieces(seed.resolve("disk.s2e"), random);
            write(seed.resolve("disk.s2e.base"), random, 5_000, 5_000);
            write(seed.resolve("disk.s2e.ready"), random, 9_000, 9_000);
            write(place.work().resolve("raw.img"), random, 70_000, 1 << 18);
            String seedPackage = place.work().resolve("MyBox.tar.gz").toString();
            Shell.require("tar", "-czSf", seedPackage, "-C", seed.toString(), "disk.s2e", "disk.s2e.base",
                    "disk.s2e.ready");
            Shell.require("rm", "-r", seed.toString());
            for (List<String> command : List.of(
                    List.of("import", "MyBox.tar.gz", "MyBox"),
                    List.of("import", "--raw", "raw.img", "Old"),
                    List.of("export", "Old", "stale.tar.gz"),
                    List.of("clone", "Old", "Gone"),
                    List.of("delete", "-y", "Gone"))) {
                require(place, command);
            }
            write(place.vms().resolve("MyBox/disk.s2e.set"), random, 700, 700);
            require(place, List.of("delete", "MyBox:set"));
            write(place.vms().resolve("MyBox/notes.txt"), random, 100, 100);
            return place;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static void require(Place place, List<String> command) {
        Ctl.Run run = new Ctl(place).run(command.toArray(String[]::new));
        if (run.exit() != 0) {
            throw new AssertionError(run.toString());
        }
    }

    /** Six pieces of data in 1 MiB, with holes in between: a copy may have a checkpoint after each of them. */
    private static void writePieces(Path file, Random random) throws IOException {
        try (var image = Files.newByteChannel(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            for (int piece = 0; piece < 6; piece++) {
                byte[] data = new byte[1 << 14];
                random.nextBytes(data);
                image.position((long) piece << 17).write(ByteBuffer.wrap(data));
            }
        }
        finish(file, 1 << 20);
    }

    private static void write(Path file, Random random, int bytes, long size) throws IOException {
        byte[] content = new byte[bytes];
        random.nextBytes(content);
        Files.write(file, content);
        finish(file, size);
    }

    private static void finish(Path file, long size) throws IOException {
        Shell.require("truncate", "-s", Long.toString(size), file.toString());
        Files.setLastModifiedTime(file, FileTime.from(Instant.parse("2026-01-02T03:04:05.678901234Z")));
    }
}
