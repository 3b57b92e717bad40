package ctl.vm.crash;

import static org.assertj.core.api.Assertions.assertThat;

import ctl.vm.crash.Strace.Position;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Function;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * Disks that are full or broken: the program says so in one line, ends with 1, breaks no promise, and goes on once the
 * disk is in order again.
 *
 * <pre>
 * mvn -B verify -Pcampaign -Dit.test=FaultIT -Dcrash.slice=1/4
 * mvn -B verify -Pcampaign -Dit.test=FaultIT -Dcrash.only="clone fsync 3 EIO once"
 * </pre>
 */
@Tag("campaign")
class FaultIT {

    private static final List<String> WRITING = List.of("write", "pwrite64", "copy_file_range", "ftruncate");
    private static final List<String> OTHERS = List.of("fsync", "fdatasync", "rename", "renameat", "renameat2",
            "openat",
            "unlinkat", "mkdirat");

    /** KiB that are left when a command starts: from nothing at all to enough for all but the last writes. */
    private static final List<Integer> FREE_KIB = List.of(0, 4, 16, 48, 96, 160);

    private static final long ORDER_SEED = 3;

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    private Path folder;

    private final Map<String, String> broken = Collections.synchronizedMap(new TreeMap<>());
    private Templates templates;

    /** A call of a scenario that fails. */
    private record Try(Sweep sweep, Position position, String error, boolean lasting) {

        @Override
        public String toString() {
            return "%s %s %s %s".formatted(sweep.scenario(), position, error, lasting ? "from-then-on" : "once");
        }
    }

    @BeforeEach
    void prepare() {
        Shell.assumeTool("strace");
        templates = new Templates(folder);
    }

    @Test
    void fault_whereItPublishes_keepsItsPromises() throws Exception {
        List<Try> tries = new ArrayList<>();
        for (Scenario scenario : Scenario.few().subList(1, 3)) {
            Sweep sweep = new Sweep(scenario, templates.of(scenario), folder);
            sweep.aroundPublishing().forEach(position -> tries.add(new Try(sweep, position, "EIO", false)));
        }
        run(tries);
    }

    @Test
    void fault_anywhere_keepsItsPromises() throws Exception {
        Only only = Only.asked();
        List<Scenario> scenarios = Scenario.all().stream()
                .filter(scenario -> scenario.before().isEmpty())
                .filter(only::hasSomeOf)
                .toList();
        List<Try> all = new ArrayList<>();
        for (Sweep sweep : KillSweepIT.inParallel(
                scenarios, scenario -> new Sweep(scenario, templates.of(scenario), folder))) {
            sweep.positions().forEach(position -> all.addAll(faults(sweep, position)));
        }
        all.removeIf(one -> !only.has(one.sweep().scenario(), one));
        Collections.shuffle(all, new Random(ORDER_SEED));
        run(Slice.asked("1/1").of(all));
    }

    private static List<Try> faults(Sweep sweep, Position position) {
        List<Try> faults = new ArrayList<>();
        // The program speaks by the same call: if it fails from then on, nobody can hear why.
        for (boolean lasting : position.call().equals("write") ? List.of(false) : List.of(false, true)) {
            if (WRITING.contains(position.call()) || OTHERS.contains(position.call())) {
                faults.add(new Try(sweep, position, "EIO", lasting));
            }
            if (WRITING.contains(position.call())) {
                faults.add(new Try(sweep, position, "ENOSPC", lasting));
            }
        }
        return faults;
    }

    @Test
    void fullDisk_inMemory_isResumedOnceThereIsRoom() throws Exception {
        Path mounted = Files.createDirectory(folder.resolve("mounted"));
        Scenario clone = Scenario.few().getFirst();
        Sweep sweep = sweepOfFullDisks(clone);
        for (int freeKib : List.of(0, 96)) {
            try (Filesystem disk = Filesystem.inMemory(mounted, 8 << 20)) {
                fullDisk(sweep, disk, freeKib);
            }
        }
    }

    @Test
    void fullDisk_ofAnyKind_isResumedOnceThereIsRoom() throws Exception {
        Path mounted = Files.createDirectory(folder.resolve("mounted"));
        for (Scenario scenario : Scenario.few()) {
            Sweep sweep = sweepOfFullDisks(scenario);
            for (int freeKib : FREE_KIB) {
                try (Filesystem disk = Filesystem.inMemory(mounted, 8 << 20)) {
                    fullDisk(sweep, disk, freeKib);
                }
                Path image = folder.resolve("ext4.img");
                try (Filesystem disk = Filesystem.made("ext4", image, mounted, 32 << 20)) {
                    fullDisk(sweep, disk, freeKib);
                }
                Files.delete(image);
            }
        }
        assertThat(broken).isEmpty();
    }

    /** Without a trash: where there is no room, it would be freed, and rightly. */
    private Sweep sweepOfFullDisks(Scenario scenario) throws Exception {
        Place template = templates.of(scenario).copyTo(folder.resolve(scenario + "-without-trash"));
        // The disks are too small for the reserve, which would be given up.
        Shell.require("rm", "-rf", template.vms().resolve(".trash").toString(),
                template.journal().resolve("reserve").toString());
        return new Sweep(scenario, template, folder);
    }

    private void fullDisk(Sweep sweep, Filesystem disk, int freeKib) {
        Place place = sweep.template().copyTo(disk.folder().resolve("place"));
        disk.fillUpTo((long) freeKib << 10);
        full(sweep, place, disk, freeKib, "%s on a full disk, %d KiB free".formatted(sweep.scenario(), freeKib));
    }

    @Test
    void fullDisk_ofTheJournalAlone_isResumedOnceThereIsRoom() throws Exception {
        Path image = folder.resolve("journal.img");
        for (Scenario scenario : Scenario.few()) {
            Sweep sweep = sweepOfFullDisks(scenario);
            for (int freeKib : List.of(0, 4, 12, 24)) {
                fullJournal(sweep, freeKib, "tmpfs", journal -> Filesystem.inMemory(journal, 4 << 20));
                fullJournal(sweep, freeKib, "ext4", journal -> Filesystem.made("ext4", image, journal, 16 << 20));
                Files.delete(image);
            }
        }
        assertThat(broken).isEmpty();
    }

    /** The journal on a small disk of its own. */
    private void fullJournal(Sweep sweep, int freeKib, String kind, Function<Path, Filesystem> made) throws Exception {
        String name = "%s-journal-on-%s-%d".formatted(sweep.scenario(), kind, freeKib);
        Place place = sweep.template().copyTo(folder.resolve(name));
        Path aside = folder.resolve(name + "-aside");
        Files.move(place.journal(), aside);
        Files.createDirectory(place.journal());
        try (Filesystem disk = made.apply(place.journal())) {
            Shell.require("cp", "-a", aside + "/.", place.journal().toString());
            disk.fillUpTo((long) freeKib << 10);
            full(sweep, place, disk, freeKib, name);
        }
    }

    /** Recovers in the one way or the other, as there is more and more room. */
    private void full(Sweep sweep, Place place, Filesystem disk, int freeKib, String name) {
        Recovery recovery = freeKib % 16 == 0 ? Recovery.REPEATING : Recovery.BY_ID;
        boolean failed = noting(name, () -> sweep.attempt(place, List.of(), recovery, () -> {
            disk.relieve();
            return place;
        }));
        System.out.printf("%s: %s%n", name, failed ? "failed, and went on" : "done");
    }

    private void run(List<Try> tries) throws Exception {
        Instant start = Instant.now();
        List<Boolean> failed = KillSweepIT.inParallel(tries, one -> noting(
                one.toString(), () -> one.sweep().tryFault(one.position(), one.error(), one.lasting())));
        long commandsFailed = failed.stream().filter(Boolean::booleanValue).count();
        new CampaignResult(tries.size(), commandsFailed, broken.size(), Duration.between(start, Instant.now()))
                .record();
        System.out.printf("%d faults tried, %d commands failed of them, %d promises broken%n", tries.size(),
                commandsFailed, broken.size());
        assertThat(broken).isEmpty();
    }

    /** One of the tries. */
    private interface Attempt {
        Sweep.Fate fate();
    }

    /** Returns whether the command failed. */
    private boolean noting(String name, Attempt attempt) {
        try {
            return attempt.fate().failed();
        } catch (AssertionError promise) {
            System.out.printf("BROKEN, replay with -Dcrash.only=\"%s\": %s%n", name, promise.getMessage());
            broken.put(name, promise.getMessage());
            return true;
        }
    }
}
