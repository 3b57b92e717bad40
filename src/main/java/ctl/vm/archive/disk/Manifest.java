package ctl.vm.archive.disk;

import ctl.vm.durable.DiskFile;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the list of digests of an OVA says of one member: lines such as {@code SHA256(disk.vmdk)= 9f86…}.
 *
 * @param algorithm as Java has it
 */
record Manifest(String algorithm, byte[] digest) {

    private static final int MOST_BYTES = 1 << 20;
    private static final int BLOCK_BYTES = 1 << 20;

    private static final Map<String, String> ALGORITHMS = Map.of(
            "SHA1", "SHA-1", "SHA256", "SHA-256", "SHA512", "SHA-512");

    private static final Pattern LINE = Pattern
            .compile("(?m)^\\s*(SHA\\d+) ?\\(([^\\r\\n]*)\\) ?= ?([0-9A-Fa-f]+)\\s*$");

    /** Empty where the list does not have the member, or an algorithm that is not known. */
    static Optional<Manifest> of(DiskFile file, Ova.Member list, String member) {
        if (list.length() > MOST_BYTES) {
            return Optional.empty();
        }
        ByteBuffer bytes = file.read(new DiskFile.Extent(list.offset(), list.offset() + list.length()));
        Matcher line = LINE.matcher(StandardCharsets.UTF_8.decode(bytes));
        while (line.find()) {
            String algorithm = ALGORITHMS.get(line.group(1).toUpperCase(Locale.ROOT));
            if (line.group(2).equals(member) && algorithm != null && line.group(3).length() % 2 == 0) {
                return Optional.of(new Manifest(algorithm, HexFormat.of().parseHex(line.group(3))));
            }
        }
        return Optional.empty();
    }

    /** Whether the member has this digest. @param isStopped asked again and again; the answer is of no use then */
    boolean fits(DiskFile file, Ova.Member member, BooleanSupplier isStopped) {
        MessageDigest found = found();
        ByteBuffer block = ByteBuffer.allocateDirect(BLOCK_BYTES);
        long end = member.offset() + member.length();
        for (long position = member.offset(); position < end && !isStopped.getAsBoolean();) {
            block.clear().limit((int) Math.min(BLOCK_BYTES, end - position));
            int count = file.read(block, position);
            if (count <= 0) {
                return false;
            }
            found.update(block.flip());
            position += count;
        }
        return MessageDigest.isEqual(found.digest(), digest);
    }

    private MessageDigest found() {
        try {
            return MessageDigest.getInstance(algorithm);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java has " + algorithm, impossible);
        }
    }
}
