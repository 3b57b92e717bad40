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
public record Words(Kind kind, List<String> choices) {

    public static final Words ANY = new Words(Kind.ANY, List.of());
    public static final Words VM = new Words(Kind.VM, List.of());
    public static final Words TARGET = new Words(Kind.TARGET, List.of());
    public static final Words TRASHED = new Words(Kind.TRASHED, List.of());
    public static final Words OPERATION = new Words(Kind.OPERATION, List.of());
    public static final Words REMEMBERED = new Words(Kind.REMEMBERED, List.of());
    public static final Words TIME = new Words(Kind.TIME, List.of());
    public static final Words PACKAGE = new Words(Kind.PACKAGE, List.of());
    public static final Words FILE = new Words(Kind.FILE, List.of());
    public static final Words FOLDER = new Words(Kind.FOLDER, List.of());

    public Words {
        choices = List.copyOf(choices);
    }

    /** Exactly these. */
    public static Words of(String... choices) {
        return new Words(Kind.CHOICE, List.of(choices));
    }

    /** The constants of an enum, as they are typed. */
    public static <E extends Enum<E>> Words of(Class<E> constants) {
        return new Words(Kind.CHOICE, Arrays.stream(constants.getEnumConstants()).map(Words::typed).toList());
    }

    /** Any of the constants of an enum, with commas between them. */
    public static <E extends Enum<E>> Words several(Class<E> constants) {
        return new Words(Kind.CHOICES, of(constants).choices());
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
        /** A point in time. */
        TIME,
        /** A file to import. */
        PACKAGE,
        FILE,
        FOLDER
    }
}
