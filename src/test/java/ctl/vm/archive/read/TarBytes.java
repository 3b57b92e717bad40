package ctl.vm.archive.read;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorOutputStream;
import org.apache.commons.compress.compressors.lz4.FramedLZ4CompressorOutputStream;

/** A tar archive, put together from any parts in any order. */
public final class TarBytes {

    private static final int BLOCK = 512;

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    /** A sound archive of one disk image and the members that a test adds. */
    public static TarBytes withDisk() {
        return new TarBytes().file("disk.s2e", "the disk image");
    }

    public TarBytes file(String name, String content) {
        return member(new HeaderBytes(name), content);
    }

    /** A member whose header gets the size of its data. */
    TarBytes member(HeaderBytes header, String content) {
        return declared(header.size(content.getBytes(StandardCharsets.UTF_8).length), content);
    }

    /** A member whose header stays as it is. */
    TarBytes declared(HeaderBytes header, String content) {
        return raw(header.sealed()).text(content).pad();
    }

    /** An extended header; records are {@code key=value}. */
    TarBytes pax(char type, String... records) {
        var body = new StringBuilder();
        for (String record : records) {
            body.append(paxRecord(record));
        }
        return member(new HeaderBytes("PaxHeaders/disk.s2e").type(type), body.toString());
    }

    TarBytes longName(String name) {
        return member(new HeaderBytes("././@LongLink").gnu().type('L'), name + "\0");
    }

    TarBytes text(String text) {
        return raw(text.getBytes(StandardCharsets.UTF_8));
    }

    TarBytes raw(byte[] part) {
        bytes.writeBytes(part);
        return this;
    }

    TarBytes block() {
        return raw(new byte[BLOCK]);
    }

    TarBytes pad() {
        return raw(new byte[-bytes.size() & (BLOCK - 1)]);
    }

    /** The archive as it is, without its end. */
    byte[] open() {
        return bytes.toByteArray();
    }

    /** The whole archive. */
    public byte[] ended() {
        return block().block().open();
    }

    byte[] gzipped() {
        return gzip(ended());
    }

    public static byte[] gzip(byte[] content) {
        return compressed(content, GZIPOutputStream::new);
    }

    static byte[] bzip2(byte[] content) {
        return compressed(content, packed -> new BZip2CompressorOutputStream(packed, 1));
    }

    static byte[] lz4(byte[] content) {
        return compressed(content, FramedLZ4CompressorOutputStream::new);
    }

    private interface Compressor {
        OutputStream open(OutputStream compressed) throws IOException;
    }

    private static byte[] compressed(byte[] content, Compressor compressor) {
        var compressed = new ByteArrayOutputStream();
        try (OutputStream stream = compressor.open(compressed)) {
            stream.write(content);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return compressed.toByteArray();
    }

    static byte[] concatenated(byte[]... parts) {
        var all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }

    /** The length at the front of a record counts itself. */
    static String paxRecord(String record) {
        int rest = record.getBytes(StandardCharsets.UTF_8).length + 2;
        int length = rest + 1;
        while (String.valueOf(length).length() + rest != length) {
            length++;
        }
        return length + " " + record + "\n";
    }
}
