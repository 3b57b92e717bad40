package ctl.vm.store;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Supplier;

/** What is opened one by one and closed together: each of them, even where closing another one fails. */
final class OpenResources implements AutoCloseable {

    private final Deque<Resource> open = new ArrayDeque<>();

    /** Something whose closing throws nothing checked. */
    interface Resource extends AutoCloseable {

        @Override
        void close();
    }

    void add(Resource resource) {
        open.add(resource);
    }

    /** Opens more of them. Where that fails, those that are open already are closed. */
    <T> T orClose(Supplier<T> opening) {
        try {
            return opening.get();
        } catch (RuntimeException failed) {
            try (this) {
                throw failed;
            }
        }
    }

    /** The last one first. */
    @Override
    public void close() {
        if (!open.isEmpty()) {
            try (Resource _ = open.remove()) {
                close();
            }
        }
    }
}
