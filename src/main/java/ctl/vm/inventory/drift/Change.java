package ctl.vm.inventory.drift;

import ctl.vm.inventory.ImageFacts;
import ctl.vm.inventory.Inventory;
import ctl.vm.inventory.Sameness;
import ctl.vm.inventory.Vm;
import ctl.vm.inventory.value.ImageName;
import ctl.vm.inventory.value.VmName;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * How one state of the inventory differs from an earlier one.
 *
 * @param vm by its later name, or by the name that it had where it is gone
 * @param image empty where it is about the whole VM
 * @param before size and time then, where there was such an image
 * @param after size and time now, where there is one
 */
public record Change(Kind kind, VmName vm, Optional<ImageName> image, Optional<ImageFacts> before,
        Optional<ImageFacts> after, Optional<VmName> formerName) {

    /** What happened on the whole, whatever happened in between. */
    public enum Kind {
        VM_APPEARED,
        VM_VANISHED,
        /** Another VM has its name. */
        VM_REPLACED,
        VM_RENAMED,
        IMAGE_APPEARED,
        IMAGE_VANISHED,
        IMAGE_CHANGED
    }

    /** In the order of the names: what is there, and then what is gone. */
    public static List<Change> between(Inventory before, Inventory after) {
        Map<Long, Vm> earlier = new HashMap<>();
        before.vms().values().forEach(vm -> earlier.put(vm.since(), vm));
        Set<Long> later = after.vms().values().stream().map(Vm::since).collect(Collectors.toSet());
        List<Change> changes = new ArrayList<>();
        for (Vm now : after.vms().values().stream().sorted((one, other) -> one.name().compareTo(other.name()))
                .toList()) {
            // A VM keeps the number of the event that brought it in, whatever its name.
            Optional<Vm> then = Optional.ofNullable(earlier.remove(now.since()));
            if (then.isEmpty()) {
                boolean replaced = before.vm(now.name()).isPresent();
                changes.add(vm(replaced ? Kind.VM_REPLACED : Kind.VM_APPEARED, now.name(), Optional.empty()));
                before.vm(now.name()).filter(old -> !later.contains(old.since()))
                        .ifPresent(old -> earlier.remove(old.since()));
            } else {
                if (!then.get().name().equals(now.name())) {
                    changes.add(vm(Kind.VM_RENAMED, now.name(), Optional.of(then.get().name())));
                }
                changes.addAll(within(then.get(), now));
            }
        }
        earlier.values().stream()
                .map(Vm::name)
                .sorted()
                .forEach(gone -> changes.add(vm(Kind.VM_VANISHED, gone, Optional.empty())));
        return changes;
    }

    private static List<Change> within(Vm then, Vm now) {
        var names = new TreeSet<>(then.images().keySet());
        names.addAll(now.images().keySet());
        List<Change> changes = new ArrayList<>();
        for (ImageName name : names) {
            Optional<ImageFacts> before = then.image(name);
            Optional<ImageFacts> after = now.image(name);
            if (before.isEmpty() || after.isEmpty() || !isTheSame(before.get(), after.get())) {
                Kind kind = before.isEmpty()
                        ? Kind.IMAGE_APPEARED
                        : after.isEmpty() ? Kind.IMAGE_VANISHED : Kind.IMAGE_CHANGED;
                changes.add(new Change(kind, now.name(), Optional.of(name), before, after, Optional.empty()));
            }
        }
        return changes;
    }

    /** A copy that was put back has less of the time than the original. */
    private static boolean isTheSame(ImageFacts before, ImageFacts after) {
        return before.size().equals(after.size()) && switch (Sameness.time(before.modified(), after.modified())) {
            case SAME, ROUNDED, COARSE -> true;
            case SHIFTED, OTHER -> false;
        };
    }

    private static Change vm(Kind kind, VmName vm, Optional<VmName> formerName) {
        return new Change(kind, vm, Optional.empty(), Optional.empty(), Optional.empty(), formerName);
    }
}
