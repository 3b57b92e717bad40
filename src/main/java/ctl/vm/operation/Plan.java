package ctl.vm.operation;

import java.util.List;

/** One thing a user asked for, as the steps that reach it. */
interface Plan {

    /** Makes sure of what only this plan knows to be needed. Changes nothing. @throws ctl.vm.problem.VmException */
    void check();

    /** In order. The last one records the result in the journal, which ends the operation. */
    List<Step> steps();

    /** Removes what the steps left behind, done or not. Nothing of it is part of the inventory. */
    void tidy();
}
