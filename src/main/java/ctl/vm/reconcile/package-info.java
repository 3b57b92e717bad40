/**
 * Brings journal and folder together again after damage: today the making of a new journal from what is readable of the
 * old one.
 */
package ctl.vm.reconcile;
