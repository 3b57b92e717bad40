/** Checks the whole journal, finds out what is wrong, recovers what is readable and rebuilds it. */
package ctl.vm.journal.repair;
