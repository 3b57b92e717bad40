package ctl.vm.inventory;

import ctl.vm.inventory.value.ImageName;
import ctl.vm.inventory.value.OperationId;
import ctl.vm.inventory.value.VmName;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What the events say there is: the fold. Immutable.
 *
 * @param vms every VM, by name
 * @param open every operation that has started and not ended, by id
 */
public record Inventory(Map<VmName, Vm> vms, Map<OperationId, OpenOperation> open) {

    public static final Inventory EMPTY = new Inventory(Map.of(), Map.of());

    public Inventory {
        vms = Collections.unmodifiableMap(vms);
        open = Collections.unmodifiableMap(open);
    }

    public Optional<Vm> vm(VmName name) {
        return Optional.ofNullable(vms.get(name));
    }

    public Optional<OpenOperation> operation(OperationId id) {
        return Optional.ofNullable(open.get(id));
    }

    /** VMs that operations are at, which record themselves what they do there. */
    public Set<VmName> busy() {
        return open.values().stream()
                .flatMap(operation -> operation.request().changes().stream())
                .collect(Collectors.toSet());
    }

    /** In the order in which they came in. */
    public List<Vm> vmsByArrival() {
        return vms.values().stream().sorted(Comparator.comparingLong(Vm::since)).toList();
    }

    /**
     * The inventory after one more event.
     *
     * @throws ImpossibleEvent where it cannot follow
     */
    public Inventory after(Recorded recorded) {
        return switch (recorded.event()) {
            case Event.OperationStarted event -> started(recorded, event);
            case Event.TargetChosen event -> chosen(recorded, event);
            case Event.VmStaged event -> staged(recorded, event);
            case Event.CheckpointReached event -> with(running(recorded).with(event.checkpoint()));
            case Event.PackageCheckpointReached event -> with(running(recorded).with(event.checkpoint()));
            case Event.VmArrived event -> arrived(recorded, event);
            case Event.PackageExported _, Event.PackageUndeleted _ -> ended(recorded);
            case Event.VmDeleted event -> {
                known(recorded, event.vm());
                yield ended(recorded).without(event.vm());
            }
            case Event.SnapshotDeleted event -> {
                Vm vm = known(recorded, event.vm());
                ImageName image = ImageName.of(event.snapshot());
                require(recorded, vm.image(image).isPresent(), "%s has no snapshot %s", vm.name(), event.snapshot());
                yield ended(recorded).with(vm.without(image));
            }
            case Event.VmUndeleted event -> {
                require(recorded, !vms.containsKey(event.vm()), "%s is known already", event.vm());
                Vm found = vm(recorded, event.vm(), new Origin.Found(), event.images());
                yield ended(recorded).with(event.former().map(found::as).orElse(found));
            }
            case Event.SnapshotUndeleted event ->
                ended(recorded).with(known(recorded, event.vm()).with(event.image()));
            case Event.TrashPurged _ -> ended(recorded);
            case Event.VmRenamed event -> {
                Vm vm = renamable(recorded, event.from(), event.vm());
                yield ended(recorded).without(event.from()).with(vm.named(event.vm()));
            }
            case Event.OperationFailed _, Event.OperationAbandoned _ -> ended(recorded);
            case Event.OperationInterrupted event -> with(running(recorded).with(event));
            case Event.VmFound event -> {
                require(recorded, !vms.containsKey(event.vm()), "%s is known already", event.vm());
                Origin origin = event.copyOf().<Origin>map(Origin.CopiedByHand::new).orElseGet(Origin.Found::new);
                Vm found = vm(recorded, event.vm(), origin, event.images());
                yield with(event.former().map(found::as).orElse(found));
            }
            case Event.VmMoved event -> {
                Vm vm = renamable(recorded, event.from(), event.vm());
                yield without(event.from()).with(vm.named(event.vm()));
            }
            case Event.VmVanished event -> {
                known(recorded, event.vm());
                yield without(event.vm());
            }
            case Event.SnapshotFound event -> with(known(recorded, event.vm()).with(event.image()));
            case Event.ImageVanished event -> {
                Vm vm = known(recorded, event.vm());
                require(recorded, vm.image(event.image()).isPresent(), "%s has no %s", vm.name(), event.image());
                yield with(vm.without(event.image()));
            }
            case Event.ImageChanged event -> with(known(recorded, event.vm()).with(event.image()));
            case Event.ImageDigested event -> {
                Vm vm = known(recorded, event.vm());
                require(recorded, vm.image(event.image().name()).filter(event.image()::looksLike).isPresent(),
                        "%s has no %s like that", event.vm(), event.image().name());
                yield this;
            }
            // Where events are copied to is nothing of the inventory's.
            case Event.TeamJoined _, Event.TeamLeft _ -> this;
        };
    }

    private Inventory started(Recorded recorded, Event.OperationStarted event) {
        OperationId id = recorded.operation();
        require(recorded, !open.containsKey(id), "operation %s has started already", id);
        return with(OpenOperation.started(
                id, event.request(), recorded.time(), recorded.actor(), event.replaces()));
    }

    private Inventory chosen(Recorded recorded, Event.TargetChosen event) {
        OpenOperation operation = running(recorded);
        require(recorded, operation.request().bringsIn(), "operation %s brings in no VM", operation.id());
        return with(operation.with(event));
    }

    private Inventory staged(Recorded recorded, Event.VmStaged event) {
        OpenOperation operation = running(recorded);
        require(recorded, operation.request().vm().equals(event.vm()), "the operation is not about %s", event.vm());
        return with(operation.with(event));
    }

    private Inventory arrived(Recorded recorded, Event.VmArrived event) {
        boolean mayReplace = switch (running(recorded).request()) {
            case Request.Create request -> request.replace();
            case Request.Clone request -> request.replace();
            case Request.Import request -> request.replace();
            case Request.Export _, Request.DeleteVm _, Request.DeleteSnapshot _, Request.UndeleteVm _,
                    Request.UndeleteSnapshot _, Request.UndeletePackage _, Request.Purge _, Request.Rename _ ->
                throw new ImpossibleEvent(
                        recorded.sequence(), "operation %s brings in no VM".formatted(recorded.operation()));
        };
        require(recorded, mayReplace || !vms.containsKey(event.vm()), "%s is there already", event.vm());
        return ended(recorded).with(vm(recorded, event.vm(), event.origin(), event.images()));
    }

    private static Vm vm(Recorded recorded, VmName name, Origin origin, List<ImageFacts> images) {
        Map<ImageName, ImageFacts> byName = new TreeMap<>();
        images.forEach(image -> byName.put(image.name(), image));
        return new Vm(name, recorded.sequence(), origin, recorded.time(), recorded.actor().user(), byName);
    }

    private OpenOperation running(Recorded recorded) {
        return operation(recorded.operation())
                .orElseThrow(() -> new ImpossibleEvent(
                        recorded.sequence(), "operation %s is not running".formatted(recorded.operation())));
    }

    private Vm known(Recorded recorded, VmName name) {
        return vm(name).orElseThrow(
                () -> new ImpossibleEvent(recorded.sequence(), "there is no VM %s".formatted(name)));
    }

    private Vm renamable(Recorded recorded, VmName from, VmName to) {
        Vm vm = known(recorded, from);
        require(recorded, !vms.containsKey(to), "%s is known already", to);
        return vm;
    }

    private static void require(Recorded recorded, boolean possible, String reason, Object... arguments) {
        if (!possible) {
            throw new ImpossibleEvent(recorded.sequence(), reason.formatted(arguments));
        }
    }

    private Inventory ended(Recorded recorded) {
        running(recorded);
        var fewer = new TreeMap<>(open);
        fewer.remove(recorded.operation());
        return new Inventory(vms, fewer);
    }

    private Inventory with(OpenOperation operation) {
        var more = new TreeMap<>(open);
        more.put(operation.id(), operation);
        return new Inventory(vms, more);
    }

    private Inventory with(Vm vm) {
        var more = new TreeMap<>(vms);
        more.put(vm.name(), vm);
        return new Inventory(more, open);
    }

    private Inventory without(VmName name) {
        var fewer = new TreeMap<>(vms);
        fewer.remove(name);
        return new Inventory(fewer, open);
    }
}
