"""The disk images that are copied and packed, and whether two are the same."""

import os
import random
import shutil
import stat
from pathlib import Path

MIB = 1024 * 1024

# Programs, libraries and texts: what a guest's disk holds as well.
_SOURCES = ("/usr/lib", "/usr/bin", "/usr/share")
_BLOCK_BYTES = 4096


class Images:
    """
    Makes disk images, and keeps them below a folder for the next run.

    The image is an ext4 filesystem with real files of this machine, as much of it holes as a disk with room has.
    Which files, a fixed seed decides: the same machine gets the same image again.
    """

    def __init__(self, workplace, folder, size_bytes):
        self._workplace = workplace
        self._folder = folder.resolve() / "ctl-bench-input"
        self._size_bytes = size_bytes

    def sparse(self):
        """The image as mke2fs makes it: a hole wherever the filesystem is empty."""
        image = self._folder / f"ext4-{self._size_bytes // MIB}MiB.img"
        if not image.exists():
            self._folder.mkdir(exist_ok=True)
            partial = self._workplace.folder / "image.partial"
            self._fill(partial)
            # It has its name only when it is whole: a run that was ended leaves nothing that the next one believes.
            os.replace(partial, image)
        return image

    def make_vm(self, vm, dense=False):
        """Makes the folder of a VM by hand, with the image; a dense one has zeros instead of holes."""
        vm.mkdir(parents=True)
        holes = "--sparse=never" if dense else "--sparse=auto"
        self._workplace.run(["cp", holes, self.sparse(), vm / "disk.s2e"])

    def _fill(self, image):
        content = self._workplace.folder / "content"
        copy_real_files(content, self._size_bytes * 3 // 10)
        with open(image, "wb") as file:
            file.truncate(self._size_bytes)
        # An inode for each block, or a share of many small files would not fit.
        options = ["-q", "-F", "-t", "ext4", "-b", _BLOCK_BYTES, "-i", _BLOCK_BYTES, "-E", "lazy_itable_init=1"]
        self._workplace.run(["mke2fs", *options, "-d", content, image])
        shutil.rmtree(content)


def copy_real_files(target, amount_bytes):
    """Copies files of this machine until their blocks are as many bytes as asked for, or there are no more."""
    taken_bytes = 0
    for file, size_bytes in _shuffled_files():
        # No file is more than a twentieth, so that no single one decides how well everything compresses.
        if size_bytes > amount_bytes // 20:
            continue
        if taken_bytes >= amount_bytes:
            return
        copy = target / file.relative_to("/")
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, copy)
        taken_bytes += -(-size_bytes // _BLOCK_BYTES) * _BLOCK_BYTES


def _shuffled_files():
    """All regular files that we may read, with their sizes, in an order that is random and always the same."""
    files = []
    for source in _SOURCES:
        for folder, _, names in os.walk(source):
            files += [Path(folder, name) for name in names]
    files.sort()
    random.Random(2025).shuffle(files)
    for file in files:
        status = file.lstat()
        if stat.S_ISREG(status.st_mode) and status.st_size > 0 and os.access(file, os.R_OK):
            yield file, status.st_size


def differ(one, other, workplace):
    """How two images differ, in a few words; nothing when they are the same bit by bit."""
    if one.stat().st_size != other.stat().st_size:
        return "different sizes"
    return "" if workplace.ask([*comparer(workplace), one, other]) is not None else "different content"


def size_on_disk(file):
    """The bytes that a file takes on the disk; holes take none."""
    return file.stat().st_blocks * 512
