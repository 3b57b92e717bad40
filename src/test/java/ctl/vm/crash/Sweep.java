package ctl.vm.crash;

import static org.assertj.core.api.Assertions.assertThat;

import ctl.vm.crash.Contents.Content;
import ctl.vm.crash.Strace.Position;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * One scenario, with all the places at which it can be killed, and what must hold wherever that happens.
 *
 * <p>Between the kill and the recovery: {@code list} answers, and every VM and package is as before or as it is to be.
 * After the recovery: all is as after a run that was not killed, no operation is open, nothing lies about, and
 * {@code verify --deep} finds nothing.
 */
final class Sweep {

    private static final Set<String> JOURNAL_FILES = Set.of("journal.mv.db", "events.jsonl", "head", "listing", "lock",
            "queue", "reserve",
            "operations.lock");

    private final Scenario scenario;
    private final Place template;
    private final Path tries;
    private final State start;
    private final State reached;
    private final Strace.Calls calls;
    private final List<String> killedBefore;
    private final AtomicInteger number = new AtomicInteger();

    /** What a user has. */
    private record State(Map<String, Map<String, Content>> vms, Map<String, Content> work,
            Map<String, Content> trash) {

        static State of(Place place) {
            Map<String, Map<String, Content>> vms = Contents.byFolder(place.vms());
            vms.keySet().removeIf(name -> name.startsWith("."));
            Map<String, Content> work = Contents.files(place.work(), false);
            work.keySet().removeIf(name -> name.startsWith("."));
            return new State(vms, work, place.trash());
        }
    }

    /** How a try ended. @param failed false where the program was done all the same */
    record Fate(boolean failed, boolean sweptLater) {}

    /** Runs the scenario without a kill, to know its calls and its goal. */
    Sweep(Scenario scenario, Place template, Path tries) {
        this.scenario = scenario;
        this.template = template;
        this.tries = tries;
        this.start = State.of(template);

        Place undisturbed = place();
        Strace.Calls undisturbedCalls = Strace.count(undisturbed, scenario, scenario.doing());
        this.reached = State.of(undisturbed);
        undisturbed.remove();
        this.killedBefore = scenario.before().map(kill -> Strace.killingAt(kill.in(undisturbedCalls)))
                .orElse(List.of());
        this.calls = scenario.before().isPresent() ? count() : undisturbedCalls;
    }

    private Strace.Calls count() {
        Place place = interrupted();
        Strace.Calls counted = Strace.count(place, scenario, scenario.command());
        place.remove();
        return counted;
    }

    Scenario scenario() {
        return scenario;
    }

    /** What it starts from. */
    Place template() {
        return template;
    }

    /** All places of the program at which it changes something, and one beyond. */
    List<Position> positions() {
        int syncs = calls.inOrder().stream()
                .filter(position -> position.call().equals("fsync"))
                .mapToInt(Position::count)
                .max()
                .orElse(0);
        return Stream.concat(calls.inOrder().stream(), Stream.of(new Position("fsync", syncs + 1))).toList();
    }

    /** Where the result appears, and the call behind it. */
    List<Position> aroundPublishing() {
        return List.of(calls.publishing(), calls.after(calls.publishing()));
    }

    private Place place() {
        return template.copyTo(tries.resolve("%s-%d".formatted(scenario.name(), number.incrementAndGet())));
    }

    private Place interrupted() {
        Place place = place();
        scenario.before().ifPresent(kill -> {
            Ctl.Run run = scenario.in(place).run(killedBefore, kill.command());
            assertThat(run.exit()).as("%s is killed before", run).isEqualTo(137);
        });
        return place;
    }

    /** Kills the scenario at the position and checks all promises. What is left stays on disk when one is broken. */
    Fate tryKill(Position position, Recovery recovery) {
        Place place = interrupted();
        Fate fate = attempt(place, Strace.killingAt(position), recovery, () -> place);
        place.remove();
        return fate;
    }

    /** Lets the call fail. @param lasting whether all later ones fail as well, until the recovery */
    Fate tryFault(Position position, String error, boolean lasting) {
        Place place = interrupted();
        String count = position.count() + (lasting ? "+" : "");
        Fate fate = attempt(
                place, Strace.failing(position.call(), error, count), Recovery.firstOf(position), () -> place);
        place.remove();
        return fate;
    }

    /** What is done between the failure and the recovery; gives the place where that happens. */
    interface Repair {
        Place repaired();
    }

    /** @param under strace, or nothing */
    Fate attempt(Place place, List<String> under, Recovery recovery, Repair repair) {
        Ctl.Run run = scenario.in(place).run(under, scenario.command());
        assertFailedWell(run);
        return new Fate(run.exit() != 0, settle(repair.repaired(), recovery));
    }

    /**
     * Checks what must hold after a failure, recovers, and checks what must hold then.
     *
     * @return whether something was left for the next operation to free
     */
    boolean settle(Place place, Recovery recovery) {
        assertPromises(place);
        List<String> promised = Mirror.lines(place.mirror());
        Ctl ctl = scenario.in(place);
        recover(ctl, place, recovery);
        boolean sweptLater = !place.orphans().isEmpty() || mirrorLacksLastEvent(place);
        if (sweptLater) {
            // What an operation leaves that dies while it tidies up, the next one frees; and it completes the mirror.
            assertThat(ctl.within("create", "Next", "64k").exit()).isZero();
            assertThat(ctl.within("delete", "-y", "--now", "Next").exit()).isZero();
        }
        assertRecovered(place);
        Mirror.assertStartsWith(promised, place.mirror());
        return sweptLater;
    }

    /** So it is where the program died before it acknowledged that event, and nothing was left to do. */
    private static boolean mirrorLacksLastEvent(Place place) {
        return new Ctl(place).within("verify").out().contains("died before it was acknowledged");
    }

    /** Whether the place is as after a run that nothing has disturbed. */
    boolean isReached(Place place) {
        return State.of(place).equals(reached);
    }

    /** Done, or killed, or failed with words that a user understands. */
    private static void assertFailedWell(Ctl.Run run) {
        assertThat(run.exit()).as(run.toString()).isIn(0, 1, 137);
        assertThat(run.hasStackTrace()).as(run.toString()).isFalse();
        assertThat(run.err().contains("[FAIL] ")).as(run.toString()).isEqualTo(run.exit() == 1);
    }

    void assertPromises(Place place) {
        Ctl.Run list = new Ctl(place).within("list");
        assertThat(list.exit()).as(list.toString()).isZero();
        assertThat(list.hasStackTrace()).as(list.toString()).isFalse();
        State now = State.of(place);
        Set<String> vms = new HashSet<>(start.vms().keySet());
        vms.addAll(reached.vms().keySet());
        assertThat(vms).as("VMs in the folder").containsAll(now.vms().keySet());
        for (String vm : vms) {
            assertThat(now.vms().get(vm)).as("VM %s is whole", vm).isIn(start.vms().get(vm), reached.vms().get(vm));
        }
        for (String file : Set.of("MyBox.tar.gz", "raw.img", "stale.tar.gz", "fresh.tar.gz")) {
            assertThat(now.work().get(file)).as("%s is whole", file).isIn(start.work().get(file),
                    reached.work().get(file));
        }
        assertThat(now.trash()).as("what the trash keeps is whole").isIn(start.trash(), reached.trash());
        Mirror.assertIntact(place.mirror(), true);
    }

    private void recover(Ctl ctl, Place place, Recovery recovery) {
        boolean done = isReached(place);
        if (done && scenario.fillsTrashAgain() && Recovery.openOperations(ctl).isEmpty()) {
            return;
        }
        List<Integer> fine = done ? List.of(0, scenario.exitWhenDone()) : List.of(0);
        for (List<String> command : recovery.commands(ctl, scenario)) {
            Ctl.Run run = recovery.run(ctl, command);
            assertThat(run.exit()).as("recovery of %s: %s", done ? "what is done" : "what is not done", run)
                    .isIn(fine);
            assertThat(run.hasStackTrace()).as(run.toString()).isFalse();
        }
        if (!scenario.givesUp() && !isReached(place)) {
            // It died before it had promised anything.
            Ctl.Run again = ctl.run(scenario.doing().toArray(String[]::new));
            assertThat(again.exit()).as("again: " + again).isZero();
        }
    }

    private void assertRecovered(Place place) {
        assertThat(State.of(place)).as("all files").isEqualTo(scenario.takesBack() ? start : reached);
        assertThat(place.orphans()).as("strays").isEmpty();
        assertThat(JOURNAL_FILES).containsAll(Contents.files(place.journal(), false).keySet());
        Mirror.assertIntact(place.mirror(), false);
        JournalReplay.of(place).assertHolds();
        Ctl.Run list = new Ctl(place).within("list", "--json");
        assertThat(list.exit()).as(list.toString()).isZero();
        assertThat(list.tellsOfInterruptedWork()).as(list.toString()).isFalse();
        if (scenario.journal()) {
            assertThat(list.out()).as("all are in the journal")
                    .doesNotContainPattern(Pattern.compile("\"inJournal\" *: *false"));
        }
        // The place is a copy: its images are other files than those of the template, which the journal knows. And a
        // journal that begins with the scenario does not know what stood there before.
        assertThat(new Ctl(place).within("reconcile").exit()).isZero();
        Ctl.Run verify = new Ctl(place).within("verify", "--deep");
        assertThat(verify.exit()).as(verify.toString()).isZero();
    }
}
