/**
 * What can be typed: the options, parameters and help of a command as values, from which the arguments are parsed and the
 * help, the manual pages and the completions are made.
 *
 * <p>It follows the conventions of POSIX and GNU: options anywhere, short ones joined, {@code --name=value} as well as
 * {@code --name value}, and {@code --} before words that are no options.
 */
package ctl.vm.commandline;
