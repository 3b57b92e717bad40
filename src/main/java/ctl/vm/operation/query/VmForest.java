package ctl.vm.operation.query;

import ctl.vm.inventory.drift.Listing;
import ctl.vm.inventory.value.VmName;
import ctl.vm.journal.Journal;
import ctl.vm.operation.OperationContext;
import ctl.vm.problem.VmException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The VMs as trees: each below the one that it was copied from, under whatever names both were then. A VM that is gone
 * stands there by its last name, where others came from it.
 */
public final class VmForest {

    private final OperationContext context;

    public VmForest(OperationContext context) {
        this.context = context;
    }

    /**
     * A VM with all that came from it.
     *
     * @param vm empty where it is gone
     * @param copies in the order in which they came into the inventory
     */
    public record Tree(VmName name, Optional<Listing.Entry> vm, List<Tree> copies) {}

    /** @param listing every VM that is there, in the order in which they came into the inventory */
    public List<Tree> of(List<Listing.Entry> listing) {
        Map<Long, Listing.Entry> there = new TreeMap<>();
        List<Listing.Entry> unknown = new ArrayList<>();
        for (Listing.Entry entry : listing) {
            entry.known().ifPresentOrElse(known -> there.put(known.since(), entry), () -> unknown.add(entry));
        }
        Map<Long, Journal.Ancestor> ancestors = ancestors(there.keySet());
        Map<Long, Set<Long>> copies = new HashMap<>();
        Set<Long> all = new TreeSet<>(there.keySet());
        all.addAll(ancestors.keySet());
        Set<Long> roots = new TreeSet<>(all);
        ancestors.forEach((vm, ancestor) -> ancestor.source().filter(all::contains).ifPresent(source -> {
            copies.computeIfAbsent(source, _ -> new TreeSet<>()).add(vm);
            roots.remove(vm);
        }));
        List<Tree> trees = new ArrayList<>();
        roots.forEach(root -> trees.add(tree(root, there, ancestors, copies)));
        unknown.forEach(entry -> trees.add(new Tree(entry.name(), Optional.of(entry), List.of())));
        return trees;
    }

    /** The tree that begins with a VM of this name. */
    public static Optional<Tree> find(VmName name, List<Tree> trees) {
        for (Tree tree : trees) {
            if (tree.vm().isPresent() && tree.name().equals(name)) {
                return Optional.of(tree);
            }
            Optional<Tree> below = find(name, tree.copies());
            if (below.isPresent()) {
                return below;
            }
        }
        return Optional.empty();
    }

    private static Tree tree(long vm, Map<Long, Listing.Entry> there, Map<Long, Journal.Ancestor> ancestors,
            Map<Long, Set<Long>> copies) {
        Optional<Listing.Entry> entry = Optional.ofNullable(there.get(vm));
        VmName name = entry.map(Listing.Entry::name).orElseGet(() -> ancestors.get(vm).name());
        return new Tree(name, entry, copies.getOrDefault(vm, Set.of()).stream()
                .map(copy -> tree(copy, there, ancestors, copies))
                .toList());
    }

    /** A listing works beside a journal that cannot be read: then every VM is a tree of its own. */
    private Map<Long, Journal.Ancestor> ancestors(Set<Long> vms) {
        try {
            return context.journal().ancestors(vms);
        } catch (VmException failed) {
            context.reporter().warn("what came from what is not known: " + context.describe(failed.problem()));
            return Map.of();
        }
    }
}
