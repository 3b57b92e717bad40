package ctl.vm.problem;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** Somebody else is at it: exit code 6. The same command may work later. */
public sealed interface Busy extends Problem {

    @Override
    default int exitCode() {
        return 6;
    }

    /** Another process has the journal's database open. {@code lockOwner} is its pid where it can be known. */
    record JournalInUse(Path journal, Duration waited, Optional<Long> lockOwner) implements Busy {}

    /** Another operation reads or changes the VM. @param lockOwner what it is, such as {@code clone of MyBox to Two} */
    record VmInUse(String vm, String lockOwner) implements Busy {}

    /** Somebody has come to write to what an operation was reading, or about to take away. It stopped before he did. */
    record OpenedMeanwhile(String what, String who) implements Busy {}
}
