/** The command {@code ctl vm team}: joining and leaving a team, shipping events to it, and how far that is. */
package ctl.vm.cli.team;
