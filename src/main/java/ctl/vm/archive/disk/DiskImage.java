package ctl.vm.archive.disk;

import ctl.vm.archive.member.FileFormat;
import ctl.vm.durable.Disk;
import ctl.vm.durable.DiskFile;
import ctl.vm.durable.SourceFile;
import ctl.vm.inventory.value.ByteCount;
import ctl.vm.problem.Errno;
import ctl.vm.problem.Failure;
import ctl.vm.problem.ImportLine;
import ctl.vm.problem.Misuse;
import ctl.vm.problem.Unsafe;
import ctl.vm.problem.VmException;
import ctl.vm.process.QemuImg;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.DoubleConsumer;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A disk image of another program, or the only one in an OVA: an open file whose header was found to refer to no other.
 *
 * <p>{@code qemu-img} is then told what it is and given the very file that was checked. Whoever may write to the file
 * can still change it after the check: no other program's backing file is opened all the same, and
 * {@link #requireUnchanged} throws away what was made of it.
 */
public final class DiskImage implements AutoCloseable {

    /** In such clusters its data is measured. */
    private static final long MEASURED_BYTES = 64 << 10;

    /** The largest disk of VHDX and VMDK. Tables of a larger one may take hours to read, and fit into a small file. */
    private static final ByteCount HIGHEST_SIZE = new ByteCount(64L << 40);

    private final Disk disk;
    private final SourceFile source;
    private final String name;
    private final ImportLine line;
    private final FileFormat format;
    private final ImageBytes bytes;
    private final DiskHeader header;
    private final QemuImg program;
    private final Optional<MemberDigest> digest;

    private DiskImage(Disk disk, SourceFile source, ImportLine line, Function<String, QemuImg> program) {
        this.disk = disk;
        this.source = source;
        this.name = source.bytes().path().toString();
        this.line = line;
        DiskFile file = source.bytes();
        Optional<FileFormat> whole = format(new ImageBytes(file, 0, file.size()));
        if (whole.isPresent()) {
            this.bytes = new ImageBytes(file, 0, file.size());
            this.format = whole.get();
            this.digest = Optional.empty();
        } else {
            Ova ova = Ova.of(file).orElseThrow(this::changed);
            Ova.Member member = onlyDisk(ova);
            this.bytes = new ImageBytes(file, member.offset(), member.length());
            this.format = format(bytes).orElseThrow(() -> packed(member));
            this.digest = ova.manifest()
                    .flatMap(list -> Manifest.of(file, list, member.name()))
                    .map(listed -> new MemberDigest(listed, member));
        }
        this.header = header();
        this.program = program.apply(format());
    }

    /** What the list of an OVA says that its disk has to be. */
    private record MemberDigest(Manifest listed, Ova.Member disk) {}

    /**
     * What a file is that is converted: the word of {@code qemu-img} for its format, or {@code ova}; empty where it is
     * none of them.
     *
     * @param file open
     */
    public static Optional<String> describe(DiskFile file) {
        var whole = new ImageBytes(file, 0, file.size());
        return format(whole).map(FileFormat::describe)
                .or(() -> FileFormat.packed(sector(whole, 0)).filter(FileFormat.TAR::equals)
                        .flatMap(_ -> Ova.of(file)).map(_ -> "ova"));
    }

    /**
     * Opens and checks it.
     *
     * @param path a file that {@link #describe} knows
     * @param line how the import was typed
     * @param program finds what converts it, by its format
     * @throws VmException BadDisk, NamesAnotherFile, EncryptedImage, SeveralDisks or PackedDisk; SourceChanged where
     *     the file is another by now
     */
    public static DiskImage open(Disk disk, Path path, ImportLine line, Function<String, QemuImg> program) {
        SourceFile source = new SourceFile(disk, path);
        try {
            return new DiskImage(disk, source, line, program);
        } catch (RuntimeException refused) {
            try (source) {
                throw refused;
            }
        }
    }

    /** The format that is converted; those that are seldom seen stay unknown to users and attackers alike. */
    private static Optional<FileFormat> format(ImageBytes image) {
        return FileFormat.disk(sector(image, 0), sector(image, Math.max(0, image.length() - FileFormat.SECTOR_BYTES)))
                .filter(FileFormat::isConverted);
    }

    private static ByteBuffer sector(ImageBytes image, long position) {
        long start = image.offset() + position;
        return image.file().read(new DiskFile.Extent(
                start, start + Math.min(FileFormat.SECTOR_BYTES, image.length() - position)));
    }

    private Ova.Member onlyDisk(Ova ova) {
        if (ova.disks().isEmpty()) {
            throw new Unsafe.BadDisk(name, "ova", "holds no disk").thrown();
        }
        if (ova.disks().size() > 1) {
            throw new Misuse.SeveralDisks(
                    name, ova.disks().stream().map(Ova.Member::name).collect(Collectors.joining(", ")),
                    ova.disks().getFirst().name(), line).thrown();
        }
        return ova.disks().getFirst();
    }

    private VmException packed(Ova.Member disk) {
        FileFormat packed = FileFormat
                .compression(sector(new ImageBytes(source.bytes(), disk.offset(), disk.length()), 0))
                .orElseThrow(this::changed);
        return new Misuse.PackedDisk(
                name, disk.name(), packed.describe(), packed.filter().orElse(packed.unpacker()), line).thrown();
    }

    private DiskHeader header() {
        try {
            DiskHeader read = switch (format) {
                case QCOW2 -> Qcow2Header.read(bytes);
                case VMDK -> VmdkHeader.read(bytes);
                case VMDK_DESCRIPTOR -> VmdkHeader.readDescription(bytes);
                case VDI -> VdiHeader.read(bytes);
                case VHDX -> VhdxHeader.read(bytes);
                case VPC -> VpcFooter.read(bytes, false);
                case VPC_FIXED -> VpcFooter.read(bytes, true);
                default -> throw new IllegalStateException("not converted: " + format);
            };
            if (read.size() <= 0) {
                throw RefusedImage.damaged("has an impossible size");
            }
            if (read.size() > HIGHEST_SIZE.bytes()) {
                throw RefusedImage.damaged("is a disk of %s, and %s are the most".formatted(
                        new ByteCount(read.size()).brief(), HIGHEST_SIZE.brief()));
            }
            return read;
        } catch (RefusedImage refused) {
            throw refused.problem(name, format.describe(), line).thrown();
        }
    }

    /** As {@code qemu-img} calls it. */
    public String format() {
        return format.describe();
    }

    /** Bytes of the disk, holes included, as its header has it; only of an old VHD it may be a little more or less. */
    public ByteCount size() {
        return new ByteCount(header.size());
    }

    /** Bytes that it takes in its file. */
    public ByteCount packedSize() {
        return new ByteCount(bytes.length());
    }

    /** What of it does not come into the disk, a line each. */
    public List<String> warnings() {
        return header.warnings().stream().map(warning -> name + " " + warning).toList();
    }

    /**
     * Bytes of the disk that are not known to be zeros: more than these are not written. Reads its tables only.
     *
     * @param progress called several times a second; what it throws ends this
     * @throws VmException BadDisk, where they are damaged
     */
    public ByteCount data(DoubleConsumer progress) {
        String answer = run(List.of("measure", "-U", "--output=json", "-O", "qcow2", argument()), progress);
        // Tables for the whole disk are counted with it; what they take is the rest of one that holds nothing but data.
        long tables = number(answer, "fully-allocated") - Math.ceilDiv(header.size(), MEASURED_BYTES) * MEASURED_BYTES;
        return new ByteCount(Math.max(0, number(answer, "required") - Math.max(0, tables)));
    }

    /**
     * Makes a raw image of it, durably, with holes where it has zeros. What the target held is replaced.
     *
     * @param target one of ours that is there already, of whatever size
     * @param progress as of {@link #data}; it is handed the part that is done, from 0 to 1
     * @throws VmException BadDisk, where it is damaged; why the target cannot be written
     */
    public void convert(Path target, DoubleConsumer progress) {
        try (DiskFile open = disk.openForWriting(target);
                var check = new Check()) {
            try {
                // Without the page cache it takes half of the time.
                copy(List.of("-t", "none"), open, progress);
            } catch (WithoutDirectAccess filesystem) {
                copy(List.of(), open, progress);
            }
            open.sync();
            check.require();
        }
    }

    private void copy(List<String> cache, DiskFile target, DoubleConsumer progress) {
        List<String> arguments = new ArrayList<>(List.of("convert", "-p", "-U", "-m", "16", "-W", "-O", "raw"));
        arguments.addAll(cache);
        arguments.addAll(List.of(argument(), target.pathForOthers().toString()));
        try {
            program.run(arguments, progress::accept);
        } catch (QemuImg.Failed failed) {
            if (failed.getMessage().contains("O_DIRECT") && !cache.isEmpty()) {
                throw new WithoutDirectAccess();
            }
            throw problem(failed, target.path().toString());
        } catch (IOException failed) {
            throw notStarted(failed);
        }
    }

    /** The filesystem of the target takes nothing but through the page cache. */
    private static final class WithoutDirectAccess extends RuntimeException {
        private static final long serialVersionUID = 1;
    }

    private String run(List<String> arguments, DoubleConsumer progress) {
        try {
            return program.run(arguments, progress::accept);
        } catch (QemuImg.Failed failed) {
            throw problem(failed, name);
        } catch (IOException failed) {
            throw notStarted(failed);
        }
    }

    /** @param written the file that a full disk is about */
    private VmException problem(QemuImg.Failed failed, String written) {
        String said = failed.getMessage();
        boolean isWriting = said.startsWith("error while writing");
        return switch (failed.errno()) {
            case Errno.ENOSPC, Errno.EDQUOT, Errno.EFBIG, Errno.EROFS, Errno.ENOMEM ->
                Failure.of(failed.errno(), written, said).thrown();
            default -> {
                if (isWriting || failed.isCut()) {
                    yield new Failure.DiskTrouble(written, "qemu-img: " + said).thrown();
                }
                yield new Unsafe.BadDisk(name, format(), "cannot be read: qemu-img: " + said).thrown();
            }
        };
    }

    private static VmException notStarted(IOException failed) {
        return new Failure.DiskTrouble("qemu-img", failed.getMessage()).thrown();
    }

    private static long number(String json, String field) {
        Matcher number = Pattern.compile("\"" + field + "\": *(\\d{1,18})").matcher(json);
        if (!number.find()) {
            throw new Failure.DiskTrouble("qemu-img", "it gave an answer without " + field).thrown();
        }
        return Long.parseLong(number.group(1));
    }

    /** The comparison of the disk with the list of an OVA, beside the conversion: both read the same bytes. */
    private final class Check implements AutoCloseable {

        private final FutureTask<Boolean> task = new FutureTask<>(this::fits);
        private final Thread thread = Thread.ofPlatform().daemon().unstarted(task);
        private volatile boolean isStopped;

        Check() {
            thread.start();
        }

        private boolean fits() {
            return digest.isEmpty()
                    || digest.get().listed().fits(source.bytes(), digest.get().disk(), () -> isStopped);
        }

        void require() {
            try {
                if (!task.get()) {
                    throw new Unsafe.BadDisk(name, "ova",
                            "is damaged: %s is not what the list in it says".formatted(digest.get().disk().name()))
                            .thrown();
                }
            } catch (ExecutionException failed) {
                throw failed.getCause() instanceof RuntimeException known
                        ? known
                        : new IllegalStateException(failed.getCause());
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted while an OVA is checked", interrupted);
            }
        }

        @Override
        public void close() {
            isStopped = true;
            boolean interrupted = false;
            while (thread.isAlive()) {
                try {
                    thread.join();
                } catch (InterruptedException again) {
                    interrupted = true;
                }
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private String argument() {
        Path path = bytes.file().pathForOthers();
        return bytes.length() == bytes.file().size()
                ? QemuImg.source(format(), path)
                : QemuImg.source(format(), path, bytes.offset(), bytes.length());
    }

    /** @throws VmException SourceChanged, where another process has written to it since it was opened */
    public void requireUnchanged() {
        source.requireUnchanged();
    }

    @Override
    public void close() {
        source.close();
    }

    private VmException changed() {
        return new Failure.SourceChanged(name).thrown();
    }
}
