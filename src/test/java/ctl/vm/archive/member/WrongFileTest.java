package ctl.vm.archive.member;

import static org.assertj.core.api.Assertions.assertThat;

import ctl.vm.problem.Misuse;
import ctl.vm.problem.Misuse.WrongFile.Kind;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Files that people give for packages. */
class WrongFileTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            HTML           | Not Found  | <!DOCTYPE html><html><head><title>Not Found</title>
            HTML           | Sign in    | \\n <!-- x --> <HTML><HEAD><TITLE>\\n Sign in \\n</TITLE>
            HTML           | <html>     | <html>\\n<body>
            TEXT           | <?xml version="1.0"?> | <?xml version="1.0"?>\\n<Error><Code>NoSuchKey</Code>
            TEXT           | {"message":"Bad credentials"} | {"message":"Bad credentials"}
            TEXT           | 404: Not Found | 404: Not Found
            CONTAINER      | {"imageLayoutVersion": "1.0.0"} | {"imageLayoutVersion": "1.0.0"}
            TORRENT        |            | d8:announce35:udp://tracker.example.org:80
            TORRENT        |            | d13:creation datei1700000000e4:infod6:pieces20:\\x00\\xff
            LFS_POINTER    |            | version https://git-lfs.github.com/spec/v1\\noid sha256:00
            ANNEX_POINTER  |            | /annex/objects/SHA256E-s1--00.img
            GPG            |            | -----BEGIN PGP MESSAGE-----
            GPG            |            | \\x8c\\x0d\\x04\\x09\\x03\\x08\\x00\\x01\\x02\\x03\\x04\\x05\\x06\\x07\\xff\\xd2\\xc0
            GPG            |            | \\x85\\x01\\x8c\\x03\\x01\\x02\\x03\\x04\\x05\\x06\\x07\\x08\\x01\\x0b\\xff\\x00\\x00
            SIGNATURE      |            | -----BEGIN PGP SIGNATURE-----
            AGE            |            | age-encryption.org/v1\\n-> X25519
            OPENSSL        |            | Salted__\\x01\\x02
            OTHER          | a program  | \\x7fELF\\x02
            OTHER          | an ar archive, as .deb packages are | !<arch>\\ndebian-binary
            DISK           | a squashfs filesystem | hsqs\\x00\\x01
            """)
    void file_isNamedForWhatItIs(Kind kind, String detail, String content) {
        assertThat(WrongFile.of(ByteBuffer.wrap(bytes(content)), "F"))
                .contains(new Misuse.WrongFile("F", kind, Optional.ofNullable(detail).orElse(""), Optional.empty()));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            1080  | \\x53\\xef  | an ext2, ext3 or ext4 filesystem
            512   | EFI PART    | a disk with a partition table (GPT)
            65600 | _BHRfS_M    | a btrfs filesystem
            450   | \\x83       | a disk with a partition table (MBR)
            """)
    void disk_isNamedForWhatIsOnIt(int position, String content, String description) {
        ByteBuffer start = ByteBuffer.allocate(WrongFile.START_BYTES);
        start.put(510, new byte[] {0x55, (byte) 0xaa}).put(position, bytes(content));

        assertThat(WrongFile.of(start, "F")).hasValueSatisfying(found -> {
            assertThat(found.kind()).isEqualTo(Kind.DISK);
            assertThat(found.detail()).isEqualTo(description);
        });
    }

    @Test
    void bytesOfAnyLength_areNamedForNothing() {
        long seed = System.nanoTime();
        var random = new Random(seed);
        for (int length = 0; length < 2000; length++) {
            byte[] bytes = new byte[length];
            random.nextBytes(bytes);
            if (length > 0) {
                bytes[0] = 0;
            }
            assertThat(WrongFile.of(ByteBuffer.wrap(bytes), "F")).as("seed %d, length %d", seed, length).isEmpty();
        }
    }

    /** One byte for each character; {@code \n} and {@code \x00} stand for bytes. */
    private static byte[] bytes(String content) {
        StringBuilder text = new StringBuilder();
        for (int at = 0; at < content.length(); at++) {
            if (content.startsWith("\\x", at)) {
                text.append((char) Integer.parseInt(content.substring(at + 2, at + 4), 16));
                at += 3;
            } else if (content.startsWith("\\n", at)) {
                text.append('\n');
                at++;
            } else {
                text.append(content.charAt(at));
            }
        }
        return text.toString().getBytes(StandardCharsets.ISO_8859_1);
    }
}
