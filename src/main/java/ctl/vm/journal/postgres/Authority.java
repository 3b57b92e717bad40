package ctl.vm.journal.postgres;

import ctl.vm.durable.DiskFile;
import ctl.vm.inventory.value.Layout;
import ctl.vm.inventory.value.RootId;
import ctl.vm.journal.file.JournalFolder;
import ctl.vm.problem.Failure;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The file {@code journal/authority}: which server has the journal of this root, and in which schema. As long as it is
 * there, no database file in the folder counts. It is the one thing that switches.
 *
 * @param url of the database, without a password
 */
public record Authority(String url, String schema) {

    private static final String PREFIX = "ctl_root_";
    private static final int DIGITS = 16;
    private static final Pattern FORM = Pattern.compile(
            "server (postgres(?:ql)?://[^\\p{Cntrl} ]+)\nschema (" + PREFIX + "[0-9a-f]{" + DIGITS + "})\n");

    /** For a root that moves to a server. */
    public static Authority of(String url, RootId root) {
        return new Authority(url, PREFIX + root.text().substring(0, DIGITS));
    }

    /**
     * What the file says; empty where there is none.
     *
     * @throws ctl.vm.problem.VmException JournalDamaged where it is none of ours
     */
    public static Optional<Authority> read(JournalFolder folder) {
        return read(folder, folder.layout().authority());
    }

    /** The one that the journal has left, where that server does not know yet. */
    public static Optional<Authority> readLeft(JournalFolder folder) {
        return read(folder, folder.layout().leftAuthority());
    }

    private static Optional<Authority> read(JournalFolder folder, Path file) {
        if (folder.explained(() -> folder.isMissing(file))) {
            return Optional.empty();
        }
        String text = new String(
                folder.explained(() -> folder.disk().end(file, Integer.MAX_VALUE)), StandardCharsets.UTF_8);
        Matcher parts = FORM.matcher(text);
        if (!parts.matches()) {
            throw new Failure.JournalDamaged(folder.layout().journal(),
                    "the file %s does not say which server has it".formatted(file.getFileName())).thrown();
        }
        return Optional.of(new Authority(parts.group(1), parts.group(2)));
    }

    /** Makes the server the authority. If we die before the rename, the database file is; after it, the server. */
    public void write(JournalFolder folder) {
        Layout layout = folder.layout();
        String text = "server %s\nschema %s\n".formatted(url, schema);
        try (DiskFile file = folder.makeAnew(layout.newAuthority())) {
            file.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)), 0);
            file.sync();
        }
        folder.publish(layout.newAuthority(), layout.authority());
    }

    /**
     * Makes the database file the authority again, which has all events by now. Which server it was is kept until that
     * has been told: {@link #forgetLeft}.
     */
    public static void leave(JournalFolder folder) {
        folder.publish(folder.layout().authority(), folder.layout().leftAuthority());
    }

    /** The server knows, or has the journal again. */
    public static void forgetLeft(JournalFolder folder) {
        folder.disk().remove(folder.layout().leftAuthority());
        folder.syncNames();
    }
}
