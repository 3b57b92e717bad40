package ctl.vm.archive.disk;

import ctl.vm.archive.member.BadPackage;
import ctl.vm.archive.member.BlockSource;
import ctl.vm.archive.member.FileFormat;
import ctl.vm.archive.member.PackageWarnings;
import ctl.vm.archive.tar.TarEntry;
import ctl.vm.archive.tar.TarInput;
import ctl.vm.archive.tar.TarReader;
import ctl.vm.durable.DiskFile;
import ctl.vm.inventory.value.ImageName;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A virtual machine as VMware and VirtualBox export it: a tar archive of a description ({@code .ovf}), disks, and often
 * a list of digests ({@code .mf}). Format: "Open Virtualization Format Specification" DSP0243, version 2, chapter 5.
 * Disks are read where they stand.
 *
 * @param disks those of its members that are disk images, or hold one in a compression
 * @param manifest the list of digests
 */
record Ova(List<Member> disks, Optional<Member> manifest) {

    private static final int MOST_HEADER_BYTES = 1 << 20;

    /** A virtual machine has a few. */
    private static final int MOST_MEMBERS = 1000;

    /** A part of the archive that stands there as it is. */
    record Member(String name, long offset, long length) {}

    /** The OVA that a tar archive is; empty where it is another one, or none that is whole. */
    static Optional<Ova> of(DiskFile file) {
        try {
            return new Reader(file).read();
        } catch (IOException damaged) {
            // Whoever reads it as a package says what is wrong with it.
            return Optional.empty();
        }
    }

    private static final class Reader {

        private final DiskFile file;
        private final Blocks blocks;
        private final TarInput input;
        private final List<Member> disks = new ArrayList<>();
        private Optional<Member> manifest = Optional.empty();
        private boolean isDescribed;

        Reader(DiskFile file) {
            this.file = file;
            this.blocks = new Blocks(file);
            this.input = new TarInput(blocks);
        }

        Optional<Ova> read() throws IOException {
            var archive = new TarReader(input, MOST_HEADER_BYTES, false, new PackageWarnings());
            int members = 0;
            for (Optional<TarEntry> entry = archive.next(); entry.isPresent(); entry = archive.next()) {
                if (ImageName.ofFile(entry.get().name()).isPresent() || ++members > MOST_MEMBERS) {
                    return Optional.empty();
                }
                add(entry.get());
                long stored = entry.get().data().data();
                input.skip(stored);
                input.skip(TarInput.padding(stored));
            }
            return isDescribed ? Optional.of(new Ova(List.copyOf(disks), manifest)) : Optional.empty();
        }

        private void add(TarEntry entry) throws BadPackage {
            var member = new Member(entry.name(), blocks.position(), entry.data().size());
            if (entry.data().data() < entry.data().size()) {
                throw new BadPackage("has holes");
            }
            isDescribed |= member.name().endsWith(".ovf");
            if (member.name().endsWith(".mf")) {
                manifest = Optional.of(member);
            } else if (isDisk(member)) {
                disks.add(member);
            }
        }

        private boolean isDisk(Member member) {
            ByteBuffer start = sector(member, 0);
            ByteBuffer end = sector(member, Math.max(0, member.length() - FileFormat.SECTOR_BYTES));
            return FileFormat.disk(start, end).isPresent() || FileFormat.compression(start).isPresent();
        }

        private ByteBuffer sector(Member member, long position) {
            long start = member.offset() + position;
            return file.read(new DiskFile.Extent(
                    start, start + Math.min(FileFormat.SECTOR_BYTES, member.length() - position)));
        }
    }

    /** The blocks of an archive that is not compressed, one by one, so that it is known where each stands. */
    private static final class Blocks implements BlockSource {

        private final DiskFile file;
        private final long size;
        private long position;

        Blocks(DiskFile file) {
            this.file = file;
            this.size = file.size();
        }

        /** Where what is read next stands. */
        long position() {
            return position;
        }

        @Override
        public Optional<ByteBuffer> next() {
            ByteBuffer block = file.read(new DiskFile.Extent(position, position + TarInput.BLOCK_BYTES));
            position += block.remaining();
            return Optional.of(block).filter(ByteBuffer::hasRemaining);
        }

        /** Whole blocks only: what is read next begins at one. */
        @Override
        public long skip(long atMost) {
            long skipped = Math.min(atMost, size - position) / TarInput.BLOCK_BYTES * TarInput.BLOCK_BYTES;
            position += skipped;
            return skipped;
        }
    }
}
