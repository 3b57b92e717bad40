package ctl.vm.store;

import ctl.vm.durable.LockTable.Held;
import ctl.vm.durable.LockTable;
import ctl.vm.inventory.Request;
import ctl.vm.inventory.value.OperationId;
import ctl.vm.inventory.value.Sha256;
import ctl.vm.inventory.value.VmName;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * What operations keep each other from: a VM that is read is shared, one that is changed is held alone, and an
 * operation that runs holds its own id, by which it is distinguished from one whose process has died. Who takes
 * something from the trash holds the id of its deletion as well.
 */
public final class Locks {

    private final LockTable table;

    public Locks(LockTable table) {
        this.table = table;
    }

    /**
     * Takes all that an operation needs, or nothing. Never waits, so that no two operations can wait for each other.
     *
     * @return empty where another operation is in the way
     */
    public Optional<Hold> tryHold(OperationId operation, Request request) {
        Hold hold = new Hold();
        boolean all = hold.locks.orClose(() -> hold.add(table.tryLock(number(operation), false))
                && request.reads().map(vm -> hold.add(table.tryLock(number(vm), true))).orElse(true)
                && request.takesFromTrash().map(deletion -> hold.add(table.tryLock(number(deletion), false)))
                        .orElse(true)
                && request.changes().stream().allMatch(vm -> hold.add(table.tryLock(number(vm), false))));
        if (all) {
            return Optional.of(hold);
        }
        hold.close();
        return Optional.empty();
    }

    /** Whether a living process carries out the operation. */
    public boolean isRunning(OperationId operation) {
        return table.isHeld(number(operation));
    }

    private static long number(OperationId operation) {
        return number("operation/" + operation);
    }

    private static long number(VmName vm) {
        return number("vm/" + vm);
    }

    /** 62 bits of a digest: two names that share a number would only make each other wait. */
    private static long number(String name) {
        return ByteBuffer.wrap(Sha256.over(name.getBytes(StandardCharsets.UTF_8)).bytes()).getLong() >>> 2;
    }

    /** What one operation holds until it is closed. */
    public static final class Hold implements AutoCloseable {

        private final OpenResources locks = new OpenResources();

        /** Gives up something else before these locks, when they are given up. */
        public void whenClosed(Runnable action) {
            locks.add(action::run);
        }

        private boolean add(Optional<Held> lock) {
            lock.ifPresent(held -> locks.add(held::close));
            return lock.isPresent();
        }

        @Override
        public void close() {
            locks.close();
        }
    }
}
