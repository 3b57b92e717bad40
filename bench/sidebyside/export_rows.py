"""Rows that pack a disk image."""

import shutil

from .image_rows import ImageRow
from .images import MIB
from .row import Mismatch, shell


class Export(ImageRow):
    """Packs a VM with holes; a subclass says into which format, and against whom."""

    ending = ".tar.gz"
    options = ()
    """Of our command."""

    size_at_most = 1.0
    """Our package, as a share of the peer's."""

    def prepare(self):
        super().prepare()
        self.our_package = self.folder / f"ours{self.ending}"
        self.peer_package = self.folder / f"peer{self.ending}"

    def reset_ours(self):
        self.our_package.unlink(missing_ok=True)

    def reset_peer(self):
        self.peer_package.unlink(missing_ok=True)

    def our_command(self):
        return self.ctl("export", *self.options, "Source", self.our_package)

    def peer_command(self):
        return shell(f'{self.peer_pipeline}; sync "$1"', self.peer_package, self.source.parent)

    def check(self):
        ours, peers = self._unpacked(self.our_package), self._unpacked(self.peer_package)
        same = self.check_images(ours, peers)
        shutil.rmtree(ours.parent)
        shutil.rmtree(peers.parent)
        size, peer_size = self.our_package.stat().st_size, self.peer_package.stat().st_size
        found = f"package {size / MIB:.1f} MiB (peer {peer_size / MIB:.1f} MiB), ratio {size / peer_size:.3f}"
        if size > self.size_at_most * peer_size:
            raise Mismatch(f"{found}, and {self.size_at_most} is the most")
        return f"both unpacked by tar: {same}; {found}"

    def _unpacked(self, package):
        """What GNU tar makes of a package."""
        folder = package.with_suffix(".unpacked")
        self.workplace.run(shell('mkdir "$2"; tar xf "$1" -C "$2"', package, folder))
        return folder / "disk.s2e"


class ExportGz(Export):
    """As small as gzip makes it."""

    name = "export-gz"
    work = "export an image with holes to .tar.gz"
    peer = "`tar czSf`, `sync`"
    peer_pipeline = 'tar czSf "$1" -C "$2" disk.s2e'
    tools = ("mke2fs", "cp", "sync", "tar", "gzip")
    at_most = 0.2


class ExportFast(Export):
    """As quickly as it can be."""

    name = "export-fast"
    work = "export --fast to .tar.gz"
    options = ("--fast",)
    peer = "`tar cS`, `igzip -1`, `sync`"
    peer_pipeline = 'tar cS -C "$2" disk.s2e | igzip -1 >"$1"'
    tools = ("mke2fs", "cp", "sync", "tar", "igzip")
    at_most = 0.8
    size_at_most = 1.02


class ExportZip(Export):
    """With what every Java has, where no native library loads."""

    name = "export-zip"
    work = "export to .tar.gz with java.util.zip"
    peer = "`tar cS`, `pigz`, `sync`"
    peer_pipeline = 'tar cS -C "$2" disk.s2e | pigz >"$1"'
    tools = ("mke2fs", "cp", "sync", "tar", "pigz")
    at_most = 1.0
    size_at_most = 1.02

    def our_command(self):
        return ["env", "CTL_COMPRESSOR=zip", *super().our_command()]


class ExportZst(Export):
    """As small as zstd makes it."""

    name = "export-zst"
    work = "export an image with holes to .tar.zst"
    ending = ".tar.zst"
    peer = "`tar cS`, `zstd -T0`, `sync`"
    peer_pipeline = 'tar cS -C "$2" disk.s2e | zstd -q -T0 >"$1"'
    tools = ("mke2fs", "cp", "sync", "tar", "zstd")
    at_most = 1.0


class ExportQcow2(Export):
    """By qemu-img on both sides; ours reads what it wrote once more, for its digest."""

    name = "export-qcow2"
    work = "export an image with holes to .qcow2"
    ending = ".qcow2"
    peer = "`qemu-img convert -c`, `sync`"
    peer_pipeline = 'qemu-img convert -c -f raw -O qcow2 "$2/disk.s2e" "$1"'
    tools = ("mke2fs", "cp", "sync", "qemu-img")
    at_most = 1.1

    def check(self):
        for image in self.our_package, self.peer_package:
            self.workplace.run(["qemu-img", "compare", "-q", "-f", "raw", "-F", "qcow2", self.source, image])
        size, peer_size = self.our_package.stat().st_size, self.peer_package.stat().st_size
        if size > peer_size:
            raise Mismatch(f"{size} bytes, and {peer_size} of the peer")
        return f"qemu-img compare: both are the source; image {size / MIB:.1f} MiB (peer {peer_size / MIB:.1f} MiB)"


class ExportSparse64(ExportGz):
    """Holes cost nothing: 20 chunks of 1 MiB, 3 GiB apart."""

    name = "export-sparse64"
    work = "export 64 GiB with 20 MiB of data to .tar.gz"
    at_most = 1.0
    size_at_most = 1.02

    CHUNKS = 20
    DISTANCE_BYTES = 3 * 1024 * MIB
    SIZE_BYTES = 64 * 1024 * MIB

    def prepare(self):
        super().prepare()
        with open(self.source, "r+b") as image:
            # Behind the superblock and its like, where files are.
            image.seek(self.workplace.images.size_bytes // 8)
            chunks = [image.read(MIB) for _ in range(self.CHUNKS)]
            image.truncate(0)
            image.truncate(self.SIZE_BYTES)
            for number, chunk in enumerate(chunks):
                image.seek(number * self.DISTANCE_BYTES)
                image.write(chunk)
