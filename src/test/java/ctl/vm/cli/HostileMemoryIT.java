package ctl.vm.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Packages that ask for as much memory as they can: the whole process stays below 256 MiB. */
@Order(1)
class HostileMemoryIT {

    private static final int MAXIMUM_KIBIBYTES = 256 << 10;

    /**
     * Python writes them: a map or a list of records of many MiB, without holding the Java of this test to its own
     * limits.
     */
    private static final String HEADER = """
            import os, sys
            def member(name, size, kind=b'0', more=lambda header: None):
                header = bytearray(512)
                header[0:len(name)] = name
                header[100:108] = b'0000644\\0'
                header[124:136] = b'%011o\\0' % size
                header[136:148] = b'00000000000\\0'
                header[156:157] = kind
                header[257:265] = b'ustar  \\0'
                more(header)
                header[148:156] = b' ' * 8
                header[148:156] = b'%06o\\0 ' % sum(header)
                return bytes(header)
            def record(text):
                length = len(text) + 2
                while len(b'%d %s\\n' % (length, text)) != length: length += 1
                return b'%d %s\\n' % (length, text)
            def padded(data): return data + b'\\0' * (-len(data) % 512)
            out = sys.stdout.buffer
            """;

    @TempDir
    private Path temporary;

    @Test
    void window_of128Mebibytes_isUnpackedInBoundedMemory() {
        Program.assumeTool("zstd");
        assertStaysSmall("""
                out.write(member(b'disk.s2e', 160 << 20))
                for piece in range(160): out.write(os.urandom(1 << 20))
                out.write(b'\\0' * 1024)
                """, "zstd -q -1 --long=27", 0);
    }

    @Test
    void blocks_asLargeAsAreUnpackedSeveralAtATime_areUnpackedInBoundedMemory() {
        Program.assumeTool("xz");
        assertStaysSmall("""
                out.write(member(b'disk.s2e', 100 << 20))
                for piece in range(100): out.write(os.urandom(1 << 20))
                out.write(b'\\0' * 1024)
                """, "xz -0 -T2 --block-size=25MiB", 0);
    }

    @Test
    void map_ofAMillionPieces_isUnpackedInBoundedMemory() {
        assertStaysSmall("""
                count = 1 << 20
                number = lambda value: b'%011o\\0' % value
                def first(header):
                    for at in range(4): header[386 + 24 * at:410 + 24 * at] = number(at * 1024) + number(512)
                    header[482] = 1
                    header[483:495] = number(count * 1024 - 512)
                out.write(member(b'disk.s2e', count * 512, b'S', first))
                for start in range(4, count, 21):
                    block = b''.join(number(at * 1024) + number(512) for at in range(start, min(start + 21, count)))
                    out.write((block + b'\\0' * 512)[:504] + bytes([start + 21 < count]) + b'\\0' * 7)
                for piece in range(512): out.write(os.urandom(512) * 2048)
                out.write(b'\\0' * 1024)
                """, "gzip -1", 0);
    }

    @Test
    void records_of8Mebibytes_areRefusedInBoundedMemory() {
        assertStaysSmall("""
                records = b''.join(record(b'GNU.sparse.%x=' % key) for key in range(360_000))
                out.write(member(b'x', len(records), b'x') + padded(records))
                out.write(member(b'disk.s2e', 0) + b'\\0' * 1024)
                """, "cat", 7, "--max-header", "8M");
    }

    private void assertStaysSmall(String script, String packer, int exit, String... options) {
        Program.assumeTool("python3");
        Program.assumeTool("time");
        Program program = new Program(temporary);
        program.shell("python3 -c \"$(cat <<'END'\n%s%sEND\n)\" | %s >package".formatted(HEADER, script, packer));

        String[] words = new String[options.length + 3];
        words[0] = "import";
        words[1] = "package";
        words[2] = "Box";
        System.arraycopy(options, 0, words, 3, options.length);
        Program.Result result = program.run("", List.of("/bin/bash", "-c",
                "/usr/bin/time -q -o rss -f %%M %s".formatted(String.join(" ", program.command(words)))));

        assertThat(result.exit()).as(result.err()).isEqualTo(exit);
        assertThat(Integer.parseInt(program.shell("cat rss").strip())).isLessThan(MAXIMUM_KIBIBYTES);
    }
}
