package ctl.vm.cli.view;

import ctl.vm.cli.output.TimeFormat;
import ctl.vm.inventory.Actor;
import ctl.vm.inventory.Event;
import ctl.vm.inventory.EventSubject;
import ctl.vm.inventory.Recorded;
import ctl.vm.inventory.Request;
import ctl.vm.inventory.audit.AuditEntry;
import ctl.vm.inventory.value.ImageName;
import ctl.vm.inventory.value.SnapshotName;
import ctl.vm.inventory.value.VmName;
import java.util.Optional;

/** Describes events, and the entries of the audit that they add up to. */
public final class EventText {

    private EventText() {}

    /** The VM, by the name that it has had since. */
    static Optional<VmName> vm(AuditEntry entry) {
        return entry.request()
                .map(request -> request instanceof Request.Rename rename && entry.outcome() != AuditEntry.Outcome.DONE
                        ? rename.from()
                        : request.vm())
                .or(() -> EventSubject.of(entry.beginning().event()).vm());
    }

    /** The VM, by the name that it had or was asked for; empty where it was about the root. */
    static Optional<VmName> subject(AuditEntry entry) {
        return entry.request().map(Request::vm).or(() -> EventSubject.of(entry.beginning().event()).vm());
    }

    /** The snapshot that it was about; empty where that was a disk image or a whole VM. */
    static Optional<SnapshotName> snapshot(AuditEntry entry) {
        return entry.request().map(EventText::snapshot)
                .orElseGet(() -> entry.imageByHand().flatMap(ImageName::snapshot));
    }

    private static Optional<SnapshotName> snapshot(Request request) {
        return switch (request) {
            case Request.DeleteSnapshot delete -> Optional.of(delete.snapshot());
            case Request.UndeleteSnapshot undelete -> Optional.of(undelete.snapshot());
            case Request.Purge purge -> purge.snapshot();
            case Request.Create _, Request.Clone _, Request.Import _, Request.Export _, Request.DeleteVm _,
                    Request.UndeleteVm _, Request.UndeletePackage _, Request.Rename _ -> Optional.empty();
        };
    }

    /** On what, and from or to where. */
    public static String object(AuditEntry entry) {
        return entry.request().map(EventText::object).orElseGet(() -> object(entry.beginning().event()))
                + entry.firstName().map(", asked for as %s"::formatted).orElse("");
    }

    private static String object(Request request) {
        return switch (request) {
            case Request.Create create -> create.vm().text();
            case Request.Clone clone -> "%s from %s".formatted(clone.vm(), clone.source());
            case Request.Import from -> "%s from %s".formatted(from.vm(), from.file());
            case Request.Export to -> "%s to %s".formatted(to.vm(), to.file());
            case Request.DeleteVm delete -> delete.vm().text();
            case Request.DeleteSnapshot delete -> "%s:%s".formatted(delete.vm(), delete.snapshot());
            case Request.UndeleteVm undelete -> undelete.from().equals(undelete.vm())
                    ? undelete.vm().text()
                    : "%s as %s".formatted(undelete.from(), undelete.vm());
            case Request.UndeleteSnapshot undelete -> undelete.from().equals(undelete.snapshot())
                    ? "%s:%s".formatted(undelete.vm(), undelete.snapshot())
                    : "%s:%s as %s".formatted(undelete.vm(), undelete.from(), undelete.snapshot());
            case Request.UndeletePackage undelete -> undelete.from().equals(undelete.file())
                    ? undelete.file()
                    : "%s as %s".formatted(undelete.from(), undelete.file());
            case Request.Purge purge -> purge.name();
            case Request.Rename rename -> "%s to %s".formatted(rename.from(), rename.vm());
        };
    }

    private static String object(Event event) {
        return switch (event) {
            case Event.TeamJoined joined -> "%s as %s".formatted(joined.server(), joined.name());
            case Event.TeamLeft left -> "%s as %s".formatted(left.server(), left.name());
            default -> byHand(event);
        };
    }

    /** What was done by hand. */
    static String byHand(Event event) {
        return switch (event) {
            case Event.VmFound found -> found.former()
                    .map(former -> former.name().equals(found.vm())
                            ? "%s is back".formatted(found.vm())
                            : "%s moved to %s".formatted(former.name(), found.vm()))
                    .orElseGet(() -> "%s appeared".formatted(found.vm()));
            case Event.VmVanished vanished -> "%s vanished".formatted(vanished.vm());
            case Event.VmMoved moved -> "%s moved to %s".formatted(moved.from(), moved.vm());
            case Event.ImageVanished vanished -> "%s vanished".formatted(image(vanished.vm(), vanished.image()));
            case Event.ImageChanged changed -> "%s %s".formatted(
                    image(changed.vm(), changed.image().name()),
                    changed.sameness().isPresent() ? "put back" : "changed");
            case Event.SnapshotFound found -> "%s:%s appeared"
                    .formatted(found.vm(), found.image().name().snapshot().orElseThrow());
            default -> throw new IllegalArgumentException("nothing that is done by hand: " + event);
        };
    }

    private static String image(VmName vm, ImageName image) {
        return image.snapshot().map(snapshot -> "%s:%s".formatted(vm, snapshot)).orElse("disk of " + vm);
    }

    /**
     * The user who started it. Of a change by hand the journal knows who noticed it and who owned the file: neither
     * need have made it.
     */
    static String who(Recorded beginning) {
        String user = user(beginning.actor());
        return isByHand(beginning.event()) ? "? (seen by %s)".formatted(user) : user;
    }

    private static boolean isByHand(Event event) {
        return switch (event) {
            case Event.OperationStarted _, Event.TeamJoined _, Event.TeamLeft _ -> false;
            default -> AuditEntry.isBegunBy(event);
        };
    }

    /** Who asked for it. */
    public static String user(Actor actor) {
        return actor.sudoUser().map(sudoUser -> "%s (sudo: %s)".formatted(actor.user(), sudoUser)).orElse(actor.user());
    }

    /** An event in one line: its number, local time, who, and what. */
    public static String line(Recorded recorded) {
        return "%6d  %s  %s  %s  %s".formatted(
                recorded.sequence(),
                TimeFormat.second(recorded.time()),
                who(recorded),
                recorded.operation(),
                describe(recorded.event()));
    }

    /** What happened, in a few words. */
    public static String describe(Event event) {
        return switch (event) {
            case Event.OperationStarted started -> started.request().describe() + ": started";
            case Event.CheckpointReached reached -> "%s: %s of its %s are durable".formatted(
                    reached.vm(), reached.checkpoint().durable().brief(), reached.checkpoint().image());
            case Event.PackageCheckpointReached reached -> "%s: %s of its package are durable".formatted(
                    reached.vm(), reached.checkpoint().written().brief());
            case Event.TargetChosen chosen -> "%s: is to be the name".formatted(chosen.vm());
            case Event.VmStaged staged -> "%s: complete, but not yet under its name".formatted(staged.vm());
            case Event.VmArrived arrived -> "%s: arrived".formatted(arrived.vm());
            case Event.PackageExported exported -> "%s: exported to %s".formatted(exported.vm(), exported.file());
            case Event.VmDeleted deleted -> "%s: deleted".formatted(deleted.vm());
            case Event.SnapshotDeleted deleted -> "%s:%s: deleted".formatted(deleted.vm(), deleted.snapshot());
            case Event.VmUndeleted undeleted -> "%s: undeleted".formatted(undeleted.vm());
            case Event.SnapshotUndeleted undeleted ->
                "%s:%s: undeleted".formatted(undeleted.vm(), undeleted.image().name().snapshot().orElseThrow());
            case Event.PackageUndeleted undeleted -> "%s: undeleted".formatted(undeleted.file());
            case Event.TrashPurged purged -> "%s: purged".formatted(purged.file()
                    .orElseGet(() -> purged.vm() + purged.snapshot().map(name -> ":" + name).orElse("")));
            case Event.VmRenamed renamed -> "%s: renamed to %s".formatted(renamed.from(), renamed.vm());
            case Event.ImageDigested digested -> "%s: its %s was digested".formatted(
                    digested.vm(), digested.image().name());
            case Event.TeamJoined joined -> "joined the team at %s as %s".formatted(joined.server(), joined.name());
            case Event.TeamLeft left -> "left the team at %s".formatted(left.server());
            case Event.OperationFailed failed -> "failed: " + failed.reason();
            case Event.OperationInterrupted interrupted -> "interrupted: " + interrupted.reason();
            case Event.OperationAbandoned _ -> "abandoned";
            case Event.VmFound _, Event.VmMoved _, Event.VmVanished _, Event.SnapshotFound _, Event.ImageVanished _,
                    Event.ImageChanged _ -> byHand(event) + ", by hand";
        };
    }
}
