package ctl.vm.operation;

import ctl.vm.archive.Member;
import ctl.vm.archive.PackageSource;
import ctl.vm.inventory.ByteCount;
import ctl.vm.inventory.OperationId;
import ctl.vm.inventory.Origin;
import ctl.vm.inventory.Request;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Makes a VM from a package, which is read once from front to end. */
final class ImportPackage implements Plan {

    private final Workbench workbench;
    private final Path file;
    private final Arrival arrival;

    ImportPackage(Workbench workbench, OperationId id, Request.Import request) {
        this.workbench = workbench;
        this.file = Path.of(request.file());
        var origin = new Origin.ImportedFrom(request.file());
        this.arrival = new Arrival(workbench, id, request, origin, request.replace());
    }

    @Override
    public void check() {
        workbench.packages().requireFile(file);
    }

    @Override
    public List<Step> steps() {
        return List.of(
                arrival.initialise(), Step.silent(this::unpack), Step.quick("clean up", arrival::publish));
    }

    @Override
    public void tidy() {
        arrival.staging().discard();
    }

    private void unpack() {
        Narrator narrator = workbench.narrator();
        try (PackageSource source = workbench.packages().open(file)) {
            narrator.begin("decompress package", ByteCount.ZERO);
            Optional<Member> member = source.next();
            narrator.end();
            narrator.begin("scan package", ByteCount.ZERO);
            narrator.end();
            while (member.isPresent()) {
                extract(source, member.get());
                member = source.next();
            }
            source.skipped().forEach(name -> narrator.warn("%s is no image: skipped".formatted(name)));
        }
    }

    private void extract(PackageSource source, Member member) {
        workbench.narrator().begin("extract " + member.image(), member.data());
        source.extract(member, arrival.staging().image(member.image()), workbench.narrator()::advance);
        workbench.narrator().end();
    }
}
