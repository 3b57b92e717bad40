package ctl.vm.archive.xz;

import ctl.vm.archive.member.BadPackage;
import ctl.vm.archive.member.PackedInput;
import ctl.vm.archive.member.ReusableBuffer;
import ctl.vm.compression.StreamDecompressor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * The blocks of an .xz file whose sizes are known before they are decompressed, as {@code xz -T} writes them into the
 * header of each (The .xz File Format, version 1.2.1, section 3).
 *
 * <p>Each block becomes a stream of its own: the header of its stream, the block, and an index that names it alone. So
 * what decompresses it proves all of it, its check included. That the real index of a stream names the same blocks is
 * proved here.
 */
public final class XzParts implements LzmaParts {

    private final PackedInput packed;
    private final XzStream rest;
    private Optional<XzHeader> stream = Optional.empty();
    private long streams;
    private XzIndex blocks = new XzIndex();

    /** @param packed at the header of the first stream */
    public XzParts(PackedInput packed) {
        this.packed = packed;
        this.rest = new XzStream(packed);
    }

    /** Whether the next stream begins with a block that can be decompressed besides others. */
    public static boolean areNext(PackedInput packed) throws IOException {
        Optional<XzHeader> header = XzHeader.peek(packed);
        return header.isPresent()
                && XzBlock.peek(packed, XzHeader.BYTES, header.get().checkBytes())
                        .filter(block -> block.totalBytes() + block.size() <= MOST_AT_FIRST_BYTES)
                        .isPresent();
    }

    @Override
    public Optional<LzmaPart> next(ReusableBuffer buffer) throws IOException {
        while (stream.isPresent() || areNext(packed)) {
            if (stream.isEmpty()) {
                stream = XzHeader.peek(packed);
                packed.read(ByteBuffer.allocate(XzHeader.BYTES));
                streams++;
                blocks = new XzIndex();
            }
            if (packed.peek(1).hasRemaining() && packed.peek(1).get() != XzIndex.INDICATOR) {
                return Optional.of(read(stream.orElseThrow(), buffer));
            }
            blocks.requireSame(packed, stream.orElseThrow());
            XzStream.skipPadding(packed);
            stream = Optional.empty();
        }
        return Optional.empty();
    }

    private LzmaPart read(XzHeader header, ReusableBuffer buffer) throws IOException {
        XzBlock block = XzBlock.peek(packed, 0, header.checkBytes()).orElseThrow(() -> new BadPackage(
                "has blocks of which some name their size and some do not: xz -dc unpacks it"));
        if (block.totalBytes() + block.size() > MAXIMUM_BYTES) {
            throw new BadPackage(
                    "has small blocks and one that takes %d MiB of memory, %d MiB are the most: xz -dc unpacks it"
                            .formatted(block.totalBytes() + block.size() >> 20, MAXIMUM_BYTES >> 20));
        }
        blocks.add(block.unpaddedBytes(), block.size());
        byte[] end = XzIndex.ofOne(block.unpaddedBytes(), block.size(), header);
        ByteBuffer bytes = buffer.lend(XzHeader.BYTES + (int) block.totalBytes() + end.length);
        bytes.put(header.bytes());
        packed.read(bytes.slice(XzHeader.BYTES, (int) block.totalBytes()));
        bytes.position(XzHeader.BYTES + (int) block.totalBytes()).put(end);
        return new LzmaPart(bytes.flip(), (int) block.size(), Optional.empty());
    }

    @Override
    public boolean isWhole() {
        return streams + rest.streams() == 1;
    }

    @Override
    public StreamDecompressor rest() {
        return rest;
    }
}
