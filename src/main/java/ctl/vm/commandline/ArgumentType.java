package ctl.vm.commandline;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What the words are that can stand somewhere: for completion, and for telling a wrong one.
 *
 * @param kind what they name
 * @param choices all of them, where they are known beforehand, and otherwise none
 */
public record ArgumentType(Kind kind, List<String> choices) {

    public static final ArgumentType ANY = new ArgumentType(Kind.ANY, List.of());
    public static final ArgumentType VM = new ArgumentType(Kind.VM, List.of());
    public static final ArgumentType TARGET = new ArgumentType(Kind.TARGET, List.of());
    public static final ArgumentType TRASHED = new ArgumentType(Kind.TRASHED, List.of());
    public static final ArgumentType OPERATION = new ArgumentType(Kind.OPERATION, List.of());
    public static final ArgumentType REMEMBERED = new ArgumentType(Kind.REMEMBERED, List.of());
    public static final ArgumentType TEAM_ROOT = new ArgumentType(Kind.TEAM_ROOT, List.of());
    public static final ArgumentType TEAM_VM = new ArgumentType(Kind.TEAM_VM, List.of());
    public static final ArgumentType TIME = new ArgumentType(Kind.TIME, List.of());
    public static final ArgumentType PACKAGE = new ArgumentType(Kind.PACKAGE, List.of());
    public static final ArgumentType FILE = new ArgumentType(Kind.FILE, List.of());
    public static final ArgumentType FOLDER = new ArgumentType(Kind.FOLDER, List.of());

    public ArgumentType {
        choices = List.copyOf(choices);
    }

    /** Exactly these. */
    public static ArgumentType of(String... choices) {
        return new ArgumentType(Kind.CHOICE, List.of(choices));
    }

    /** The constants of an enum, as they are typed. */
    public static <E extends Enum<E>> ArgumentType of(Class<E> constants) {
        return new ArgumentType(Kind.CHOICE,
                Arrays.stream(constants.getEnumConstants()).map(ArgumentType::typed).toList());
    }

    /** Any of the constants of an enum, with commas between them. */
    public static <E extends Enum<E>> ArgumentType several(Class<E> constants) {
        return new ArgumentType(Kind.CHOICES, of(constants).choices());
    }

    /** The first that is typed there and is none of the choices. */
    Optional<String> wrong(String typed) {
        return choices.isEmpty()
                ? Optional.empty()
                : (kind == Kind.CHOICES ? listed(typed) : List.of(typed)).stream()
                        .filter(word -> !choices.contains(word))
                        .findFirst();
    }

    /** What is to be said of a wrong one. */
    String right() {
        return (kind == Kind.CHOICES ? "any of " : "one of ") + String.join(", ", choices);
    }

    /** The words between the commas. */
    static List<String> listed(String typed) {
        return Arrays.stream(typed.split(",", -1)).map(String::strip).toList();
    }

    static String typed(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** What a word names. */
    public enum Kind {
        ANY,
        /** One of a few known words. */
        CHOICE,
        /** Any of a few known words, with commas between them. */
        CHOICES,
        /** A VM of the inventory. */
        VM,
        /** A VM or a snapshot of one, {@code NAME:SNAPSHOT}. */
        TARGET,
        /** A VM or a snapshot of one, there or gone. */
        REMEMBERED,
        /** A VM or a snapshot of one that was deleted and can be brought back. */
        TRASHED,
        /** An operation that has not ended. */
        OPERATION,
        /** A root that ships to the team's server. */
        TEAM_ROOT,
        /** A VM of one of those, {@code ROOT/VM}. */
        TEAM_VM,
        /** A point in time. */
        TIME,
        /** A file to import. */
        PACKAGE,
        FILE,
        FOLDER
    }
}
