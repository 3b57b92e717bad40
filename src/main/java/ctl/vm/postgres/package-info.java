/**
 * PostgreSQL servers: their addresses and logins by the conventions of libpq, connections to them, and what their
 * refusals mean to a user.
 */
package ctl.vm.postgres;
