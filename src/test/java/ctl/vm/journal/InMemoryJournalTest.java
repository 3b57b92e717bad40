package ctl.vm.journal;

final class InMemoryJournalTest extends JournalContract {

    @Override
    Journal journal() {
        return new InMemoryJournal(Samples.ACTOR, Samples.CLOCK);
    }
}
