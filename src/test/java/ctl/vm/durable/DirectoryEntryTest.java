package ctl.vm.durable;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Folders on the way to a file whose place is taken by a link, before we look or at the very moment.
 *
 * <pre>
 * root/vm/Box/disk    ours
 * root/vm/Link        leads to elsewhere/
 * elsewhere/disk      somebody else's
 * </pre>
 */
class DirectoryEntryTest {

    private static final String VICTIM = "somebody else's";

    @TempDir
    private Path temporary;

    private Path vms;
    private Path elsewhere;
    private Disk disk;

    @BeforeEach
    void prepare() throws IOException {
        Path real = temporary.toRealPath();
        vms = Files.createDirectories(real.resolve("root/vm"));
        elsewhere = Files.createDirectory(real.resolve("elsewhere"));
        Files.writeString(Files.createDirectory(vms.resolve("Box")).resolve("disk"), "ours");
        Files.writeString(elsewhere.resolve("disk"), VICTIM);
        Files.createSymbolicLink(vms.resolve("Link"), elsewhere);
        disk = LinuxDisk.withoutLinksBelow(vms, _ -> {});
    }

    @Test
    void linkOnTheWay_isFollowedByNothingThatChangesAnything() throws IOException {
        Path through = vms.resolve("Link/disk");
        Map<String, Runnable> acts = new LinkedHashMap<>();
        acts.put("open", () -> disk.open(through));
        acts.put("open for writing", () -> disk.openForWriting(through));
        acts.put("create", () -> disk.create(vms.resolve("Link/new"), 0600));
        acts.put("create folder", () -> disk.createFolder(vms.resolve("Link/folder")));
        acts.put("create link", () -> disk.createLink(vms.resolve("Link/link"), vms));
        acts.put("rename from", () -> disk.rename(through, vms.resolve("taken")));
        acts.put("rename to", () -> disk.rename(vms.resolve("Box/disk"), vms.resolve("Link/given")));
        acts.put("replace", () -> disk.replace(vms.resolve("Box/disk"), through));
        acts.put("exchange", () -> disk.exchange(vms.resolve("Box/disk"), through));
        acts.put("copy rights", () -> disk.copyRights(vms.resolve("Box"), through));
        acts.put("copy attributes", () -> disk.copyAttributes(vms.resolve("Box"), through, 0777));
        acts.put("set time", () -> disk.setModified(through, Instant.EPOCH));

        acts.forEach((name, act) -> assertThatThrownBy(act::run).as(name).isInstanceOf(UncheckedIOException.class));
        try {
            disk.remove(through);
        } catch (UncheckedIOException refused) {
            // Nothing of ours can stand there.
        }

        assertThat(elsewhere).isDirectoryContaining(path -> path.endsWith("disk"))
                .isDirectoryNotContaining(path -> !path.endsWith("disk"));
        assertThat(elsewhere.resolve("disk")).hasContent(VICTIM);
        assertThat(vms.resolve("Box/disk")).hasContent("ours");
    }

    @Test
    void rightsOfALink_areNotThoseOfWhatItLeadsTo() throws IOException {
        Files.createSymbolicLink(vms.resolve("Box/link"), elsewhere.resolve("disk"));
        Files.setAttribute(elsewhere.resolve("disk"), "unix:mode", 0600);

        assertThatThrownBy(() -> disk.copyRights(vms.resolve("Box"), vms.resolve("Box/link")))
                .isInstanceOf(UncheckedIOException.class);
        assertThatThrownBy(() -> disk.copyAttributes(vms.resolve("Box"), vms.resolve("Box/link"), 0777))
                .isInstanceOf(UncheckedIOException.class);
        disk.copyAttributes(vms.resolve("Link"), vms.resolve("Box/link"), 0777);

        assertThat((int) Files.getAttribute(elsewhere.resolve("disk"), "unix:mode") & 0777).isEqualTo(0600);
    }

    @Test
    void linkOnTheWayToTheFolder_isItsOwnersAffair() throws IOException {
        Path link = Files.createSymbolicLink(temporary.toRealPath().resolve("root/Other"), elsewhere);

        disk.create(link.resolve("package"), 0600).close();

        assertThat(elsewhere.resolve("package")).exists();
    }

    /** Somebody puts a link in the place of a folder and takes it away again, all the time, while we write below it. */
    @Test
    void folderThatIsALinkEveryOtherMoment_leadsNothingOfOursElsewhere() throws Exception {
        Path contested = Files.createDirectory(vms.resolve("Contested"));
        Path aside = vms.resolve("Aside");
        Path link = Files.createSymbolicLink(vms.resolve("Next"), elsewhere);
        var over = new AtomicBoolean();
        Thread attacker = Thread.ofPlatform().start(() -> swap(contested, aside, link, over));
        int made = 0;
        int refused = 0;
        for (int round = 0; round < 3000 || (made == 0 || refused == 0) && round < 100_000; round++) {
            try {
                disk.create(contested.resolve("file" + round), 0600).close();
                made++;
            } catch (UncheckedIOException swapped) {
                refused++;
            }
        }
        over.set(true);
        attacker.join();

        assertThat(made).isPositive();
        assertThat(refused).isPositive();
        assertThat(elsewhere).isDirectoryNotContaining(path -> !path.endsWith("disk"));
    }

    private static void swap(Path folder, Path aside, Path link, AtomicBoolean over) {
        try {
            while (!over.get()) {
                Files.move(folder, aside, StandardCopyOption.ATOMIC_MOVE);
                Files.move(link, folder, StandardCopyOption.ATOMIC_MOVE);
                Files.move(folder, link, StandardCopyOption.ATOMIC_MOVE);
                Files.move(aside, folder, StandardCopyOption.ATOMIC_MOVE);
            }
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
