package ctl.vm.operation;

import ctl.vm.inventory.Event;
import ctl.vm.inventory.OpenOperation;
import ctl.vm.inventory.value.ByteCount;
import ctl.vm.inventory.value.VmName;
import ctl.vm.journal.ProgressListener;
import ctl.vm.problem.Problem;
import java.nio.file.Path;

/** Tells the user how an operation goes. */
public interface ProgressReporter extends ProgressListener {

    /** Something worth knowing that belongs to the result. */
    void info(String line);

    /** Something worth knowing beside the result. */
    void hint(String line);

    /** Something that only those want to know who asked for all. */
    default void detail(String line) {}

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
    default void interrupted(OpenOperation operation, Problem why) {}

    /** An earlier attempt at what begins now is whole and kept; the new one has nothing to do with it. */
    default void wholeBefore(OpenOperation operation) {}

    /** A VM was replaced, and is kept in the trash. */
    default void replaced(VmName vm, RetentionPeriod kept) {}

    /** A package was replaced, and is kept in the trash. */
    default void replaced(Path file, RetentionPeriod kept) {}

    /** A package stands whole under its name, or has gone out. */
    default void exported(Event.PackageExported exported) {}
}
