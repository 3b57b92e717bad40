package ctl.vm.archive.write;

import ctl.vm.archive.member.Framing;
import ctl.vm.inventory.value.Sha256;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.List;
import java.util.Optional;

/** The memory in which one piece at a time is read, hashed and compressed. */
final class PackingSlot implements AutoCloseable {

    private final Arena arena = Arena.ofShared();
    private final ExtentReader reader = new ExtentReader();
    private final MessageDigest sha256 = Sha256.algorithm();
    private final Framing framing;
    private final ByteBuffer content;
    private final ByteBuffer member;

    /** What a piece full of zeros becomes, once there was one. Images hold long runs of them. */
    private Optional<Zeros> zeros = Optional.empty();

    private record Zeros(byte[] member, Optional<Sha256> digest) {}

    PackingSlot(Framing framing) {
        this.framing = framing;
        this.content = arena.allocate(framing.contentBytes()).asByteBuffer();
        this.member = arena.allocate(framing.maximumBytes(framing.contentBytes())).asByteBuffer();
    }

    /** Bytes that a slot takes, but for what the compressor keeps. */
    static long memoryBytes(Framing framing) {
        return framing.contentBytes() + framing.maximumBytes(framing.contentBytes());
    }

    /** @param first whether it is the first one of the package */
    PackedBlock pack(Block piece, boolean first) {
        content.clear();
        member.clear();
        return switch (piece) {
            case Block.Frame frame -> {
                content.put(frame.bytes());
                yield packed(compressed(first), List.of(), 0);
            }
            case Block.Stretch stretch -> {
                List<ExtentReader.Hashed> windows = reader.read(stretch, content);
                boolean allZero = windows.isEmpty() && !content.hasRemaining();
                yield packed(allZero ? zeros() : compressed(first), windows, stretch.end());
            }
        };
    }

    private PackedBlock packed(Optional<Sha256> digest, List<ExtentReader.Hashed> windows, long end) {
        return new PackedBlock(member.flip(), digest, content.limit(), windows, end);
    }

    /** Writes the member; returns its digest. */
    private Optional<Sha256> compressed(boolean first) {
        framing.frame(content.flip(), member, first);
        if (!framing.isSealed()) {
            return Optional.empty();
        }
        sha256.update(member.duplicate().flip());
        return Optional.of(Sha256.of(sha256.digest()));
    }

    private Optional<Sha256> zeros() {
        if (zeros.isPresent()) {
            content.flip();
            member.put(zeros.get().member());
        } else {
            Optional<Sha256> digest = compressed(false);
            byte[] bytes = new byte[member.position()];
            member.get(0, bytes);
            zeros = Optional.of(new Zeros(bytes, digest));
        }
        return zeros.get().digest();
    }

    @Override
    public void close() {
        framing.close();
        arena.close();
    }
}
