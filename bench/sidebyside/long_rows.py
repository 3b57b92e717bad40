"""Rows about a journal of a million events: what does not need all of them costs as with a thousand."""

from .row import Mismatch, Row

EVENTS = 1_000_000
FEW_EVENTS = 1_000
VMS = 20


class LongRow(Row):
    """A command at a root whose journal is long; the peer is the same command where it is short."""

    peer = f"with {FEW_EVENTS:,} events"

    def obstacle(self):
        if not (self.workplace.checkout / "target" / "test-classes").is_dir():
            return "the journals are made by test code: mvn -q test-compile"
        return super().obstacle()

    def prepare(self):
        self.long = self.made(EVENTS)
        self.short = self.made(FEW_EVENTS)
        for root in (self.long, self.short):
            # Whoever comes first to a journal that was put there by others writes its listing.
            self.workplace.run([self.workplace.launcher, "vm", "list", f"--root={root}"])

    def made(self, events):
        """A root with so many events, which all rows share."""
        root = self.workplace.folder / f"journal-{events}"
        if not root.is_dir():
            target = self.workplace.checkout / "target"
            classes = f"{target / 'test-classes'}:{target / 'classes'}:{target / 'lib'}/*"
            java = self.workplace.java.home / "bin" / "java"
            self.workplace.run([java, "-cp", classes, "ctl.vm.journal.h2.MadeJournal", root, events, VMS])
        return root

    def our_command(self):
        return self.command(self.long)

    def peer_command(self):
        return self.command(self.short)

    def command(self, root):
        """What is done at a root."""
        raise NotImplementedError

    def at(self, root, *arguments):
        """A command of our program at a root."""
        command, *rest = arguments
        return [self.workplace.launcher, "vm", command, f"--root={root}", *rest]


class ListLong(LongRow):
    """Lists all VMs."""

    name = "list-long"
    work = f"list {VMS} VMs, of {EVENTS:,} events"
    at_most = 1.2

    def command(self, root):
        return self.at(root, "list")

    def check(self):
        if self.our_output.read_text().count("Size:") != VMS:
            raise Mismatch(f"not {VMS} VMs in {self.our_output}")
        return f"{VMS} VMs"


class ListUnlisted(ListLong):
    """Lists all VMs after a process was killed: the listing file is of an earlier time, and is ignored."""

    name = "list-unlisted"
    work = f"list {VMS} VMs without a listing file, of {EVENTS:,} events"

    def reset_ours(self):
        self.forget(self.long)

    def reset_peer(self):
        self.forget(self.short)

    @staticmethod
    def forget(root):
        """Removes the listing file."""
        (root / "journal" / "listing").unlink(missing_ok=True)


class CreateLong(LongRow):
    """Creates an empty VM."""

    name = "create-long"
    work = f"create an empty VM, behind {EVENTS:,} events"
    at_most = 1.5

    def reset_ours(self):
        self.remove(self.long)

    def reset_peer(self):
        self.remove(self.short)

    def remove(self, root):
        """Removes what an earlier round has made."""
        if (root / "vm" / "Fresh").exists():
            self.workplace.run(self.at(root, "delete", "-y", "--now", "Fresh"))

    def command(self, root):
        return self.at(root, "create", "Fresh", "1M")

    def check(self):
        for root in (self.long, self.short):
            if not (root / "vm" / "Fresh" / "disk.s2e").is_file():
                raise Mismatch(f"no new VM at {root}")
            self.remove(root)
        return "both VMs are there"


class WholeJournalRow(LongRow):
    """Work on the whole journal, which takes as long as reading it: by the peer, and without understanding it."""

    peer = "wc and sha256sum of its files"

    def peer_command(self):
        journal = self.long / "journal"
        return ["sh", "-ec", 'wc -l "$1" && sha256sum "$1" "$2"', "sh", journal / "events.jsonl", journal / "journal.mv.db"]

    def check(self):
        if "[ OK ]" not in self.our_output.read_text():
            raise Mismatch(f"not right: {self.our_output.read_text()}")
        return f"{EVENTS:,} events are right"


class VerifyLong(WholeJournalRow):
    """Checks every event and every row of the tables."""

    name = "verify-long"
    work = f"verify {EVENTS:,} events"

    def command(self, root):
        return self.at(root, "verify")


class RebuildLong(WholeJournalRow):
    """The same, and folds the listing anew."""

    name = "rebuild-long"
    work = f"reconcile --rebuild {EVENTS:,} events"

    def command(self, root):
        return self.at(root, "reconcile", "--rebuild")


class RebuildDatabase(WholeJournalRow):
    """Makes the database anew from the mirror."""

    name = "rebuild-database"
    work = f"reconcile --rebuild {EVENTS:,} events, of which the database is lost"

    def reset_ours(self):
        for file in (self.long / "journal").glob("journal.mv.db*"):
            file.unlink()

    def command(self, root):
        return self.at(root, "reconcile", "--rebuild")

    def check(self):
        if "made anew" not in self.our_output.read_text():
            raise Mismatch(f"not made anew: {self.our_output.read_text()}")
        return f"a database of {EVENTS:,} events"
