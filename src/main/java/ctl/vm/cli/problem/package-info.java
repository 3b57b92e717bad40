/**
 * What a user reads about each problem: what happened, and what to do next. All sentences stand here together, and only
 * here does a problem know the options and commands that help.
 */
package ctl.vm.cli.problem;
