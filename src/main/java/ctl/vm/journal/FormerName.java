package ctl.vm.journal;

import ctl.vm.inventory.Event;
import ctl.vm.inventory.Inventory;
import ctl.vm.inventory.Vm;
import ctl.vm.inventory.VmName;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * One of several names that a VM has had.
 *
 * @param vmId number of the event that brought it in
 */
record FormerName(long vmId, VmName name) {

    /** The names of a VM that the event gives another: the old and the new one. */
    static List<FormerName> of(Event event, Inventory after) {
        return switch (event) {
            case Event.VmRenamed renamed -> both(renamed.from(), renamed.vm(), after);
            case Event.VmMoved moved -> both(moved.from(), moved.vm(), after);
            case Event.VmUndeleted undeleted -> undeleted.former()
                    .map(former -> both(former.name(), undeleted.vm(), after)).orElse(List.of());
            case Event.VmFound found -> found.former()
                    .map(former -> both(former.name(), found.vm(), after)).orElse(List.of());
            default -> List.of();
        };
    }

    private static List<FormerName> both(VmName from, VmName to, Inventory after) {
        Optional<Long> id = after.vm(to).map(Vm::since);
        return from.equals(to)
                ? List.of()
                : id.stream().flatMap(vm -> Stream.of(new FormerName(vm, from), new FormerName(vm, to))).toList();
    }
}
