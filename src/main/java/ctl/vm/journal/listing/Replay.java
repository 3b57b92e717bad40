package ctl.vm.journal.listing;

import ctl.vm.inventory.Fold;
import ctl.vm.inventory.value.Layout;
import ctl.vm.journal.Journal;
import ctl.vm.journal.chain.EventLine;
import ctl.vm.journal.chain.HashChain;
import ctl.vm.journal.file.DiskProblem;
import ctl.vm.journal.mirror.Mirror;
import ctl.vm.problem.VmException;
import java.io.BufferedReader;
import java.io.IOException;
import java.util.Optional;

/**
 * Takes an older listing further with the mirror's lines, without H2: every acknowledged event stands in the mirror, so
 * the result is as new as the database's when that cannot be opened.
 */
public final class Replay {

    private final Layout layout;

    public Replay(Layout layout) {
        this.layout = layout;
    }

    /** As far as the lines are right; the trouble says why no further. */
    public Journal.Latest from(InventoryCache listed) {
        var chain = new HashChain(layout.journal(), listed.head());
        var fold = new Fold(listed.inventory());
        try (BufferedReader lines = new Mirror(layout.mirror()).read(listed.identity().mirrorLength())) {
            String next = lines.readLine();
            while (next != null) {
                var line = new EventLine(next);
                next = lines.readLine();
                if (next == null && !line.isIntact()) {
                    // Somebody is just writing it, or died in writing it: not acknowledged.
                    break;
                }
                HashChain.fold(layout.journal(), fold, chain.next(line));
            }
            return new Journal.Latest(fold.inventory(), Optional.empty());
        } catch (IOException failure) {
            return new Journal.Latest(fold.inventory(), Optional.of(DiskProblem.of(layout, failure)));
        } catch (VmException damaged) {
            return new Journal.Latest(fold.inventory(), Optional.of(damaged.problem()));
        }
    }
}
