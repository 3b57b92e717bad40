/** What changes the inventory: the plan of each operation as steps, and the runner that starts, resumes and abandons operations. */
package ctl.vm.operation.plan;
