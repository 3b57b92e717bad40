package ctl.vm.cli.problem;

/** A name in a command that a user is to type: a shell must take it as one word, and the command not for an option. */
public final class ShellWord {

    private static final String HARMLESS = "_@%+=:,./-";

    private ShellWord() {}

    /** {@code MyBox}, {@code 'My Box'}, {@code -- -MyBox}. */
    public static String of(String name) {
        return (name.startsWith("-") && name.length() > 1 ? "-- " : "") + quoted(name);
    }

    /** The same of a word that may be an option. */
    public static String quoted(String name) {
        boolean isPlain = !name.isEmpty() && name.chars().allMatch(ShellWord::isPlain);
        return isPlain ? name : "'" + name.replace("'", "'\\''") + "'";
    }

    private static boolean isPlain(int character) {
        return Character.isLetterOrDigit(character) || HARMLESS.indexOf(character) >= 0;
    }
}
