package ctl.vm.inventory;

import ctl.vm.inventory.value.ImageName;
import ctl.vm.inventory.value.VmName;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What the journal says about one VM.
 *
 * @param since sequence number of the event that brought it in: the order in which VMs are listed
 * @param arrived when that was
 * @param by user who brought it in; of a VM made by hand, who ran the command that noticed it: see {@link #createdBy}
 *     and {@link #seenBy}
 * @param images by name; without a disk image where the VM was found defunct
 */
public record Vm(VmName name, long since, Origin origin, Instant arrived, String by,
        Map<ImageName, ImageFacts> images) {

    public Vm {
        images = Map.copyOf(images);
    }

    public Optional<ImageFacts> image(ImageName image) {
        return Optional.ofNullable(images.get(image));
    }

    /** Who brought it in; empty where it was put there by hand, as that is unknown. */
    public Optional<String> createdBy() {
        return isMadeByHand() ? Optional.empty() : Optional.of(by);
    }

    /** Of a VM that was put there by hand: the user whose command noticed it. */
    public Optional<String> seenBy() {
        return isMadeByHand() ? Optional.of(by) : Optional.empty();
    }

    private boolean isMadeByHand() {
        return switch (origin) {
            case Origin.Found _, Origin.CopiedByHand _ -> true;
            case Origin.Created _, Origin.ClonedFrom _, Origin.ImportedFrom _ -> false;
        };
    }

    /** This VM with the history of one that was there before. */
    Vm as(Vm former) {
        return new Vm(name, former.since, former.origin, former.arrived, former.by, images);
    }

    /** That it is gone, with what is known of it. */
    public Event vanished() {
        return new Event.VmVanished(name, Optional.of(this));
    }

    public Vm named(VmName other) {
        return new Vm(other, since, origin, arrived, by, images);
    }

    public Vm with(Map<ImageName, ImageFacts> others) {
        return new Vm(name, since, origin, arrived, by, others);
    }

    public Vm with(ImageFacts image) {
        var more = new TreeMap<>(images);
        more.put(image.name(), image);
        return with(more);
    }

    Vm without(ImageName image) {
        var fewer = new TreeMap<>(images);
        fewer.remove(image);
        return with(fewer);
    }
}
