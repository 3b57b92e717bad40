"""The disk images that are copied and packed, and whether two are the same."""

import os
import shutil
import sys
from pathlib import Path

from .measurement import CommandFailed

MIB = 1024 * 1024

_REAL_FILES = Path(__file__).with_name("real_files.py")


class Images:
    """
    Makes the disk image, and keeps it below a folder for the next run.

    It is an ext4 filesystem with real files of this machine, three tenths full. Which files, a fixed seed decides: the
    same machine gets the same content again.
    """

    def __init__(self, workplace, folder, size_bytes):
        self._workplace = workplace
        self._folder = folder.resolve() / "ctl-bench-input"
        self._image = self._folder / f"ext4-{size_bytes // MIB}MiB.img"
        self.size_bytes = size_bytes

    def describe(self):
        """The image in a few words, for the results."""
        if not self._image.exists():
            return "none needed"
        return f"{self.size_bytes // MIB} MiB of ext4, {size_on_disk(self._image) / MIB:.0f} MiB without its holes"

    def sparse(self):
        """The image as mke2fs makes it: a hole wherever the filesystem is empty."""
        image = self._image
        if not image.exists():
            self._folder.mkdir(exist_ok=True)
            # It has its name only when it is whole: a run that was ended leaves nothing that the next one believes.
            partial = image.with_suffix(f".partial-{os.getpid()}")
            try:
                self._fill(partial)
                partial.rename(image)
            finally:
                partial.unlink(missing_ok=True)
        return image

    def make_vm(self, vm, dense=False):
        """Makes the folder of a VM by hand, with the image; a dense one has zeros instead of holes."""
        vm.mkdir(parents=True)
        self._workplace.run(["cp", f"--sparse={'never' if dense else 'auto'}", self.sparse(), vm / "disk.s2e"])

    def _fill(self, image):
        content = self._workplace.folder / "content"
        content.mkdir()
        self._workplace.run([sys.executable, _REAL_FILES, content, self.size_bytes * 3 // 10])
        with open(image, "wb") as file:
            file.truncate(self.size_bytes)
        # An inode for each block, or many small files would not fit.
        layout = ["-t", "ext4", "-b", "4096", "-i", "4096", "-E", "lazy_itable_init=1"]
        self._workplace.run(["mke2fs", "-q", "-F", *layout, "-d", content, image])
        shutil.rmtree(content)


class Comparer:
    """Says whether two images are the same bit by bit: qemu-img, which skips holes, or else cmp."""

    def __init__(self, workplace):
        self._workplace = workplace
        quick = workplace.find("qemu-img") is not None
        self.name = "qemu-img compare" if quick else "cmp"
        self._command = ["qemu-img", "compare", "-q", "-f", "raw", "-F", "raw"] if quick else ["cmp"]

    def same(self, one, other):
        """Whether both have the same size, which qemu-img does not insist on, and the same content."""
        if one.stat().st_size != other.stat().st_size:
            return False
        try:
            self._workplace.run([*self._command, one, other])
        except CommandFailed:
            return False
        return True


def size_on_disk(file):
    """The bytes that a file takes on the disk; holes take none."""
    return file.stat().st_blocks * 512
