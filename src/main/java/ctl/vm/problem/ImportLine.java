package ctl.vm.problem;

/**
 * The command line of an import, for hints that are to be copied.
 *
 * @param vm the name that the new VM was to have
 * @param replace whether {@code -f} was given
 */
public record ImportLine(String vm, boolean replace) {

    /** @param source the path of a raw image, or {@code -} */
    public String raw(String source) {
        return line("--raw ", source);
    }

    /** @param source the path of a package, or {@code -} */
    public String packed(String source) {
        return line("", source);
    }

    private String line(String raw, String source) {
        return "ctl vm import " + raw + (replace ? "-f " : "") + ShellWord.of(source) + " " + ShellWord.of(vm);
    }
}
