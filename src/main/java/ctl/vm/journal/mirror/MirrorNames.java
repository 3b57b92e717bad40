package ctl.vm.journal.mirror;

import ctl.vm.inventory.value.SnapshotName;
import ctl.vm.inventory.value.VmName;
import ctl.vm.journal.file.JournalFolder;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The names that the newest events of a mirror are about, for who wants to be reminded of one, and not for decisions: nothing is
 * checked. Neither the database is opened nor JSON parsed: the fields of a line always stand in the same order.
 */
public final class MirrorNames {

    /** Some 15,000 events: what can be looked through while somebody waits for the tab key. */
    private static final int NEWEST_BYTES = 1 << 24;

    /** Before the name of the VM stand a number, an id, a time and the name of an event: no less, and no more. */
    private static final int SHORTEST_START = 70;
    private static final int LONGEST_START = 256;

    /** Behind it stand the actor with the id of a boot, and two hashes. Half of the file need not be looked at. */
    private static final int SHORTEST_REST = 300;

    private static final byte[] VM = bytes(",\"vm\":\"");
    private static final byte[] IMAGE = bytes("\"file\":\"disk.s2e.");
    private static final byte[] SNAPSHOT = bytes(",\"snapshot\":\"");
    private static final int SHORTEST_ESCAPE = 2;
    private static final int UNICODE_ESCAPE = 6;
    private static final int HEXADECIMAL = 16;

    private final byte[] lines;

    private MirrorNames(byte[] lines) {
        this.lines = lines;
    }

    /** None where the mirror cannot be read. */
    public static MirrorNames of(JournalFolder folder) {
        try {
            return new MirrorNames(folder.disk().end(folder.layout().mirror(), NEWEST_BYTES));
        } catch (UncheckedIOException unreadable) {
            return new MirrorNames(new byte[0]);
        }
    }

    /** Every VM. */
    public Set<VmName> vms() {
        Set<String> names = new HashSet<>();
        for (int line = 0; line < lines.length; line = next(line)) {
            int name = behind(VM, line + SHORTEST_START, Math.min(lines.length, line + LONGEST_START));
            if (name >= 0) {
                names.add(text(name));
            }
        }
        return names.stream().flatMap(name -> VmName.of(name).stream()).collect(Collectors.toCollection(TreeSet::new));
    }

    /** Every snapshot of one VM. */
    public Set<SnapshotName> snapshots(VmName vm) {
        Set<SnapshotName> snapshots = new TreeSet<>();
        for (int line = 0; line < lines.length; line = next(line)) {
            int name = behind(VM, line + SHORTEST_START, Math.min(lines.length, line + LONGEST_START));
            if (name >= 0 && text(name).equals(vm.text())) {
                int end = next(line);
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
        int at = line + SHORTEST_START + SHORTEST_REST;
        while (at < lines.length && lines[at] != '\n') {
            at++;
        }
        return at + 1;
    }

    /** Where what follows a pattern begins; -1 where that is not there. */
    private int behind(byte[] pattern, int from, int to) {
        for (int at = from; at + pattern.length <= to; at++) {
            int same = 0;
            while (same < pattern.length && lines[at + same] == pattern[same]) {
                same++;
            }
            if (same == pattern.length) {
                return at + same;
            }
        }
        return -1;
    }

    /** The text of JSON that begins here, up to its closing quote; what is no such text is no name either, but empty. */
    private String text(int start) {
        int end = start;
        while (end < lines.length && lines[end] != '"') {
            end += lines[end] == '\\' ? 2 : 1;
        }
        String json = end < lines.length ? new String(lines, start, end - start, StandardCharsets.UTF_8) : "";
        return json.indexOf('\\') < 0 ? json : unescaped(json).orElse("");
    }

    private static Optional<String> unescaped(String json) {
        StringBuilder text = new StringBuilder();
        for (int at = 0; at < json.length();) {
            if (json.charAt(at) != '\\') {
                text.append(json.charAt(at));
                at++;
            } else if (json.startsWith("u", at + 1) && at + UNICODE_ESCAPE <= json.length()) {
                text.append((char) Integer.parseInt(json, at + SHORTEST_ESCAPE, at + UNICODE_ESCAPE, HEXADECIMAL));
                at += UNICODE_ESCAPE;
            } else if ("\"\\/".indexOf(json.charAt(at + 1)) >= 0) {
                text.append(json.charAt(at + 1));
                at += SHORTEST_ESCAPE;
            } else {
                // A control character: no name holds one.
                return Optional.empty();
            }
        }
        return Optional.of(text.toString());
    }

    private static byte[] bytes(String ascii) {
        return ascii.getBytes(StandardCharsets.US_ASCII);
    }
}
