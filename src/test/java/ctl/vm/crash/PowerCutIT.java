package ctl.vm.crash;

import static org.assertj.core.api.Assertions.assertThat;

import ctl.vm.crash.Strace.Position;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Cuts the power: the program is killed at a call, and in the same moment the image below its filesystem is copied
 * aside. The copy has what the filesystem had written by then, and nothing that was only in memory; it is mounted,
 * which replays the filesystem's own journal, and all promises must hold there.
 *
 * <pre>
 * mvn -B verify -Pcampaign -Dit.test=PowerCutIT -Dcrash.slice=1/1       all positions; the default is a twentieth
 * mvn -B verify -Pcampaign -Dit.test=PowerCutIT -Dcrash.filesystem=xfs   on one filesystem
 * </pre>
 */
@Tag("campaign")
class PowerCutIT {

    private static final Map<String, Long> SIZES = Map.of("ext4", 64L << 20, "xfs", 320L << 20, "btrfs", 160L << 20);

    private static final long ORDER_SEED = 3;

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    private Path folder;

    private final Map<String, String> broken = new TreeMap<>();

    /** A scenario and the place at which the power goes. */
    private record Try(Sweep sweep, Position position) {

        @Override
        public String toString() {
            return sweep.scenario() + " " + position;
        }
    }

    @BeforeEach
    void needsRoot() {
        Shell.assumeRoot();
        Shell.assumeTool("strace");
    }

    @ParameterizedTest
    @MethodSource("ctl.vm.crash.Filesystem#kindsAsked")
    void powerCut_anywhere_keepsItsPromises(String kind) throws Exception {
        Templates templates = new Templates(folder);
        Only only = Only.asked();
        List<Scenario> scenarios = Scenario.all().stream()
                .filter(scenario -> scenario.before().isEmpty())
                .filter(only::hasSomeOf)
                .toList();
        List<Try> tries = new ArrayList<>();
        KillSweepIT.inParallel(scenarios, scenario -> new Sweep(scenario, templates.of(scenario), folder))
                .forEach(sweep -> sweep.positions().forEach(position -> tries.add(new Try(sweep, position))));
        tries.removeIf(one -> !only.has(one.sweep().scenario(), one));
        Collections.shuffle(tries, new Random(ORDER_SEED));
        List<Try> slice = Slice.asked(only.isAll() ? "1/20" : "1/1").of(tries);
        Instant start = Instant.now();
        for (Try one : slice) {
            cut(kind, one, templates.of(one.sweep().scenario()));
        }
        new CampaignResult(slice.size(), slice.size(), broken.size(), Duration.between(start, Instant.now())).record();
        System.out.printf("%s: %d power cuts, %d broken promises%n", kind, slice.size(), broken.size());
        assertThat(broken).isEmpty();
    }

    private void cut(String kind, Try one, Place template) throws Exception {
        Path image = folder.resolve("disk.img");
        Path copy = folder.resolve("copy.img");
        Path mounted = Files.createDirectories(folder.resolve("mounted"));
        List<Filesystem> copies = new ArrayList<>();
        try (Filesystem disk = Filesystem.made(kind, image, mounted, SIZES.get(kind))) {
            Place place = template.copyTo(mounted.resolve("place"));
            Shell.require("sync", "-f", mounted.toString());
            one.sweep().attempt(place, Strace.killingAt(one.position()), Recovery.firstOf(one.position()), () -> {
                Shell.require("cp", "--sparse=always", image.toString(), copy.toString());
                disk.unmount();
                // At the same path: the user's files have not moved.
                copies.add(Filesystem.mounted(copy, mounted));
                return place;
            });
        } catch (AssertionError promise) {
            System.out.printf("BROKEN on %s, replay with -Dcrash.only=\"%s\": %s%n", kind, one, promise.getMessage());
            broken.put(one.toString(), promise.getMessage());
        } finally {
            copies.forEach(Filesystem::close);
            Files.deleteIfExists(image);
            Files.deleteIfExists(copy);
        }
    }
}
