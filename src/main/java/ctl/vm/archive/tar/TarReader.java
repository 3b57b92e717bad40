package ctl.vm.archive.tar;

import ctl.vm.archive.member.Malformed;
import ctl.vm.archive.member.OverLimit;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import org.apache.commons.compress.archivers.tar.TarConstants;

/**
 * Reads the headers of a tar archive, up to its end. It proves checksums, sizes, the maps of holes and the end of the
 * archive, and refuses what several tools would understand differently.
 */
public final class TarReader {

    private static final int MAXIMUM_NAME_BYTES = 1 << 16;

    private final TarInput input;
    private final int maximumHeaderBytes;
    private boolean first = true;
    private String member = "";

    /** @param maximumHeaderBytes of what describes one member */
    public TarReader(TarInput input, int maximumHeaderBytes) {
        this.input = input;
        this.maximumHeaderBytes = maximumHeaderBytes;
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
            throw new Malformed("is described but not there");
        }
        return Optional.empty();
    }

    /** Whether the header only describes the member that follows. */
    private boolean addTo(ExtendedHeader extendedHeader, TarHeader header) throws IOException {
        switch (header.type()) {
            case TarConstants.LF_PAX_EXTENDED_HEADER_LC ->
                extendedHeader.add(PaxRecords.of(body(header)));
            case TarConstants.LF_PAX_GLOBAL_EXTENDED_HEADER ->
                PaxRecords.of(body(header)).requireHarmless();
            case TarConstants.LF_GNUTYPE_LONGNAME -> extendedHeader.addLongName(name(nameBody(header)));
            case TarConstants.LF_GNUTYPE_LONGLINK -> {
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
        member = extendedHeader.name().orElseGet(header::name);
        return TarEntry.read(member, header, extendedHeader.pax(), input);
    }

    /** The next header; empty where the archive has its end instead. */
    private Optional<TarHeader> header() throws IOException {
        byte[] block = input.blockOrEnd();
        if (TarInput.isZero(block, 0, block.length)) {
            requireEnd(block.length);
            return Optional.empty();
        }
        boolean whole = block.length == TarInput.BLOCK_BYTES;
        var header = new TarHeader(Arrays.copyOf(block, TarInput.BLOCK_BYTES));
        boolean right = whole && header.hasRightChecksum();
        if (first && !right) {
            throw ForeignFormat.refusal(block);
        }
        first = false;
        member = header.name();
        if (!right) {
            throw new Malformed(whole ? "has a header with a wrong checksum" : "is cut off");
        }
        return Optional.of(header);
    }

    /** Two empty blocks end an archive, and only zeros may follow them. @param found bytes of the first of them */
    private void requireEnd(int found) throws IOException {
        member = "";
        if (first && found == 0) {
            throw new Malformed("is empty");
        }
        byte[] second = found == TarInput.BLOCK_BYTES ? input.blockOrEnd() : new byte[0];
        if (second.length < TarInput.BLOCK_BYTES) {
            throw new Malformed("is cut off: it lacks the two empty blocks at the end of a tar archive");
        }
        if (!TarInput.isZero(second, 0, second.length) || !input.restIsZero()) {
            // A raw disk image can begin with zeros as well.
            throw first ? ForeignFormat.refusal(second) : new Malformed("goes on behind its end");
        }
    }

    /** Reads the data of a member that only describes another one. */
    private byte[] body(TarHeader header) throws IOException {
        long length = header.size();
        if (length > maximumHeaderBytes) {
            throw new OverLimit("has a header of %d bytes, and %d are the most".formatted(length, maximumHeaderBytes),
                    "--max-header");
        }
        return input.body((int) length);
    }

    /** No system takes a longer name, whatever the user allows. */
    private byte[] nameBody(TarHeader header) throws IOException {
        if (header.size() > MAXIMUM_NAME_BYTES) {
            throw new Malformed("has a name of %d bytes".formatted(header.size()));
        }
        return input.body((int) header.size());
    }

    /** A name that ends at its first zero byte; what follows there would be seen by some readers only. */
    private static String name(byte[] body) throws Malformed {
        int end = 0;
        while (end < body.length && body[end] != 0) {
            end++;
        }
        if (!TarInput.isZero(body, end, body.length - end)) {
            throw new Malformed("has a name with a zero byte in it");
        }
        return new String(body, 0, end, StandardCharsets.UTF_8);
    }
}
