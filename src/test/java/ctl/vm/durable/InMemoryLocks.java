package ctl.vm.durable;

import ctl.vm.problem.DiskException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** Locks of one process, in memory. {@link #processDies} drops them, as the kernel does. */
public final class InMemoryLocks implements LockTable {

    private static final int ALONE = -1;

    /** How many share each lock, or {@link #ALONE}. */
    private final Map<Long, Integer> held = new HashMap<>();

    private Optional<Supplier<DiskException>> refusal = Optional.empty();

    /** From now on the filesystem gives no lock. */
    public void refuse(Supplier<DiskException> failure) {
        refusal = Optional.of(failure);
    }

    @Override
    public Optional<Held> tryLock(long number, boolean shared) {
        refusal.map(Supplier::get).ifPresent(failure -> {
            throw failure;
        });
        int lockOwners = held.getOrDefault(number, 0);
        if (shared ? lockOwners == ALONE : lockOwners != 0) {
            return Optional.empty();
        }
        held.put(number, shared ? lockOwners + 1 : ALONE);
        return Optional.of(() -> held.computeIfPresent(number, (_, now) -> now > 1 ? now - 1 : null));
    }

    @Override
    public boolean isHeld(long number) {
        return held.containsKey(number);
    }

    /** Every lock is free again. */
    public void processDies() {
        held.clear();
    }
}
