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
    record JournalInUse(Path journal, Duration waited, Optional<Long> lockOwner) implements Busy {
        @Override
        public String message() {
            return "the journal %s is in use by %s; waited %d s".formatted(
                    journal,
                    lockOwner.map("process %d"::formatted).orElse("another process"),
                    waited.toSeconds());
        }

        @Override
        public String nextStep() {
            return "try again when that process is done";
        }
    }

    /** Another operation reads or changes the VM. @param lockOwner what it is, such as {@code clone of MyBox to Two} */
    record VmInUse(String vm, String lockOwner) implements Busy {
        @Override
        public String message() {
            return "%s is in use by %s".formatted(vm, lockOwner);
        }

        @Override
        public String nextStep() {
            return "try again when that is done; \"ctl vm operations\" shows how far it is";
        }
    }

    /** Somebody has come to write to what an operation was reading, or about to take away. It stopped before he did. */
    record OpenedMeanwhile(String what, String who) implements Busy {
        @Override
        public String message() {
            return "%s was opened for writing meanwhile, by %s".formatted(what, who);
        }

        @Override
        public String nextStep() {
            return "stop it and run the same command again";
        }
    }
}
