package ctl.vm.archive.read;

import ctl.vm.archive.member.FileFormat;
import ctl.vm.archive.member.WrongFile;
import ctl.vm.archive.tar.TarHeader;
import ctl.vm.archive.tar.TarInput;
import ctl.vm.durable.DiskFile;
import ctl.vm.problem.ImportLine;
import ctl.vm.problem.Misuse;
import ctl.vm.problem.Problem;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What tells of a file what it is: its first sector, its last 512 bytes and its size.
 *
 * <p>What is of another format, or packed, would be imported as a raw disk full of garbage.
 */
public record FileSignature(ByteBuffer start, ByteBuffer end, long size) {

    /** It holds its own format for QEMU, and raw data all the same. */
    private static final FileFormat.Magic LUKS = new FileFormat.Magic(false, 0, "LUKS\u00ba\u00be");

    public static FileSignature of(DiskFile file) {
        long size = file.size();
        long end = Math.max(0, size - FileFormat.SECTOR_BYTES);
        return new FileSignature(
                file.read(new DiskFile.Extent(0, FileFormat.SECTOR_BYTES)),
                file.read(new DiskFile.Extent(end, end + FileFormat.SECTOR_BYTES)),
                size);
    }

    /** Whether a raw image may be in it, compressed. */
    public boolean isCompressed() {
        return FileFormat.packed(start).filter(FileFormat::isDecompressed).isPresent();
    }

    /**
     * Why the file cannot be imported as a raw image. Of one that is compressed only its reader finds out.
     *
     * @param asItIs whether it is the image, whatever it looks like
     */
    public Optional<Problem> whyNotRaw(String file, ImportLine line, boolean asItIs) {
        if (size == 0) {
            return Optional.of(new Misuse.EmptyImage(file));
        }
        if (!asItIs && isCompressed()) {
            return Optional.empty();
        }
        Optional<Problem> another = asItIs
                ? Optional.empty()
                : foreign(file, line).or(() -> FileFormat.packed(start).map(format -> new Misuse.PackedImage(
                        file, format.describe(), format.unpacker(), format.isPackage(), line)));
        return another.or(() -> size < FileFormat.SECTOR_BYTES
                ? Optional.of(new Misuse.TinyImage(file, size))
                : Optional.empty());
    }

    /** What a file is, besides, that is neither compressed nor begins as a tar archive does. */
    public static Optional<Problem> whyWrong(DiskFile file, String name, ImportLine line) {
        ByteBuffer start = file.read(new DiskFile.Extent(0, WrongFile.START_BYTES));
        boolean isTar = start.remaining() >= TarInput.BLOCK_BYTES
                && new TarHeader(bytes(start)).hasRightChecksum();
        return isTar || FileFormat.packed(start).isPresent()
                ? Optional.empty()
                : WrongFile.of(start, name).map(wrong -> wrong.typed(line));
    }

    private static byte[] bytes(ByteBuffer start) {
        byte[] block = new byte[TarInput.BLOCK_BYTES];
        start.get(start.position(), block);
        return block;
    }

    /** Why the file cannot be imported as a package; much of that only its reader finds out. */
    public Optional<Problem> whyNotPackage(String file, ImportLine line) {
        return foreign(file, line).or(() -> FileFormat.packed(start)
                .filter(format -> !format.isPackage())
                .map(format -> new Misuse.ForeignArchive(file, format.describe(), format.unpacker(), line)));
    }

    private Optional<Problem> foreign(String file, ImportLine line) {
        return FileFormat.disk(start, end).map(format -> new Misuse.ForeignImage(
                file, format.describe(), format.converter(), line));
    }

    /** What the user should know of a raw image that is imported all the same. */
    public List<String> oddities(String file) {
        List<String> oddities = new ArrayList<>();
        if (size % FileFormat.SECTOR_BYTES != 0) {
            oddities.add("%s has %d bytes, which is no multiple of 512: it may be cut off, or no disk image"
                    .formatted(file, size));
        }
        if (LUKS.isIn(start)) {
            oddities.add(file + " is encrypted with LUKS: it is taken as it is, and a machine sees the encrypted disk");
        }
        return oddities;
    }
}
