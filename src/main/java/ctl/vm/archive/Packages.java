package ctl.vm.archive;

import ctl.vm.archive.disk.DiskImage;
import ctl.vm.archive.member.PackageDigest;
import ctl.vm.archive.read.FileSignature;
import ctl.vm.archive.read.PackageReader;
import ctl.vm.archive.read.PackageSource;
import ctl.vm.archive.read.RawSource;
import ctl.vm.archive.write.NewFile;
import ctl.vm.archive.write.PackageFormat;
import ctl.vm.archive.write.PackageSink;
import ctl.vm.archive.write.PackageTarget;
import ctl.vm.archive.write.PackageWriter;
import ctl.vm.archive.write.Qcow2Target;
import ctl.vm.archive.write.SourceImage;
import ctl.vm.compression.Compressors;
import ctl.vm.compression.DeflateLibrary;
import ctl.vm.durable.Disk;
import ctl.vm.durable.DiskFile;
import ctl.vm.inventory.Checkpoint;
import ctl.vm.inventory.CompressionLevel;
import ctl.vm.inventory.PackageCheckpoint;
import ctl.vm.inventory.PackageLimits;
import ctl.vm.inventory.Request;
import ctl.vm.inventory.value.ByteCount;
import ctl.vm.inventory.value.ImageDigest;
import ctl.vm.inventory.value.ImageName;
import ctl.vm.inventory.value.PackageOrigin;
import ctl.vm.inventory.value.WorkName;
import ctl.vm.problem.AlreadyThere;
import ctl.vm.problem.Failure;
import ctl.vm.problem.ImportLine;
import ctl.vm.problem.Misuse;
import ctl.vm.problem.NotFound;
import ctl.vm.problem.Problem;
import ctl.vm.process.QemuImg;
import java.io.PrintStream;
import java.nio.channels.ReadableByteChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.LongConsumer;
import java.util.function.Supplier;

/** The package files of a disk: new ones to write, existing ones to read. */
public final class Packages {

    private final Disk disk;
    private final Compressors compressors;
    private final Supplier<ReadableByteChannel> input;
    private final PrintStream output;
    private final Supplier<Optional<QemuImg>> qemuImg;

    /**
     * @param input where a package comes from that is no file; @param output where one goes that gets no file
     * @param qemuImg looked for when it is needed
     */
    public Packages(Disk disk, Compressors compressors, Supplier<ReadableByteChannel> input, PrintStream output,
            Supplier<Optional<QemuImg>> qemuImg) {
        this.qemuImg = qemuImg;
        this.disk = disk;
        this.compressors = compressors;
        this.input = input;
        this.output = output;
    }

    /** A file to be made by an operation. @param replace whether one of that name may be replaced */
    public NewFile newFile(Path file, WorkName operation, boolean replace) {
        return new NewFile(disk, file, operation, replace);
    }

    /** A package to be written into its file. */
    public PackageTarget target(NewFile file) {
        return new PackageTarget(disk, compressors, file);
    }

    /** A qcow2 image to be written into its file. */
    public Qcow2Target qcow2(NewFile file) {
        return new Qcow2Target(disk, file, () -> qemuImg(file.path(), Qcow2Target.FORMAT));
    }

    /** A .tar.gz that goes out at once, to the program's own output. @param origin what it says of that */
    public PackageWriter stream(CompressionLevel level, Optional<PackageOrigin> origin) {
        return new PackageWriter(
                disk,
                new PackageSink.ToStream(output),
                () -> PackageFormat.TAR_GZ.writer(compressors, level),
                PackageCheckpoint.NOTHING,
                new PackageDigest(),
                origin);
    }

    /**
     * What reads and writes the disk images of other programs.
     *
     * @param file for which it is needed; @param format of that, in its own words
     * @throws ctl.vm.problem.VmException NoQemuImg
     */
    public QemuImg qemuImg(Path file, String format) {
        return qemuImg.get().orElseThrow(() -> new Failure.NoQemuImg(file.toString(), format).thrown());
    }

    /** Whether the system lacks the library that makes .tar.gz packages fast. */
    public boolean lacksFastLibrary() {
        return compressors.fast() != DeflateLibrary.ISAL;
    }

    /** Whether nothing native packs and unpacks .tar.zst packages. */
    public boolean lacksZstd() {
        return Compressors.lacksZstd();
    }

    /** A package to be read: its images, or only its headers, or all of it for its digest. */
    public PackageSource open(Path file, PackageLimits limits, PackageReader.Scope scope) {
        return PackageSource.ofFile(disk, compressors, file, limits, scope);
    }

    /** The package that comes through standard input. It can be read once. */
    public PackageSource openStandardInput(PackageLimits limits, PackageReader.Scope scope) {
        return PackageSource.ofPipe(disk, compressors, input.get(), limits, scope);
    }

    /** The raw image that comes through standard input, compressed or not. It can be read once. */
    public RawSource openRawStandardInput(Request.Import request) {
        return RawSource.ofPipe(disk, compressors, input.get(), request.limits(), request.asIs());
    }

    /** The raw image in a compressed file. */
    public RawSource openRaw(Request.Import request) {
        return RawSource.ofFile(disk, compressors, Path.of(request.file()), request.limits());
    }

    /** Whether the file of a raw import is compressed, so that it cannot be copied. */
    public boolean isCompressed(Request.Import request) {
        return !request.asIs() && signature(Path.of(request.file())).isCompressed();
    }

    /**
     * What the content of an image is, read from its first byte to its last.
     *
     * @param progress is handed the bytes of data that were read, a few at a time
     * @throws ctl.vm.problem.VmException SourceChanged, where another process writes to it meanwhile
     */
    public ImageDigest digest(ImageName name, Path image, LongConsumer progress) {
        return SourceImage.digest(disk, name, image, progress);
    }

    /**
     * Makes sure that an export can write a file.
     *
     * @throws ctl.vm.problem.VmException where its name or place forbid it, or what writes it is not installed
     */
    public void requireWritable(Request.Export request) {
        Path file = Path.of(request.file());
        if (!request.isQcow2()) {
            PackageFormat.of(file);
        }
        requireNew(file, request.replace());
        if (request.isQcow2()) {
            qemuImg(file, Qcow2Target.FORMAT);
        }
    }

    /**
     * Makes sure that a file may get a name.
     *
     * @throws ctl.vm.problem.VmException where the name or its place forbid it
     */
    public void requireNew(Path file, boolean replace) {
        Optional<Disk.Entry> there = disk.entry(file);
        if (there.filter(entry -> entry.kind() == Disk.Kind.FOLDER).isPresent()) {
            throw new AlreadyThere.FolderInTheWay(file).thrown();
        }
        if (there.isPresent() && !replace) {
            throw new AlreadyThere.PackageExists(file).thrown();
        }
        // With the dot, a folder behind a link is one as well.
        if (disk.entry(file.getParent().resolve(".")).isEmpty()) {
            throw new NotFound.NoSuchFolder(file.getParent()).thrown();
        }
    }

    /**
     * Makes sure that the file of an import is one that could be imported.
     *
     * @throws ctl.vm.problem.VmException NoSuchFile, NotAFile, or why its content is no raw image, no package and no
     *     disk image that is converted; NoQemuImg
     */
    public void requireFile(Request.Import request) {
        Path file = Path.of(request.file());
        var line = new ImportLine(request.vm().text(), request.replace());
        requireFile(file, line);
        if (isConverted(request)) {
            diskImage(request).close();
        } else {
            refuse(request.raw()
                    ? signature(file).whyNotRaw(file.toString(), line, request.asIs())
                    : whyNotPackage(file, line));
        }
    }

    /**
     * Makes sure that a file is one that could be a package.
     *
     * @param line an import that would take what is none
     * @throws ctl.vm.problem.VmException NoSuchFile, NotAFile, or why its content is no package
     */
    public void requirePackage(Path file, ImportLine line) {
        requireFile(file, line);
        refuse(whyNotPackage(file, line));
    }

    private Optional<Problem> whyNotPackage(Path file, ImportLine line) {
        return signature(file).whyNotPackage(file.toString(), line).or(() -> {
            try (DiskFile open = disk.open(file)) {
                return FileSignature.whyWrong(open, file.toString(), line);
            }
        });
    }

    private static void refuse(Optional<Problem> why) {
        why.ifPresent(problem -> {
            throw problem.thrown();
        });
    }

    private void requireFile(Path file, ImportLine line) {
        Disk.Entry entry = disk.entry(file).orElseThrow(() -> new NotFound.NoSuchFile(file).thrown());
        switch (entry.kind()) {
            case FILE -> {
                // Its content decides.
            }
            case FOLDER -> throw whyNotFolder(file, line).thrown();
            case LINK -> throw new Misuse.NotAFile(file, "a symbolic link").thrown();
            case SPECIAL -> throw new Misuse.NotAFile(file, "a device, pipe or socket").thrown();
        }
    }

    private Problem whyNotFolder(Path folder, ImportLine line) {
        if (disk.entry(folder.resolve(ImageName.DISK.fileName())).isPresent()) {
            return new Misuse.VmFolder(folder, line);
        }
        return disk.entry(folder.resolve("oci-layout")).isPresent()
                ? new Misuse.WrongFile(folder.toString(), Misuse.WrongFile.Kind.CONTAINER, "", Optional.of(line))
                : new Misuse.NotAFile(folder, "a folder");
    }

    /** Whether an import converts its file: a disk image of another program, by its content as it is now. */
    public boolean isConverted(Request.Import request) {
        return !request.raw() && !request.isPiped() && isDiskImage(Path.of(request.file()));
    }

    private boolean isDiskImage(Path file) {
        if (disk.entry(file).filter(entry -> entry.kind() == Disk.Kind.FILE).isEmpty()) {
            return false;
        }
        try (DiskFile open = disk.open(file)) {
            return DiskImage.describe(open).isPresent();
        }
    }

    /**
     * The disk image that an import converts.
     *
     * @throws ctl.vm.problem.VmException NoQemuImg, and as {@link DiskImage#open}
     */
    public DiskImage diskImage(Request.Import request) {
        Path file = Path.of(request.file());
        return DiskImage.open(disk, file, new ImportLine(request.vm().text(), request.replace()),
                format -> qemuImg(file, format));
    }

    /**
     * What the user should know of a raw image that is imported all the same, a line each.
     *
     * @param name what the lines call it
     */
    public List<String> oddities(Path image, String name) {
        return signature(image).oddities(name);
    }

    private FileSignature signature(Path file) {
        try (DiskFile open = disk.open(file)) {
            return FileSignature.of(open);
        }
    }

    /** What a file is that is imported: which, and when it was changed last. */
    public Optional<Checkpoint.Source> state(Path file) {
        return disk.entry(file).map(PackageSource::state);
    }

    /** Bytes of the file; empty where it is not there. */
    public Optional<ByteCount> existing(Path file) {
        return disk.entry(file).map(entry -> new ByteCount(entry.size()));
    }

    /** Bytes of the file, holes included; none where it is gone. */
    public ByteCount size(Path file) {
        return existing(file).orElse(ByteCount.ZERO);
    }

    /** Bytes that the file takes on disk, holes not counted. */
    public ByteCount allocated(Path file) {
        return new ByteCount(disk.allocated(file));
    }
}
