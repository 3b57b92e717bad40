package ctl.vm.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import ctl.vm.child.Children;
import ctl.vm.cli.console.Console;
import ctl.vm.cli.console.RecentRate;
import ctl.vm.cli.console.Terminal;
import ctl.vm.inventory.value.ByteCount;
import ctl.vm.operation.StopRequest;
import ctl.vm.problem.NotFound;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Progress over time: by a clock that goes as fast as the test wants, through every pair of images. */
class ProgressTest {

    private static final int COLUMNS = 80;
    private static final int MEBIBYTE = 1 << 20;
    private static final ByteCount GIBIBYTE = new ByteCount(1 << 30);

    @TempDir
    private Path folder;

    private Path root;
    private Path work;

    /** How long everything takes: each look at the clock finds that so much time has passed. */
    @Test
    void everyPairOfImages_howeverLongEachTakes_showsSharesThatGrowAndEndsWell() throws IOException {
        checkAll(new SteadyClock(Duration.ofMillis(700)));
    }

    @ParameterizedTest
    @Tag("campaign")
    @ValueSource(longs = {1, 4_900, 6_000})
    void everyPairOfImages_howeverLongEachTakes_showsSharesThatGrowAndEndsWell(long millis) throws IOException {
        checkAll(new SteadyClock(Duration.ofMillis(millis)));
    }

    @ParameterizedTest
    @ValueSource(longs = 1)
    void everyPairOfImages_onADiskOfChangingSpeed_showsSharesThatGrowAndEndsWell(long seed) throws IOException {
        Random random = new Random(seed);
        long[] now = new long[1];
        checkAll(() -> now[0] += random.nextInt(4) == 0
                ? random.nextLong(20_000_000_000L)
                : random.nextLong(50_000_000L));
    }

    private void checkAll(LongSupplier clock) throws IOException {
        prepare();
        String box = work.resolve("Box.tar.gz").toString();
        String zstd = work.resolve("Box.tar.zst").toString();
        check(clock, 4, "export", "Box", box);
        check(clock, 4, "export", "Box", zstd);
        check(clock, 4, "clone", "--reflink=never", "Box", "Copy");
        check(clock, 4, "import", box, "Imported");
        check(clock, 4, "import", zstd, "ImportedToo");
        check(clock, 4, "import", tarOf("Box").toString(), "FromTar");
        check(clock, 1, "import", "--raw", root.resolve("vm/Box/disk.s2e").toString(), "Raw");
        check(clock, 17, "verify", "--deep");
        check(clock, 17, "verify", "--deep", "--json");
    }

    /** @param images that are worked on */
    private void check(LongSupplier clock, int images, String... arguments) {
        RenderedScreen screen = new RenderedScreen(COLUMNS);
        int exit = ctl(clock, screen, arguments);

        assertThat(exit).as("%s%n%s", List.of(arguments), screen.written()).isZero();
        assertThat(screen.written()).doesNotContain("no longer drawn");
        assertThat(screen.lines()).as("what is left on the screen").noneMatch(line -> line.contains("%]"))
                .last().isEqualTo("");
        List<DrawnProgress> drawn = DrawnProgress.in(screen.written());
        assertThat(drawn.stream().map(DrawnProgress::step).distinct().count()).isBetween((long) Math.min(images, 3),
                (long) images);
        assertThat(drawn.stream().map(DrawnProgress::total).distinct()).as("one total for all").hasSize(1);
        assertThat(drawn.stream().map(DrawnProgress::percent)).isSorted()
                .allMatch(percent -> percent >= 0 && percent <= 99);
    }

    @Test
    void pipe_secondImageSmallerThanFirst_showsEachImageByItselfAndARateThatIsNeverNegative() {
        SteadyClock clock = new SteadyClock(Duration.ofSeconds(2));
        RenderedScreen screen = new RenderedScreen(COLUMNS);
        Console console = console(clock, screen, () -> COLUMNS);
        for (long size : List.of(GIBIBYTE.bytes(), 10L, GIBIBYTE.bytes() / 4)) {
            console.begin("extract " + size, new ByteCount(size));
            for (int piece = 0; piece < 10; piece++) {
                console.advance(size / 10);
            }
            console.end();
        }

        assertThat(screen.written()).doesNotContain("-").contains("1.0 GiB", "256.0 MiB");
        assertThat(screen.lines()).hasSize(4);
    }

    @Test
    void rate_afterFewerBytesThanBefore_beginsAnew() {
        RecentRate rate = new RecentRate();
        rate.add(0, 5_000_000);
        rate.add(1_000_000_000, 9_000_000);
        rate.add(2_000_000_000, 10);

        assertThat(rate.bytesPerSecond()).isEmpty();
        rate.add(4_000_000_000L, 2010);
        assertThat(rate.bytesPerSecond()).hasValue(1000);
    }

    @Test
    void rate_onADiskThatTakesLongerForEachPieceThanTheRateLooksBack_isStillKnown() {
        RecentRate rate = new RecentRate();
        for (int minute = 0; minute < 4; minute++) {
            rate.add(minute * 60_000_000_000L, minute * 60_000L);
        }

        assertThat(rate.bytesPerSecond()).hasValue(1000);
    }

    @Test
    void window_thatCannotBeMeasured_stopsProgressAndNothingElse() {
        RenderedScreen screen = new RenderedScreen(COLUMNS);
        boolean[] broken = new boolean[1];
        Console console = console(new SteadyClock(Duration.ofSeconds(1)), screen, () -> {
            if (broken[0]) {
                throw new StackOverflowError("measuring");
            }
            return COLUMNS;
        });
        console.show(Console.Detail.ALL);
        console.begin("copy disk image", GIBIBYTE);
        console.advance(5);
        broken[0] = true;
        console.advance(5);
        broken[0] = false;
        int before = screen.written().length();
        console.advance(5);
        console.begin("copy snapshot ready", GIBIBYTE);
        assertThat(screen.written()).as("drawn after a failure").hasSize(before);
        console.end();
        broken[0] = true;
        console.line("the result");

        assertThat(screen.lines().getFirst()).isEqualTo("[ OK ] copy snapshot ready");
        assertThat(screen.lines()).anyMatch(line -> line.contains("progress is no longer drawn: java.lang.StackO"));
        assertThat(screen.lines()).contains("the result").noneMatch(line -> line.contains("%]"));
    }

    @Test
    void clock_thatFails_stopsProgressAndNothingElse() {
        RenderedScreen screen = new RenderedScreen(COLUMNS);
        Console console = console(() -> {
            throw new IllegalStateException("no clock");
        }, screen, () -> COLUMNS);
        console.show(Console.Detail.ALL);
        console.expect(GIBIBYTE);
        console.beginShare("extract disk image");
        console.advance(7);
        console.end();

        assertThat(screen.lines()).first().isEqualTo("[ OK ] extract disk image");
    }

    @Test
    void everythingThatIsPrinted_comesAfterTheProgressIsErased() {
        for (Print print : Print.values()) {
            RenderedScreen screen = new RenderedScreen(COLUMNS);
            Console console = console(new SteadyClock(Duration.ofSeconds(1)), screen, () -> COLUMNS);
            console.show(Console.Detail.ALL);
            console.begin("read MyBox: disk image", GIBIBYTE);
            console.advance(1 << 29);
            assertThat(screen.lines()).singleElement().asString().startsWith("[ 50%] read MyBox");

            print.to(console);

            assertThat(screen.lines()).as(print.name()).noneMatch(line -> line.contains("%]"));
            assertThat(screen.lines().getFirst()).as(print.name()).startsWith(print.expected);
        }
    }

    /** Whatever can be printed while progress stands on the screen. */
    private enum Print {
        RESULT_LINE("a line"),
        HEADING("a heading"),
        TEXT_FOR_PROGRAMS("{\"json\""),
        STATUS("[ OK ] done"),
        INFORMATION("[INFO] known"),
        HINT("[INFO] a hint"),
        WARNING("[WARN] look"),
        DETAIL("[INFO] details"),
        OMISSION("[SKIP] left out"),
        FAILURE("[FAIL] MyBox"),
        END_OF_A_STEP("[ OK ] read MyBox: disk image"),
        QUESTION("Sure? [y/N] "),
        END_OF_THE_PROGRAM(""),
        CTRL_C("");

        private final String expected;

        Print(String expected) {
            this.expected = expected;
        }

        void to(Console console) {
            switch (this) {
                case RESULT_LINE -> console.line("a line");
                case HEADING -> console.heading("a heading");
                case TEXT_FOR_PROGRAMS -> console.raw("{\"json\": 1}\n");
                case STATUS -> console.ok("done");
                case INFORMATION -> console.info("known");
                case HINT -> console.hint("a hint");
                case WARNING -> console.warn("look");
                case DETAIL -> console.detail("details");
                case OMISSION -> console.skip("left out");
                case FAILURE -> console.fail(new NotFound.NoSuchVm("MyBox", Optional.empty()));
                case END_OF_A_STEP -> console.end();
                case QUESTION -> console.ask("Sure?");
                case END_OF_THE_PROGRAM -> console.endProgress();
                case CTRL_C -> console.leave();
            }
        }
    }

    private static Console console(LongSupplier clock, RenderedScreen screen, IntSupplier columns) {
        PrintStream stream = new PrintStream(screen, true, UTF_8);
        return new Console(new PrintWriter(stream), new PrintWriter(stream), InputStream.nullInputStream(),
                terminal(columns), clock);
    }

    private static Terminal terminal(IntSupplier columns) {
        return new Terminal(true, true, true, Terminal.Colour.NEVER, columns);
    }

    private int ctl(LongSupplier clock, RenderedScreen screen, String... arguments) {
        PrintStream stream = new PrintStream(screen, true, UTF_8);
        var environment = new ctl.Program.ProcessEnvironment(
                Map.of("CTL_ROOT", root.toString()), work, terminal(() -> COLUMNS), InputStream.nullInputStream(),
                stream,
                stream, clock);
        List<String> line = new ArrayList<>(List.of("vm", "-v"));
        line.addAll(List.of(arguments));
        return new ctl.Program(environment, new StopRequest()).run(line.toArray(String[]::new));
    }

    /** A VM of which each image is smaller or larger than the one before it, and one is empty. */
    private void prepare() throws IOException {
        root = Files.createDirectories(folder.resolve("root"));
        work = Files.createDirectories(folder.resolve("work"));
        assertThat(ctl(System::nanoTime, new RenderedScreen(COLUMNS), "create", "Box", "64M")).isZero();
        Path box = root.resolve("vm/Box");
        fill(box.resolve("disk.s2e"), 7 * MEBIBYTE, 11);
        fill(box.resolve("disk.s2e.booted"), 2 * MEBIBYTE + 5, 0);
        fill(box.resolve("disk.s2e.empty"), 0, 0);
        fill(box.resolve("disk.s2e.ready"), 5 * MEBIBYTE, 2);
        assertThat(ctl(System::nanoTime, new RenderedScreen(COLUMNS), "reconcile")).isZero();
    }

    /** Bytes that do not pack, and behind them a hole of so many MiB. */
    private static void fill(Path image, int bytes, int hole) throws IOException {
        byte[] data = new byte[bytes];
        new Random(bytes).nextBytes(data);
        try (FileChannel file = FileChannel.open(image, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            file.write(ByteBuffer.wrap(data));
            if (hole > 0) {
                file.write(ByteBuffer.allocate(1), bytes + (long) hole * MEBIBYTE);
            }
        }
    }

    /** Made by another tool, that writes the zeros as well and compresses nothing. */
    private Path tarOf(String vm) throws IOException {
        Path tar = work.resolve(vm + ".tar");
        try {
            Process process = Children.start(new ProcessBuilder("tar", "-cf", tar.toString(), "-C",
                    root.resolve("vm/" + vm).toString(), ".")
                    .inheritIO());
            assertThat(process.waitFor()).isZero();
        } catch (InterruptedException stopped) {
            throw new IllegalStateException(stopped);
        }
        return tar;
    }

    /** A clock by which so much time passes between two looks at it. */
    private static final class SteadyClock implements LongSupplier {

        private final long step;
        private long now;

        SteadyClock(Duration step) {
            this.step = step.toNanos();
        }

        @Override
        public long getAsLong() {
            now += step;
            return now;
        }
    }
}
