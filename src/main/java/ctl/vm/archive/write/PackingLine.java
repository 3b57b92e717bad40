package ctl.vm.archive.write;

import ctl.vm.archive.member.HashedChunk;
import ctl.vm.archive.member.MemberWriter;
import ctl.vm.archive.member.Pipeline;
import ctl.vm.archive.member.Workers;
import ctl.vm.inventory.value.Sha256;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Packs blocks on all cores and gives them out in their order.
 *
 * <p>Memory is bounded by the slots: a block has one from the time it is put in until it was taken. There are more than
 * cores, so that these have work while a checkpoint is synced and recorded, which takes a tenth of a second: until then
 * nothing is taken. A small package needs only a few of them.
 */
final class PackingLine implements AutoCloseable {

    private static final int WAITING = 20;

    /** For all slots together: the whole program is to stay below 256 MiB. */
    private static final long MEMORY_BYTES = 64 << 20;

    private final int mostSlots;
    private final Workers workers;
    private final Pipeline<Slot, PackedBlock> blocks;

    /** @param writers makes one for each slot */
    PackingLine(Supplier<MemberWriter> writers) {
        this(writers, Runtime.getRuntime().availableProcessors());
    }

    PackingLine(Supplier<MemberWriter> writers, int cores) {
        try (MemberWriter writer = writers.get()) {
            long affordable = Math.max(1, MEMORY_BYTES / Slot.memoryBytes(writer));
            mostSlots = (int) Math.min(affordable, cores + WAITING);
        }
        workers = new Workers("packing", Math.min(cores, mostSlots));
        blocks = new Pipeline<>(workers, () -> new Slot(writers.get()), Slot::close);
    }

    /**
     * What has become of a block.
     *
     * @param member its bytes in the package; they stay there only until it was taken
     * @param digest of these bytes, where the package is to have one
     * @param tarBytes bytes of the archive in it
     * @param chunks of the image, where it is the data of one
     * @param end position in the image behind it, where it is the data of one
     */
    record PackedBlock(ByteBuffer member, Optional<Sha256> digest, int tarBytes, List<HashedChunk> chunks, long end) {}

    boolean isFull() {
        return blocks.size() == mostSlots;
    }

    boolean isIdle() {
        return blocks.size() == 0;
    }

    /** Puts in a block; the line is not full. @param first whether it is the first one of the package */
    void put(Block block, boolean first) {
        Slot slot = blocks.idle();
        blocks.start(() -> slot.pack(block, first));
    }

    /**
     * Waits for the block that was put in first, and hands it on; its memory is used again when {@code use} has
     * returned. What went wrong with it is thrown here.
     */
    void take(Consumer<PackedBlock> use) {
        try {
            use.accept(blocks.oldest());
        } catch (IOException impossible) { // packing declares none
            throw new UncheckedIOException(impossible);
        }
        blocks.remove();
    }

    /** Gives everything back. What is under way is lost; the blocks being packed right now are waited for. */
    @Override
    public void close() {
        workers.close();
        blocks.close();
    }

    /** The memory in which one block at a time is read, hashed and compressed. */
    private static final class Slot implements AutoCloseable {

        private final Arena arena = Arena.ofShared();
        private final Block.Reader reader = new Block.Reader();
        private final MemberWriter writer;
        private final ByteBuffer content;
        private final ByteBuffer member;

        /** What a block full of zeros becomes, once there was one. Images hold long runs of them. */
        private Optional<PackedZeros> zeros = Optional.empty();

        private record PackedZeros(byte[] member, Optional<Sha256> digest) {}

        Slot(MemberWriter writer) {
            this.writer = writer;
            this.content = arena.allocate(writer.blockBytes()).asByteBuffer();
            this.member = arena.allocate(writer.maximumBytes(writer.blockBytes())).asByteBuffer();
        }

        /** Bytes that a slot takes, but for what the compressor keeps. */
        static long memoryBytes(MemberWriter writer) {
            return writer.blockBytes() + writer.maximumBytes(writer.blockBytes());
        }

        PackedBlock pack(Block block, boolean first) {
            content.clear();
            member.clear();
            return switch (block) {
                case Block.Headers headers -> {
                    content.put(headers.bytes());
                    yield packed(compressed(first), List.of(), 0);
                }
                case Block.Data data -> {
                    List<HashedChunk> chunks = reader.read(data, content);
                    boolean allZero = chunks.isEmpty() && !content.hasRemaining();
                    yield packed(allZero ? zeros() : compressed(first), chunks, data.end());
                }
            };
        }

        private PackedBlock packed(Optional<Sha256> digest, List<HashedChunk> chunks, long end) {
            return new PackedBlock(member.flip(), digest, content.limit(), chunks, end);
        }

        /** Writes the member; returns its digest. */
        private Optional<Sha256> compressed(boolean first) {
            writer.frame(content.flip(), member, first);
            return writer.isSealed() ? Optional.of(Sha256.over(member.duplicate().flip())) : Optional.empty();
        }

        private Optional<Sha256> zeros() {
            if (zeros.isPresent()) {
                content.flip();
                member.put(zeros.get().member());
            } else {
                Optional<Sha256> digest = compressed(false);
                byte[] bytes = new byte[member.position()];
                member.get(0, bytes);
                zeros = Optional.of(new PackedZeros(bytes, digest));
            }
            return zeros.get().digest();
        }

        @Override
        public void close() {
            writer.close();
            arena.close();
        }
    }
}
