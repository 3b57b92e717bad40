/**
 * Questions to the journal and the folder: lists, the audit, the past, where something came from. They change nothing.
 */
package ctl.vm.operation.query;
