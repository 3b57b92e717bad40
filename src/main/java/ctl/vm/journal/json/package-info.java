/**
 * The codecs of the journal: how each value of an event is written as JSON and read again. What was journalled once is
 * readable for ever.
 */
package ctl.vm.journal.json;
