package ctl.vm.cli.problem;

import ctl.vm.problem.Fate;
import java.time.Duration;
import java.util.Optional;

/** What is said of something that is not there and whose {@link Fate} is known. */
final class FateText {

    private FateText() {}

    /** @param missing what is not there, in a few words; @param asked its name as it was asked for */
    static ProblemText of(String missing, String asked, Fate fate) {
        String it = fate.name().equals(asked) ? "it" : "it was renamed to %s, which".formatted(fate.name());
        String audit = "\"ctl vm audit %s\" shows its history".formatted(ShellWord.of(fate.name()));
        return switch (fate) {
            case Fate.Trashed(var name, var by, var when) -> new ProblemText(
                    "%s: %s was deleted%s by %s".formatted(missing, it, ago(when), by),
                    "\"ctl vm undelete %s\" brings it back".formatted(ShellWord.of(name)));
            case Fate.Freed(var _, var by, var when) -> new ProblemText(
                    "%s: %s was deleted%s by %s, and its space is freed".formatted(missing, it, ago(when), by), audit);
            case Fate.Renamed(var _, var now, var byHand, var when) -> new ProblemText(
                    "%s: it is called %s now, it was %s%s".formatted(
                            missing, now, byHand ? "moved by hand" : "renamed", ago(when)),
                    "use that name");
            case Fate.RemovedByHand(var _, var when) -> new ProblemText(
                    when.isPresent()
                            ? "%s: %s was removed by hand, as was noticed%s".formatted(missing, it, ago(when))
                            : "%s: %s was removed by hand".formatted(missing, it),
                    audit);
        };
    }

    private static String ago(Optional<Fate.When> when) {
        return when.map(then -> " " + ago(then.ago())).orElse("");
    }

    private static String ago(Duration ago) {
        if (ago.compareTo(Duration.ofMinutes(1)) < 0) {
            return "a moment ago";
        }
        if (ago.compareTo(Duration.ofHours(1)) < 0) {
            return some(ago.toMinutes(), "minute");
        }
        return ago.compareTo(Duration.ofDays(2)) < 0
                ? some(ago.toHours(), "hour")
                : some(ago.toDays(), "day");
    }

    private static String some(long count, String unit) {
        return "%d %s%s ago".formatted(count, unit, count == 1 ? "" : "s");
    }
}
