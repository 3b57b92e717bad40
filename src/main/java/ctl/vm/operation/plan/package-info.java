/** What changes the inventory: the plan of each operation, as steps that can each be run again. */
package ctl.vm.operation.plan;
