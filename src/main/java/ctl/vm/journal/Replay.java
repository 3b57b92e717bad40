package ctl.vm.journal;

import ctl.vm.inventory.ImpossibleEvent;
import ctl.vm.inventory.Inventory;
import ctl.vm.inventory.Layout;
import ctl.vm.problem.Failure;
import ctl.vm.problem.Problem;
import ctl.vm.problem.VmException;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/**
 * Takes an older listing further with the mirror's lines, without H2: every acknowledged event stands in the mirror, so
 * the result is as new as the database's when that cannot be opened.
 */
final class Replay {

    private final Layout layout;

    Replay(Layout layout) {
        this.layout = layout;
    }

    /** As far as the lines are right; the trouble says why no further. */
    Journal.Latest from(Listed listed) {
        var chain = new Chain(layout.journal(), listed.head());
        Inventory inventory = listed.inventory();
        try (BufferedReader lines = linesFrom(listed.identity().mirrorLength())) {
            String next = lines.readLine();
            while (next != null) {
                var line = new EventLine(next);
                next = lines.readLine();
                if (next == null && !line.isIntact()) {
                    // Somebody is just writing it, or died in writing it: not acknowledged.
                    break;
                }
                inventory = inventory.after(chain.next(line));
            }
            return new Journal.Latest(inventory, Optional.empty());
        } catch (IOException failure) {
            return new Journal.Latest(inventory, Optional.of(DiskProblem.of(layout, failure)));
        } catch (VmException damaged) {
            return new Journal.Latest(inventory, Optional.of(damaged.problem()));
        } catch (ImpossibleEvent impossible) {
            Problem damaged = new Failure.JournalDamaged(layout.journal(), impossible.getMessage());
            return new Journal.Latest(inventory, Optional.of(damaged));
        }
    }

    /** A mirror that is shorter than that has no lines. */
    private BufferedReader linesFrom(long offset) throws IOException {
        FileChannel channel = FileChannel.open(layout.mirror(), StandardOpenOption.READ).position(offset);
        return new BufferedReader(Channels.newReader(channel, StandardCharsets.UTF_8));
    }
}
