package ctl.vm.crash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ctl.vm.child.Children;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * Many processes at the same few VMs. A failing run is repeated, as far as that can be, with {@code -Dcrash.seed=N}.
 */
@Order(1)
class ManyAtOnceIT {

    /** Done, no such VM, exists already, busy. */
    private static final Set<Integer> DOCUMENTED = Set.of(0, 4, 5, 6);

    /**
     * A listing waits for nobody: beside others it takes as long as what does not even look at the journal, or a little
     * more.
     */
    private static final int LISTING_LIMIT_HELPS = 3;

    private static final Duration LIMIT = Duration.ofMinutes(2);

    private static final Duration LISTING_LIMIT = Duration.ofSeconds(10);

    private static final List<String> VMS = List.of("One", "Two", "Three", "Four", "Five");

    private static final Pattern LISTED = Pattern.compile("\"name\" *: *\"([^\"]+)\",\\s*\"defunct\"");

    private final long seed = Long.getLong("crash.seed", System.nanoTime());

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    private Path folder;

    private Place place;
    private Ctl ctl;

    @BeforeEach
    void prepare() {
        place = Templates.prepared(new Place(folder.resolve("place")));
        ctl = new Ctl(place);
    }

    @Test
    @Tag("campaign")
    void eightProcesses_doingAnything_leaveTheJournalAndTheFolderEqual() throws Exception {
        anything(8, Duration.ofSeconds(20));
    }

    @Test
    @Tag("campaign")
    void twentyProcesses_doingAnything_leaveTheJournalAndTheFolderEqual() throws Exception {
        anything(20, Duration.ofMinutes(1));
    }

    @Test
    void twoClones_ofOneSource_bothSucceed() throws Exception {
        fatten("MyBox");
        Process one = ctl.start("clone", "MyBox", "One");
        Process two = ctl.start("clone", "MyBox", "Two");
        assertThat(exit(one)).isZero();
        assertThat(exit(two)).isZero();
        assertThat(Contents.files(place.vms().resolve("One"), true))
                .isEqualTo(Contents.files(place.vms().resolve("Two"), true))
                .isEqualTo(Contents.files(place.vms().resolve("MyBox"), true));
    }

    @Test
    void twoClones_toOneName_oneWinsAndTheOtherIsRefused() throws Exception {
        fatten("MyBox");
        Process one = ctl.start("clone", "MyBox", "One");
        Process two = ctl.start("clone", "Old", "One");
        assertThat(List.of(exit(one), exit(two))).containsOnlyOnce(0).containsAnyOf(5, 6);
        assertSettled();
    }

    @Test
    void source_deletedWhileItIsCopied_isRefusedNamingTheOperation() throws Exception {
        Shell.assumeTool("strace");
        // A small one is copied while the journal is open: the deletion would wait for it instead.
        fatten("MyBox");
        Process clone = held("clone", "MyBox", "One");
        await().atMost(LIMIT).until(() -> ctl.run("operations").out().contains("Running"));
        Ctl.Run deletion = ctl.run("delete", "-y", "MyBox");
        assertThat(deletion.exit()).as(deletion.toString()).isEqualTo(6);
        assertThat(deletion.err()).contains("MyBox is in use by clone of MyBox to One (operation 2");
        Instant asked = Instant.now();
        assertThat(ctl.run("help").exit()).isZero();
        Instant helped = Instant.now();
        assertThat(ctl.run("list").exit()).isZero();
        assertThat(Duration.between(helped, Instant.now()))
                .isLessThan(LISTING_LIMIT.plus(Duration.between(asked, helped).multipliedBy(LISTING_LIMIT_HELPS)));
        letGo(clone);
        assertSettled();
        assertThat(Contents.files(place.vms().resolve("One"), true))
                .isEqualTo(Contents.files(place.vms().resolve("MyBox"), true));
    }

    /** The program, which strace lets begin to copy after ten minutes, or when it is let go. */
    private Process held(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                "strace", "-f", "-qq", "--seccomp-bpf", "-o", "/dev/null", "-e", "trace=copy_file_range", "-e",
                "inject=copy_file_range:delay_enter=600000000:when=1", Path.of("ctl").toAbsolutePath().toString(),
                "vm"));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).directory(place.work().toFile()).redirectErrorStream(true);
        builder.environment().put("CTL_ROOT", place.root().toString());
        builder.environment().put("CTL_JAVA_HOME", System.getProperty("java.home"));
        return Children.start(builder);
    }

    /** Without its tracer the program goes on. */
    private static void letGo(Process strace) throws InterruptedException {
        List<ProcessHandle> traced = strace.children().toList();
        strace.toHandle().destroyForcibly();
        strace.waitFor();
        traced.forEach(program -> program.onExit().join());
    }

    private void anything(int processes, Duration time) throws Exception {
        System.out.printf("seed %d%n", seed);
        for (String vm : VMS) {
            assertThat(ctl.run("clone", "MyBox", vm).exit()).isZero();
        }
        Instant end = Instant.now().plus(time);
        List<Timed> timed = new ArrayList<>();
        try (ExecutorService users = Executors.newFixedThreadPool(processes)) {
            List<Future<List<Timed>>> futures = new ArrayList<>();
            for (int number = 0; number < processes; number++) {
                Random random = new Random(seed + number);
                futures.add(users.submit(() -> work(random, end)));
            }
            for (Future<List<Timed>> future : futures) {
                timed.addAll(future.get());
            }
        }
        List<Ctl.Run> runs = timed.stream().map(Timed::run).toList();
        Map<String, Long> counts = new TreeMap<>(runs.stream().collect(
                Collectors.groupingBy(run -> run.command().getFirst() + " " + run.exit(), Collectors.counting())));
        System.out.printf("%d processes, %d commands; command and exit code: %s%n", processes, runs.size(), counts);
        assertThat(runs).allSatisfy(run -> {
            assertThat(run.exit()).as(run.toString()).isIn(DOCUMENTED);
            assertThat(run.hasStackTrace()).as(run.toString()).isFalse();
        });
        assertListingWaitedForNobody(timed);
        resumeWhatWaitedForTheJournalInVain();
        assertSettled();
        JournalReplay.of(place).assertHolds();
    }

    /**
     * That ends with 6 and leaves an operation that can go on; it may have become impossible by what others did since.
     */
    private void resumeWhatWaitedForTheJournalInVain() {
        List<String> open = Recovery.openOperations(ctl);
        System.out.printf("%d operations left to resume%n", open.size());
        for (String id : open) {
            Ctl.Run resumed = ctl.run("resume", id);
            assertThat(resumed.exit()).as(resumed.toString()).isIn(DOCUMENTED);
            assertThat(resumed.hasStackTrace()).as(resumed.toString()).isFalse();
        }
    }

    private static void assertListingWaitedForNobody(List<Timed> timed) {
        Duration list = slowest(timed, "list");
        Duration help = slowest(timed, "help");
        System.out.printf("slowest list %s, slowest help %s%n", list, help);
        assertThat(list).isLessThan(LISTING_LIMIT.plus(help.multipliedBy(LISTING_LIMIT_HELPS)));
    }

    private static Duration slowest(List<Timed> timed, String command) {
        return timed.stream()
                .filter(one -> one.run().command().getFirst().equals(command))
                .map(Timed::duration)
                .max(Duration::compareTo)
                .orElse(Duration.ZERO);
    }

    /** A command and how long it took. */
    private record Timed(Ctl.Run run, Duration duration) {}

    private List<Timed> work(Random random, Instant end) {
        List<Timed> runs = new ArrayList<>();
        while (Instant.now().isBefore(end)) {
            Instant start = Instant.now();
            Ctl.Run run = ctl.run(command(random));
            runs.add(new Timed(run, Duration.between(start, Instant.now())));
            if (run.command().getFirst().equals("list")) {
                assertThat(run.exit()).as(run.toString()).isZero();
            }
        }
        return runs;
    }

    private static String[] command(Random random) {
        String one = VMS.get(random.nextInt(VMS.size()));
        String other = VMS.get(random.nextInt(VMS.size()));
        String file = "package-%d.tar.gz".formatted(random.nextInt(3));
        return switch (random.nextInt(13)) {
            case 0 -> new String[] {"create", one, "1M"};
            case 1 -> new String[] {"create", "-f", one, "1M"};
            case 2 -> new String[] {"clone", "MyBox", one};
            case 3 -> new String[] {"clone", one, one.equals(other) ? "Six" : other};
            case 4 -> new String[] {"clone", "-f", "MyBox", one};
            case 5 -> new String[] {"export", "-f", "MyBox", file};
            case 6 -> new String[] {"import", "MyBox.tar.gz", one};
            case 7 -> new String[] {"import", "-f", "MyBox.tar.gz", one};
            case 8 -> new String[] {"delete", "-y", one};
            case 9 -> new String[] {"delete", one + ":ready"};
            case 10 -> new String[] {"help"};
            default -> new String[] {"list"};
        };
    }

    /** Nothing is open, nothing lies about, and the journal knows what stands in the folder and nothing else. */
    private void assertSettled() {
        Ctl.Run operations = ctl.run("operations");
        assertThat(operations.exit()).isZero();
        assertThat(operations.out()).as("operations").isEmpty();
        if (!place.orphans().isEmpty()) {
            System.out.println("left for the next operation: " + place.orphans());
            assertThat(ctl.run("create", "Next", "64k").exit()).isZero();
        }
        assertThat(place.orphans()).isEmpty();
        Mirror.assertIntact(place.mirror(), false);
        String listing = ctl.run("list", "--json").out();
        assertThat(listing).doesNotContainPattern("\"inJournal\" *: *false");
        Set<String> inFolder = new TreeSet<>(Contents.byFolder(place.vms()).keySet());
        inFolder.removeIf(name -> name.startsWith("."));
        assertThat(LISTED.matcher(listing).results().map(found -> found.group(1)).toList())
                .containsExactlyInAnyOrderElementsOf(inFolder);
        JournalReplay.of(place).assertSameVms();
    }

    private void fatten(String vm) {
        Shell.require("dd", "if=/dev/urandom", "of=" + place.vms().resolve(vm).resolve("disk.s2e"), "bs=1M",
                "count=40",
                "conv=notrunc", "status=none");
    }

    private static int exit(Process process) throws Exception {
        String said = new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        int exit = process.waitFor();
        System.out.print(exit == 0 ? "" : said);
        return exit;
    }
}
