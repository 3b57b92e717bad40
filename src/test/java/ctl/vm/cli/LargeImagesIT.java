package ctl.vm.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A VM of 6 GiB with two snapshots goes through every command that shows progress, on a pseudo-terminal, with each
 * image taking longer than the five seconds that the rate looks back.
 *
 * <pre>
 * mvn -B verify -Pcampaign -Dit.test=LargeImagesIT      needs 8 GB in the folder for temporary files
 * </pre>
 */
@Tag("campaign")
class LargeImagesIT {

    private static final int IMAGES = 3;
    private static final long SECONDS_AN_IMAGE = 5;

    /**
     * Each MiB that is read or written takes 12 ms longer, so that the fastest disk takes long enough over 500 of them.
     */
    private static final String SLOWLY = """
            ctl() {
                strace -f -qq -o /dev/null -e inject=pread64,pwrite64,copy_file_range:delay_exit=12ms '%s' "$@"
            }
            """.formatted(Path.of("ctl").toAbsolutePath());

    @TempDir
    private Path folder;

    private Program program;

    @BeforeEach
    void prepare() {
        Program.assumeTool("strace");
        Program.assumeTool("script");
        program = new Program(folder).with("TERM", "xterm-256color").with("LC_ALL", "C.UTF-8");
        program.succeeds("create", "Big", "6G");
        program.shell("""
                cd "$CTL_ROOT/vm/Big"
                fill() { head -c 500M /dev/urandom | dd of="$1" bs=1M seek="$2" conv=notrunc iflag=fullblock status=none; }
                truncate -s 6G disk.s2e.booted disk.s2e.ready
                fill disk.s2e 3000; fill disk.s2e.booted 0; fill disk.s2e.ready 5000
                """);
        program.succeeds("reconcile");
    }

    @Test
    void everyCommand_throughImagesThatTakeLong_showsSharesThatGrowAndEndsWell() throws IOException {
        require(true, IMAGES, "ctl vm export --fast Big big.tar.gz");
        require(true, IMAGES, "ctl vm import big.tar.gz FromFile");
        require(false, IMAGES, "cat big.tar.gz | ctl vm import - FromPipe");
        require(true, IMAGES, "ctl vm clone --reflink=never Big Copy");
        require(true, 1, "ctl vm import --raw \"$CTL_ROOT/vm/Big/disk.s2e.ready\" Raw");
        program.shell("""
                cd "$CTL_ROOT/vm"
                for vm in FromFile FromPipe Copy; do
                    for image in disk.s2e disk.s2e.booted disk.s2e.ready; do cmp "Big/$image" "$vm/$image"; done
                done
                cmp Big/disk.s2e.ready Raw/disk.s2e
                """);
        String json = require(true, IMAGES, "ctl vm verify --deep --json FromFile");
        assertThat(json).contains("\"clean\" : true");
    }

    /**
     * Returns what was left on the screen.
     *
     * @param together whether the images are counted together
     */
    private String require(boolean together, int images, String line) throws IOException {
        Path script = folder.resolve("line.sh");
        Path typescript = folder.resolve("typescript");
        Files.writeString(script, "set -euo pipefail\nstty rows 24 cols 80\n" + SLOWLY + line + "\n");
        long begun = System.nanoTime();
        program.shell("script -q -e -c 'bash %s' %s </dev/null >/dev/null".formatted(script, typescript));
        long seconds = (System.nanoTime() - begun) / 1_000_000_000;

        String written = Files.readString(typescript, StandardCharsets.UTF_8);
        List<DrawnProgress> drawn = DrawnProgress.in(written);
        assertThat(seconds).as(line).isGreaterThan(images * SECONDS_AN_IMAGE);
        assertThat(drawn.stream().map(DrawnProgress::step).distinct()).as(line).hasSize(images);
        assertThat(drawn).as(line).hasSizeGreaterThan(20 * images);
        if (together) {
            assertThat(drawn.stream().map(DrawnProgress::total).distinct()).as(line).hasSize(1);
            assertThat(drawn.stream().map(DrawnProgress::percent)).as(line).isSorted();
        }
        for (String step : drawn.stream().map(DrawnProgress::step).distinct().toList()) {
            assertThat(drawn.stream().filter(one -> one.step().equals(step)).map(DrawnProgress::percent))
                    .as("%s: %s", line, step).isSorted().allMatch(percent -> percent <= 99);
        }
        RenderedScreen screen = new RenderedScreen(80);
        screen.write(written.getBytes(StandardCharsets.UTF_8));
        assertThat(screen.lines()).as(line).noneMatch(left -> left.contains("%]"));
        return String.join("\n", screen.lines());
    }
}
