/**
 * Failures that a user can act on.
 *
 * <p>A {@link ctl.vm.problem.Problem} says as data what happened and to what, and stands for an exit code; its
 * sentences are the command line's. It travels as a {@link ctl.vm.problem.VmException}. What the system reports about a
 * file travels as a {@link ctl.vm.problem.DiskException} until it is said as a problem. Everything else that is thrown
 * is a bug of ours and keeps its stack trace. This package uses nothing of ours, so that every other may use it.
 */
package ctl.vm.problem;
