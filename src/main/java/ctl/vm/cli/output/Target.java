package ctl.vm.cli.output;

import ctl.vm.inventory.Request;
import ctl.vm.inventory.value.SnapshotName;
import ctl.vm.inventory.value.VmName;
import java.time.Duration;
import java.util.Optional;

/** What a deletion names: {@code NAME} or {@code NAME:SNAPSHOT}. */
public record Target(VmName vm, Optional<SnapshotName> snapshot) {

    /** @throws ctl.vm.problem.VmException BadName */
    public static Target parse(String argument) {
        int colon = argument.indexOf(':');
        return colon < 0
                ? new Target(new VmName(argument), Optional.empty())
                : new Target(
                        new VmName(argument.substring(0, colon)),
                        Optional.of(new SnapshotName(argument.substring(colon + 1))));
    }

    /** Whether an argument means a package, by its path: no name of a VM has a slash. */
    public static boolean isFile(String argument) {
        return argument.contains("/");
    }

    /** @param keep how long the trash is to keep it; empty where its space is to be freed at once */
    public Request deletion(Optional<Duration> keep) {
        return snapshot.<Request>map(name -> new Request.DeleteSnapshot(vm, name, keep.isEmpty(), keep))
                .orElseGet(() -> new Request.DeleteVm(vm, keep.isEmpty(), keep));
    }

    /** Whether deleting this deletes the other as well. */
    public boolean covers(Target other) {
        return vm.equals(other.vm) && (snapshot.isEmpty() || snapshot.equals(other.snapshot));
    }

    @Override
    public String toString() {
        return snapshot.map(name -> vm + ":" + name).orElse(vm.text());
    }
}
