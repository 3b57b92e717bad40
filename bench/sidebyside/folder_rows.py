"""Rows about folders of many VMs: a look at all of them costs little more than that of a tool which only looks."""

import os
import struct

from .row import Mismatch, Row, shell

SNAPSHOTS = 5
TIMES_FIND = 3


class FolderRow(Row):
    """
    VMs with five snapshots each, of which the journal knows all.

    The peer is what may be spent: the start of the program, and three times a find that prints size, time and inode of
    each file. A ratio of 1 has spent it all.
    """

    peer = f"start of `ctl vm`, {TIMES_FIND} times `find -printf`"
    tools = ("find",)
    at_most = 1

    vms = 0
    """How many there are."""

    def prepare(self):
        self.empty = self.folder / "empty"
        self.empty.mkdir()
        for number in range(self.vms):
            make_vm(self.root / "vm" / f"Box{number:05}", 1_767_323_045 + number)
        self.workplace.run(self.ctl("reconcile"))

    def our_command(self):
        return self.ctl(*self.command.split())

    def peer_command(self):
        find = "find \"$3\" -printf '%p %s %T@ %i\\n'"
        return shell(
            f'"$1" vm {self.command} --root="$2"; ' + "; ".join([find] * TIMES_FIND),
            self.workplace.launcher,
            self.empty,
            self.root / "vm",
        )


class Reconcile(FolderRow):
    """A reconcile that finds nothing."""

    command = "reconcile"

    def check(self):
        if self.our_output.read_text() != "[ OK ] journal and folder agree\n":
            raise Mismatch("it found something")
        return "journal and folder agree"


class ListMany(FolderRow):
    """A plain listing."""

    command = "list"

    def check(self):
        listed = self.our_output.read_text().count("\n    snap")
        if listed != self.vms * SNAPSHOTS:
            raise Mismatch(f"{listed} snapshots instead of {self.vms * SNAPSHOTS}")
        return f"all {listed:,} snapshots are listed"


def make_vm(folder, disk_seconds):
    """A disk image that is all hole, and snapshots as S²E writes them, of no sectors."""
    folder.mkdir(parents=True)
    disk = folder / "disk.s2e"
    with disk.open("wb") as image:
        image.truncate(1 << 20)
    os.utime(disk, (disk_seconds, disk_seconds))
    for number in range(SNAPSHOTS):
        snapshot = folder / f"disk.s2e.snap{number}"
        snapshot.write_bytes(struct.pack("<6Q", disk_seconds, 1, 0, 1, 1, 512).ljust(1024, b"\0"))
        os.utime(snapshot, (disk_seconds + number, disk_seconds + number))


def of(kind, label, vms):
    """The row of this kind at a number of VMs."""
    return type(f"{kind.__name__}{vms}", (kind,), {
        "__doc__": kind.__doc__,
        "name": f"{label}-{vms}",
        "work": f"{kind.command} of {vms:,} VMs with {SNAPSHOTS} snapshots each, nothing new",
        "vms": vms,
    })


FOLDERS = [
    *(of(Reconcile, "reconcile", vms) for vms in (100, 1_000, 10_000)),
    *(of(ListMany, "list", vms) for vms in (100, 1_000, 10_000)),
]
