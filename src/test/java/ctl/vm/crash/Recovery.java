package ctl.vm.crash;

import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** The ways in which a user goes on after a failure. */
enum Recovery {
    REPEATING, BY_ID;

    private static final Pattern ID = Pattern.compile("\"id\" *: *\"([^\"]+)\"");

    /** The way of which a position is tried first: half of all positions begin with the one, half with the other. */
    static Recovery firstOf(Strace.Position position) {
        return position.hashCode() % 2 == 0 ? REPEATING : BY_ID;
    }

    Recovery other() {
        return this == REPEATING ? BY_ID : REPEATING;
    }

    /** Types one of them: by id within this process, which is sooner done, and repeated in a process of its own. */
    Ctl.Run run(Ctl ctl, List<String> command) {
        String[] words = command.toArray(String[]::new);
        return this == BY_ID ? ctl.within(words) : ctl.run(words);
    }

    /** What the user types, one command after the other. */
    List<List<String>> commands(Ctl ctl, Scenario scenario) {
        String goingOn = scenario.givesUp() ? "abandon" : "resume";
        List<String> open = this == BY_ID ? openOperations(ctl) : List.of();
        if (!open.isEmpty()) {
            return open.stream().map(id -> List.of(goingOn, id)).toList();
        }
        return List.of(this == REPEATING && !scenario.givesUp()
                ? scenario.doing()
                : scenario.givesUp() ? Scenario.ABANDON : List.of(goingOn));
    }

    /** Their ids. */
    static List<String> openOperations(Ctl ctl) {
        Ctl.Run operations = ctl.within("operations", "--json");
        if (operations.exit() != 0) {
            throw new AssertionError(operations.toString());
        }
        return ID.matcher(operations.out()).results().map((MatchResult found) -> found.group(1)).toList();
    }
}
