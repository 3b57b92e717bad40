package ctl.vm.cli.view;

import ctl.vm.cli.output.Json;
import ctl.vm.cli.output.Pluralizer;
import ctl.vm.cli.output.TimeFormat;
import ctl.vm.inventory.FolderImage;
import ctl.vm.inventory.ImageFacts;
import ctl.vm.inventory.Sameness;
import ctl.vm.inventory.drift.CopyDifference;
import ctl.vm.inventory.drift.Finding;
import ctl.vm.inventory.drift.Incomplete;
import ctl.vm.inventory.value.ByteCount;
import ctl.vm.inventory.value.ImageName;
import ctl.vm.inventory.value.SnapshotName;
import ctl.vm.inventory.value.VmName;
import ctl.vm.operation.query.ListOperations.Unfinished;
import ctl.vm.reconcile.Reconcile;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Describes what was done by hand, for people and as JSON. */
public final class FindingView {

    private FindingView() {}

    /** For programs: one word. */
    static String kind(Finding finding) {
        return switch (finding) {
            case Finding.VmAppeared _ -> "vm-appeared";
            case Finding.VmBeingMade _ -> "vm-being-made";
            case Finding.VmRestored _ -> "vm-restored";
            case Finding.VmVanished _ -> "vm-vanished";
            case Finding.VmMisnamed _ -> "vm-misnamed";
            case Finding.VmMoved _ -> "vm-moved";
            case Finding.SnapshotAppeared _ -> "snapshot-appeared";
            case Finding.ImageVanished _ -> "image-vanished";
            case Finding.SnapshotRenamed _ -> "snapshot-renamed";
            case Finding.ImageChanged _ -> "image-changed";
            case Finding.ImageRestored _ -> "image-restored";
        };
    }

    /** The image that it is about; empty where it is about a whole VM. */
    static Optional<ImageName> image(Finding finding) {
        return switch (finding) {
            case Finding.VmAppeared _, Finding.VmBeingMade _, Finding.VmRestored _, Finding.VmVanished _,
                    Finding.VmMisnamed _, Finding.VmMoved _ -> Optional.empty();
            case Finding.SnapshotAppeared appeared -> Optional.of(appeared.snapshot().name());
            case Finding.ImageVanished vanished -> Optional.of(vanished.image());
            case Finding.SnapshotRenamed renamed -> Optional.of(renamed.to().name());
            case Finding.ImageChanged changed -> Optional.of(changed.now().name());
            case Finding.ImageRestored restored -> Optional.of(restored.now().name());
        };
    }

    /** Whether what it is about is gone from the folder. */
    static boolean isGone(Finding finding) {
        return finding instanceof Finding.VmVanished || finding instanceof Finding.VmMisnamed
                || finding instanceof Finding.ImageVanished;
    }

    /** Without what it is about. */
    static String brief(Finding finding) {
        String about = image(finding).map(image -> image(finding.vm(), image)).orElseGet(() -> finding.vm().text());
        return describe(finding).substring(about.length() + ": ".length());
    }

    public static String describe(Finding finding) {
        return switch (finding) {
            case Finding.VmAppeared appeared -> appeared.copyOf()
                    .map(source -> "%s: copied by hand from %s%s".formatted(
                            appeared.vm(), source, difference(appeared.difference())))
                    .orElseGet(() -> "%s: made by hand".formatted(appeared.vm()));
            case Finding.VmBeingMade made -> "%s: incomplete%s, %s".formatted(
                    made.vm(), made.copyOf().map(" copy of %s"::formatted).orElse(""), reason(made.why()));
            case Finding.VmRestored restored -> "%s: restored by hand".formatted(restored.vm());
            case Finding.VmVanished vanished -> "%s: removed by hand".formatted(vanished.vm());
            case Finding.VmMisnamed misnamed -> "%s: moved by hand to vm/%s, a name that is not allowed"
                    .formatted(misnamed.vm(), misnamed.fileName());
            case Finding.VmMoved moved -> "%s: renamed by hand from %s".formatted(moved.vm(), moved.from());
            case Finding.SnapshotAppeared appeared ->
                "%s: new snapshot".formatted(image(appeared.vm(), appeared.snapshot().name()));
            case Finding.ImageVanished vanished ->
                "%s: removed by hand".formatted(image(vanished.vm(), vanished.image()));
            case Finding.SnapshotRenamed renamed -> "%s: renamed by hand from %s"
                    .formatted(image(renamed.vm(), renamed.to().name()), image(renamed.vm(), renamed.from()));
            case Finding.ImageRestored restored -> "%s: %s".formatted(
                    image(restored.vm(), restored.now().name()),
                    switch (restored.sameness()) {
                        case UNCHANGED -> "put back by hand, unchanged";
                        case IN_PLACE -> "rewritten or touched by hand, unchanged";
                        case SAMPLED -> "put back by hand, unchanged as far as samples tell";
                    });
            case Finding.ImageChanged changed -> "%s: %s".formatted(
                    image(changed.vm(), changed.now().name()),
                    changed.before().map(before -> change(before, changed.now())).orElse("is back"));
        };
    }

    /** Of a copy that one of the two went on after. */
    private static String difference(CopyDifference difference) {
        return (difference.isEarlier() ? " as it was before it was written to" : "")
                + snapshots(", without %s", difference.missing())
                + snapshots(", with %s in addition", difference.added())
                + snapshots(", with other content in %s", difference.different());
    }

    private static String snapshots(String words, List<SnapshotName> names) {
        return names.isEmpty()
                ? ""
                : words.formatted((names.size() == 1 ? "snapshot " : "snapshots ")
                        + names.stream().map(SnapshotName::text).collect(Collectors.joining(" and ")));
    }

    private static String reason(Incomplete why) {
        return switch (why) {
            case Incomplete.OpenForWriting open -> "%s has %s open for writing".formatted(open.writer(), open.file());
            case Incomplete.NamedByProgram named -> named.program() + " is copying to it";
            case Incomplete.Changing _ -> "it was changed a moment ago";
            case Incomplete.TemporaryFile temporary -> "rsync has not finished " + temporary.file();
            case Incomplete.Smaller smaller -> "%s has %s of %s".formatted(smaller.image().fileName(),
                    smaller.size().brief(), smaller.sourceSize().brief());
            case Incomplete.Missing missing -> "without " + missing.images().stream().map(ImageName::fileName)
                    .collect(Collectors.joining(", "));
        };
    }

    /** Until when a finding is left alone that is not recorded yet. */
    public static String patience(Finding finding) {
        return switch (finding) {
            case Finding.VmBeingMade made -> patience(made.why());
            case Finding.VmMisnamed _ -> "it stays in the journal: with an allowed name it is the same VM again";
            case Finding.VmAppeared _, Finding.VmRestored _, Finding.VmVanished _, Finding.VmMoved _,
                    Finding.SnapshotAppeared _, Finding.ImageVanished _, Finding.SnapshotRenamed _,
                    Finding.ImageChanged _, Finding.ImageRestored _ -> "it is recorded at once";
        };
    }

    private static String patience(Incomplete why) {
        return switch (why) {
            case Incomplete.OpenForWriting _, Incomplete.NamedByProgram _, Incomplete.Changing _ ->
                "it is recorded when it is complete";
            case Incomplete.TemporaryFile _, Incomplete.Smaller _ ->
                "it is recorded when it is complete, or as it is after ten minutes without a change";
            case Incomplete.Missing _ -> "it is recorded when it is complete, or as it is in a moment";
        };
    }

    private static String change(ImageFacts before, FolderImage now) {
        int compared = now.size().compareTo(before.size());
        if (compared == 0 && isOfTheSameTime(before, now)) {
            return "replaced by another file of the same size and time";
        }
        if (compared == 0) {
            return "written to at " + TimeFormat.second(now.modified());
        }
        return difference(before.size(), now.size());
    }

    /** How a size differs: both sizes, unless they look the same. */
    public static String difference(ByteCount before, ByteCount now) {
        long bytes = Math.abs(now.bytes() - before.bytes());
        String change = now.compareTo(before) > 0 ? "grown " : "shrunk ";
        if (!before.brief().equals(now.brief())) {
            return change + "from %s to %s".formatted(before.brief(), now.brief());
        }
        return change + "by " + (bytes < 1024 ? Pluralizer.of(bytes, "byte") : new ByteCount(bytes).brief());
    }

    /** To the second, where another file has no more of it: archives leave the rest out. */
    private static boolean isOfTheSameTime(ImageFacts before, FolderImage now) {
        return switch (Sameness.time(before.modified(), now.modified())) {
            case SAME -> true;
            case ROUNDED -> before.file().isPresent() && !before.file().get().equals(now.file());
            case COARSE, SHIFTED, OTHER -> false;
        };
    }

    /** {@code MyBox:ready}, or {@code MyBox (disk)}. */
    public static String image(VmName vm, ImageName image) {
        return image.snapshot().map(snapshot -> "%s:%s".formatted(vm, snapshot)).orElse("%s (disk)".formatted(vm));
    }

    /** All that reconciling found, and what it could not do. */
    public static String json(Reconcile.Report report, List<Unfinished> interrupted, Optional<LeftUndone> left) {
        return Json.pretty(json -> {
            json
                    .list("findings", report.findings(), FindingView::write)
                    .list("interrupted", interrupted, (one, unfinished) -> {
                        one.put("id", unfinished.operation().id())
                                .put("what", unfinished.operation().request().describe());
                        report.interrupted().stream()
                                .filter(outlook -> outlook.operation().id().equals(unfinished.operation().id()))
                                .forEach(outlook -> OutlookView.writeNext(one, outlook));
                    })
                    .list("notes", report.warnings(), (one, warning) -> one
                            .put("kind", warning.kind().text())
                            .put("subject", warning.subject())
                            .put("words", warning.message()));
            left.ifPresent(error -> error.write(json));
        });
    }

    /** One finding on a line of its own. */
    public static String json(Finding finding) {
        return Json.compact(json -> write(json, finding));
    }

    static void write(Json json, Finding finding) {
        json.put("kind", kind(finding)).put("vm", finding.vm()).put("words", describe(finding));
        switch (finding) {
            case Finding.VmAppeared appeared -> {
                json.put("copyOf", appeared.copyOf());
                if (!appeared.difference().isNone()) {
                    json.object("difference", difference -> difference
                            .put("earlier", appeared.difference().isEarlier())
                            .list("missing", appeared.difference().missing())
                            .list("added", appeared.difference().added())
                            .list("different", appeared.difference().different()));
                }
            }
            case Finding.VmBeingMade made -> json.put("copyOf", made.copyOf())
                    .put("reason", made.why().kind())
                    .put("process", made.why().process());
            case Finding.VmMoved moved -> json.put("from", moved.from());
            case Finding.SnapshotRenamed renamed -> json.put("from", renamed.from().snapshot());
            case Finding.VmMisnamed misnamed -> json.put("to", misnamed.fileName());
            case Finding.VmRestored _, Finding.VmVanished _, Finding.SnapshotAppeared _, Finding.ImageVanished _,
                    Finding.ImageChanged _, Finding.ImageRestored _ -> {}
        }
        json.put("file", image(finding).map(ImageName::fileName));
        if (finding instanceof Finding.ImageRestored restored) {
            json.put("sameness", restored.sameness().text());
        }
        json.put("plan", finding.events().isEmpty() ? "wait" : "record");
    }
}
