package ctl.vm.commandline;

/**
 * Something that is given by its place.
 *
 * @param label what stands for it in the help
 * @param words what it can be
 * @param description a paragraph of the help
 */
public record Parameter(String label, Amount amount, Words words, String description) {

    /** How many there can be. Only the last parameter of a command can be other than one. */
    public enum Amount {
        ONE,
        AT_MOST_ONE,
        AT_LEAST_ONE,
        ANY
    }

    public static Parameter one(String label, Words words, String description) {
        return new Parameter(label, Amount.ONE, words, description);
    }

    public static Parameter atMostOne(String label, Words words, String description) {
        return new Parameter(label, Amount.AT_MOST_ONE, words, description);
    }

    public static Parameter atLeastOne(String label, Words words, String description) {
        return new Parameter(label, Amount.AT_LEAST_ONE, words, description);
    }

    public static Parameter any(String label, Words words, String description) {
        return new Parameter(label, Amount.ANY, words, description);
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
