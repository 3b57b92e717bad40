package ctl.vm.operation;

import ctl.vm.inventory.Actor;
import ctl.vm.inventory.Deed;
import ctl.vm.inventory.Recorded;
import ctl.vm.inventory.Seal;
import ctl.vm.inventory.Selection;
import ctl.vm.inventory.SnapshotName;
import ctl.vm.inventory.VmName;
import ctl.vm.journal.Journal;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BiPredicate;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** Tells from the journal who did what, when and from where. */
public final class Audit {

    /** Looking costs 50 microseconds: twice a second is nothing, and soon enough. */
    private static final Duration LOOKS_EVERY = Duration.ofMillis(500);

    private final Workbench workbench;

    public Audit(Workbench workbench) {
        this.workbench = workbench;
    }

    /**
     * What narrows a question, beside the selection that the journal can make by itself.
     *
     * @param by the user who asked, by the name of the effective user or the one that sudo named
     * @param actions none for all
     * @param failed only what did not reach its goal
     * @param limit how many at the most
     */
    public record Question(
            Selection selection,
            Optional<SnapshotName> snapshot,
            Optional<String> by,
            Set<Deed.Action> actions,
            boolean failed,
            long limit) {

        boolean asksFor(Deed deed) {
            return snapshot.map(deed::concerns).orElse(true)
                    && by.map(user -> isBy(user, deed.beginning().actor())).orElse(true)
                    && (actions.isEmpty() || actions.contains(deed.action()))
                    && (!failed || deed.reason().isPresent());
        }

        private static boolean isBy(String user, Actor actor) {
            return actor.user().equals(user) || actor.sudoUser().filter(user::equals).isPresent();
        }
    }

    /** Hands over the deeds that are asked for. A VM is followed through the names that it has had. */
    public void deeds(Question question, Consumer<Deed> answer) {
        Optional<VmName> vm = question.selection().vm();
        List<FormerNames.Name> names = vm.stream()
                .flatMap(name -> FormerNames.of(workbench.journal(), name, 0, _ -> {}).stream())
                .toList();
        if (names.size() <= 1) {
            workbench.journal().deeds(question.selection(), upTo(question.limit(), question::asksFor, answer));
        } else {
            ofAll(names, question).limit(question.limit()).forEach(answer);
        }
    }

    /** One VM has no more of them than fit into memory. */
    private Stream<Deed> ofAll(List<FormerNames.Name> names, Question question) {
        Selection selection = question.selection();
        SortedMap<Long, Deed> deeds = new TreeMap<>();
        for (FormerNames.Name name : names) {
            workbench.journal().deeds(selection.under(name.name(), name.until()), deed -> {
                if (question.asksFor(deed)) {
                    deeds.put(deed.beginning().sequence(), deed);
                }
                return true;
            });
        }
        List<Deed> inOrder = List.copyOf(deeds.values());
        return (selection.newestFirst() ? inOrder.reversed() : inOrder).stream();
    }

    /**
     * Hands over events as they are recorded, each once and in order, until the reader has enough.
     *
     * @param after number of the last event that the reader has; empty where only what comes is wanted
     */
    public void follow(OptionalLong after, BiPredicate<Recorded, String> wantsMore) {
        Journal.Feed feed = workbench.journal().feed(after);
        boolean goesOn = true;
        while (goesOn) {
            List<Journal.Feed.Entry> entries = feed.take();
            goesOn = entries.stream().allMatch(entry -> wantsMore.test(entry.recorded(), entry.json()));
            if (entries.isEmpty()) {
                goesOn &= pause();
            }
        }
    }

    private static boolean pause() {
        try {
            Thread.sleep(LOOKS_EVERY);
            return true;
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** The end of the journal as it is now, to be kept elsewhere. */
    public Seal seal() {
        return workbench.journal().seal();
    }

    private static Predicate<Deed> upTo(long limit, Predicate<Deed> wanted, Consumer<Deed> answer) {
        long[] left = {limit};
        return deed -> {
            if (left[0] > 0 && wanted.test(deed)) {
                answer.accept(deed);
                left[0]--;
            }
            return left[0] > 0;
        };
    }
}
