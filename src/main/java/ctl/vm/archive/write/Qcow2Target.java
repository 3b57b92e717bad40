package ctl.vm.archive.write;

import ctl.vm.archive.member.PackageDigest;
import ctl.vm.durable.Disk;
import ctl.vm.durable.DiskFile;
import ctl.vm.durable.SourceFile;
import ctl.vm.inventory.PackageCheckpoint;
import ctl.vm.inventory.value.ByteCount;
import ctl.vm.inventory.value.Sha256;
import ctl.vm.problem.DiskException;
import ctl.vm.problem.Errno;
import ctl.vm.problem.Failure;
import ctl.vm.problem.VmException;
import ctl.vm.process.QemuImg;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.DoubleConsumer;
import java.util.function.LongConsumer;
import java.util.function.Supplier;

/**
 * A disk image in the format qcow2 that one operation writes into its file, compressed, by {@code qemu-img}. In the
 * order of its methods: begin, convert, finish. Nothing of it can be used before its end, so an attempt that was
 * interrupted is of no use to the next.
 */
public final class Qcow2Target {

    /** As {@code qemu-img} has it. */
    public static final String FORMAT = "qcow2";

    /** The header and two tables take a cluster of 64 KiB each, whatever is in the image. */
    private static final ByteCount LEAST = new ByteCount(3 << 16);

    /** A disk of QEMU has whole sectors: what an image lacks of its last one is zeros in qcow2. */
    public static final int SECTOR_BYTES = 512;

    private final Disk disk;
    private final NewFile file;
    private final Supplier<QemuImg> program;
    private Optional<DiskFile> open = Optional.empty();

    /** @param program looked for when it is needed */
    public Qcow2Target(Disk disk, NewFile file, Supplier<QemuImg> program) {
        this.disk = disk;
        this.file = file;
        this.program = program;
    }

    /** @param image to be converted */
    public SpaceNeed spaceNeed(Path image) {
        return new SpaceNeed(
                file.folder(), file.free(ByteCount.ZERO), new ByteCount(disk.allocated(image)), LEAST);
    }

    /** Makes the partial file anew. @throws ctl.vm.problem.VmException NoQemuImg, before */
    public void begin() {
        program.get();
        open = Optional.of(file.begin(ByteCount.ZERO));
    }

    /**
     * Converts an image. Both files are handed over open: what stands under their names meanwhile is never touched, and
     * no name of a file is taken for an option.
     *
     * <p>{@code qemu-img} looks at no locks of other programs: whether the image is in use was checked, and is watched,
     * before.
     *
     * @param fast whether it is compressed with zstd: in a fifth of the time, for readers that know it
     * @param progress receives the part that is done, from 0 to 1, several times a second; what it throws ends the
     *     conversion
     * @throws ctl.vm.problem.VmException SourceChanged, when another process wrote to the image meanwhile; any other
     *     Failure
     */
    public void convert(Path image, boolean fast, DoubleConsumer progress) {
        DiskFile target = open.orElseThrow();
        try (var source = new SourceFile(disk, image)) {
            convert(source, target, fast, progress);
            source.requireUnchanged();
        } catch (VmException failed) {
            giveSpaceBack(target, failed);
            throw failed;
        }
    }

    /** Until the next attempt begins anew, others can use the space. */
    private static void giveSpaceBack(DiskFile target, VmException why) {
        try {
            target.resize(0);
        } catch (DiskException failed) {
            why.addSuppressed(failed);
        }
    }

    private void convert(SourceFile source, DiskFile target, boolean fast, DoubleConsumer progress) {
        List<String> arguments = new ArrayList<>(List.of("convert", "-p", "-U", "-c", "-O", FORMAT));
        if (fast) {
            arguments.addAll(List.of("-o", "compression_type=zstd"));
        }
        arguments.add(QemuImg.source("raw", source.bytes().pathForOthers()));
        arguments.add(target.pathForOthers().toString());
        run(arguments, source.bytes().path(), part -> {
            target.startWriting(0, target.size());
            progress.accept(part);
        });
    }

    private void run(List<String> arguments, Path image, QemuImg.Progress progress) {
        try {
            program.get().run(arguments, progress);
        } catch (QemuImg.Failed failed) {
            Path path = failed.getMessage().startsWith("error while reading") ? image : file.partial();
            throw (failed.errno() == Errno.UNKNOWN
                    ? new Failure.DiskTrouble(path.toString(), "qemu-img: " + failed.getMessage())
                    : Failure.of(failed.errno(), path.toString(), failed.getMessage())).thrown();
        } catch (IOException notStarted) {
            throw new Failure.DiskTrouble("qemu-img", notStarted.getMessage()).thrown();
        }
    }

    /**
     * Makes it durable under its partial name.
     *
     * @param progress receives the bytes that were read again for the digest, a few at a time
     * @return that all is written, with the digest of the file
     */
    public PackageCheckpoint finish(LongConsumer progress) {
        DiskFile written = open.orElseThrow();
        long size = written.size();
        written.startWriting(0, size);
        var digest = new PackageDigest();
        digest.addWritten(written, size, progress);
        written.sync();
        written.forget(0, size);
        return new PackageCheckpoint(
                new ByteCount(size), 0, Sha256.ZERO, ByteCount.ZERO, List.of(), true, Optional.of(digest.end()));
    }

    /** Bytes written so far. */
    public ByteCount size() {
        return new ByteCount(open.orElseThrow().size());
    }
}
