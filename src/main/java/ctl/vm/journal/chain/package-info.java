/**
 * Events as they are stored, as a line or as a row, and the hash chain through them:
 * {@link ctl.vm.journal.chain.HashChain} is where each link is checked.
 */
package ctl.vm.journal.chain;
