/** Which known content an image holds: digests and samples that the journal has seen before. Pure. */
package ctl.vm.inventory.recognition;
