package ctl.vm.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.io.ByteArrayOutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.Charset;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.file.Path;

/** A path as C wants it: the bytes that the filesystem holds, with a zero behind them. */
public final class NativePath {

    /** The encoding in which Java made the names that it listed; under the C locale it is ASCII. */
    private static final Charset NAMES = Charset.forName(System.getProperty("sun.jnu.encoding"));

    /** What Java shows for bytes that it could not decode. */
    private static final char UNDECODED = '\uFFFD';

    private static final int LONGEST_ESCAPE = 5;

    private NativePath() {}

    /**
     * The last part of a path, for people. Bytes that are no text are written out behind the character that Java shows
     * for them: two such names stay apart, and neither can be mistaken for one that is text.
     */
    public static String name(Path path) {
        String text = path.getFileName().toString();
        return text.indexOf(UNDECODED) < 0 ? text : decoded(ByteBuffer.wrap(undecoded(path.getFileName())));
    }

    /** A text of the C library, in the encoding of names. */
    static String text(MemorySegment memory) {
        int length = 0;
        while (memory.get(JAVA_BYTE, length) != 0) {
            length++;
        }
        return new String(memory.asSlice(0, length).toArray(JAVA_BYTE), NAMES);
    }

    private static String decoded(ByteBuffer bytes) {
        CharBuffer text = CharBuffer.allocate(LONGEST_ESCAPE * bytes.remaining());
        CharsetDecoder decoder = NAMES.newDecoder();
        while (bytes.hasRemaining()) {
            CoderResult result = decoder.decode(bytes, text, true);
            for (int left = result.isError() ? result.length() : 0; left > 0; left--) {
                text.put(UNDECODED).put("\\x%02x".formatted(bytes.get()));
            }
            decoder.reset();
        }
        return text.flip().toString();
    }

    /** The address of a copy that lives as long as the arena. */
    public static long address(Path path, Arena arena) {
        byte[] name = bytes(path);
        MemorySegment copy = arena.allocate(name.length + 1L);
        MemorySegment.copy(name, 0, copy, JAVA_BYTE, 0, name.length);
        return copy.address();
    }

    private static byte[] bytes(Path path) {
        String text = path.toString();
        return text.indexOf(UNDECODED) < 0 ? text.getBytes(NAMES) : undecoded(path);
    }

    /** Names that are not text in our encoding: only the URI of a path gives its bytes, as %XX. */
    private static byte[] undecoded(Path path) {
        Path root = path.getFileSystem().getPath("/");
        String escaped = root.resolve(path).toUri().getRawPath();
        int start = path.isAbsolute() ? 0 : 1;
        int end = escaped.endsWith("/") ? escaped.length() - 1 : escaped.length(); // a URI marks folders
        var bytes = new ByteArrayOutputStream(end);
        for (int i = start; i < end; i++) {
            if (escaped.charAt(i) == '%') {
                bytes.write(Integer.parseInt(escaped, i + 1, i + 3, 16));
                i += 2;
            } else {
                bytes.write(escaped.charAt(i));
            }
        }
        return bytes.toByteArray();
    }
}
