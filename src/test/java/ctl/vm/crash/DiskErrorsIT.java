package ctl.vm.crash;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Commands whose calls of the kernel fail, under a language in which its texts are other ones: the C library translates
 * them by {@code LANGUAGE} also in the locale that the launcher sets, where its translations are installed.
 */
class DiskErrorsIT {

    @TempDir
    private Path folder;

    private Place place;
    private Ctl ctl;

    @BeforeEach
    void createABox() {
        Shell.assumeTool("strace");
        place = new Place(folder);
        Shell.require("mkdir", "-p", place.root().toString(), place.work().toString());
        ctl = new Ctl(place).with("LANGUAGE", "de");
        succeeds("create", "Box", "1M");
    }

    @ParameterizedTest(name = "{0} of {1}: {2}")
    @CsvSource({
        "mkdirat,   anywhere,             ENOSPC, /vm/.staging: no space left on the disk",
        "mkdirat,   anywhere,             EDQUOT, /vm/.staging: no space left on the disk",
        "mkdirat,   anywhere,             EACCES, /vm/.staging: permission denied",
        "mkdirat,   anywhere,             EPERM,  /vm/.staging: permission denied",
        "mkdirat,   anywhere,             EROFS,  /vm/.staging: the filesystem is read-only",
        "mkdirat,   anywhere,             EIO,    see what is wrong with that file or its disk",
        "mkdirat,   anywhere,             EMFILE, too many open files; allow more",
        "mkdirat,   anywhere,             ENOTCONN, its filesystem is gone",
        "renameat2, anywhere,             EIO,    see what is wrong with that file or its disk",
        "ftruncate, anywhere,             ENOSPC, no space left on the disk",
        "pwrite64,  journal/journal.mv.db, ENOSPC, /journal: no space left on the disk",
        "pwrite64,  journal/journal.mv.db, EROFS,  /journal: the filesystem is read-only",
        "pwrite64,  journal/journal.mv.db, EIO,    see what is wrong with that file or its disk",
        "openat,    journal/journal.mv.db, EACCES, /journal: permission denied",
        "openat,    journal/journal.mv.db, EMFILE, too many open files; allow more",
        "openat,    journal/journal.mv.db, ESTALE, its filesystem is gone",
        "pwrite64,  journal/journal.mv.db, EFBIG,  larger than is allowed",
        "pwrite64,  journal/events.jsonl, ENOSPC, /journal: no space left on the disk",
        "pwrite64,  journal/events.jsonl, EROFS,  /journal: the filesystem is read-only",
        "pwrite64,  journal/events.jsonl, EIO,    see what is wrong with that file or its disk"})
    void create_thatMeetsAnError_saysWhatItIs(String call, String path, String error, String said) {
        Ctl.Run create = ctl.run(failing(call, path, error), List.of("create", "New", "1M"));

        assertThat(create.exit()).as(create.toString()).isEqualTo(1);
        assertThat(create.err().lines().filter(line -> line.startsWith("[FAIL]"))).as(create.toString())
                .singleElement().asString()
                .contains(said)
                .doesNotContain("a bug in ctl vm", "is damaged");
        assertThat(create.hasStackTrace()).as(create.toString()).isFalse();
        ctl.within("resume");
        ctl.within("create", "New", "1M");
        assertThat(succeeds("verify")).contains("journal and folder agree");
    }

    private List<String> failing(String call, String path, String error) {
        List<String> strace = new ArrayList<>(List.of("strace", "-f", "-qq", "-o", "/dev/null", "-e", "trace=" + call,
                "-e", "inject=%s:error=%s".formatted(call, error)));
        if (!path.equals("anywhere")) {
            strace.addAll(List.of("-P", place.root().resolve(path).toString()));
        }
        return strace;
    }

    private String succeeds(String... arguments) {
        Ctl.Run run = ctl.within(arguments);
        assertThat(run.exit()).as(run.toString()).isZero();
        return run.out();
    }
}
