package ctl.vm.archive.write;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ctl.vm.archive.member.Framing;
import ctl.vm.inventory.value.Sha256;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PackingLineTest {

    private static final int CORES = 3;

    @Test
    void pieces_comeOutInTheirOrderHoweverLongEachTakes() {
        List<Integer> order = new ArrayList<>();
        try (var line = new PackingLine(CopyingFraming::new, CORES)) {
            for (int number = 0; number < 40; number++) {
                while (line.isFull()) {
                    line.take(piece -> order.add((int) piece.member().get(0)));
                }
                line.put(piece(number), number == 0);
            }
            while (!line.isIdle()) {
                line.take(piece -> order.add((int) piece.member().get(0)));
            }
        }
        assertThat(order).isSorted().hasSize(40);
    }

    @Test
    void line_takesMorePiecesThanThereAreCoresForWhileNothingIsTaken() {
        try (var line = new PackingLine(CopyingFraming::new, CORES)) {
            int pieces = 0;
            while (!line.isFull()) {
                line.put(piece(0), false);
                pieces++;
            }
            assertThat(pieces).isEqualTo(CORES + 20);
        }
    }

    @Test
    void line_onAMachineOfManyCores_keepsToItsMemory() {
        try (var line = new PackingLine(CopyingFraming::new, 1000)) {
            int pieces = 0;
            while (!line.isFull()) {
                line.put(piece(0), false);
                pieces++;
            }
            assertThat((long) pieces * 2 * CopyingFraming.CONTENT_BYTES).isLessThanOrEqualTo(64 << 20);
        }
    }

    @Test
    void compressorThatFails_isReportedWhereItsPieceIsTaken() {
        try (var line = new PackingLine(CopyingFraming::new, CORES)) {
            line.put(piece(1), false);
            line.put(piece(CopyingFraming.FAILING), false);
            line.put(piece(2), false);
            line.take(piece -> {});
            assertThatThrownBy(() -> line.take(piece -> {})).hasMessage("the compressor failed");
        }
    }

    @Test
    void line_closedWhileAPieceIsPacked_waitsForItAndForgetsTheOthers() {
        var line = new PackingLine(CopyingFraming::new, 1);
        line.put(piece(1), false);
        line.put(piece(2), false);
        line.close();
        assertThat(line.isIdle()).isTrue();
    }

    private static Block piece(int number) {
        return new Block.Frame(new byte[] {(byte) number});
    }

    /** Copies, and takes its time with every other piece. */
    private static final class CopyingFraming implements Framing {

        static final int CONTENT_BYTES = 1 << 20;
        static final int FAILING = 99;

        @Override
        public int contentBytes() {
            return CONTENT_BYTES;
        }

        @Override
        public int maximumBytes(int contentBytes) {
            return contentBytes;
        }

        @Override
        public void frame(ByteBuffer content, ByteBuffer member, boolean first) {
            if (content.get(0) == FAILING) {
                throw new IllegalStateException("the compressor failed");
            }
            for (int spin = content.get(0) % 2 * 200; spin > 0; spin--) {
                Thread.yield();
            }
            member.put(content);
        }

        @Override
        public boolean isSealed() {
            return false;
        }

        @Override
        public byte[] closing(long members, Sha256 digest) {
            return new byte[0];
        }
    }
}
