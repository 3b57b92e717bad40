package ctl.vm.archive.member;

import ctl.vm.compression.BlockDecompressor;
import java.io.IOException;
import java.util.Optional;

/** The members of a package of ours, in order. The last one, which closes the package, says what came before it. */
public interface MemberReader {

    /**
     * Reads the next member; empty where the closing one stood instead.
     *
     * @param buffer receives it, until its next use
     */
    Optional<PackedMember> next(ReusableBuffer buffer) throws IOException;

    /**
     * Passes over the next member without reading it, if it holds no more than this. For an input that can do that.
     *
     * @return how many bytes it holds; 0 where there is none, or a larger one
     */
    long skip(long atMost) throws IOException;

    /** What the closing member says. Only after {@link #next} was empty. */
    MemberDigestChain closing();

    /** Unpacks members; for one thread at a time, and as many threads as ask for one. */
    BlockDecompressor decompressor();
}
