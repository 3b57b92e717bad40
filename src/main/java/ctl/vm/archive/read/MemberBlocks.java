package ctl.vm.archive.read;

import ctl.vm.archive.member.BlockSource;
import ctl.vm.archive.member.MemberDigestChain;
import ctl.vm.archive.member.MemberReader;
import ctl.vm.archive.member.PackedMember;
import ctl.vm.archive.member.Pipeline;
import ctl.vm.archive.member.ReusableBuffer;
import ctl.vm.archive.member.Workers;
import ctl.vm.compression.BlockDecompressor;
import ctl.vm.inventory.value.Sha256;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * Unpacks a package of ours: several members at a time, each in a thread of its own, handed out in order.
 *
 * <p>All members are digested, also those that are skipped: a package is known to be whole only when the closing
 * member says the same.
 */
final class MemberBlocks implements BlockSource {

    /** As many as keep the processors at work while the disk is waited for. */
    private static final int MOST_AHEAD = 20;

    /** Of members and what they unpack to: six of the largest that there can be, and MOST_AHEAD of the usual. */
    private static final int MEMORY_BYTES = 48 << 20;

    private final MemberReader members;
    private final Pipeline<Slot, Unpacked> ahead;
    private MemberDigestChain chain = MemberDigestChain.START;
    private boolean isLent;
    private int allowed;
    private int largest = 1;
    private boolean ended;

    /** What became of a member. */
    private record Unpacked(ByteBuffer content, Sha256 digest) {}

    /** The memory for a member on its way. */
    private record Slot(ReusableBuffer packed, ReusableBuffer unpacked, BlockDecompressor decompressor) {

        void close() {
            decompressor.close();
            packed.close();
            unpacked.close();
        }
    }

    MemberBlocks(MemberReader members, Workers workers) {
        this.members = members;
        this.ahead = new Pipeline<>(
                workers,
                () -> new Slot(new ReusableBuffer(), new ReusableBuffer(), members.decompressor()),
                Slot::close);
    }

    @Override
    public Optional<ByteBuffer> next() throws IOException {
        giveBack();
        // One more each time, so that few are unpacked in vain before it turns out that they are skipped.
        allowed = Math.min(allowed + 1, Math.min(MOST_AHEAD, MEMORY_BYTES / largest));
        while (ahead.size() < allowed && !ended) {
            readMember().ifPresent(this::unpack);
        }
        if (ahead.size() == 0) {
            chain.requireSame(members.closing());
            return Optional.empty();
        }
        Unpacked unpacked = ahead.oldest();
        isLent = true;
        chain = chain.with(unpacked.digest);
        return Optional.of(unpacked.content);
    }

    @Override
    public long skip(long atMost) throws IOException {
        giveBack();
        if (ahead.size() == 0) {
            return skipUnread(atMost);
        }
        Unpacked unpacked = ahead.oldest();
        if (unpacked.content.remaining() > atMost) {
            return 0;
        }
        chain = chain.with(unpacked.digest);
        ahead.remove();
        return unpacked.content.remaining();
    }

    /** Reads a member that no worker has begun to unpack, and only digests it if it is short enough. */
    private long skipUnread(long atMost) throws IOException {
        allowed = 0;
        Optional<PackedMember> member = ended ? Optional.empty() : readMember();
        if (member.isEmpty()) {
            return 0;
        }
        if (member.get().size() > atMost) {
            unpack(member.get());
            return 0;
        }
        chain = chain.with(Sha256.over(member.get().bytes()));
        return member.get().size();
    }

    /** Reads the next member into an idle slot. */
    private Optional<PackedMember> readMember() throws IOException {
        Optional<PackedMember> member = members.next(ahead.idle().packed);
        ended = member.isEmpty();
        member.ifPresent(read -> largest = Math.max(largest, read.size() + read.bytes().remaining()));
        return member;
    }

    /** Has a worker unpack the member that was just read. */
    private void unpack(PackedMember member) {
        Slot slot = ahead.idle();
        ByteBuffer target = slot.unpacked.lend(member.size());
        ahead.start(() -> {
            member.unpack(slot.decompressor, target);
            return new Unpacked(target.flip(), Sha256.over(member.bytes()));
        });
    }

    private void giveBack() {
        if (isLent) {
            ahead.remove();
            isLent = false;
        }
    }

    @Override
    public void close() {
        ahead.close();
    }
}
