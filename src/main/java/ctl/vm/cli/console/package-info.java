/**
 * The screen and the session: one object owns standard output and standard error, the progress line and the pager, and
 * one holds what a command works with.
 */
package ctl.vm.cli.console;
