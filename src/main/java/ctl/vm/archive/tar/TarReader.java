package ctl.vm.archive.tar;

import ctl.vm.archive.member.BadPackage;
import ctl.vm.archive.member.PackageWarnings;
import ctl.vm.inventory.value.Zeros;
import ctl.vm.problem.Unsafe.PackageLimit;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/**
 * Reads the headers of a tar archive, up to its end. It proves checksums, sizes, the maps of holes and the end of the
 * archive, and refuses what several tools would understand differently.
 */
public final class TarReader {

    private static final int MAXIMUM_NAME_BYTES = 1 << 16;

    private final TarInput input;
    private final int maximumHeaderBytes;
    private final PackageWarnings warnings;
    private final TarEnd end;
    private boolean first = true;
    private String member = "";

    /**
     * @param maximumHeaderBytes of what describes one member
     * @param acceptCutOff whether an archive without an end is taken
     * @param warnings gets what is odd and does no harm
     */
    public TarReader(TarInput input, int maximumHeaderBytes, boolean acceptCutOff, PackageWarnings warnings) {
        this.input = input;
        this.maximumHeaderBytes = maximumHeaderBytes;
        this.warnings = warnings;
        this.end = new TarEnd(input, warnings, acceptCutOff);
    }

    /** The name of the member that is being read, for messages: as much of it as is known. */
    public String member() {
        return member;
    }

    /** The next member, whose data must be read or skipped before the one after it; empty behind the last. */
    public Optional<TarEntry> next() throws IOException {
        var extendedHeader = new ExtendedHeader();
        member = "";
        for (Optional<TarHeader> header = header(); header.isPresent(); header = header()) {
            if (!addTo(extendedHeader, header.get())) {
                return Optional.of(entry(header.get(), extendedHeader));
            }
        }
        if (!extendedHeader.isEmpty()) {
            throw new BadPackage("is described but not there");
        }
        return Optional.empty();
    }

    /** Whether the header only describes the member that follows. */
    private boolean addTo(ExtendedHeader extendedHeader, TarHeader header) throws IOException {
        switch (header.type()) {
            case TarHeader.PAX_HEADER, TarHeader.SOLARIS_PAX_HEADER ->
                extendedHeader.add(PaxRecords.of(body(header)));
            case TarHeader.GLOBAL_PAX_HEADER ->
                PaxRecords.of(body(header)).requireHarmless();
            case TarHeader.LONG_NAME -> extendedHeader.addLongName(longName(header));
            case TarHeader.LONG_LINK -> {
                nameBody(header);
                extendedHeader.addLongLink();
            }
            default -> {
                return false;
            }
        }
        member = extendedHeader.name().orElse(member);
        return true;
    }

    private TarEntry entry(TarHeader header, ExtendedHeader extendedHeader) throws IOException {
        Optional<String> name = extendedHeader.name();
        member = name.orElseGet(header::name);
        if (name.isEmpty() && header.type() != TarHeader.SPARSE_FILE && !header.hasOneName()) {
            throw new BadPackage("has a prefix to its path that only some programs read");
        }
        if (header.type() == TarHeader.VOLUME_LABEL && !extendedHeader.isEmpty()) {
            throw new BadPackage("is a volume label with a header in front of it");
        }
        return TarEntry.read(member, header, extendedHeader.pax(), input, warnings);
    }

    /** The next header; empty where the archive has its end instead. */
    private Optional<TarHeader> header() throws IOException {
        byte[] block = input.blockOrEnd();
        if (Zeros.isAllZero(ByteBuffer.wrap(block))) {
            member = "";
            end.read(block.length, first);
            return Optional.empty();
        }
        boolean whole = block.length == TarInput.BLOCK_BYTES;
        var header = new TarHeader(Arrays.copyOf(block, TarInput.BLOCK_BYTES));
        boolean right = whole && header.hasRightChecksum();
        if (first && !right) {
            throw BadPackage.notTar(ByteBuffer.wrap(block));
        }
        first = false;
        member = header.name();
        if (!right) {
            throw new BadPackage(whole ? "has a header with a wrong checksum" : "is cut off");
        }
        header.requireNumbers();
        return Optional.of(header);
    }

    /** Reads the data of a member that only describes another one. */
    private byte[] body(TarHeader header) throws IOException {
        long length = header.size();
        if (length > maximumHeaderBytes) {
            throw BadPackage.overLimit(
                    "has a header of %d bytes, and %d are the most".formatted(length, maximumHeaderBytes),
                    PackageLimit.HEADER);
        }
        return input.body((int) length);
    }

    /** With the zeros that fill the last block. No system takes a longer name, whatever the user allows. */
    private byte[] nameBody(TarHeader header) throws IOException {
        if (header.size() > MAXIMUM_NAME_BYTES) {
            throw new BadPackage("has a name of %d bytes".formatted(header.size()));
        }
        int length = (int) header.size();
        return input.body(length + TarInput.padding(length));
    }

    /**
     * A name that ends at its first zero byte or by its size. Where the size comes first, readers disagree which of
     * them.
     */
    private String longName(TarHeader header) throws IOException {
        byte[] body = nameBody(header);
        int end = 0;
        while (end < body.length && body[end] != 0) {
            end++;
        }
        if (end > header.size()) {
            throw new BadPackage("has a name that is longer than it says");
        }
        return new String(body, 0, end, StandardCharsets.UTF_8);
    }

    /**
     * What stands before the header of a member and says more about it: at most one pax header and one long name, as
     * readers disagree on which of several counts.
     */
    private static final class ExtendedHeader {

        private Optional<PaxRecords> pax = Optional.empty();
        private Optional<String> paxName = Optional.empty();
        private Optional<String> longName = Optional.empty();
        private boolean longLink;

        /** Only where the long name comes later do all readers take the name of the pax header. */
        void add(PaxRecords records) throws BadPackage {
            requireFirst(pax.isEmpty());
            pax = Optional.of(records);
            paxName = records.name();
            if (longName.isPresent() && paxName.isPresent() && !paxName.equals(longName)) {
                throw new BadPackage("has two different names");
            }
        }

        void addLongName(String name) throws BadPackage {
            requireFirst(longName.isEmpty());
            longName = Optional.of(name);
        }

        /** Which of several counts does not matter: no link is followed. */
        void addLongLink() {
            longLink = true;
        }

        private static void requireFirst(boolean isFirst) throws BadPackage {
            if (!isFirst) {
                throw new BadPackage("is described twice");
            }
        }

        boolean isEmpty() {
            return pax.isEmpty() && longName.isEmpty() && !longLink;
        }

        PaxRecords pax() {
            return pax.orElse(PaxRecords.NONE);
        }

        /** The name of the member where it is not that of its header. */
        Optional<String> name() {
            return paxName.or(() -> longName);
        }
    }
}
