package ctl.vm.operation;

import ctl.vm.inventory.Event;
import ctl.vm.inventory.value.ByteCount;
import ctl.vm.inventory.value.OperationId;
import ctl.vm.journal.ProgressListener;

/** Tells the user how an operation goes. */
public interface ProgressReporter extends ProgressListener {

    /** Something worth knowing that belongs to the result. */
    void info(String line);

    /** Something worth knowing beside the result. */
    void hint(String line);

    /** Something that the user should look at; the operation goes on. */
    void warn(String line);

    /** Steps begin that will report so many bytes in all by {@link #advance}. */
    void expect(ByteCount work);

    /** A step begins. @param work bytes that it will report by {@link #advance}, zero for a quick one */
    void begin(String step, ByteCount work);

    /** A look at the journal begins, which reports about so many bytes. */
    @Override
    default void begin(String step, long bytes) {
        begin(step, new ByteCount(bytes));
    }

    /**
     * A step begins that does a share of the expected work, which is unknown before it is done. It reports
     * what it has done by {@link #advance}.
     */
    void beginShare(String step);

    /** The step that began has done so many more bytes. */
    @Override
    void advance(long bytes);

    /** An earlier attempt at the step that began has done so many bytes of its work. */
    void alreadyDone(long bytes);

    /** The step that began is done. */
    void end();

    /** An operation was interrupted. What it has done is kept, and it can go on. */
    default void interrupted(OperationId operation) {}

    /** A package stands whole under its name, or has gone out. */
    default void exported(Event.PackageExported exported) {}
}
