package ctl.vm.archive.read;

import ctl.vm.archive.member.BlockSource;
import ctl.vm.archive.member.MemberDigestChain;
import ctl.vm.archive.member.PackedMember;
import ctl.vm.archive.member.PackedMembers;
import ctl.vm.archive.member.ReusableBuffer;
import ctl.vm.archive.member.Workers;
import ctl.vm.compression.BlockDecompressor;
import ctl.vm.inventory.value.Sha256;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.Future;

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

    private final PackedMembers members;
    private final Workers workers;
    private final Queue<Slot> ahead = new ArrayDeque<>();
    private final Deque<Slot> idle = new ArrayDeque<>();
    private Optional<Slot> lent = Optional.empty();
    private MemberDigestChain chain = MemberDigestChain.START;
    private int allowed;
    private int largest = 1;
    private boolean ended;

    MemberBlocks(PackedMembers members, Workers workers) {
        this.members = members;
        this.workers = workers;
    }

    @Override
    public Optional<ByteBuffer> next() throws IOException {
        giveBack();
        // One more each time, so that few are unpacked in vain before it turns out that they are skipped.
        allowed = Math.min(allowed + 1, Math.min(MOST_AHEAD, MEMORY_BYTES / largest));
        while (ahead.size() < allowed && !ended) {
            readMember().ifPresent(this::unpack);
        }
        if (ahead.isEmpty()) {
            chain.requireSame(members.closing());
            return Optional.empty();
        }
        Unpacked unpacked = Workers.result(ahead.element().work);
        lent = Optional.of(ahead.remove());
        chain = chain.with(unpacked.digest);
        return Optional.of(unpacked.content);
    }

    @Override
    public long skip(long atMost) throws IOException {
        giveBack();
        if (ahead.isEmpty()) {
            return skipUnread(atMost);
        }
        Unpacked unpacked = Workers.result(ahead.element().work);
        if (unpacked.content.remaining() > atMost) {
            return 0;
        }
        chain = chain.with(unpacked.digest);
        idle.push(ahead.remove());
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

    /** Reads the next member into the first idle slot. */
    private Optional<PackedMember> readMember() throws IOException {
        if (idle.isEmpty()) {
            idle.push(new Slot());
        }
        Optional<PackedMember> member = members.next(idle.element().packed);
        ended = member.isEmpty();
        member.ifPresent(read -> largest = Math.max(largest, read.size() + read.bytes().remaining()));
        return member;
    }

    /** Has a worker unpack the member that was just read. */
    private void unpack(PackedMember member) {
        Slot slot = idle.pop();
        slot.start(member);
        ahead.add(slot);
    }

    private void giveBack() {
        lent.ifPresent(idle::push);
        lent = Optional.empty();
    }

    /** The workers have ended: their owner has closed them before. */
    @Override
    public void close() {
        giveBack();
        ahead.forEach(Slot::close);
        idle.forEach(Slot::close);
    }

    /** What became of a member. */
    private record Unpacked(ByteBuffer content, Sha256 digest) {}

    /** A member on its way, and its memory. */
    private final class Slot implements AutoCloseable {

        private final ReusableBuffer packed = new ReusableBuffer();
        private final ReusableBuffer unpacked = new ReusableBuffer();
        private final BlockDecompressor decompressor = members.decompressor();
        private Future<Unpacked> work;

        void start(PackedMember member) {
            ByteBuffer target = unpacked.lend(member.size());
            work = workers.start(() -> {
                member.unpack(decompressor, target);
                return new Unpacked(target.flip(), Sha256.over(member.bytes()));
            });
        }

        @Override
        public void close() {
            decompressor.close();
            packed.close();
            unpacked.close();
        }
    }
}
