package ctl.vm.operation;

import static org.assertj.core.api.Assertions.assertThat;

import ctl.vm.archive.Packages;
import ctl.vm.cli.problem.ProblemText;
import ctl.vm.compression.Compressors;
import ctl.vm.durable.InMemoryLocks;
import ctl.vm.durable.LinuxDisk;
import ctl.vm.inventory.Request;
import ctl.vm.inventory.Sample;
import ctl.vm.inventory.value.ByteCount;
import ctl.vm.inventory.value.ImageName;
import ctl.vm.inventory.value.Layout;
import ctl.vm.inventory.value.VmName;
import ctl.vm.journal.InMemoryJournal;
import ctl.vm.operation.run.ResumeOperation;
import ctl.vm.operation.run.StartOperation;
import ctl.vm.problem.VmException;
import ctl.vm.store.Locks;
import ctl.vm.store.Store;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * A folder in which packages are imported that nobody trusts, as the program itself does it, and in which anything that
 * stands where it should not is seen.
 *
 * <pre>
 * FOLDER/
 *   Package          as it is under trial
 *   root/vm/         where the VM may come to stand, and nothing else
 *   root/journal/    empty: the journal is in memory
 * </pre>
 */
final class Quarantine {

    private static final VmName VM = new VmName("Suspect");

    private final LinuxDisk disk = new LinuxDisk();
    private final Path folder;
    private final Path file;

    /** @param folder empty; nobody else writes there */
    Quarantine(Path folder) {
        this.folder = folder;
        this.file = folder.resolve("Package");
        disk.createFolder(folder.resolve("root"));
        disk.createFolder(folder.resolve("root/vm"));
        disk.createFolder(folder.resolve("root/journal"));
    }

    /**
     * Imports a package and removes what it made.
     *
     * @param piped whether it comes through a pipe
     * @return the images that it held; empty where it was refused
     * @throws RuntimeException whatever is no problem that a user could understand
     */
    Optional<Map<String, byte[]>> outcome(byte[] content, boolean piped) {
        write(content);
        var journal = new InMemoryJournal(Sample.actor(), Clock.systemUTC());
        OperationContext context = context(journal, content);
        try {
            new StartOperation(context, false)
                    .run(new Request.Import(piped ? Request.PIPE : file.toString(), VM, false, false));
        } catch (VmException refused) {
            List.copyOf(journal.inventory().open().keySet()).forEach(new ResumeOperation(context, false)::abandon);
            assertThat(standing())
                    .as("left by what was refused with \"%s\"", ProblemText.of(refused.problem()).message()).isEmpty();
            return Optional.empty();
        }
        assertThat(journal.inventory().open()).isEmpty();
        assertThat(standing()).allMatch(path -> path.equals("Suspect") || isImage(path));
        return Optional.of(taken());
    }

    private OperationContext context(InMemoryJournal journal, byte[] content) {
        return new OperationContext(
                journal, new Store(disk, Layout.at(folder.resolve("root"))),
                new Packages(disk, Compressors.BEST, () -> Channels.newChannel(new ByteArrayInputStream(content)),
                        System.out, Optional::empty),
                new OperationLocks(new Locks(new InMemoryLocks())), new QuietReporter(), new StopRequest(),
                new CheckpointInterval(new ByteCount(1 << 20), Duration.ofHours(1)), () -> RetentionPeriod.USUAL,
                Optional::empty,
                Clock.systemUTC(), () -> Uptime.UNKNOWN, new Random(1), ProblemText::message);
    }

    /** Everything in the folder that was not there at first, by its path below {@code root/vm}. */
    private List<String> standing() {
        try (Stream<Path> all = Files.walk(folder)) {
            return all.filter(path -> !path.equals(folder) && !path.equals(file)
                    && !path.equals(folder.resolve("root"))
                    && !path.equals(folder.resolve("root/vm"))
                    && !path.equals(folder.resolve("root/journal"))
                    && !path.startsWith(Layout.at(folder.resolve("root")).journalReserve()))
                    .map(path -> folder.resolve("root/vm").relativize(path).toString())
                    .toList();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private boolean isImage(String path) {
        Path whole = folder.resolve("root/vm").resolve(path);
        return whole.getParent().equals(folder.resolve("root/vm/Suspect"))
                && Files.isRegularFile(whole, LinkOption.NOFOLLOW_LINKS)
                && ImageName.ofFile(whole.getFileName().toString()).isPresent()
                && (disk.entry(whole).orElseThrow().mode() & ~0666) == 0;
    }

    private Map<String, byte[]> taken() {
        Map<String, byte[]> images = new TreeMap<>();
        Path vm = folder.resolve("root/vm/Suspect");
        for (Path path : disk.list(vm)) {
            images.put(path.getFileName().toString(), start(path));
            disk.remove(path);
        }
        disk.remove(vm);
        return images;
    }

    /** A hostile size can be that of a file which is all hole. */
    private byte[] start(Path path) {
        try (var input = Files.newInputStream(path)) {
            return input.readNBytes(1 << 20);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private void write(byte[] content) {
        try {
            Files.write(file, content);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
