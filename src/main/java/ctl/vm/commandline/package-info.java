/**
 * A command line as a value, and everything that is made from it.
 *
 * <p>A command is defined once, by a {@link ctl.vm.commandline.Syntax}: its name, its
 * {@link ctl.vm.commandline.Option}s and {@link ctl.vm.commandline.Parameter}s with the type of each argument, its exit
 * codes and its examples. From that definition {@link ctl.vm.commandline.Parser} sorts the words that were typed into
 * {@link ctl.vm.commandline.Arguments}, {@link ctl.vm.commandline.Help} prints {@code --help},
 * {@link ctl.vm.commandline.ManPage} prints a manual page, and {@link ctl.vm.commandline.Completion} says what may
 * stand at the cursor: bash, zsh and fish ask it through one hidden command.
 *
 * <p>It follows the conventions of POSIX and GNU: options anywhere, short ones joined, {@code --name=value} and
 * {@code --name value}, and {@code --} before words that are no options. Why it is our own: docs/decisions/0040.
 */
package ctl.vm.commandline;
