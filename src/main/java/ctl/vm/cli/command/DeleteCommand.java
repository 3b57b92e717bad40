package ctl.vm.cli.command;

import ctl.vm.cli.console.Session;
import ctl.vm.cli.output.Pluralizer;
import ctl.vm.cli.output.Target;
import ctl.vm.cli.output.TimeFormat;
import ctl.vm.cli.problem.ShellWord;
import ctl.vm.commandline.ArgumentType;
import ctl.vm.commandline.Arguments;
import ctl.vm.commandline.Option;
import ctl.vm.commandline.Parameter;
import ctl.vm.commandline.Syntax.ExitCode;
import ctl.vm.commandline.Syntax;
import ctl.vm.inventory.FolderVm;
import ctl.vm.inventory.Request;
import ctl.vm.inventory.Vm;
import ctl.vm.inventory.drift.Listing;
import ctl.vm.inventory.value.ImageName;
import ctl.vm.inventory.value.SnapshotName;
import ctl.vm.inventory.value.VmName;
import ctl.vm.operation.RetentionPeriod;
import ctl.vm.operation.query.ListVms;
import ctl.vm.operation.query.MeasureUsage.Freed;
import ctl.vm.operation.query.MeasureUsage;
import ctl.vm.operation.query.Provenance;
import ctl.vm.operation.run.StartOperation;
import ctl.vm.problem.Misuse;
import ctl.vm.problem.NotFound;
import ctl.vm.problem.VmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** {@code ctl vm delete}. */
public final class DeleteCommand implements Command {

    private static final Option YES = Option.flag("-y, --yes", "Do not ask.");
    private static final Option NOW = Option.flag("--now", "Free the space at once: this cannot be undone.");
    private static final Option KEEP = Option.valued("--keep", "TIME", ArgumentType.TIME,
            "How long the trash keeps it: 90m, 24h, 7d, 2w.");
    private static final Option WHILE_IN_USE = Option.flag("--while-in-use",
            "Delete even if a process has the image open; that process keeps the deleted image.");
    private static final Parameter TARGETS = Parameter.atLeastOne("NAME[:SNAPSHOT]", ArgumentType.TARGET,
            "VM or snapshot to delete.");

    @Override
    public Syntax syntax() {
        return Syntax.of("delete", "Delete VMs and snapshots.",
                "All arguments are checked before anything is changed. You are asked before VMs are deleted, once "
                        + "for all of them.",
                "Deleted VMs and snapshots stay in the trash for 24 hours, or for --keep or $CTL_TRASH_KEEP (such as "
                        + "7d; 0 keeps nothing): \"ctl vm undelete\" brings them back. How long is decided now: a "
                        + "later value changes nothing for them.")
                .options(YES, NOW, KEEP, WHILE_IN_USE)
                .parameters(TARGETS)
                .exitCodes(DONE, new ExitCode(1, "failed, or answered no; no half-deleted VM is listed"), USAGE,
                        NOT_FOUND, BUSY, UNSAFE)
                .examples("ctl vm delete MyBox:ready", "ctl vm delete -y MyBox Scratch",
                        "ctl vm delete -y --now Scratch   when the disk is full");
    }

    @Override
    public int run(Arguments given, Session session) {
        List<Target> targets = given.all(TARGETS).stream().map(Target::parse).toList();
        requireNamedOnce(targets);
        Optional<Duration> keep = keep(given, session);
        StartOperation start = new StartOperation(session.contextForChange(), given.has(WHILE_IN_USE));
        List<Deletion> deletions = targets.stream().map(target -> deletion(start, target, keep)).toList();
        deletions.forEach(deletion -> check(session, start, deletion, targets));
        List<Deletion> inQuestion = deletions.stream()
                .filter(deletion -> deletion.target().snapshot().isEmpty())
                .filter(deletion -> !start.isInterrupted(deletion.request()))
                .toList();
        List<Deletion> confirmed = new ArrayList<>(deletions);
        if (!isConfirmed(session, inQuestion.stream().map(Deletion::target).toList(), given.has(YES))) {
            confirmed.removeAll(inQuestion);
        }
        Optional<Freed> freed = freed(session, confirmed);
        confirmed.forEach(deletion -> {
            start.run(deletion.request(), given.has(YES) ? descendants(session, deletion.target()) : () -> {});
            deletion.keep().ifPresent(time -> session.console()
                    .hint("\"ctl vm undelete %s\" brings it back within the next %s"
                            .formatted(ShellWord.of(deletion.target().toString()), TimeFormat.span(time))));
        });
        freed.ifPresent(session.console()::freed);
        return confirmed.size() == targets.size() ? 0 : 1;
    }

    /** How long the trash is to keep it; empty where the space is freed at once. */
    private static Optional<Duration> keep(Arguments given, Session session) {
        Optional<String> asked = given.value(KEEP);
        if (given.has(NOW) && asked.isPresent()) {
            throw given.wrong("give either --now or --keep");
        }
        RetentionPeriod period = asked.map(text -> RetentionPeriod.parse(text)
                .orElseThrow(() -> given.wrong("--keep cannot be \"%s\", but a length of time such as 90m, 24h or 7d"
                        .formatted(text))))
                .orElseGet(() -> given.has(NOW) ? RetentionPeriod.NONE : session.context().keep());
        return Optional.of(period.time()).filter(Duration::isPositive);
    }

    /** What is deleted, and how long the trash keeps it; its space is freed at once where it does not. */
    private record Deletion(Target target, Optional<Duration> keep) {

        Request request() {
            return target.deletion(keep);
        }

        boolean now() {
            return keep.isEmpty();
        }
    }

    /** What is freed at once; empty where nothing is. */
    private static Optional<Freed> freed(Session session, List<Deletion> deletions) {
        List<Target> targets = deletions.stream().filter(Deletion::now).map(Deletion::target).toList();
        Set<VmName> vms = targets.stream()
                .filter(target -> target.snapshot().isEmpty())
                .map(Target::vm)
                .collect(Collectors.toSet());
        Map<VmName, Set<ImageName>> snapshots = targets.stream()
                .filter(target -> target.snapshot().isPresent())
                .collect(Collectors.groupingBy(Target::vm, Collectors.mapping(
                        target -> ImageName.of(target.snapshot().orElseThrow()), Collectors.toSet())));
        return targets.isEmpty()
                ? Optional.empty()
                : Optional.of(new MeasureUsage(session.context()).freedBy(vms, snapshots));
    }

    /** An interrupted deletion is resumed as it was started, with or without {@code --now}, and kept for as long. */
    private static Deletion deletion(StartOperation start, Target target, Optional<Duration> keep) {
        Optional<Duration> kept = start.interrupted(target.deletion(Optional.of(RetentionPeriod.USUAL.time())))
                .map(request -> request.keep().orElse(RetentionPeriod.USUAL.time()));
        boolean isFreed = start.isInterrupted(target.deletion(Optional.empty()));
        return new Deletion(target, isFreed ? Optional.empty() : kept.or(() -> keep));
    }

    private static void requireNamedOnce(List<Target> targets) {
        for (Target target : targets) {
            List<Target> others = new ArrayList<>(targets);
            others.remove(target);
            others.stream().filter(other -> other.covers(target)).findFirst().ifPresent(other -> {
                throw new Misuse.NamedTwice(target.toString(), other.toString()).thrown();
            });
        }
    }

    private static void check(Session session, StartOperation start, Deletion deletion, List<Target> targets) {
        try {
            start.check(deletion.request());
        } catch (VmException failed) {
            if (failed.problem() instanceof NotFound.NoSuchVm missing) {
                blameMissingColon(session, missing.name(), targets);
            }
            throw failed;
        }
    }

    /** {@code delete MyBox ready} most likely means {@code MyBox:ready}, and must not delete {@code MyBox}. */
    private static void blameMissingColon(Session session, String missing, List<Target> targets) {
        for (Target target : targets) {
            if (target.snapshot().isEmpty() && !target.vm().text().equals(missing)
                    && hasSnapshot(session, target, missing)) {
                throw new NotFound.SnapshotWithoutVm(missing, target.vm().text()).thrown();
            }
        }
    }

    private static boolean hasSnapshot(Session session, Target target, String name) {
        return SnapshotName.of(name).map(ImageName::of).flatMap(entry(session, target, false).folder()::image)
                .isPresent();
    }

    /** Several VMs are listed and asked for once. */
    private static boolean isConfirmed(Session session, List<Target> vms, boolean yes) {
        if (vms.isEmpty()) {
            return true;
        }
        boolean asked = !yes && session.console().isAttended();
        List<Listing.Entry> entries = vms.stream().map(vm -> entry(session, vm, asked)).toList();
        if (asked && vms.size() == 1) {
            mentionWhatGoes(session, entries.getFirst().folder());
        } else if (asked) {
            session.layout().table(whatGoes(entries)).forEach(session.console()::line);
        }
        entries.forEach(entry -> mentionOtherFiles(session, entry.folder()));
        if (yes) {
            return true;
        }
        vms.forEach(vm -> descendants(session, vm).run());
        String question = vms.size() == 1
                ? "Delete VM %s?".formatted(vms.getFirst())
                : "Delete these %d VMs?".formatted(vms.size());
        boolean confirmed = session.console().confirm(question);
        if (!confirmed) {
            session.console().skip(vms.size() == 1
                    ? "%s was not deleted".formatted(vms.getFirst())
                    : "these %d VMs were not deleted".formatted(vms.size()));
        }
        return confirmed;
    }

    private static List<List<String>> whatGoes(List<Listing.Entry> vms) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("NAME", "SIZE", "ON DISK", "SNAPSHOTS"));
        vms.forEach(vm -> rows.add(List.of(
                vm.name().text(),
                vm.folder().image(ImageName.DISK).map(disk -> disk.size().brief()).orElse("-"),
                vm.folder().allocated().brief(),
                String.valueOf(vm.folder().snapshots().size()))));
        return rows;
    }

    private static void mentionWhatGoes(Session session, FolderVm folder) {
        List<String> snapshots = folder.snapshots().stream()
                .map(image -> image.name().snapshot().orElseThrow().text())
                .toList();
        session.console().hint("%s: %s%s on disk, %s%s".formatted(
                folder.name(),
                folder.image(ImageName.DISK).map(disk -> disk.size().brief() + ", ").orElse(""),
                folder.allocated().brief(),
                snapshots.isEmpty() ? "no snapshots" : Pluralizer.of(snapshots.size(), "snapshot") + ": ",
                String.join(", ", snapshots)));
    }

    private static void mentionOtherFiles(Session session, FolderVm folder) {
        if (!folder.otherFiles().isEmpty()) {
            session.console()
                    .warn("%s holds other files, which are deleted with it: %s"
                            .formatted(folder.name(), String.join(", ", folder.otherFiles())));
        }
    }

    /** Mentions what was made from a VM: before the question, or while the journal is open for the deletion anyway. */
    private static Runnable descendants(Session session, Target target) {
        return target.snapshot().isPresent()
                ? () -> {}
                : () -> entry(session, target, false).known().ifPresent(vm -> mentionDescendants(session, vm));
    }

    private static void mentionDescendants(Session session, Vm vm) {
        Provenance.Descendants descendants = new Provenance(session.context()).of(vm);
        if (!descendants.isEmpty()) {
            int count = descendants.clones().size() + descendants.packages().size();
            session.console().hint("%s made from %s %s not need it".formatted(
                    Pluralizer.some(descendants.clones().size(), "clone")
                            + (descendants.clones().isEmpty() || descendants.packages().isEmpty() ? "" : " and ")
                            + Pluralizer.some(descendants.packages().size(), "package"),
                    vm.name(), count == 1 ? "does" : "do"));
        }
    }

    private static Listing.Entry entry(Session session, Target target, boolean closely) {
        return new ListVms(session.context()).run(List.of(target.vm()), closely).vms().getFirst();
    }
}
