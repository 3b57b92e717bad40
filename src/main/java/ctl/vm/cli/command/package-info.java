/** The commands, one class each: a command parses, runs one operation or question, and prints the result. */
package ctl.vm.cli.command;
