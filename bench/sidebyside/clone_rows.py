"""Rows about clones that copy little or nothing: few extents in a large image, shared blocks, an empty VM."""

import os

from .image_rows import Clone
from .images import MIB
from .row import Mismatch, Row, shell
from .start_rows import SIZE_BYTES, StartRow

GIB = 1024 * MIB


class CloneSparse64(Clone):
    """A large image with a little data all over it: finding the data must cost nothing."""

    name = "clone-sparse64"
    work = "clone 64 GiB with 1 GiB of data in 2,000 extents"
    peer = "`cp --sparse=auto`, `sync -f`"
    tools = ("cp", "sync")
    at_most = 1.0

    size_bytes = 64 * GIB
    data_bytes = GIB
    extents = 2000

    def prepare(self):
        self.source = self.disk_of("Source")
        self.source.parent.mkdir(parents=True)
        block = 4096
        length = self.data_bytes // self.extents // block * block
        with open(self.source, "wb") as image:
            image.truncate(self.size_bytes)
            for number in range(self.extents):
                image.seek(self.size_bytes // self.extents * number // block * block)
                image.write(os.urandom(length))

    def peer_command(self):
        script = 'cp -r --sparse=auto "$1" "$2"; sync -f "$2"'
        return shell(script, self.source.parent, self.folder / "Copy")


class CloneShared(Clone):
    """A clone that shares its blocks, on a filesystem of its own; it needs root, to mount that."""

    peer = "`ctl vm list`, `cp --reflink=always`, `sync -f`"
    at_most = 1.2
    filesystem = ""

    @property
    def tools(self):
        return (f"mkfs.{self.filesystem}", "mke2fs", "mount", "umount", "truncate", "cp", "sync")

    def obstacle(self):
        return "only root can mount a filesystem" if os.geteuid() != 0 else super().obstacle()

    def __enter__(self):
        super().__enter__()
        image = self.folder / "filesystem.img"
        # Twice the image of the bench, and no less than what these filesystems take.
        size = max(2 * self.workplace.images.size_bytes, GIB)
        script = 'truncate -s "$1" "$2"; "$3" -q "$2"; mount -o loop "$2" "$4"'
        self.workplace.run(shell(script, size, image, f"mkfs.{self.filesystem}", self.root))
        return self

    def __exit__(self, *_):
        self.workplace.run(["umount", self.root])
        super().__exit__()

    def reset_peer(self):
        (self.root / "peer.s2e").unlink(missing_ok=True)

    def peer_command(self):
        script = '"$1" vm list "--root=$2"; cp --reflink=always "$3" "$4"; sync -f "$4"'
        return shell(script, self.workplace.launcher, self.root, self.source, self.root / "peer.s2e")

    def check(self):
        return self.check_images(self.disk_of("Copy"), self.root / "peer.s2e")


class CloneBtrfs(CloneShared):
    """On btrfs every file can share its blocks."""

    name = "clone-btrfs"
    work = "clone an image with holes on btrfs"
    filesystem = "btrfs"


class CloneXfs(CloneShared):
    """On xfs files can share their blocks as it is made today."""

    name = "clone-xfs"
    work = "clone an image with holes on xfs"
    filesystem = "xfs"


class CloneEmpty(StartRow):
    """Nothing is copied: what is left is the start of the program, and the journal."""

    name = "clone-empty"
    work = "clone an empty VM beside 20"
    peer = "`ctl vm list`"
    at_most = 1.5

    def prepare(self):
        for number in range(1, 21):
            self.create_vm(f"Box{number}")

    def obstacle(self):
        return Row.obstacle(self)

    def reset_ours(self):
        self.delete_vm("New")

    def our_command(self):
        return self.ctl("clone", "Box1", "New")

    def peer_command(self):
        return self.ctl("list")

    def check(self):
        size_bytes = self.disk_of("New").stat().st_size
        if size_bytes != SIZE_BYTES:
            raise Mismatch(f"the image has {size_bytes} bytes instead of {SIZE_BYTES}")
        return "the image has its size"
