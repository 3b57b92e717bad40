/**
 * Failures that a user can act on.
 *
 * <p>A {@link ctl.vm.problem.Problem} says what happened, to what, and what to do next, and stands for an exit code.
 * It travels as a {@link ctl.vm.problem.VmException}. Everything else that is thrown is a bug of ours and keeps its
 * stack trace. This package uses nothing of ours, so that every other may use it.
 */
package ctl.vm.problem;
