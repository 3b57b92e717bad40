package ctl.vm.archive;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * A package of ours of which only headers are wanted: from one member to the next by the lengths that they name, and nothing is
 * read or unpacked in between. Nothing is proved either, the closing member only read.
 */
final class MemberHops implements Pieces {

    private final PackedMembers members;
    private final PackedMembers.Unpacker unpacker;
    private final Room packed = new Room();
    private final Room unpacked = new Room();

    MemberHops(PackedMembers members) {
        this.members = members;
        this.unpacker = members.unpacker();
    }

    @Override
    public Optional<ByteBuffer> next() throws IOException {
        Optional<PackedMember> member = members.next(packed);
        if (member.isEmpty()) {
            return Optional.empty();
        }
        ByteBuffer content = unpacked.lend(member.get().size());
        unpacker.unpack(member.get(), content);
        return Optional.of(content.flip());
    }

    @Override
    public long hop(long atMost) throws IOException {
        return members.hop(atMost);
    }

    @Override
    public void close() {
        unpacker.close();
        packed.close();
        unpacked.close();
    }
}
