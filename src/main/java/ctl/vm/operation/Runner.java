package ctl.vm.operation;

import ctl.vm.inventory.Event;
import ctl.vm.inventory.Folder;
import ctl.vm.inventory.OperationId;
import ctl.vm.inventory.Request;
import ctl.vm.inventory.Rules;
import ctl.vm.inventory.VmName;
import ctl.vm.problem.VmException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * Carries out what a user asks for.
 *
 * <p>Order of an operation: its start event is durable before its first step; its last step makes the result durable
 * and then records it; tidying up comes after that. If we die in between, the journal holds an operation that has
 * started and not ended, and its steps can be run again.
 */
public final class Runner {

    private final Workbench workbench;
    private final Clock clock;
    private final RandomGenerator random;

    public Runner(Workbench workbench, Clock clock, RandomGenerator random) {
        this.workbench = workbench;
        this.clock = clock;
        this.random = random;
    }

    /**
     * Makes sure that the request could be met now. Changes nothing and records nothing.
     *
     * @throws VmException where it could not
     */
    public void check(Request request) {
        DiskFailures.explained(() -> {
            planFor(request, newId()).check();
            Rules.decide(request, workbench.journal().inventory(), folder(request));
        });
    }

    /**
     * Does what the request says. When it throws a {@link VmException}, the inventory is as it was before.
     *
     * @throws VmException where the request cannot be met, or a step of it failed
     */
    public void run(Request request) {
        check(request);
        OperationId id = newId();
        DiskFailures.explained(() -> {
            workbench.store().prepare();
            workbench.journal().burst(() -> start(id, request));
        });
        carryOut(id, planFor(request, id));
    }

    /** Decided on what nobody can change until the start is recorded: bursts exclude each other. */
    private List<Event> start(OperationId id, Request request) {
        List<Event> events = Rules.decide(request, workbench.journal().inventory(), folder(request));
        events.forEach(event -> workbench.journal().append(id, event));
        return events;
    }

    private void carryOut(OperationId id, Plan plan) {
        try {
            DiskFailures.explained(() -> plan.steps().forEach(this::perform));
        } catch (VmException failed) {
            giveUp(id, plan, failed);
            throw failed;
        }
        try {
            plan.tidy();
        } catch (UncheckedIOException failed) {
            // What stays behind is no part of the inventory, and the operation has reached its goal.
            workbench.narrator().warn(DiskFailures.explain(failed).problem().message());
        }
    }

    private void perform(Step step) {
        if (step.said().isEmpty()) {
            step.action().run();
        } else {
            workbench.narrator().begin(step.said(), step.work());
            step.action().run();
            workbench.narrator().end();
        }
    }

    /** The journal may be what failed: then the operation stays open in it, which is the truth. */
    private void giveUp(OperationId id, Plan plan, VmException failed) {
        try {
            plan.tidy();
            var problem = failed.problem();
            workbench.journal().append(id, new Event.OperationFailed(problem.message(), problem.exitCode()));
        } catch (VmException | UncheckedIOException again) {
            failed.addSuppressed(again);
            workbench.narrator().warn("operation %s could not be ended: %s".formatted(id, again.getMessage()));
        }
    }

    private Plan planFor(Request request, OperationId id) {
        return switch (request) {
            case Request.Create create -> new CreateVm(workbench, id, create);
            case Request.Clone clone -> new CloneVm(workbench, id, clone);
            case Request.Import from -> from.raw()
                    ? new ImportRaw(workbench, id, from)
                    : new ImportPackage(workbench, id, from);
            case Request.Export export -> new ExportVm(workbench, id, export);
            case Request.DeleteVm delete -> new DeleteVm(workbench, id, delete);
            case Request.DeleteSnapshot delete -> new DeleteSnapshot(workbench, id, delete);
        };
    }

    private Folder folder(Request request) {
        Set<VmName> names = request instanceof Request.Clone clone && !clone.source().equals(clone.vm())
                ? Set.of(clone.source(), clone.vm())
                : Set.of(request.vm());
        return workbench.store().look(names);
    }

    private OperationId newId() {
        return OperationId.startedAt(clock.instant(), random.nextInt());
    }
}
