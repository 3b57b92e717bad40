/**
 * What every database engine of a journal shares: reading, write sessions, and the order in which an event becomes
 * durable in the database, in the mirror and in the head file. An {@link ctl.vm.journal.engine.Engine} is what differs.
 */
package ctl.vm.journal.engine;
