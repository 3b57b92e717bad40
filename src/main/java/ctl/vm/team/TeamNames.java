package ctl.vm.team;

import ctl.vm.durable.DiskFile;
import ctl.vm.inventory.value.Layout;
import ctl.vm.journal.file.JournalFolder;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The names of a team's roots and VMs that were seen last, in a small file beside the journal of this root: a shell that
 * asks what can be typed gets its answer without waiting for a server. Each line is {@code ROOT} or {@code ROOT/VM}.
 */
public final class TeamNames {

    private final JournalFolder folder;

    public TeamNames(JournalFolder folder) {
        this.folder = folder;
    }

    /**
     * Keeps the names of all roots and VMs of a team, unless there is no journal to keep them beside.
     *
     * @param vms with their roots
     */
    public void write(TeamRoots roots, Stream<String> vms) {
        byte[] content = Stream.concat(roots.all().stream().map(TeamRoot::name), vms).map(name -> name + "\n")
                .collect(Collectors.joining())
                .getBytes(StandardCharsets.UTF_8);
        Layout layout = folder.layout();
        try {
            if (!folder.isMissing(layout.journal()) && !Arrays.equals(content, bytes())) {
                try (DiskFile file = folder.makeAnew(layout.newTeamNames())) {
                    file.write(ByteBuffer.wrap(content), 0);
                }
                folder.disk().replace(layout.newTeamNames(), layout.teamNames());
            }
        } catch (UncheckedIOException full) {
            // A full or read-only disk, or another command that does the same: what is offered is a hint.
        }
    }

    /** Of all roots. */
    public List<String> roots() {
        return lines().filter(line -> line.indexOf('/') < 0).toList();
    }

    /** Of all VMs, with their roots. */
    public List<String> vms() {
        return lines().filter(line -> line.indexOf('/') >= 0).toList();
    }

    /** Of the VMs of one root, without it. */
    public Set<String> vmsIn(String root) {
        String start = root + "/";
        return lines().filter(line -> line.startsWith(start)).map(line -> line.substring(start.length()))
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }

    private Stream<String> lines() {
        try {
            return new String(bytes(), StandardCharsets.UTF_8).lines();
        } catch (UncheckedIOException unreadable) {
            return Stream.empty();
        }
    }

    private byte[] bytes() {
        return folder.isMissing(folder.layout().teamNames())
                ? new byte[0]
                : folder.disk().end(folder.layout().teamNames(), Integer.MAX_VALUE);
    }
}
