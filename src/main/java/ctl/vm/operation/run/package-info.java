/**
 * How an operation runs: started, resumed, abandoned, and what is cleaned up before it. What it does is its {@link
 * ctl.vm.operation.plan.Plan}.
 */
package ctl.vm.operation.run;
