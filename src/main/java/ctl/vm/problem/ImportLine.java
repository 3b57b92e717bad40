package ctl.vm.problem;

/**
 * The command line of an import, for hints that are to be copied.
 *
 * @param vm the name that the new VM was to have
 * @param replace whether {@code -f} was given
 */
public record ImportLine(String vm, boolean replace) {}
