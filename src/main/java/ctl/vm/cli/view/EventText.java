package ctl.vm.cli.view;

import ctl.vm.cli.output.WallClock;
import ctl.vm.inventory.Event;
import ctl.vm.inventory.Recorded;

/** Says what happened, one event a line. */
public final class EventText {

    private EventText() {}

    /** Number, local time, who, and what. */
    public static String line(Recorded recorded) {
        return "%6d  %s  %s  %s  %s".formatted(
                recorded.sequence(),
                WallClock.second(recorded.time()),
                AuditEntries.who(recorded),
                recorded.operation(),
                describe(recorded.event()));
    }

    private static String describe(Event event) {
        return switch (event) {
            case Event.OperationStarted started -> started.request().describe() + ": started";
            case Event.CheckpointReached reached -> "%s: %s of its %s are durable".formatted(
                    reached.vm(), reached.checkpoint().durable().brief(), reached.checkpoint().image());
            case Event.PackageCheckpointReached reached -> "%s: %s of its package are durable".formatted(
                    reached.vm(), reached.checkpoint().written().brief());
            case Event.VmStaged staged -> "%s: whole, and not yet under its name".formatted(staged.vm());
            case Event.VmArrived arrived -> "%s: arrived".formatted(arrived.vm());
            case Event.PackageExported exported -> "%s: exported to %s".formatted(exported.vm(), exported.file());
            case Event.VmDeleted deleted -> "%s: deleted".formatted(deleted.vm());
            case Event.SnapshotDeleted deleted -> "%s:%s: deleted".formatted(deleted.vm(), deleted.snapshot());
            case Event.VmUndeleted undeleted -> "%s: undeleted".formatted(undeleted.vm());
            case Event.SnapshotUndeleted undeleted ->
                "%s:%s: undeleted".formatted(undeleted.vm(), undeleted.image().name().snapshot().orElseThrow());
            case Event.TrashPurged purged -> "%s%s: purged"
                    .formatted(purged.vm(), purged.snapshot().map(name -> ":" + name).orElse(""));
            case Event.VmRenamed renamed -> "%s: renamed to %s".formatted(renamed.from(), renamed.vm());
            case Event.ImageDigested digested -> "%s: its %s was digested".formatted(
                    digested.vm(), digested.image().name());
            case Event.OperationFailed failed -> "failed: " + failed.reason();
            case Event.OperationInterrupted interrupted -> "interrupted: " + interrupted.reason();
            case Event.OperationAbandoned _ -> "given up";
            case Event.VmFound _, Event.VmMoved _, Event.VmVanished _, Event.SnapshotFound _, Event.ImageVanished _,
                    Event.ImageChanged _ -> AuditEntries.byHand(event) + ", by hand";
        };
    }
}
