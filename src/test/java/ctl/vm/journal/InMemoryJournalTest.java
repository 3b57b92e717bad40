package ctl.vm.journal;

import ctl.vm.journal.json.Samples;

final class InMemoryJournalTest extends JournalContract {

    public @Override Journal journal() {
        return new InMemoryJournal(Samples.ACTOR, Samples.CLOCK);
    }
}
