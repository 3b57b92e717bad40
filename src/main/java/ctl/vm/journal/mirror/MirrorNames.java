package ctl.vm.journal.mirror;

import ctl.vm.inventory.value.SnapshotName;
import ctl.vm.inventory.value.VmName;
import ctl.vm.journal.file.JournalFolder;
import ctl.vm.journal.json.JsonObject;
import ctl.vm.journal.json.UnreadableText;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The names that the newest events of a mirror are about, for hints and not for decisions: nothing is checked. Neither
 * is the database opened nor JSON parsed: the fields of a line always stand in the same order.
 */
public final class MirrorNames {

    /** Some 15,000 events: what can be looked through after a press of the tab key. */
    private static final int NEWEST_BYTES = 1 << 24;

    /** Before the name of the VM stand a number, an id, a time and the name of an event: no less, and no more. */
    private static final int SHORTEST_START = 70;
    private static final int LONGEST_START = 256;

    /** Behind it stand the actor with the id of a boot, and two hashes. Half of the file need not be looked at. */
    private static final int SHORTEST_REST = 300;

    private static final String VM = ",\"vm\":\"";
    private static final String IMAGE = "\"file\":\"disk.s2e.";
    private static final String SNAPSHOT = ",\"snapshot\":\"";

    /** A character for each byte. */
    private final String lines;

    private MirrorNames(String lines) {
        this.lines = lines;
    }

    /** None where the mirror cannot be read. */
    public static MirrorNames of(JournalFolder folder) {
        try {
            byte[] newest = folder.disk().end(folder.layout().mirror(), NEWEST_BYTES);
            return new MirrorNames(new String(newest, StandardCharsets.ISO_8859_1));
        } catch (UncheckedIOException unreadable) {
            return new MirrorNames("");
        }
    }

    /** Every VM. */
    public Set<VmName> vms() {
        Set<String> names = new HashSet<>();
        for (int line = 0; line < lines.length(); line = next(line)) {
            int name = vm(line);
            if (name >= 0) {
                names.add(text(name));
            }
        }
        return names.stream().flatMap(name -> VmName.of(name).stream()).collect(Collectors.toCollection(TreeSet::new));
    }

    /** Every snapshot of one VM. */
    public Set<SnapshotName> snapshots(VmName vm) {
        Set<SnapshotName> snapshots = new TreeSet<>();
        for (int line = 0; line < lines.length(); line = next(line)) {
            int name = vm(line);
            if (name >= 0 && text(name).equals(vm.text())) {
                int end = Math.min(lines.length(), next(line));
                add(snapshots, behind(SNAPSHOT, name, end));
                for (int image = behind(IMAGE, name, end); image >= 0; image = behind(IMAGE, image, end)) {
                    add(snapshots, image);
                }
            }
        }
        return snapshots;
    }

    private void add(Set<SnapshotName> snapshots, int start) {
        if (start >= 0) {
            SnapshotName.of(text(start)).ifPresent(snapshots::add);
        }
    }

    /** Where the next line begins. */
    private int next(int line) {
        int end = lines.indexOf('\n', line + SHORTEST_START + SHORTEST_REST);
        return end < 0 ? lines.length() : end + 1;
    }

    /** Where the name of a line's VM begins; -1 where it has none. */
    private int vm(int line) {
        return behind(VM, line + SHORTEST_START, Math.min(lines.length(), line + LONGEST_START));
    }

    /** Where what follows a pattern begins; -1 where that is not there. */
    private int behind(String pattern, int from, int to) {
        int found = from < to ? lines.indexOf(pattern, from, to) : -1;
        return found < 0 ? -1 : found + pattern.length();
    }

    /**
     * The text of JSON that begins here, up to its closing quote; what is no such text is no name either, but empty.
     */
    private String text(int start) {
        int end = start;
        while (end < lines.length() && lines.charAt(end) != '"') {
            end += lines.charAt(end) == '\\' ? 2 : 1;
        }
        if (end >= lines.length()) {
            return "";
        }
        String json = new String(lines.substring(start, end).getBytes(StandardCharsets.ISO_8859_1),
                StandardCharsets.UTF_8);
        try {
            return json.indexOf('\\') < 0 ? json : JsonObject.parse("{\"name\":\"" + json + "\"}").text("name");
        } catch (UnreadableText foreign) {
            return "";
        }
    }
}
