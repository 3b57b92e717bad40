package ctl.vm.archive.read;

import ctl.vm.archive.member.PackageDigest;
import ctl.vm.inventory.value.Sha256;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;

/** The bytes of a package, digested as they are read. Closing it leaves the channel open for its owner. */
final class DigestedChannel implements ReadableByteChannel {

    private final ReadableByteChannel channel;
    private final PackageDigest digest = new PackageDigest();

    DigestedChannel(ReadableByteChannel channel) {
        this.channel = channel;
    }

    @Override
    public int read(ByteBuffer target) throws IOException {
        int start = target.position();
        int count = channel.read(target);
        if (count > 0) {
            digest.add(target.slice(start, count));
        }
        return count;
    }

    /** Of all that was read. Nothing can be read after it. */
    Sha256 end() {
        return digest.end();
    }

    @Override
    public boolean isOpen() {
        return channel.isOpen();
    }

    @Override
    public void close() {
        // Whoever made the channel closes it.
    }
}
