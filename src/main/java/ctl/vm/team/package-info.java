/**
 * A team's database, which holds a copy of the journal of each of its roots: how a root ships its events there, and how
 * questions are answered across roots. {@code docs/decisions/0075-team-database.md} says why it is built so.
 */
package ctl.vm.team;
