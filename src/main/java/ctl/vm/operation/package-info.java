/**
 * What a user can ask for, one class each, and how it is carried out.
 *
 * <p>A change is a {@link ctl.vm.operation.plan.Plan}: a list of steps, each safe to run again. {@link
 * ctl.vm.operation.run.StartOperation} writes the request to the journal before the first step and sees to failures;
 * the last step of each plan makes the result durable and records it.
 */
package ctl.vm.operation;
