package ctl.vm.cli.view;

import ctl.vm.cli.output.Json;
import ctl.vm.cli.output.Pluralizer;
import ctl.vm.reconcile.Verify.Content;
import ctl.vm.reconcile.Verify;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Describes what a verification found: in a line each, or as JSON. */
public final class VerifyView {

    private VerifyView() {}

    /** What is not right. */
    public static List<String> lines(Verify.Report report) {
        List<String> lines = new ArrayList<>();
        report.errors().forEach(error -> lines.add("journal: " + error.message()));
        report.drift().forEach(finding -> lines.add("folder: " + FindingView.describe(finding)));
        report.interrupted().forEach(outlook -> outlook.changes()
                .forEach(finding -> lines.add("folder: " + FindingView.describe(finding))));
        report.images().stream()
                .filter(image -> image.state() == Content.DAMAGED)
                .forEach(image -> lines.add("image: " + describe(image)));
        return lines;
    }

    /** What cannot be checked, although it is no error; and what was recorded, where no summary mentions it. */
    public static List<String> hints(Verify.Report report) {
        return Stream.concat(
                report.interrupted().stream().map(OutlookView::hint),
                report.images().stream()
                        .filter(image -> image.state() == Content.CHANGED_SINCE
                                || image.state() == Content.RECORDED && !report.isClean())
                        .map(VerifyView::describe))
                .toList();
    }

    /** What was right, where all was. */
    public static String summary(Verify.Report report) {
        String checked = Pluralizer.of(report.events(), "event", "events") + " checked, journal and folder agree";
        if (report.images().isEmpty()) {
            return checked;
        }
        List<String> parts = new ArrayList<>(List.of(checked, Pluralizer.of(
                count(report, Content.SAME), "image matches its digest", "images match their digests")));
        long changed = count(report, Content.CHANGED_SINCE);
        if (changed > 0) {
            parts.add(changed + " changed since");
        }
        long recorded = count(report, Content.RECORDED);
        if (recorded > 0) {
            parts.add(Pluralizer.of(recorded, "was", "were") + " digested now");
        }
        long unknown = count(report, Content.UNKNOWN);
        if (unknown > 0) {
            parts.add(Pluralizer.of(unknown, "was", "were") + " never digested");
        }
        return String.join(", ", parts);
    }

    static String describe(Verify.Image image) {
        String name = FindingView.image(image.vm(), image.name());
        return switch (image.state()) {
            case SAME -> "%s has the content of event %d".formatted(name, image.event().orElseThrow());
            case DAMAGED -> "%s is damaged: its size and time are those of event %d, its content is not"
                    .formatted(name, image.event().orElseThrow());
            case CHANGED_SINCE -> "%s changed since event %d, which has its digest"
                    .formatted(name, image.event().orElseThrow());
            case UNKNOWN -> "%s was never digested".formatted(name);
            case RECORDED -> "%s was digested now".formatted(name);
        };
    }

    private static long count(Verify.Report report, Content state) {
        return report.images().stream().filter(image -> image.state() == state).count();
    }

    /** Everything but whether it is clean. */
    public static void write(Json json, Verify.Report report) {
        json.put("events", report.events())
                .list("journal", report.errors(), (one, error) -> one
                        .put("kind", error.kind())
                        .put("in", error.place())
                        .put("event", error.event())
                        .put("words", error.message()))
                .list("folder", report.drift(), FindingView::write)
                .list("interrupted", report.interrupted(), OutlookView::write)
                .list("images", report.images(), (one, image) -> one
                        .put("vm", image.vm())
                        .put("file", image.name().fileName())
                        .put("content", image.state())
                        .put("event", image.event()));
    }
}
