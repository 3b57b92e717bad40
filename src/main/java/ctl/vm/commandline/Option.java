package ctl.vm.commandline;

import java.util.List;
import java.util.Optional;

/**
 * Something that is given by its name, wherever it stands.
 *
 * @param names all of them, with their hyphens, the short one first
 * @param label what stands for its value in the help; empty for a flag, which has none
 * @param type what its value can be
 * @param description lines of the help, each of which is wrapped where it is too long
 */
public record Option(List<String> names, Optional<String> label, ArgumentType type, List<String> description) {

    public Option {
        names = List.copyOf(names);
        description = List.copyOf(description);
    }

    /** @param names such as {@code -f, --force} */
    public static Option flag(String names, String... description) {
        return new Option(split(names), Optional.empty(), ArgumentType.ANY, List.of(description));
    }

    /** @param names such as {@code --level} */
    public static Option valued(String names, String label, ArgumentType type, String... description) {
        return new Option(split(names), Optional.of(label), type, List.of(description));
    }

    public boolean isFlag() {
        return label.isEmpty();
    }

    /** The name that says the most. */
    public String name() {
        return names.getLast();
    }

    /** Some of its names with the label behind them. */
    String labelled(String some) {
        return label.map(text -> some + " " + text).orElse(some);
    }

    private static List<String> split(String names) {
        return List.of(names.split(", "));
    }
}
