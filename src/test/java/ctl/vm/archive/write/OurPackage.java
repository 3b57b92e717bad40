package ctl.vm.archive.write;

import ctl.vm.inventory.value.Sha256;
import io.airlift.compress.v3.zstd.ZstdCompressor;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/** A package in our format, put together member by member, right or wrong. */
public final class OurPackage {

    private static final int LEVEL = 2;
    private static final byte[] NO_FIELD = {};

    private final boolean isZstd;
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final List<byte[]> members = new ArrayList<>();

    private OurPackage(boolean isZstd) {
        this.isZstd = isZstd;
    }

    public static OurPackage gzip() {
        return new OurPackage(false);
    }

    public static OurPackage zstd() {
        return new OurPackage(true).raw(ourFrame(ours(1)));
    }

    /** A whole package in members of so many bytes. */
    public OurPackage with(byte[] content, int memberBytes) {
        for (int at = 0; at < content.length; at += memberBytes) {
            member(Arrays.copyOfRange(content, at, Math.min(content.length, at + memberBytes)));
        }
        return this;
    }

    OurPackage member(byte[] content) {
        return rawMember(isZstd ? frame(content) : gzipMember(content, members.isEmpty() ? ours(1) : NO_FIELD));
    }

    /** A member that counts. */
    OurPackage rawMember(byte[] member) {
        members.add(member);
        return raw(member);
    }

    /** Bytes that do not count. */
    OurPackage raw(byte[] more) {
        bytes.writeBytes(more);
        return this;
    }

    public OurPackage closed() {
        return closed(members.size(), digest());
    }

    public OurPackage closed(long count, byte[] digest) {
        byte[] field = ByteBuffer.allocate(42).order(ByteOrder.LITTLE_ENDIAN)
                .putShort((short) 1).putLong(count).put(digest).array();
        return raw(isZstd ? ourFrame(field) : gzipMember(new byte[0], field));
    }

    public byte[] bytes() {
        return bytes.toByteArray();
    }

    List<byte[]> members() {
        return members;
    }

    byte[] digest() {
        byte[] chain = new byte[32];
        for (byte[] member : members) {
            chain = Sha256.over(chain, Sha256.over(member).bytes()).bytes();
        }
        return chain;
    }

    /** The field by which a package of this version is known. */
    static byte[] ours(int version) {
        return new byte[] {(byte) version, 0};
    }

    static byte[] gzipMember(byte[] content, byte[] ourField) {
        byte[] deflated = deflate(content);
        return gzipMember(deflated, deflated.length, ourField, content.length, checksum(content));
    }

    /** A member that may say anything about itself. */
    static byte[] gzipMember(byte[] deflated, int saidDeflated, byte[] ourField, int saidSize, int saidChecksum) {
        int extra = 8 + (ourField.length > 0 ? 4 + ourField.length : 0);
        ByteBuffer member = ByteBuffer.allocate(12 + extra + deflated.length + 8).order(ByteOrder.LITTLE_ENDIAN);
        member.putInt(0x0408_8b1f).putInt(0).putShort((short) 0xff00).putShort((short) extra);
        member.put(new byte[] {'M', 'Z', 4, 0}).putInt(saidDeflated);
        if (ourField.length > 0) {
            member.put(new byte[] {'C', 'V', (byte) ourField.length, 0}).put(ourField);
        }
        return member.put(deflated).putInt(saidChecksum).putInt(saidSize).array();
    }

    static byte[] deflate(byte[] content) {
        var deflater = new Deflater(LEVEL, true);
        deflater.setInput(content);
        deflater.finish();
        byte[] deflated = new byte[content.length + content.length / 100 + 100];
        int length = deflater.deflate(deflated);
        deflater.end();
        return Arrays.copyOf(deflated, length);
    }

    static int checksum(byte[] content) {
        var checksum = new CRC32();
        checksum.update(content);
        return (int) checksum.getValue();
    }

    /** A frame behind the one that says its length. */
    public static byte[] frame(byte[] content) {
        ZstdCompressor zstd = ZstdCompressor.create();
        byte[] frame = new byte[zstd.maxCompressedLength(content.length)];
        int length = zstd.compress(content, 0, content.length, frame, 0, frame.length);
        return ByteBuffer.allocate(12 + length).order(ByteOrder.LITTLE_ENDIAN)
                .putInt(0x184d_2a50).putInt(4).putInt(length).put(frame, 0, length).array();
    }

    static byte[] ourFrame(byte[] field) {
        return ByteBuffer.allocate(10 + field.length).order(ByteOrder.LITTLE_ENDIAN)
                .putInt(0x184d_2a5c).putInt(2 + field.length).put(new byte[] {'C', 'V'}).put(field).array();
    }
}
