package ctl.vm.inventory.drift;

import ctl.vm.inventory.Event;
import ctl.vm.inventory.Folder;
import ctl.vm.inventory.FolderImage;
import ctl.vm.inventory.FolderVm;
import ctl.vm.inventory.ImageFacts;
import ctl.vm.inventory.Vm;
import ctl.vm.inventory.value.EntryKind;
import ctl.vm.inventory.value.FileId;
import ctl.vm.inventory.value.ImageName;
import ctl.vm.inventory.value.VmName;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Which VMs of the journal stand under another name in the folder. Pure.
 *
 * <p>A VM is known by its disk image: by the file itself, which {@code mv} leaves the same, as long as it was not
 * written to. Of those that are left, a VM is the old one where exactly one is gone and exactly one came with the same
 * images, to the byte of their sizes and the nanosecond of their times: so {@code cp -a} and {@code rm} leave them, on
 * whatever disk.
 */
final class RenameDetection {

    private final Map<VmName, Vm> known;
    private final Map<VmName, FolderVm> there;
    private final Map<VmName, VmName> oldNames = new TreeMap<>();
    private final Map<VmName, VmName> newNames = new TreeMap<>();

    /** @param known the VMs of the journal; @param there those of the folder, without what cannot be read */
    RenameDetection(Map<VmName, Vm> known, Map<VmName, FolderVm> there, Folder folder) {
        this.known = known;
        this.there = there;
        findTheSameFiles();
        findTheSameLooks(folder);
    }

    /** Whether a VM of the journal stands under another name now. */
    boolean hasLeft(VmName name) {
        return newNames.containsKey(name);
    }

    /** Whether what stands under this name had another one. */
    boolean hasCome(VmName name) {
        return oldNames.containsKey(name);
    }

    /** In an order in which they can be recorded: no VM takes a name before the VM that had it has left it. */
    List<Finding.VmMoved> findings() {
        List<Finding.VmMoved> findings = new ArrayList<>();
        Set<VmName> reported = new HashSet<>();
        for (VmName name : oldNames.keySet()) {
            List<VmName> chain = new ArrayList<>();
            Optional<VmName> next = Optional.of(name);
            while (next.isPresent() && reported.add(next.get())) {
                chain.add(next.get());
                next = Optional.ofNullable(newNames.get(next.get()));
            }
            boolean isCircle = next.equals(Optional.of(name)) && !chain.isEmpty();
            findings.addAll(isCircle ? circle(chain) : chain.reversed().stream().map(this::move).toList());
        }
        return findings;
    }

    /** VMs of the journal of which another one has the name, and that are nowhere else. */
    List<VmName> replaced() {
        return oldNames.keySet().stream().filter(name -> known.containsKey(name) && !hasLeft(name)).toList();
    }

    /** What the journal will say of a VM that had another name, once that is recorded. */
    Vm moved(VmName name) {
        Vm vm = known.get(oldNames.get(name)).named(name);
        for (FolderImage image : there.get(name).images()) {
            if (image.kind() == EntryKind.FILE && vm.image(image.name()).filter(image.facts()::looksLike).isPresent()) {
                vm = vm.with(image.facts());
            }
        }
        return vm;
    }

    private Finding.VmMoved move(VmName to) {
        VmName from = oldNames.get(to);
        List<Event> events = new ArrayList<>(List.of(new Event.VmMoved(from, to)));
        events.addAll(otherFiles(known.get(from), there.get(to)));
        return new Finding.VmMoved(from, to, events);
    }

    /** VMs that have changed their names with each other: one has to make room for the others before it comes back. */
    private List<Finding.VmMoved> circle(List<VmName> names) {
        VmName first = names.getFirst();
        Vm aside = known.get(first);
        List<Finding.VmMoved> findings = new ArrayList<>();
        Finding.VmMoved begin = move(first);
        List<Event> events = new ArrayList<>(List.of(aside.vanished()));
        events.addAll(begin.events());
        findings.add(new Finding.VmMoved(begin.from(), first, events));
        names.subList(2, names.size()).reversed().forEach(name -> findings.add(move(name)));
        Vm last = moved(names.get(1));
        findings.add(new Finding.VmMoved(first, last.name(), List.of(new Event.VmFound(
                last.name(), List.copyOf(new TreeMap<>(last.images()).values()), Optional.empty(),
                there.get(last.name()).owner(), Optional.of(aside)))));
        return findings;
    }

    /** What a copy has of its own, though it looks the same. */
    private static List<Event> otherFiles(Vm vm, FolderVm now) {
        return now.images().stream()
                .filter(image -> vm.image(image.name())
                        .filter(was -> was.looksLike(image.facts()) && was.isOtherThan(image.facts())).isPresent())
                .<Event>map(image -> new Event.ImageChanged(now.name(), image.facts(), image.owner()))
                .toList();
    }

    private void findTheSameFiles() {
        Map<FileId, Vm> away = new HashMap<>();
        Set<FileId> linked = new HashSet<>();
        for (Vm vm : known.values()) {
            Optional<FileId> file = face(vm.images().values()).flatMap(ImageFacts::file);
            if (file.isPresent() && !isAtHome(vm) && away.put(file.get(), vm) != null) {
                linked.add(file.get());
            }
        }
        Map<FileId, FolderVm> strange = new HashMap<>();
        for (FolderVm vm : there.values()) {
            Optional<FileId> file = face(vm.facts()).flatMap(ImageFacts::file);
            boolean isHome = Optional.ofNullable(known.get(vm.name())).filter(this::isAtHome).isPresent();
            if (file.isPresent() && !isHome && strange.put(file.get(), vm) != null) {
                linked.add(file.get());
            }
        }
        away.keySet().removeAll(linked);
        away.forEach((file, vm) -> Optional.ofNullable(strange.get(file))
                .filter(now -> face(now.facts()).orElseThrow().isSameFileAs(face(vm.images().values()).orElseThrow()))
                .ifPresent(now -> add(vm.name(), now.name())));
    }

    /** Whether what stands under its name may be the VM itself, whatever was done to it. */
    private boolean isAtHome(Vm vm) {
        Optional<ImageFacts> was = face(vm.images().values());
        Optional<ImageFacts> now = Optional.ofNullable(there.get(vm.name())).flatMap(folder -> face(folder.facts()));
        return was.isPresent() && now.isPresent()
                && (was.get().file().equals(now.get().file()) || !was.get().isOtherThan(now.get()));
    }

    private void findTheSameLooks(Folder folder) {
        Map<Set<ImageFacts>, List<VmName>> gone = new HashMap<>();
        known.values().stream()
                .filter(vm -> folder.entry(vm.name()).isEmpty() && !hasLeft(vm.name()) && !vm.images().isEmpty())
                .forEach(vm -> gone.computeIfAbsent(looks(vm.images().values()), _ -> new ArrayList<>())
                        .add(vm.name()));
        Map<Set<ImageFacts>, List<VmName>> come = new HashMap<>();
        there.values().stream()
                .filter(vm -> !known.containsKey(vm.name()) && !hasCome(vm.name()))
                .forEach(vm -> come.computeIfAbsent(looks(vm.facts()), _ -> new ArrayList<>()).add(vm.name()));
        gone.forEach((looks, from) -> {
            List<VmName> to = come.getOrDefault(looks, List.of());
            if (from.size() == 1 && to.size() == 1) {
                add(from.getFirst(), to.getFirst());
            }
        });
    }

    private void add(VmName from, VmName to) {
        if (!from.equals(to)) {
            newNames.put(from, to);
            oldNames.put(to, from);
        }
    }

    private static Set<ImageFacts> looks(Collection<ImageFacts> images) {
        Set<ImageFacts> looks = new HashSet<>();
        images.forEach(image -> looks.add(image.ofAnyFile()));
        return Collections.unmodifiableSet(looks);
    }

    /** By what a VM is known: its disk image, or its first snapshot where it has none. */
    private static Optional<ImageFacts> face(Collection<ImageFacts> images) {
        TreeMap<ImageName, ImageFacts> sorted = new TreeMap<>();
        images.forEach(image -> sorted.put(image.name(), image));
        return Optional.ofNullable(sorted.firstEntry()).map(Map.Entry::getValue);
    }
}
