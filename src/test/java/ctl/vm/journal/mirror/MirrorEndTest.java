package ctl.vm.journal.mirror;

import static ctl.vm.journal.json.Samples.found;
import static ctl.vm.journal.json.Samples.operation;
import static org.assertj.core.api.Assertions.assertThat;

import ctl.vm.durable.ForgetfulDisk;
import ctl.vm.durable.PowerLost;
import ctl.vm.inventory.EventSubject;
import ctl.vm.inventory.value.Layout;
import ctl.vm.journal.chain.EventRow;
import ctl.vm.journal.chain.Head;
import ctl.vm.journal.file.JournalFolder;
import ctl.vm.journal.json.Samples;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A mirror of twelve events on a disk in memory, with every damage that a power cut can do to its end, and some that
 * none can.
 */
final class MirrorEndTest {

    private static final int EVENTS = 12;
    private static final int PAGE_BYTES = 4096;

    /** So long that a page ends within the last line. */
    private static final String LONG_NAME = "Box".repeat(8);

    private final Layout layout = Layout.at(Path.of("/root"));
    private final List<EventRow> rows = new ArrayList<>();
    private final List<Integer> starts = new ArrayList<>();
    private byte[] whole;
    private byte[] next;

    @BeforeEach
    void makeLines() {
        var bytes = new ByteArrayOutputStream();
        Head head = Head.BEGINNING;
        for (int number = 1; number <= EVENTS + 1; number++) {
            var event = found(LONG_NAME + number);
            EventRow row = EventRow.after(head, operation(1), Samples.NOON, Samples.ACTOR, event,
                    EventSubject.of(event));
            head = new Head(row.sequence(), row.hash());
            rows.add(row);
            starts.add(bytes.size());
            bytes.writeBytes(Mirror.bytes(row.line()));
        }
        assertThat(bytes.size() / PAGE_BYTES * PAGE_BYTES).isStrictlyBetween(start(EVENTS), start(EVENTS + 1));
        next = Arrays.copyOfRange(bytes.toByteArray(), start(EVENTS + 1), bytes.size());
        whole = Arrays.copyOf(bytes.toByteArray(), start(EVENTS + 1));
    }

    /** What can become of the bytes of a file from some place on. */
    private enum Damage {
        CUT {
            @Override
            byte[] of(byte[] file, int at) {
                return Arrays.copyOf(file, at);
            }
        },
        ZEROS_TO_THE_END {
            @Override
            byte[] of(byte[] file, int at) {
                return Arrays.copyOf(Arrays.copyOf(file, at), file.length);
            }
        },
        ZEROS_FAR_BEHIND_THE_END {
            @Override
            byte[] of(byte[] file, int at) {
                return Arrays.copyOf(Arrays.copyOf(file, at), file.length + 2 * PAGE_BYTES);
            }
        },
        ZEROS_TO_THE_END_OF_THE_LINE {
            @Override
            byte[] of(byte[] file, int at) {
                byte[] damaged = file.clone();
                for (int zero = at; zero < file.length && file[zero] != '\n'; zero++) {
                    damaged[zero] = 0;
                }
                return damaged;
            }
        },
        ZEROS_UP_TO_THERE_FROM_THE_BEGINNING_OF_THE_LINE {
            @Override
            byte[] of(byte[] file, int at) {
                byte[] damaged = file.clone();
                for (int zero = at; zero >= 0 && file[zero] != '\n'; zero--) {
                    damaged[zero] = 0;
                }
                return damaged;
            }
        },
        GARBAGE {
            @Override
            byte[] of(byte[] file, int at) {
                byte[] garbage = new byte[file.length - at];
                new Random(at).nextBytes(garbage);
                byte[] damaged = file.clone();
                System.arraycopy(garbage, 0, damaged, at, garbage.length);
                return damaged;
            }
        },
        GARBAGE_THAT_IS_LONGER {
            @Override
            byte[] of(byte[] file, int at) {
                byte[] damaged = Arrays.copyOf(file, file.length + PAGE_BYTES);
                byte[] garbage = new byte[damaged.length - at];
                new Random(at).nextBytes(garbage);
                System.arraycopy(garbage, 0, damaged, at, garbage.length);
                return damaged;
            }
        },
        OTHER_BYTE {
            @Override
            byte[] of(byte[] file, int at) {
                byte[] damaged = file.clone();
                damaged[at] ^= 1;
                return damaged;
            }
        },
        EARLIER_LINES {
            @Override
            byte[] of(byte[] file, int at) {
                byte[] damaged = file.clone();
                System.arraycopy(file, 0, damaged, at, file.length - at);
                return damaged;
            }
        },
        PAGE_WITHOUT_WHAT_WAS_WRITTEN_LAST {
            @Override
            byte[] of(byte[] file, int at) {
                byte[] damaged = file.clone();
                Arrays.fill(damaged, at, Math.min(file.length, (at / PAGE_BYTES + 1) * PAGE_BYTES), (byte) 0);
                return damaged;
            }
        },
        PAGE_OF_AN_EARLIER_PLACE {
            @Override
            byte[] of(byte[] file, int at) {
                int page = at / PAGE_BYTES * PAGE_BYTES;
                byte[] damaged = file.clone();
                System.arraycopy(file, page - PAGE_BYTES, damaged, page, Math.min(PAGE_BYTES, file.length - page));
                return damaged;
            }
        };

        abstract byte[] of(byte[] file, int at);
    }

    /** At every byte of the last three lines. Only the last can be one that was not acknowledged. */
    @ParameterizedTest
    @EnumSource
    void lastThreeLines_damagedAnywhere_theLastIsMadeWholeAndTheOthersAreReported(Damage damage) {
        int mended = 0;
        for (int at = start(EVENTS - 2); at < whole.length; at++) {
            byte[] damaged = damage.of(whole, at);
            ForgetfulDisk disk = disk(damaged);
            MirrorState state = state(disk);
            if (Arrays.equals(Arrays.copyOf(damaged, start(EVENTS)), Arrays.copyOf(whole, start(EVENTS)))) {
                mend(disk, state);
                assertThat(disk.read(layout.mirror().toString())).as("%s at %d: %s", damage, at, state)
                        .isEqualTo(whole);
                assertNothingIsThrownAway(disk, damaged, state);
                mended++;
            } else if (text(damaged).endsWith("\n" + text(Mirror.bytes(rows.get(EVENTS - 1).line())))) {
                // Not looked at when the journal is opened: a verification finds it.
                assertThat(state).isInstanceOf(MirrorState.InStep.class);
            } else {
                assertThat(state).as("%s at %d", damage, at).isInstanceOfAny(
                        MirrorState.MirrorWrong.class, MirrorState.DatabaseBehind.class);
            }
        }
        assertThat(mended).isPositive();
    }

    @Test
    void anythingBehindTheLastLine_isSetAside() {
        for (byte[] end : List.of(
                new byte[1], new byte[PAGE_BYTES], new byte[3 << 20], bytes("\n"), bytes("\n\n\nhello\n"), bytes("x"),
                Arrays.copyOf(next, 1), Arrays.copyOf(next, next.length / 2), Arrays.copyOf(whole, 3000))) {
            byte[] damaged = joined(whole, end);
            ForgetfulDisk disk = disk(damaged);

            MirrorState state = state(disk);

            assertThat(state).isEqualTo(new MirrorState.ForeignEnd(whole.length, EVENTS));
            mend(disk, state);
            assertThat(disk.read(layout.mirror().toString())).isEqualTo(whole);
            assertNothingIsThrownAway(disk, damaged, state);
        }
    }

    /** A database that lacks what its mirror has was damaged itself, with garbage around it or not. */
    @Test
    void eventThatTheDatabaseLacks_isNeverSetAside() {
        byte[] withoutFeed = Arrays.copyOf(next, next.length - 1);
        for (byte[] end : List.of(next, withoutFeed, joined(bytes("garbage\n"), next), joined(next, new byte[500]))) {
            for (int from : List.of(start(EVENTS), whole.length)) {
                assertThat(state(disk(joined(Arrays.copyOf(whole, from), end))))
                        .isEqualTo(new MirrorState.DatabaseBehind(
                                "the database ends with event 12, and its mirror with event 13"));
            }
        }
    }

    @Test
    void otherEventInPlaceOfTheLast_isNeverSetAside() {
        EventRow last = rows.get(EVENTS - 1);
        var event = found("Other");
        EventRow other = EventRow.after(
                new Head(EVENTS - 1, last.previous()), operation(2), Samples.NOON, Samples.ACTOR, event,
                EventSubject.of(event));
        byte[] before = Arrays.copyOf(whole, start(EVENTS));

        for (byte[] end : List.of(new byte[0], bytes("garbage\n"), new byte[100])) {
            assertThat(state(disk(joined(before, joined(Mirror.bytes(other.line()), end)))))
                    .isEqualTo(new MirrorState.MirrorWrong("event 12 differs between the database and its mirror"));
        }
    }

    @Test
    void onlyLine_damagedAnywhere_isMadeWhole() {
        EventRow first = rows.getFirst();
        byte[] line = Mirror.bytes(first.line());
        for (Damage damage : List.of(Damage.CUT, Damage.ZEROS_TO_THE_END, Damage.GARBAGE, Damage.OTHER_BYTE)) {
            for (int at = 0; at < line.length; at++) {
                ForgetfulDisk disk = disk(damage.of(line, at));
                mend(disk, MirrorState.between(Optional.of(first), mirror(disk)), first);
                assertThat(disk.read(layout.mirror().toString())).as("%s at %d", damage, at).isEqualTo(line);
            }
        }
    }

    @Test
    void linesThatAreMissing_areReported() {
        for (int event = 1; event < EVENTS; event++) {
            assertThat(state(disk(Arrays.copyOf(whole, start(event))))).isEqualTo(new MirrorState.MirrorWrong(
                    "the database ends with event 12, and its mirror with "
                            + (event == 1 ? "no event" : "event " + (event - 1))));
        }
    }

    @Test
    void mending_losingPowerAnywhere_isFinishedByTheNext() {
        for (int start : List.of(start(EVENTS), whole.length)) {
            byte[] damaged = joined(Arrays.copyOf(whole, start), bytes("garbage"));
            for (int at = 1; at <= 12; at++) {
                for (long seed = 0; seed < 5; seed++) {
                    ForgetfulDisk disk = disk(damaged);
                    disk.losePowerAt(at);
                    try {
                        mend(disk, state(disk));
                    } catch (PowerLost expected) {
                        // The machine is off.
                    }
                    disk.restart(seed);
                    mend(disk, state(disk));
                    assertThat(disk.read(layout.mirror().toString())).as("at=%d seed=%d", at, seed).isEqualTo(whole);
                    assertThat(text(disk.read(layout.tornMirror().toString()))).contains("garbage");
                }
            }
        }
    }

    @Test
    void endsThatWereSetAside_allStandInOneFile() {
        ForgetfulDisk disk = disk(joined(whole, bytes("one")));
        mend(disk, state(disk));
        disk.write(layout.mirror().toString(), joined(Arrays.copyOf(whole, start(EVENTS)), bytes("two\n")));
        mend(disk, state(disk));

        assertThat(text(disk.read(layout.tornMirror().toString()))).isEqualTo("""
                3 bytes behind event 12, from byte %d of events.jsonl on:
                one
                4 bytes behind event 11, from byte %d of events.jsonl on:
                two

                """.formatted(whole.length, start(EVENTS)));
        assertThat(disk.entry(layout.tornMirror()).orElseThrow().mode()).isEqualTo(0600);
    }

    /** What is torn of the line itself holds nothing that the whole line does not. */
    private void assertNothingIsThrownAway(ForgetfulDisk disk, byte[] damaged, MirrorState state) {
        if (state instanceof MirrorState.ForeignEnd end) {
            byte[] kept = disk.read(layout.tornMirror().toString());
            int feed = text(kept).indexOf('\n');
            assertThat(Arrays.copyOfRange(kept, feed + 1, kept.length - 1))
                    .isEqualTo(Arrays.copyOfRange(damaged, (int) end.rightLength(), damaged.length));
        }
    }

    private ForgetfulDisk disk(byte[] content) {
        var disk = new ForgetfulDisk();
        disk.folder(layout.journal().toString());
        disk.write(layout.mirror().toString(), content);
        return disk;
    }

    private Mirror mirror(ForgetfulDisk disk) {
        return new Mirror(new JournalFolder(layout, disk));
    }

    private MirrorState state(ForgetfulDisk disk) {
        return MirrorState.between(Optional.of(rows.get(EVENTS - 1)), mirror(disk));
    }

    private void mend(ForgetfulDisk disk, MirrorState state) {
        mend(disk, state, rows.get(EVENTS - 1));
    }

    private void mend(ForgetfulDisk disk, MirrorState state, EventRow last) {
        switch (state) {
            case MirrorState.InStep _ -> {}
            case MirrorState.LastLineMissing missing -> mirror(disk).write(missing.wholeLength(), last.line());
            case MirrorState.ForeignEnd end -> mirror(disk).replaceEnd(end, last);
            case MirrorState.DatabaseBehind behind -> throw new AssertionError(behind);
            case MirrorState.MirrorWrong wrong -> throw new AssertionError(wrong);
        }
    }

    private int start(int event) {
        return starts.get(event - 1);
    }

    private static byte[] joined(byte[] one, byte[] other) {
        byte[] both = Arrays.copyOf(one, one.length + other.length);
        System.arraycopy(other, 0, both, one.length, other.length);
        return both;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }
}
