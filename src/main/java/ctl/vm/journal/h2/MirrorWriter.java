package ctl.vm.journal.h2;

import ctl.vm.inventory.value.Layout;
import ctl.vm.journal.chain.EventLine;
import ctl.vm.journal.chain.EventRow;
import ctl.vm.journal.file.DiskProblem;
import ctl.vm.journal.file.FolderSync;
import ctl.vm.journal.mirror.Mirror;
import ctl.vm.journal.mirror.MirrorState;
import java.io.IOException;
import java.nio.file.Files;
import java.sql.SQLException;
import java.util.Optional;

/** The mirror while the database is open for writing: brought up to it first, and a line longer with each event. */
public final class MirrorWriter {

    private final Layout layout;
    private final Database database;
    private final OpenJournal open;
    private final Mirror mirror;
    private long length;

    /**
     * @param last the newest event of the database
     * @throws ctl.vm.problem.VmException JournalDamaged where the two differ by more than a crash can leave
     */
    public MirrorWriter(Layout layout, Database database, OpenJournal open, Optional<EventRow> last) {
        this.layout = layout;
        this.database = database;
        this.open = open;
        this.mirror = new Mirror(layout.mirror());
        complete(last);
    }

    /** Adds a line for an event that is durable in the database. When this returns the line is durable as well. */
    void follow(EventLine line) throws IOException {
        mirror.write(length, line);
        length += Mirror.bytes(line).length;
    }

    private void complete(Optional<EventRow> last) {
        try {
            length = mirror.length();
            switch (MirrorState.between(last, mirror.tail())) {
                case MirrorState.InStep _ -> create();
                case MirrorState.LastLineMissing missing -> {
                    // Its writer may have died before this sync: the mirror must never be the one that knows more.
                    open.sync();
                    create();
                    length = missing.wholeLength();
                    follow(last.orElseThrow().line());
                }
                case MirrorState.DatabaseBehind behind -> throw database.damaged(behind.reason());
                case MirrorState.MirrorWrong wrong -> throw database.damaged(wrong.reason());
            }
        } catch (SQLException failure) {
            throw database.problem(failure);
        } catch (IOException failure) {
            throw DiskProblem.of(layout, failure).thrown();
        }
    }

    /** A power cut can have kept the name of a new database and lost that of its mirror, before the first event. */
    private void create() throws IOException {
        if (Files.notExists(layout.mirror())) {
            mirror.create();
            FolderSync.sync(layout.journal());
        }
    }
}
