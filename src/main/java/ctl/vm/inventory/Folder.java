package ctl.vm.inventory;

import ctl.vm.inventory.value.EntryKind;
import ctl.vm.inventory.value.VmName;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What stands in the folder of VMs, as far as it was looked at.
 *
 * @param entries the kind of everything in it that is not hidden, by file name
 * @param vms the VMs that were looked into, by name
 * @param unlisted images of folders whose names no VM may have, by file name: a VM may have been moved there
 */
public record Folder(
        SortedMap<String, EntryKind> entries, Map<VmName, FolderVm> vms, Map<String, List<ImageFacts>> unlisted) {

    public static final Folder EMPTY = new Folder(new TreeMap<>(), new TreeMap<>());

    public Folder {
        entries = Collections.unmodifiableSortedMap(entries);
        vms = Collections.unmodifiableMap(vms);
        unlisted = Collections.unmodifiableMap(unlisted);
    }

    /** Without folders that no VM can be. */
    public Folder(SortedMap<String, EntryKind> entries, Map<VmName, FolderVm> vms) {
        this(entries, vms, Map.of());
    }

    public Optional<FolderVm> vm(VmName name) {
        return Optional.ofNullable(vms.get(name));
    }

    /** What stands under the name, VM or not. */
    public Optional<EntryKind> entry(VmName name) {
        return Optional.ofNullable(entries.get(name.text()));
    }
}
