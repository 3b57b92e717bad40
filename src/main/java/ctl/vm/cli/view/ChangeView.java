package ctl.vm.cli.view;

import ctl.vm.cli.output.Json;
import ctl.vm.inventory.ImageFacts;
import ctl.vm.inventory.drift.Change;
import ctl.vm.inventory.value.ImageName;

/** Describes how the inventory differs from what it was, for people and as JSON. */
public final class ChangeView {

    private ChangeView() {}

    /** What differs, behind the name of the VM. */
    public static String describe(Change change) {
        String about = change.image()
                .map(image -> FindingView.image(change.vm(), image))
                .orElseGet(() -> change.vm().text());
        String what = switch (change.kind()) {
            case VM_APPEARED, IMAGE_APPEARED -> "appeared";
            case VM_VANISHED, IMAGE_VANISHED -> "vanished";
            case VM_REPLACED -> "replaced by another";
            case VM_RENAMED -> "renamed from " + change.formerName().orElseThrow();
            case IMAGE_CHANGED -> changed(change.before().orElseThrow(), change.after().orElseThrow());
        };
        return "%s: %s".formatted(about, what);
    }

    private static String changed(ImageFacts before, ImageFacts after) {
        return before.size().equals(after.size()) ? "written to" : FindingView.difference(before.size(), after.size());
    }

    /** The same for programs. */
    public static void write(Json json, Change change) {
        json.put("kind", change.kind())
                .put("vm", change.vm())
                .put("from", change.formerName())
                .put("file", change.image().map(ImageName::fileName))
                .put("sizeBytesBefore", change.before().map(ImageFacts::size))
                .put("sizeBytes", change.after().map(ImageFacts::size));
    }
}
