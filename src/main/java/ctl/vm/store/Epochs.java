package ctl.vm.store;

import ctl.vm.inventory.value.OperationId;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * Under which epoch this process carries out an operation, in a folder that several hosts share. It stands in the name
 * of what the operation makes: who takes the operation over gives that another name, and then nothing that this process
 * does under the old one can succeed.
 */
public final class Epochs {

    /** In a folder of one host. */
    public static final Epochs NONE = new Epochs(false, _ -> {});

    private final boolean isShared;
    private final Consumer<OperationId> check;
    private final Map<OperationId, Long> held = new ConcurrentHashMap<>();

    /** In a folder that is shared. @param check throws where another host has taken over the operation */
    public Epochs(Consumer<OperationId> check) {
        this(true, check);
    }

    private Epochs(boolean isShared, Consumer<OperationId> check) {
        this.isShared = isShared;
        this.check = check;
    }

    boolean isShared() {
        return isShared;
    }

    /** From now on this process carries out the operation. */
    public void hold(OperationId operation, long epoch) {
        held.put(operation, epoch);
    }

    public void drop(OperationId operation) {
        held.remove(operation);
    }

    /** Empty where this process does not carry it out. */
    Optional<Long> of(OperationId operation) {
        return Optional.ofNullable(held.get(operation));
    }

    /**
     * To be called between the making of a folder that has the epoch in its name and the first act that needs it: from
     * then on, who takes over finds that folder.
     */
    void requireHeld(OperationId operation) {
        if (held.containsKey(operation)) {
            check.accept(operation);
        }
    }
}
