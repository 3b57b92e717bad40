/**
 * Brings journal and folder together again: records what was done in the folder by hand, and makes a damaged journal
 * anew from what is readable of it.
 */
package ctl.vm.reconcile;
