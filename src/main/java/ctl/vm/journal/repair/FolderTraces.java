package ctl.vm.journal.repair;

import ctl.vm.durable.Disk;
import ctl.vm.inventory.value.Layout;
import ctl.vm.inventory.value.WorkName;
import ctl.vm.inventory.value.VmName;
import ctl.vm.journal.mirror.MirrorLines;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What stands in the folder of VMs although none of the events that can be read brought it there: the files of an
 * operation, in staging or in the trash, or a VM. A VM may have been made by hand. The files of an operation show that
 * there were more events.
 */
final class FolderTraces {

    private static final int MOST = 3;

    private final Disk disk;
    private final Layout layout;
    private final LogRecovery recovered;

    private FolderTraces(LogRecovery recovered) {
        this.disk = recovered.folder().disk();
        this.layout = recovered.folder().layout();
        this.recovered = recovered;
    }

    /** In words; empty where there is nothing of that kind. */
    static Optional<String> describe(LogRecovery recovered) {
        List<String> found = new FolderTraces(recovered).find();
        if (found.isEmpty()) {
            return Optional.empty();
        }
        String more = found.size() > MOST ? " and %d more".formatted(found.size() - MOST) : "";
        return Optional.of("no event speaks of %s%s".formatted(
                String.join(", ", found.subList(0, Math.min(MOST, found.size()))), more));
    }

    private List<String> find() {
        List<String> found = new ArrayList<>();
        Set<String> known = operations();
        for (Path hidden : List.of(layout.stagings(), layout.trashes())) {
            look(hidden).stream()
                    .filter(entry -> WorkName.of(entry.name())
                            .filter(name -> !known.contains(name.operation().text())).isPresent())
                    .forEach(entry -> found.add("%s/%s".formatted(shown(hidden), entry.name())));
        }
        look(layout.vms()).stream()
                .filter(entry -> entry.entry().kind() == Disk.Kind.FOLDER)
                .filter(entry -> VmName.of(entry.name()).filter(name -> !recovered.inventory().vms().containsKey(name))
                        .isPresent())
                .forEach(entry -> found.add("%s/%s".formatted(shown(layout.vms()), entry.name())));
        return found;
    }

    private List<Disk.Found> look(Path folder) {
        return disk.entry(folder).filter(entry -> entry.kind() == Disk.Kind.FOLDER).isPresent()
                ? disk.look(folder)
                : List.of();
    }

    private String shown(Path folder) {
        return folder.equals(layout.vms())
                ? layout.vmsOrLink().getFileName().toString()
                : layout.vmsOrLink().getFileName() + "/" + layout.hidden(folder);
    }

    private Set<String> operations() {
        Set<String> operations = new HashSet<>();
        try (var lines = new MirrorLines(disk, recovered.lines())) {
            for (var line = lines.next(); line.isPresent(); line = lines.next()) {
                operations.add(line.get().recorded().operation().text());
            }
        }
        return operations;
    }
}
