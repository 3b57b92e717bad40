package ctl.vm.archive.write;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ctl.vm.archive.member.MemberWriter;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PackingLineTest {

    private static final int CORES = 3;

    @Test
    void blocks_comeOutInTheirOrderHoweverLongEachTakes() {
        List<Integer> order = new ArrayList<>();
        try (var line = new PackingLine(CopyingWriter::new, CORES)) {
            for (int number = 0; number < 40; number++) {
                while (line.isFull()) {
                    line.take(block -> order.add((int) block.member().get(0)));
                }
                line.put(block(number), number == 0);
            }
            while (!line.isIdle()) {
                line.take(block -> order.add((int) block.member().get(0)));
            }
        }
        assertThat(order).isSorted().hasSize(40);
    }

    @Test
    void line_takesMoreBlocksThanThereAreCoresForWhileNothingIsTaken() {
        try (var line = new PackingLine(CopyingWriter::new, CORES)) {
            int blocks = 0;
            while (!line.isFull()) {
                line.put(block(0), false);
                blocks++;
            }
            assertThat(blocks).isEqualTo(CORES + 20);
        }
    }

    @Test
    void line_onAMachineOfManyCores_keepsToItsMemory() {
        try (var line = new PackingLine(CopyingWriter::new, 1000)) {
            int blocks = 0;
            while (!line.isFull()) {
                line.put(block(0), false);
                blocks++;
            }
            assertThat((long) blocks * 2 * CopyingWriter.BLOCK_BYTES).isLessThanOrEqualTo(64 << 20);
        }
    }

    @Test
    void compressorThatFails_isReportedWhereItsBlockIsTaken() {
        try (var line = new PackingLine(CopyingWriter::new, CORES)) {
            line.put(block(1), false);
            line.put(block(CopyingWriter.FAILING), false);
            line.put(block(2), false);
            line.take(block -> {});
            assertThatThrownBy(() -> line.take(block -> {})).hasMessage("the compressor failed");
        }
    }

    @Test
    void line_closedWhileABlockIsPacked_waitsForItAndForgetsTheOthers() {
        var line = new PackingLine(CopyingWriter::new, 1);
        line.put(block(1), false);
        line.put(block(2), false);
        line.close();
        assertThat(line.isIdle()).isTrue();
    }

    private static Block block(int number) {
        return new Block.Headers(new byte[] {(byte) number});
    }

    /** Copies, and takes its time with every other block. */
    private static final class CopyingWriter implements MemberWriter {

        static final int BLOCK_BYTES = 1 << 20;
        static final int FAILING = 99;

        @Override
        public int blockBytes() {
            return BLOCK_BYTES;
        }

        @Override
        public int maximumBytes(int blockBytes) {
            return blockBytes;
        }

        @Override
        public void frame(ByteBuffer block, ByteBuffer member, boolean first) {
            if (block.get(0) == FAILING) {
                throw new IllegalStateException("the compressor failed");
            }
            for (int spin = block.get(0) % 2 * 200; spin > 0; spin--) {
                Thread.yield();
            }
            member.put(block);
        }
    }
}
