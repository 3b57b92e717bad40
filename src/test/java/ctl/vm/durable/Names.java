package ctl.vm.durable;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.LongPredicate;

/**
 * The names in all folders of a {@link ForgetfulDisk}: as programs see them, and as they are on disk.
 *
 * <p>Journalling filesystems keep the order of changes within a folder, and a change of two folders is one. So what
 * survives of each folder's unsynced changes is a beginning, and a change survives in both of its folders or in none.
 *
 * <p>Other filesystems keep each folder by itself. Of a rename between two of them then survives all, nothing, or both
 * names; where only the folder was synced that lost the name, neither. The check of such a filesystem leaves a folder
 * one of its names.
 */
final class Names {

    private Map<Long, SortedMap<String, Long>> seen = new HashMap<>();
    private Map<Long, SortedMap<String, Long>> durable = new HashMap<>();

    /** In their order. */
    private List<NameChange> unsynced = new ArrayList<>();

    private boolean oneByOne;

    /** From now on each folder is kept by itself. */
    void keepOneByOne() {
        oneByOne = true;
    }

    Names copy() {
        var copy = new Names();
        copy.oneByOne = oneByOne;
        copy.seen = copy(seen);
        copy.durable = copy(durable);
        copy.unsynced = new ArrayList<>(unsynced);
        return copy;
    }

    SortedMap<String, Long> in(long folder) {
        return seen.getOrDefault(folder, Collections.emptySortedMap());
    }

    void change(NameChange change) {
        apply(change, seen);
        unsynced.addAll(oneByOne ? change.oneByOne() : List.of(change));
    }

    /**
     * Makes the changes of a folder durable, and no more than these need: all that came before them in the same
     * folders.
     */
    void sync(long folder) {
        Set<Long> folders = new HashSet<>(Set.of(folder));
        List<NameChange> synced = new ArrayList<>();
        List<NameChange> others = new ArrayList<>();
        for (NameChange change : unsynced.reversed()) {
            if (Collections.disjoint(folders, change.folders())) {
                others.addFirst(change);
            } else {
                synced.addFirst(change);
                folders.addAll(change.folders());
            }
        }
        synced.forEach(change -> apply(change, durable));
        unsynced = others;
    }

    /** @param isFolder of an inode */
    void losePower(Random random, LongPredicate isFolder) {
        Map<Long, Integer> surviving = beginnings(random);
        Set<NameChange> lost = Collections.newSetFromMap(new IdentityHashMap<>());
        for (NameChange change : unsynced) {
            if (change.folders().stream().allMatch(folder -> surviving.get(folder) > 0)
                    && change.first().filter(lost::contains).isEmpty()) {
                apply(change, durable);
                change.folders().forEach(folder -> surviving.merge(folder, -1, Integer::sum));
            } else {
                change.folders().forEach(folder -> surviving.put(folder, 0)); // nothing overtakes it
                lost.add(change);
            }
        }
        unsynced.clear();
        if (oneByOne) {
            leaveFoldersOneName(random, isFolder);
        }
        seen = copy(durable);
    }

    private void leaveFoldersOneName(Random random, LongPredicate isFolder) {
        List<NameChange.Place> places = new ArrayList<>();
        new TreeMap<>(durable).forEach((folder, names) -> names.keySet().forEach(
                name -> places.add(new NameChange.Place(folder, name))));
        Collections.shuffle(places, random);
        Set<Long> named = new HashSet<>();
        for (NameChange.Place place : places) {
            SortedMap<String, Long> names = durable.get(place.folder());
            long inode = names.get(place.name());
            if (isFolder.test(inode) && !named.add(inode)) {
                names.remove(place.name());
            }
        }
    }

    /** How many of each folder's unsynced changes survive at most. */
    private Map<Long, Integer> beginnings(Random random) {
        Map<Long, Integer> changes = new TreeMap<>();
        unsynced.forEach(change -> change.folders().forEach(folder -> changes.merge(folder, 1, Integer::sum)));
        changes.replaceAll((_, count) -> random.nextInt(count + 1));
        return changes;
    }

    /** How many names an inode has. */
    long count(long inode) {
        return seen.values().stream().flatMap(folder -> folder.values().stream()).filter(one -> one == inode).count();
    }

    /** All inodes that have a name, or stand under one that has. */
    Set<Long> reachable(long root) {
        Set<Long> found = new HashSet<>();
        var next = new ArrayList<>(List.of(root));
        while (!next.isEmpty()) {
            long inode = next.removeLast();
            if (found.add(inode)) {
                next.addAll(in(inode).values());
            }
        }
        return found;
    }

    private static void apply(NameChange change, Map<Long, SortedMap<String, Long>> names) {
        for (NameChange.Edit edit : change.edits()) {
            SortedMap<String, Long> folder = names.computeIfAbsent(edit.folder(), _ -> new TreeMap<>());
            edit.inode().ifPresentOrElse(inode -> folder.put(edit.name(), inode), () -> folder.remove(edit.name()));
        }
    }

    private static Map<Long, SortedMap<String, Long>> copy(Map<Long, SortedMap<String, Long>> names) {
        Map<Long, SortedMap<String, Long>> copy = new HashMap<>();
        names.forEach((folder, inFolder) -> copy.put(folder, new TreeMap<>(inFolder)));
        return copy;
    }
}
