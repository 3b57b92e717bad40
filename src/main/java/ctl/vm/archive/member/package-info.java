/**
 * What the parts of a package have in common, whatever compresses them: members, their digest chain, buffers, worker
 * threads, and what a package must not hold.
 */
package ctl.vm.archive.member;
