package ctl.vm.journal.json;

import ctl.vm.inventory.CompressionLevel;
import ctl.vm.inventory.CopyOptions;
import ctl.vm.inventory.Event;
import ctl.vm.inventory.PackageLimits;
import ctl.vm.inventory.Request;
import ctl.vm.inventory.value.ByteCount;
import ctl.vm.inventory.value.ImageSize;
import ctl.vm.inventory.value.OperationId;
import ctl.vm.inventory.value.SnapshotName;
import ctl.vm.inventory.value.VmName;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** How a request is written: the fields of the event that starts it, and of the operation in the listing. */
public final class RequestJson {

    private static final String STARTED = "-started";

    private RequestJson() {}

    /** What was asked for: {@code clone} of {@code clone-started}. */
    public static String action(Request request) {
        String name = EventName.of(new Event.OperationStarted(request)).text();
        return name.substring(0, name.length() - STARTED.length());
    }

    public static String text(Request request) {
        return JsonWriter.object(json -> write(json, request));
    }

    public static void write(JsonWriter json, Request request) {
        switch (request) {
            case Request.Create create -> {
                json.text("vm", request.vm().text());
                json.number("size", create.size().bytes().bytes());
                json.text("typedSize", create.size().text());
                json.flag("replace", create.replace());
                now(json, create.now());
            }
            case Request.Clone clone -> {
                json.text("source", clone.source().text());
                json.text("vm", request.vm().text());
                write(json, clone.options());
                json.flag("replace", clone.replace());
                now(json, clone.now());
            }
            case Request.Import imports -> {
                json.text("file", imports.file());
                json.text("vm", request.vm().text());
                json.flag("raw", imports.raw());
                if (imports.asIs()) {
                    json.flag("asIs", true);
                }
                write(json, imports.limits());
                json.flag("replace", imports.replace());
                now(json, imports.now());
            }
            case Request.Export export -> {
                json.text("vm", request.vm().text());
                json.text("file", export.file());
                json.flag("replace", export.replace());
                write(json, export.level());
                now(json, export.now());
            }
            case Request.DeleteVm delete -> {
                json.text("vm", request.vm().text());
                json.flag("now", delete.now());
                json.number("keepSeconds", delete.keep().map(Duration::toSeconds));
            }
            case Request.DeleteSnapshot delete -> {
                json.text("vm", request.vm().text());
                json.text("snapshot", delete.snapshot().text());
                json.flag("now", delete.now());
                json.number("keepSeconds", delete.keep().map(Duration::toSeconds));
            }
            case Request.UndeleteVm undelete -> {
                json.text("deletion", undelete.deletion().text());
                json.text("from", undelete.from().text());
                json.text("vm", request.vm().text());
            }
            case Request.UndeleteSnapshot undelete -> {
                json.text("deletion", undelete.deletion().text());
                json.text("from", undelete.from().text());
                json.text("vm", request.vm().text());
                json.text("snapshot", undelete.snapshot().text());
            }
            case Request.UndeletePackage undelete -> {
                json.text("deletion", undelete.deletion().text());
                json.text("vm", request.vm().text());
                json.text("from", undelete.from());
                json.text("file", undelete.file());
            }
            case Request.Purge purge -> {
                json.text("deletion", purge.deletion().text());
                json.text("vm", request.vm().text());
                json.text("snapshot", purge.snapshot().map(SnapshotName::text));
                json.text("file", purge.file());
            }
            case Request.Rename rename -> {
                json.text("from", rename.from().text());
                json.text("vm", request.vm().text());
            }
        }
    }

    /** The request of an action, as this program writes it. */
    public static Request request(String action, JsonObject json) {
        return Arrays.stream(EventName.values())
                .filter(name -> name.text().equals(action + STARTED))
                .findFirst()
                .map(name -> request(name, json))
                .orElseThrow(() -> new UnreadableText("%s is no action".formatted(action)));
    }

    public static Request request(EventName name, JsonObject json) {
        VmName vm = new VmName(json.text("vm"));
        return switch (name) {
            case CREATE_STARTED -> new Request.Create(
                    vm,
                    new ImageSize(json.text("typedSize"), new ByteCount(json.number("size"))),
                    json.flag("replace"), now(json));
            case CLONE_STARTED -> new Request.Clone(
                    new VmName(json.text("source")), vm, copyOptions(json), json.flag("replace"), now(json));
            case IMPORT_STARTED -> new Request.Import(
                    json.text("file"), vm, json.flag("raw"), json.optionalFlag("asIs").orElse(false), limits(json),
                    json.flag("replace"), now(json));
            case EXPORT_STARTED -> new Request.Export(
                    vm, json.text("file"), json.flag("replace"), level(json), now(json));
            case VM_DELETION_STARTED ->
                new Request.DeleteVm(vm, now(json), keep(json));
            case SNAPSHOT_DELETION_STARTED -> new Request.DeleteSnapshot(
                    vm, new SnapshotName(json.text("snapshot")), now(json), keep(json));
            case VM_UNDELETION_STARTED ->
                new Request.UndeleteVm(deletion(json), new VmName(json.text("from")), vm);
            case SNAPSHOT_UNDELETION_STARTED -> new Request.UndeleteSnapshot(
                    deletion(json), new SnapshotName(json.text("from")), vm, new SnapshotName(json.text("snapshot")));
            case PACKAGE_UNDELETION_STARTED ->
                new Request.UndeletePackage(deletion(json), vm, json.text("from"), json.text("file"));
            case PURGE_STARTED -> new Request.Purge(
                    deletion(json), vm, json.optionalText("snapshot").map(SnapshotName::new),
                    json.optionalText("file"));
            case RENAMING_STARTED -> new Request.Rename(new VmName(json.text("from")), vm);
            // EventJson lists the names that start something.
            default ->
                throw new IllegalArgumentException(name + " starts nothing");
        };
    }

    /** Only where it is so: the request of an operation that an older program started stays the same text. */
    private static void now(JsonWriter json, boolean now) {
        if (now) {
            json.flag("now", true);
        }
    }

    /** The first versions knew no other way. */
    private static boolean now(JsonObject json) {
        return json.optionalFlag("now").orElse(false);
    }

    /** Up to version 2 no time was given. */
    private static Optional<Duration> keep(JsonObject json) {
        return json.optionalNumber("keepSeconds").map(Duration::ofSeconds);
    }

    static OperationId deletion(JsonObject json) {
        return new OperationId(json.text("deletion"));
    }

    private static void write(JsonWriter json, CopyOptions options) {
        json.text("reflink", options.reflink().toString());
        json.text("sparse", options.sparse().toString());
    }

    /** Version 1 had no options, and meant the usual ones. */
    private static CopyOptions copyOptions(JsonObject json) {
        return new CopyOptions(when(json, "reflink"), when(json, "sparse"));
    }

    private static CopyOptions.When when(JsonObject json, String field) {
        return json.optionalText(field)
                .map(text -> CopyOptions.When.valueOf(text.toUpperCase(Locale.ROOT)))
                .orElse(CopyOptions.When.AUTO);
    }

    private static void write(JsonWriter json, CompressionLevel level) {
        json.number("level", level.level().map(Integer::longValue));
        json.flag("fast", level.fast());
    }

    /** Version 1 had no level. */
    private static CompressionLevel level(JsonObject json) {
        return new CompressionLevel(json.optionalNumber("level").map(Math::toIntExact),
                json.optionalFlag("fast").orElse(false));
    }

    /** Those that were chosen, each under the name of its option. */
    private static void write(JsonWriter json, PackageLimits limits) {
        json.number("maxData", limits.data().map(ByteCount::bytes));
        json.number("maxRatio", limits.ratio());
        json.number("maxMembers", limits.members());
        json.number("maxHeader", limits.header().map(ByteCount::bytes));
        if (limits.acceptCutOff()) {
            json.flag("acceptCutOff", true);
        }
    }

    /** Version 1 had no limits. */
    private static PackageLimits limits(JsonObject json) {
        return new PackageLimits(
                json.optionalNumber("maxData").map(ByteCount::new), json.optionalNumber("maxRatio"),
                json.optionalNumber("maxMembers"), json.optionalNumber("maxHeader").map(ByteCount::new),
                json.optionalFlag("acceptCutOff").orElse(false));
    }
}
