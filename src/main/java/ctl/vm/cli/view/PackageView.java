package ctl.vm.cli.view;

import ctl.vm.cli.console.ResultLayout;
import ctl.vm.cli.output.Json;
import ctl.vm.cli.output.Pluralizer;
import ctl.vm.cli.output.Table;
import ctl.vm.cli.output.TimeFormat;
import ctl.vm.inventory.Request;
import ctl.vm.inventory.value.ImageName;
import ctl.vm.operation.query.ListPackage;
import java.util.ArrayList;
import java.util.List;

/** What is in a package, for people and as JSON. */
public final class PackageView {

    private static final String SECTION = "    ";
    private static final List<Table.Fit> IMAGE = List.of(
            Table.Fit.WHOLE, Table.Fit.WHOLE, Table.Fit.WHOLE, Table.Fit.WHOLE, Table.Fit.BELOW);

    private PackageView() {}

    public static List<String> of(ListPackage.Contents contents, ResultLayout layout) {
        List<String> lines = new ArrayList<>();
        lines.add(contents.file().equals(Request.PIPE) ? "standard input" : contents.file());
        lines.add("  Size: " + contents.size().brief());
        lines.add("  Format: " + format(contents));
        contents.seal().ifPresent(seal -> lines.add("  Seal: " + seal));
        lines.add(
                "  Checked: " + (contents.isProved()
                        ? "the whole package is intact"
                        : "headers only, --whole reads all of it"));
        contents.sha256().ifPresent(digest -> lines.add("  SHA-256: " + digest));
        contents.origin().ifPresent(origin -> lines.add("  Exported from: " + OriginView.text(origin)));
        lines.add("  Images:");
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("NAME", "SIZE", "STORED", "MODIFIED", "NOTE"));
        contents.images().forEach(image -> rows.add(row(image)));
        layout.indented(SECTION.length()).table(rows, IMAGE).forEach(line -> lines.add(SECTION + line));
        if (!contents.others().isEmpty()) {
            lines.add("  Not imported:");
            contents.others().forEach(name -> lines.add(SECTION + name));
        }
        return lines;
    }

    private static String format(ListPackage.Contents contents) {
        String format = contents.compression().equals("none")
                ? "tar"
                : "tar, compressed with " + contents.compression();
        return contents.seal().isEmpty()
                ? format
                : "%s by ctl vm, in %s".formatted(format, Pluralizer.of(contents.parts(), "part"));
    }

    private static List<String> row(ListPackage.Image image) {
        return List.of(
                name(image.name()),
                image.size().brief(),
                image.stored().brief(),
                TimeFormat.minute(image.modified()),
                image.isRefused() ? "S2E would refuse it: disk.s2e was modified since" : "");
    }

    private static String name(ImageName image) {
        return image.snapshot().map(Object::toString).orElse(image.fileName());
    }

    public static String json(ListPackage.Contents contents) {
        return Json.pretty(json -> json
                .put("file", contents.file())
                .put("sizeBytes", contents.size())
                .put("format", "tar")
                .put("compression", contents.compression())
                .put("madeByCtlVm", contents.seal().isPresent())
                .put("proved", contents.isProved())
                .put("parts", contents.seal().map(_ -> contents.parts()))
                .put("seal", contents.seal())
                .put("sha256", contents.sha256())
                .object("exportedFrom", contents.origin(), OriginView::write)
                .list("images", contents.images(), (one, image) -> one
                        .put("file", image.name().fileName())
                        .put("snapshot", image.name().snapshot())
                        .put("sizeBytes", image.size())
                        .put("storedBytes", image.stored())
                        .put("holeBytes", image.holes())
                        .put("modified", image.modified())
                        .put("refusedByS2e", image.isRefused()))
                .list("otherMembers", contents.others()));
    }
}
