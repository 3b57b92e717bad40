"""What a row is: our command and a peer's, on the same work."""

import shutil


class Mismatch(Exception):
    """A command ended well, and what it made is wrong."""


class Row:
    """
    One line of the table. A subclass says what both commands are and what stands in the table; nothing of what it
    prepares, resets and checks is measured.

    To add a row, add a subclass here or in a file beside this one, and name it in rows.py.
    """

    name = ""
    """What the user types to run it."""

    work = ""
    """What is done, for the table."""

    peer = ""
    """The peer's commands, for the table."""

    tools = ()
    """Programs without which the row is left out."""

    at_most = None
    """The ratio that is aimed at, or None."""

    def __init__(self, workplace):
        self.workplace = workplace
        self.folder = workplace.folder / self.name
        self.root = self.folder / "root"
        self.our_output = self.folder / "our-output.txt"
        self.peer_output = self.folder / "peer-output.txt"

    def __enter__(self):
        self.root.mkdir(parents=True)
        return self

    def __exit__(self, *_):
        shutil.rmtree(self.folder)

    def obstacle(self):
        """Why the row cannot be measured here, or None."""
        missing = [tool for tool in self.tools if not self.workplace.find(tool)]
        return f"there is no {' and no '.join(missing)}" if missing else None

    def prepare(self):
        """Makes what both commands work on, once."""

    def reset_ours(self):
        """Removes what our command has made, if it has run before."""

    def reset_peer(self):
        """Removes what the peer's command has made, if it has run before."""

    def our_command(self):
        """Program and arguments."""
        raise NotImplementedError

    def peer_command(self):
        """Program and arguments."""
        raise NotImplementedError

    def check(self):
        """Compares what both have made, and says what was compared; raises Mismatch when it is not right."""
        raise NotImplementedError

    def ctl(self, *arguments):
        """A command of our program on this row's root."""
        command, *rest = arguments
        return [self.workplace.launcher, "vm", command, f"--root={self.root}", *rest]

    def disk_of(self, vm):
        """The disk image of one of our VMs."""
        return self.root / "vm" / vm / "disk.s2e"

    def delete_vm(self, vm):
        """Deletes one of our VMs, if it is there."""
        if self.disk_of(vm).exists():
            self.workplace.run(self.ctl("delete", "-y", vm))


def shell(script, *arguments):
    """Commands in a row, of which each must succeed; the script finds the arguments in $1, $2 and so on."""
    return ["sh", "-ec", script, "sh", *arguments]
