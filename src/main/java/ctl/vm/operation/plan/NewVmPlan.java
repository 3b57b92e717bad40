package ctl.vm.operation.plan;

/** What all plans have in common that bring in a VM: what is built in staging can be thrown away until it is published. */
abstract class NewVmPlan implements Plan {

    private final StagedInstall arrival;

    NewVmPlan(StagedInstall arrival) {
        this.arrival = arrival;
    }

    final StagedInstall arrival() {
        return arrival;
    }

    @Override
    public final boolean isDone() {
        return arrival.isDone();
    }

    /** Somebody may have put something into it since. */
    @Override
    public final boolean canBeTakenBackWhenDone() {
        return false;
    }

    @Override
    public final void undo() {
        arrival.staging().discard();
    }

    @Override
    public final void tidy() {
        arrival.staging().discard();
    }
}
