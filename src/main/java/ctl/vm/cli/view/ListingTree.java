package ctl.vm.cli.view;

import ctl.vm.cli.console.ResultLayout;
import ctl.vm.cli.output.TimeFormat;
import ctl.vm.inventory.FolderImage;
import ctl.vm.inventory.drift.Listing;
import ctl.vm.operation.query.VmForest;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/** VMs as trees, for people: below each its snapshots, newest first, and then what came from it. */
public final class ListingTree {

    private static final String BRANCH = "├── ";
    private static final String LAST_BRANCH = "└── ";
    private static final String STEM = "│   ";
    private static final String NO_STEM = "    ";

    private final ResultLayout layout;
    private final List<String> lines = new ArrayList<>();

    private ListingTree(ResultLayout layout) {
        this.layout = layout;
    }

    public static List<String> of(List<VmForest.Tree> trees, ResultLayout layout) {
        ListingTree listing = new ListingTree(layout);
        trees.forEach(tree -> listing.add(tree, "", ""));
        return listing.lines;
    }

    /** @param first what stands before its own line; @param below what stands before the lines below */
    private void add(VmForest.Tree tree, String first, String below) {
        List<FolderImage> snapshots = tree.vm().map(vm -> vm.folder().snapshots()).orElse(List.of());
        boolean isLeaf = snapshots.isEmpty() && tree.copies().isEmpty();
        lines.addAll(layout.wrapped(first, below + (isLeaf ? NO_STEM : STEM), tree.name() + note(tree)));
        for (Iterator<FolderImage> next = snapshots.iterator(); next.hasNext();) {
            String name = ":" + next.next().name().snapshot().orElseThrow();
            boolean isLast = !next.hasNext() && tree.copies().isEmpty();
            lines.add(below + (isLast ? LAST_BRANCH : BRANCH) + name);
        }
        for (Iterator<VmForest.Tree> next = tree.copies().iterator(); next.hasNext();) {
            VmForest.Tree copy = next.next();
            boolean isLast = !next.hasNext();
            add(copy, below + (isLast ? LAST_BRANCH : BRANCH), below + (isLast ? NO_STEM : STEM));
        }
    }

    private static String note(VmForest.Tree tree) {
        return tree.vm().map(ListingTree::note).orElse(" (gone)");
    }

    private static String note(Listing.Entry vm) {
        return " (%s%s)".formatted(
                ListingTable.origin(vm.known()),
                vm.known().map(known -> ", " + TimeFormat.minute(known.arrived())).orElse(""));
    }
}
