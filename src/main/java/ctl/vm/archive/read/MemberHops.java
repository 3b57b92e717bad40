package ctl.vm.archive.read;

import ctl.vm.archive.member.BlockSource;
import ctl.vm.archive.member.PackedMember;
import ctl.vm.archive.member.PackedMembers;
import ctl.vm.archive.member.ReusableBuffer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * A package of ours of which only headers are wanted: from one member to the next by the lengths that they name, and nothing is
 * read or unpacked in between. Nothing is proved either, the closing member only read.
 */
final class MemberHops implements BlockSource {

    private final PackedMembers members;
    private final PackedMembers.Unpacker unpacker;
    private final ReusableBuffer packed = new ReusableBuffer();
    private final ReusableBuffer unpacked = new ReusableBuffer();

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
