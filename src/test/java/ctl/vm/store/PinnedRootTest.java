package ctl.vm.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ctl.vm.inventory.value.Layout;
import ctl.vm.problem.NotFound;
import ctl.vm.problem.VmException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A root that is taken away, or another in its place, while a command stays with it. */
class PinnedRootTest {

    @TempDir
    private Path folder;

    private Layout layout;

    @BeforeEach
    void layOut() throws IOException {
        layout = Layout.at(folder.resolve("root"));
        Files.createDirectories(layout.vms());
    }

    @Test
    void journalThatIsMadeLater_isPinnedThen() throws IOException {
        try (PinnedRoot root = PinnedRoot.ofAll(layout)) {
            root.requireSame();
            Files.createDirectory(layout.journal());
            root.requireSame();
            Files.delete(layout.journal());

            assertGone(root, new NotFound.FolderGone(layout.journal(), false));
        }
    }

    /** Filesystems like to give the number of what was just removed to what is made next. */
    @Test
    void folderRemovedAndMadeAnewAtOnce_isAnother() throws IOException {
        for (int attempt = 0; attempt < 100; attempt++) {
            try (PinnedRoot root = PinnedRoot.ofAll(layout)) {
                root.requireSame();
                Files.delete(layout.vms());
                Files.createDirectory(layout.vms());

                assertGone(root, new NotFound.FolderGone(layout.vms(), true));
            }
        }
    }

    @Test
    void linkThatIsTurnedToAnotherFolder_isAReplacement() throws IOException {
        Path link = Files.createSymbolicLink(folder.resolve("link"), layout.root());
        Path other = Files.createDirectory(folder.resolve("other"));
        try (PinnedRoot root = PinnedRoot.ofJournal(Layout.at(link))) {
            root.requireSame();
            Files.delete(link);
            Files.createSymbolicLink(link, other);

            assertGone(root, new NotFound.FolderGone(link, true));
        }
    }

    @Test
    void contentThatChanges_isNoReplacement() throws IOException {
        try (PinnedRoot root = PinnedRoot.ofAll(layout)) {
            root.requireSame();
            Files.createDirectory(layout.vms().resolve("MyBox"));
            Files.writeString(layout.root().resolve("notes"), "x");
            root.requireSame();
        }
    }

    private static void assertGone(PinnedRoot root, NotFound.FolderGone gone) {
        assertThat(gone.exitCode()).isEqualTo(4);
        assertThatThrownBy(root::requireSame)
                .isInstanceOfSatisfying(VmException.class, thrown -> assertThat(thrown.problem()).isEqualTo(gone));
    }
}
