package ctl.vm.cli.output;

/** Numbers with what they count. Not by format strings: the first number in one takes a start 5 ms. */
public final class Pluralizer {

    private Pluralizer() {}

    /** {@code 1 clone}, {@code 2 clones}. */
    public static String of(long number, String what) {
        return of(number, what, what + "s");
    }

    /** As {@link #of}, and nothing for none. */
    public static String some(long number, String what) {
        return number == 0 ? "" : of(number, what);
    }

    /** @param one what stands behind 1; @param many what stands behind any other number */
    public static String of(long number, String one, String many) {
        return number + " " + (number == 1 ? one : many);
    }
}
