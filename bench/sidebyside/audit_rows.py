"""Rows about answers from a long journal: a question costs what its answer costs, however much else there is."""

from .long_rows import EVENTS, LongRow
from .row import Mismatch

ANSWERS = 50


class AuditRow(LongRow):
    """The first answers to a question, out of a million events and, as the peer, out of a thousand."""

    at_most = 2

    filters = ()
    """What is asked."""

    answer = ""
    """What each line of the answer holds."""

    def command(self, root):
        return self.at(root, "audit", *self.filters, f"--limit={ANSWERS}")

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
    work = f"first {ANSWERS} audit entries on a VM, of {EVENTS:,} events"
    filters = ("Box1",)
    answer = "Box1"


class AuditUser(AuditRow):
    """What a user did."""

    name = "audit-user"
    work = f"first {ANSWERS} audit entries of a user, of {EVENTS:,} events"
    filters = ("--by=ann",)
    answer = "ann"


class AuditTime(AuditRow):
    """What was done in an hour."""

    name = "audit-time"
    work = f"first {ANSWERS} audit entries of some hours, of {EVENTS:,} events"
    filters = ("--since=2026-01-01T01:00:00Z", "--until=2026-01-01T04:00:00Z")
    answer = "2026-01-01 "
