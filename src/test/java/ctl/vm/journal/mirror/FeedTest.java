package ctl.vm.journal.mirror;

import static ctl.vm.journal.json.Samples.found;
import static ctl.vm.journal.json.Samples.operation;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ctl.vm.inventory.value.Layout;
import ctl.vm.journal.Journal;
import ctl.vm.journal.h2.H2JournalTest;
import ctl.vm.problem.VmException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.UnaryOperator;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Readers who follow a journal: each gets every event once and in order, whatever happens to the mirror meanwhile. */
final class FeedTest {

    @TempDir
    private Path root;

    private Layout layout;

    @BeforeEach
    void layOut() {
        layout = Layout.at(root);
    }

    @Test
    void feed_beginsWhereTheReaderWas() {
        append(1, 3);
        assertThat(numbers(feed(OptionalLong.of(0)))).containsExactly(1L, 2L, 3L);
        assertThat(numbers(feed(OptionalLong.of(2)))).containsExactly(3L);
        Journal.Feed onlyNew = feed(OptionalLong.empty());
        assertThat(numbers(onlyNew)).isEmpty();
        append(4, 5);
        assertThat(numbers(onlyNew)).containsExactly(4L, 5L);
        assertThat(numbers(onlyNew)).isEmpty();
    }

    @Test
    void feed_ofAJournalThatIsNotThereYet_beginsWithItsFirstEvent() {
        Journal.Feed feed = feed(OptionalLong.empty());
        assertThat(numbers(feed)).isEmpty();
        append(1, 2);
        assertThat(numbers(feed)).containsExactly(1L, 2L);
    }

    @Test
    void lineThatIsHalfWritten_isHandedOverOnceItIsWhole() throws Exception {
        append(1, 2);
        byte[] whole = Files.readAllBytes(layout.mirror());
        Files.write(layout.mirror(), Arrays.copyOf(whole, whole.length - 100));
        Journal.Feed feed = feed(OptionalLong.of(0));
        assertThat(numbers(feed)).containsExactly(1L);
        assertThat(numbers(feed)).isEmpty();
        Files.write(layout.mirror(), Arrays.copyOfRange(whole, whole.length - 100, whole.length),
                StandardOpenOption.APPEND);
        assertThat(numbers(feed)).containsExactly(2L);
    }

    @Test
    void mirrorThatIsReplaced_isReadOnFromWhereTheReaderWas() throws Exception {
        append(1, 3);
        Journal.Feed feed = feed(OptionalLong.of(0));
        assertThat(numbers(feed)).hasSize(3);
        Path fresh = Files.copy(layout.mirror(), root.resolve("fresh"));
        Files.move(fresh, layout.mirror(), StandardCopyOption.ATOMIC_MOVE);
        append(4, 4);
        assertThat(numbers(feed)).containsExactly(4L);
    }

    @Test
    void twoReadersOfABusyJournal_haveEveryEventOnceAndInOrder() throws Exception {
        var done = new AtomicBoolean();
        try (var threads = Executors.newFixedThreadPool(2)) {
            Callable<List<Long>> reader = () -> {
                Journal.Feed feed = feed(OptionalLong.of(0));
                List<Long> read = new ArrayList<>();
                boolean last = false;
                while (!last) {
                    last = done.get();
                    read.addAll(numbers(feed));
                }
                return read;
            };
            Future<List<Long>> one = threads.submit(reader);
            Future<List<Long>> other = threads.submit(reader);
            for (int at = 1; at <= 40; at += 4) {
                append(at, at + 3);
            }
            done.set(true);
            List<Long> all = LongStream.rangeClosed(1, 40).boxed().toList();
            assertThat(one.get()).isEqualTo(all);
            assertThat(other.get()).isEqualTo(all);
        }
    }

    /** What a power cut can leave behind the last event, for readers who come before the next event puts it aside. */
    @ParameterizedTest
    @MethodSource("ends")
    void end_thatIsNoEvent_isLeftUntilTheNextEventTakesItsPlace(UnaryOperator<byte[]> end) throws Exception {
        append(1, 3);
        Journal.Feed before = feed(OptionalLong.of(0));
        assertThat(numbers(before)).containsExactly(1L, 2L, 3L);
        Files.write(layout.mirror(), end.apply(Files.readAllBytes(layout.mirror())), StandardOpenOption.APPEND);

        Journal.Feed all = feed(OptionalLong.of(0));
        Journal.Feed onlyNew = feed(OptionalLong.empty());
        assertThat(numbers(all)).containsExactly(1L, 2L, 3L);
        for (Journal.Feed feed : List.of(before, all, onlyNew)) {
            assertThat(numbers(feed)).isEmpty();
        }

        append(4, 5);
        for (Journal.Feed feed : List.of(before, all, onlyNew)) {
            assertThat(numbers(feed)).containsExactly(4L, 5L);
        }
    }

    static Stream<UnaryOperator<byte[]>> ends() {
        return Stream.of(
                _ -> new byte[4096],
                _ -> "garbage".getBytes(StandardCharsets.UTF_8),
                _ -> "garbage\nand more\n".getBytes(StandardCharsets.UTF_8),
                _ -> "\n\n".getBytes(StandardCharsets.UTF_8),
                _ -> "{\"sequence\":4,\n".getBytes(StandardCharsets.UTF_8),
                _ -> ("x".repeat(5000) + "\n").repeat(3).getBytes(StandardCharsets.UTF_8),
                whole -> Arrays.copyOf(whole, whole.length / 3 + 10),
                whole -> whole);
    }

    @Test
    void garbageBeforeAnotherEvent_isDamage() throws Exception {
        append(1, 3);
        byte[] whole = Files.readAllBytes(layout.mirror());
        for (int at = 0; whole[at] != '\n'; at++) {
            whole[at] = 'x';
        }
        Files.write(layout.mirror(), whole);

        Journal.Feed feed = feed(OptionalLong.of(0));
        assertThatThrownBy(feed::take).isInstanceOf(VmException.class).hasMessageContaining("no event");
    }

    private Journal.Feed feed(OptionalLong after) {
        return H2JournalTest.open(layout).feed(after);
    }

    private void append(int from, int to) {
        Journal journal = H2JournalTest.open(layout);
        journal.writeSession(() -> {
            for (int number = from; number <= to; number++) {
                journal.append(operation(number), found("VM" + number));
            }
            return null;
        });
    }

    private static List<Long> numbers(Journal.Feed feed) {
        return feed.take().stream().map(entry -> entry.recorded().sequence()).toList();
    }
}
