package ctl.vm.operation.plan;

import ctl.vm.inventory.value.ByteCount;
import ctl.vm.operation.OperationContext;
import ctl.vm.operation.query.ListTrash.Entry;
import ctl.vm.operation.query.ListTrash;
import ctl.vm.problem.VmException;
import java.util.List;
import java.util.Random;

/** Frees what is in the trash: what has been kept long enough, and what an operation needs the space of. */
final class TrashSpace {

    private final OperationContext context;

    TrashSpace(OperationContext context) {
        this.context = context;
    }

    /** Frees what need not be kept any longer, but for one that somebody has just asked for. */
    void freeExpired(List<Entry> expired) {
        expired.forEach(entry -> free(entry, "it has been kept long enough"));
    }

    /** Frees the oldest until there are so many bytes; nothing where all of the trash would not be enough. */
    void make(ByteCount needed) {
        List<Entry> entries = new ListTrash(context).all();
        ByteCount all = entries.stream().map(Entry::onDisk).reduce(context.store().free(), ByteCount::plus);
        if (all.compareTo(needed) >= 0) {
            for (Entry entry : entries) {
                if (context.store().free().compareTo(needed) < 0) {
                    free(entry, "its space is needed");
                }
            }
        }
    }

    private void free(Entry entry, String why) {
        try {
            new Runner(context, new Random()).run(entry.purge());
            context.reporter()
                    .hint("freed %s from the trash (%s): %s".formatted(entry.name(), entry.onDisk().brief(), why));
        } catch (VmException failed) {
            // It stays where it is, and the next command tries again: no reason not to do what was asked for.
            context.reporter().warn(
                    "%s stays in the trash: %s".formatted(entry.name(), failed.problem().message()));
        }
    }
}
