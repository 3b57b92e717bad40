/**
 * The command line: one class a command, and what it prints.
 *
 * <p>A command parses its arguments, asks for one operation and prints the result. Results go to stdout; warnings,
 * progress and failures go to stderr. Nothing here knows how anything is done.
 */
package ctl.vm.cli;
