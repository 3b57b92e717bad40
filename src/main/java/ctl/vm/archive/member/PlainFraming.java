package ctl.vm.archive.member;

import ctl.vm.inventory.value.ImageDigest;
import ctl.vm.inventory.value.Sha256;
import java.nio.ByteBuffer;

/** A tar archive as it is. */
public final class PlainFraming implements Framing {

    @Override
    public int contentBytes() {
        return ImageDigest.WINDOW_BYTES;
    }

    @Override
    public int maximumBytes(int contentBytes) {
        return contentBytes;
    }

    @Override
    public void frame(ByteBuffer content, ByteBuffer member, boolean first) {
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
