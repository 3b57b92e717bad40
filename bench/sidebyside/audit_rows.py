"""Rows about answers from a long journal: a question costs what its answer costs, however much else there is."""

from .row import Mismatch, Row

EVENTS = 1_000_000
FEW_EVENTS = 1_000
VMS = 20
ANSWERS = 50


class AuditRow(Row):
    """The first answers to a question, out of a million events and, as the peer, out of a thousand."""

    peer = f"of {FEW_EVENTS:,} events"
    at_most = 2

    filters = ()
    """What is asked."""

    answer = ""
    """What each line of the answer holds."""

    def obstacle(self):
        if not (self.workplace.checkout / "target" / "test-classes").is_dir():
            return "the journals are made by test code: mvn -q test-compile"
        return super().obstacle()

    def prepare(self):
        self.long = self.made(EVENTS)
        self.short = self.made(FEW_EVENTS)
        for root in (self.long, self.short):
            # Whoever comes first to a journal that was put there by others checks it from end to end.
            self.workplace.run([self.workplace.launcher, "vm", "list", f"--root={root}"])

    def made(self, events):
        """A root with so many events, which all rows share."""
        root = self.workplace.folder / f"journal-{events}"
        if not root.is_dir():
            target = self.workplace.checkout / "target"
            classes = f"{target / 'test-classes'}:{target / 'classes'}:{target / 'lib'}/*"
            java = self.workplace.java.home / "bin" / "java"
            self.workplace.run([java, "-cp", classes, "ctl.vm.journal.MadeJournal", root, events, VMS])
        return root

    def our_command(self):
        return self.question(self.long)

    def peer_command(self):
        return self.question(self.short)

    def question(self, root):
        """Asks the journal of a root."""
        return [self.workplace.launcher, "vm", "audit", f"--root={root}", *self.filters, f"--limit={ANSWERS}"]

    def check(self):
        heading, *answers = self.our_output.read_text().splitlines()
        if not heading.startswith("TIME") or len(answers) != ANSWERS:
            raise Mismatch(f"{len(answers)} answers instead of {ANSWERS}")
        wrong = [line for line in answers if self.answer not in line]
        if wrong:
            raise Mismatch(f"not asked for: {wrong[0]}")
        return f"{ANSWERS} answers, each with {self.answer}; {len(self.peer_output.read_text().splitlines()) - 1} of the peer"


class AuditVm(AuditRow):
    """What was done to a VM."""

    name = "audit-vm"
    work = f"first {ANSWERS} deeds on a VM, of {EVENTS:,} events"
    filters = ("Box1",)
    answer = "Box1"


class AuditUser(AuditRow):
    """What a user did."""

    name = "audit-user"
    work = f"first {ANSWERS} deeds of a user, of {EVENTS:,} events"
    filters = ("--by=ann",)
    answer = "ann"


class AuditTime(AuditRow):
    """What was done in an hour."""

    name = "audit-time"
    work = f"first {ANSWERS} deeds of some hours, of {EVENTS:,} events"
    filters = ("--since=2026-01-01T01:00:00Z", "--until=2026-01-01T04:00:00Z")
    answer = "2026-01-01 "
