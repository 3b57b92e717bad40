package ctl.vm.operation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import ctl.vm.archive.read.PackageCorpus;
import ctl.vm.archive.read.PackageMutation;
import java.io.IOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * No package, whatever is in it, makes an import do anything but bring in a VM or refuse with a problem that a user can
 * understand: no other exception, no endless work, no memory without bound, no file left behind or written elsewhere.
 *
 * <p>A failure names a seed: {@code -Dfuzz.seed=SEED} begins the campaign with it. {@code -Dfuzz.minutes} says how long
 * it goes on.
 */
class PackageFuzzTest {

    /** Chosen once, so that the suite fails for a change in the code and for nothing else. */
    private static final long FIRST_SEED = 20_260;

    private static final int SEEDS_IN_THE_SUITE = 200;

    private static final Set<String> IMAGES = Set.of("disk.s2e", "disk.s2e.ready", "disk.s2e.base");

    private static final Duration LONGEST = Duration.ofMinutes(2);

    /** Buffers that are outside of Java's heap; the heap itself is bounded by the options of the JVM. */
    private static final long MAXIMUM_BUFFER_BYTES = 64 << 20;

    private final ExecutorService worker = Executors.newSingleThreadExecutor();

    @TempDir
    private Path temporary;

    private Path memory;
    private List<PackageCorpus.Archive> corpus;
    private Quarantine quarantine;

    @BeforeEach
    void prepare() throws IOException {
        corpus = PackageCorpus.in(Files.createDirectory(temporary.resolve("corpus")));
        memory = inMemory();
        quarantine = new Quarantine(memory);
    }

    @AfterEach
    void clear() throws IOException {
        worker.shutdownNow();
        try (var left = Files.walk(memory)) {
            left.sorted(Comparator.reverseOrder()).forEach(path -> path.toFile().delete());
        }
    }

    @Test
    void archivesOfRealTools_unchanged_areAllTheSameImages() {
        Map<String, byte[]> ours = quarantine.outcome(corpus.getFirst().tar(), true).orElseThrow();
        for (PackageCorpus.Archive archive : corpus) {
            Optional<Map<String, byte[]>> images = quarantine.outcome(archive.tar(), false);
            assertThat(images).as(archive.title()).isPresent();
            if (images.orElseThrow().keySet().equals(IMAGES)) {
                ours.forEach((image, content) -> assertThat(images.orElseThrow().get(image))
                        .as("%s: %s", archive.title(), image)
                        .isEqualTo(content));
            }
        }
    }

    @Test
    void changedPackages_areReadOrRefusedAndLeaveNothing() {
        for (long seed = FIRST_SEED; seed < FIRST_SEED + SEEDS_IN_THE_SUITE; seed++) {
            tryOut(seed);
        }
    }

    @Test
    @Tag("campaign")
    void changedPackages_forMinutes_areReadOrRefusedAndLeaveNothing() {
        long first = Long.getLong("fuzz.seed", System.nanoTime());
        long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(Integer.getInteger("fuzz.minutes", 5));
        long seed = first;
        int read = 0;
        for (; System.nanoTime() < end; seed++) {
            read += tryOut(seed) ? 1 : 0;
        }
        System.out.printf("packages tried: %d, from seed %d on; %d of them could be read%n", seed - first, first, read);
    }

    /** Whether the package could be read. */
    private boolean tryOut(long seed) {
        byte[] content = new PackageMutation(corpus, seed).next();
        var outcome = worker.submit(() -> quarantine.outcome(content, seed % 2 == 0).isPresent());
        try {
            boolean read = outcome.get(LONGEST.toSeconds(), TimeUnit.SECONDS);
            assertThat(bufferBytes()).as("buffers after seed %d", seed).isLessThan(MAXIMUM_BUFFER_BYTES);
            return read;
        } catch (ExecutionException broken) {
            return fail("seed " + seed, broken.getCause());
        } catch (TimeoutException endless) {
            return fail("seed %d takes more than %s".formatted(seed, LONGEST), endless);
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }

    private static long bufferBytes() {
        return ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                .filter(pool -> pool.getName().equals("direct"))
                .mapToLong(BufferPoolMXBean::getMemoryUsed)
                .sum();
    }

    /** Thousands of imports that sync their files would wait for the disk all the time. */
    private Path inMemory() throws IOException {
        Path shared = Path.of("/dev/shm");
        return Files.isWritable(shared)
                ? Files.createTempDirectory(shared, "ctl-fuzz")
                : Files.createDirectory(temporary.resolve("quarantine"));
    }
}
