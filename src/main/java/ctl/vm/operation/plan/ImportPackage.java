package ctl.vm.operation.plan;

import ctl.vm.archive.read.Member;
import ctl.vm.archive.read.PackageReader;
import ctl.vm.archive.read.PackageSource;
import ctl.vm.inventory.CopyWatcher;
import ctl.vm.inventory.ImportedPackage;
import ctl.vm.inventory.OpenOperation;
import ctl.vm.inventory.Request;
import ctl.vm.inventory.value.ByteCount;
import ctl.vm.inventory.value.ImageDigest;
import ctl.vm.inventory.value.ImageName;
import ctl.vm.operation.OperationContext;
import ctl.vm.operation.ProgressReporter;
import ctl.vm.problem.ImportLine;
import ctl.vm.problem.Misuse;
import ctl.vm.problem.Unsafe.PackageLimit;
import ctl.vm.problem.Unsafe;
import ctl.vm.problem.VmException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Makes a VM from a package, which is read once from front to end. */
final class ImportPackage extends NewVmPlan {

    private final OperationContext context;
    private final Request.Import request;
    private ByteCount unpacked = ByteCount.ZERO;
    /** Bytes of the package that have been reported. */
    private long shown;

    ImportPackage(OperationContext context, OpenOperation operation, Consumer<ByteCount> freeSpace,
            Request.Import request) {
        super(context, operation, freeSpace);
        this.context = context;
        this.request = request;
    }

    @Override
    List<Step> fill() {
        Step unpack = Step.lasting("", ByteCount.ZERO, this::unpackUnlessStopped);
        return request.isPiped()
                ? List.of(unpack)
                : List.of(Step.brief("", () -> checkpoints().importing(Path.of(request.file()))), unpack);
    }

    @Override
    String publishTitle() {
        return "clean up";
    }

    /** Ctrl-C ends all of a pipeline: what looks like a package that is cut off may be one. */
    private void unpackUnlessStopped() {
        try {
            unpack();
        } catch (VmException failed) {
            context.stop().throwIfMade();
            throw withCommand(failed);
        }
    }

    /** The reader knows neither the name of the VM nor where VMs are. */
    private VmException withCommand(VmException failed) {
        var line = new ImportLine(request.vm().text(), request.replace());
        return switch (failed.problem()) {
            case Unsafe.NotAPackage foreign -> foreign.typed(line).thrown();
            case Misuse.WrongFile wrong -> wrong.typed(line).thrown();
            case Unsafe.LacksEnd endless -> endless.typed(line).thrown();
            case Unsafe.SeveralVms several -> several.into(context.store().vms()).thrown();
            default -> failed;
        };
    }

    private void unpack() {
        ProgressReporter reporter = context.reporter();
        try (PackageSource source = open()) {
            source.size().ifPresent(reporter::expect);
            reporter.begin("decompress package", ByteCount.ZERO);
            Optional<Member> member = next(source);
            reporter.end();
            reporter.begin("scan package", ByteCount.ZERO);
            reporter.end();
            while (member.isPresent()) {
                extract(source, member.get());
                member = next(source);
            }
            source.requireUnchanged();
            source.reader().origin()
                    .map(origin -> new ImportedPackage(origin, source.reader().seal()))
                    .ifPresent(this::unpacked);
            source.reader().skipped().forEach(name -> reporter.warn("%s is no image: skipped".formatted(name)));
            source.reader().warnings().forEach(reporter::warn);
        }
    }

    /** What is passed over until the next image, or behind the last one, may take long. */
    private Optional<Member> next(PackageSource source) {
        source.reader().onProgress(_ -> context.stop().throwIfMade());
        Optional<Member> next = source.next();
        source.reader().onProgress(_ -> {});
        return next;
    }

    private PackageSource open() {
        return request.isPiped()
                ? context.packages().openStandardInput(request.limits(), PackageReader.Scope.IMAGES)
                : context.packages().open(Path.of(request.file()), request.limits(), PackageReader.Scope.IMAGES);
    }

    private void extract(PackageSource source, Member member) {
        begin(source, member);
        requireSpace(member);
        ImageDigest digest = source.extract(
                member,
                staging().image(member.image()),
                checkpoints().of(member.image()),
                watcher(source, member.image()));
        digested(member.image(), digest);
        context.reporter().end();
    }

    /**
     * How much all images hold is known only behind the last of them, but what a package takes is known beforehand:
     * progress is how much of its file has been read. Of a pipe, only the image at hand says how much is to come.
     */
    private void begin(PackageSource source, Member member) {
        String step = "extract " + member.image();
        if (source.size().isPresent()) {
            context.reporter().beginShare(step);
        } else {
            context.reporter().begin(step, member.data());
        }
    }

    private void advance(PackageSource source) {
        long read = source.reader().bytesRead();
        context.reporter().advance(read - shown);
        shown = read;
    }

    /**
     * A user who says how much a package may unpack to answers for the disk as well: what is all zeros takes no space.
     */
    private void requireSpace(Member member) {
        requireSpaceForHoles(member.image(), member.size());
        unpacked = unpacked.plus(member.data());
        if (request.limits().data().isEmpty()) {
            requireSpaceToUnpack(missing(member));
        } else if (unpacked.compareTo(request.limits().data().get()) > 0) {
            throw new Unsafe.PackageOverLimit(
                    request.isPiped() ? "standard input" : request.file(), member.image().fileName(),
                    "brings what is unpacked to %s of data".formatted(unpacked.brief()), PackageLimit.DATA).thrown();
        }
    }

    /** What came through a pipe does not come again: a checkpoint would be of no use. */
    private CopyWatcher watcher(PackageSource source, ImageName image) {
        return request.isPiped()
                ? checkpoints().copyingOther()
                : checkpoints().unpacking(image, _ -> advance(source));
    }

    /** How much an earlier attempt has left to write of the image, at the most. */
    private ByteCount missing(Member member) {
        long durable = checkpoints().of(member.image()).map(done -> done.durable().bytes()).orElse(0L);
        return new ByteCount(Math.max(0, Math.min(member.data().bytes(), member.size().bytes() - durable)));
    }
}
