package ctl.vm.operation;

import ctl.vm.inventory.ByteCount;
import ctl.vm.inventory.OpenOperation;

/** Says how far an operation has come. */
final class Progress {

    private Progress() {}

    /** {@code clone of MyBox to Two: 3.1 GiB are done}. */
    static String words(OpenOperation operation) {
        ByteCount durable = operation.durable();
        if (operation.staged().isPresent()) {
            return operation.request().words() + ": all is copied";
        }
        return durable.equals(ByteCount.ZERO)
                ? operation.request().words()
                : "%s: %s are done".formatted(operation.request().words(), durable.brief());
    }
}
