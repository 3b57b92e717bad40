package ctl.vm.journal.file;

import ctl.vm.inventory.value.Layout;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Makes the names in a folder durable. H2 and Java sync files only, and a file whose name is lost is lost. */
public final class FolderSync {

    private FolderSync() {}

    /**
     * Makes the names of the journal's files durable, and that of their folder. Whoever gave them may have died before
     * doing this, so that who merely finds them does it, too, before he promises anything.
     */
    public static void syncNames(Layout layout) throws IOException {
        sync(layout.journal());
        sync(layout.root());
    }

    public static void sync(Path folder) throws IOException {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }
}
