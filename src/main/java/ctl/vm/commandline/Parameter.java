package ctl.vm.commandline;

import java.util.List;
import java.util.Map;

/**
 * Something that is given by its place.
 *
 * @param label what stands for it in the help
 * @param words what it can be
 * @param description a paragraph of the help
 * @param behind what it can be instead where one of these options stands before it
 */
public record Parameter(String label, Amount amount, ArgumentType words, String description,
        Map<Option, ArgumentType> behind) {

    public Parameter(String label, Amount amount, ArgumentType words, String description) {
        this(label, amount, words, description, Map.of());
    }

    /** How many there can be. Only the last parameter of a command can be other than one. */
    public enum Amount {
        ONE,
        AT_MOST_ONE,
        AT_LEAST_ONE,
        ANY
    }

    public static Parameter one(String label, ArgumentType words, String description) {
        return new Parameter(label, Amount.ONE, words, description);
    }

    public static Parameter atMostOne(String label, ArgumentType words, String description) {
        return new Parameter(label, Amount.AT_MOST_ONE, words, description);
    }

    public static Parameter atLeastOne(String label, ArgumentType words, String description) {
        return new Parameter(label, Amount.AT_LEAST_ONE, words, description);
    }

    public static Parameter any(String label, ArgumentType words, String description) {
        return new Parameter(label, Amount.ANY, words, description);
    }

    /** This parameter, which is something else behind an option. */
    public Parameter behind(Option option, ArgumentType others) {
        return new Parameter(label, amount, words, description, Map.of(option, others));
    }

    /** What it can be behind these words of a command line. */
    ArgumentType behind(List<String> before) {
        return behind.entrySet().stream()
                .filter(entry -> entry.getKey().names().stream().anyMatch(before::contains))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElse(words);
    }

    boolean isRequired() {
        return amount == Amount.ONE || amount == Amount.AT_LEAST_ONE;
    }

    boolean takesMany() {
        return amount == Amount.AT_LEAST_ONE || amount == Amount.ANY;
    }

    /** As the synopsis shows it. */
    String synopsis() {
        String repeated = label + (takesMany() ? "..." : "");
        return isRequired() ? repeated : "[" + repeated + "]";
    }
}
