"""
Copies real files of this machine into a folder, as content for a disk image: real_files.py FOLDER BYTES

A program of its own, because the kernel never counts the memory of a process below that of the one that started it:
what the long list of files takes here would hide what a measured command takes.
"""

import os
import random
import shutil
import stat
import sys
from pathlib import Path

# Programs, libraries and texts: what a guest's disk holds as well.
SOURCES = ("/usr/lib", "/usr/bin", "/usr/share")
BLOCK_BYTES = 4096


def copy_real_files(target, amount_bytes):
    """Copies files until their blocks are as many bytes as asked for, or there are no more."""
    taken_bytes = 0
    for file, size_bytes in shuffled_files():
        if taken_bytes >= amount_bytes:
            return
        # No file is more than a twentieth, so that no single one decides how well everything compresses.
        if size_bytes > amount_bytes // 20:
            continue
        copy = target / file.relative_to("/")
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, copy)
        taken_bytes += -(-size_bytes // BLOCK_BYTES) * BLOCK_BYTES


def shuffled_files():
    """All regular files that we may read, with their sizes, in an order that is random and always the same."""
    files = [Path(folder, name) for source in SOURCES for folder, _, names in os.walk(source) for name in names]
    files.sort()
    random.Random(2025).shuffle(files)
    for file in files:
        status = file.lstat()
        if stat.S_ISREG(status.st_mode) and status.st_size > 0 and os.access(file, os.R_OK):
            yield file, status.st_size


if __name__ == "__main__":
    copy_real_files(Path(sys.argv[1]), int(sys.argv[2]))
