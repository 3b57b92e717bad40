package ctl.vm.operation.plan;

import java.util.List;

/** One thing a user asked for, as the steps that reach it. */
interface Plan {

    /** In order. The last one records the result in the journal, which ends the operation. */
    List<Step> steps();

    /** Whether the result stands already and only its record is missing. */
    boolean isDone();

    /** Whether {@link #undo} is still possible when it is done: nobody can have used what it made. */
    boolean canBeTakenBackWhenDone();

    /** Takes back whatever the steps have done, so that the inventory is as it was before. Safe to call again. */
    void undo();

    /** Removes what the steps left behind after the last one was done. Nothing of it is part of the inventory. */
    void tidy();
}
