package ctl.vm.reconcile;

import ctl.vm.inventory.Inventory;
import ctl.vm.inventory.audit.Seal;
import ctl.vm.journal.ProgressListener;
import ctl.vm.operation.OperationContext;
import ctl.vm.problem.Busy;
import ctl.vm.problem.Misuse;
import java.util.Optional;
import java.util.function.Consumer;

/** Moves the journal of a root to a server and back. What an operation is about to append has to have one place. */
public final class MoveJournal {

    private final Databases databases;
    private final OperationContext context;

    /** The database in the folder, and those on servers. */
    public interface Databases {

        /** The URL of the server that has the journal; empty where the folder has it. */
        Optional<String> server();

        /** Where the journal is, for people. */
        String place();

        /** @param quiet refuses where an operation has not ended */
        Seal toServer(String url, Consumer<Inventory> quiet, ProgressListener progress);

        /** Does what a move in either direction may have left undone. */
        void finish();

        /** As {@link #toServer}. */
        Seal intoFolder(Consumer<Inventory> quiet, ProgressListener progress);
    }

    public MoveJournal(Databases databases, OperationContext context) {
        this.databases = databases;
        this.context = context;
    }

    public Databases databases() {
        return databases;
    }

    /**
     * Moves it to a server.
     *
     * @return the last event; empty where it was there already
     * @throws ctl.vm.problem.VmException VmInUse where an operation has not ended, and what the server reports: the
     *     journal is then where it was
     */
    public Optional<Seal> toServer(String url) {
        Optional<String> now = databases.server();
        if (now.isPresent()) {
            if (!now.get().equals(url)) {
                throw new Misuse.JournalElsewhere(now.get()).thrown();
            }
            databases.finish();
            return Optional.empty();
        }
        return Optional.of(databases.toServer(url, MoveJournal::requireQuiet, context.reporter()));
    }

    /** Takes it back into the folder. @return the last event; empty where it was there already */
    public Optional<Seal> intoFolder() {
        if (databases.server().isEmpty()) {
            databases.finish();
            return Optional.empty();
        }
        return Optional.of(databases.intoFolder(this::makePlain, context.reporter()));
    }

    /** In a folder of one host, names have no epochs. */
    private void makePlain(Inventory inventory) {
        requireQuiet(inventory);
        context.store().work().dropEpochs(inventory.open().values());
    }

    /** What an interrupted one has left in the folder is named after how it was locked, which a move changes. */
    private static void requireQuiet(Inventory inventory) {
        inventory.open().values().stream().findFirst().ifPresent(operation -> {
            throw new Busy.VmInUse("the journal", operation.request().describe()).thrown();
        });
    }
}
