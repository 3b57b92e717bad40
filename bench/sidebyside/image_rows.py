"""Rows that copy a whole disk image, or make one of a package: clone, import."""

import shutil

from .images import MIB, Comparer, size_on_disk
from .row import Mismatch, Row, shell


class ImageRow(Row):
    """A row whose source is the VM Source, and whose result is one disk image on each side."""

    dense = False
    """Whether the image has zeros where it could have holes."""

    def prepare(self):
        self.source = self.disk_of("Source")
        self.workplace.images.make_vm(self.source.parent, self.dense)

    def check_images(self, ours, peers):
        """Both must be the source again; says how much of the disk they take."""
        comparer = Comparer(self.workplace)
        for side, image in (("ours", ours), ("the peer's", peers)):
            if not comparer.same(self.source, image):
                raise Mismatch(f"{side} is not the image that it was made from ({comparer.name})")
        return (
            f"identical ({comparer.name}); on disk {size_on_disk(ours) / MIB:.0f} MiB"
            f" (peer {size_on_disk(peers) / MIB:.0f} MiB)"
        )


class Clone(ImageRow):
    """Copies a VM within the root."""

    peer = "`cp -r`, `sync -f`"
    tools = ("mke2fs", "cp", "sync")

    def reset_ours(self):
        self.delete_vm("Copy")

    def reset_peer(self):
        shutil.rmtree(self.folder / "Copy", ignore_errors=True)

    def our_command(self):
        return self.ctl("clone", "Source", "Copy")

    def peer_command(self):
        return shell('cp -r "$1" "$2"; sync -f "$2"', self.source.parent, self.folder / "Copy")

    def check(self):
        return self.check_images(self.disk_of("Copy"), self.folder / "Copy" / "disk.s2e")


class CloneDense(Clone):
    """Every byte has to be copied."""

    name = "clone-dense"
    work = "clone an image without holes"
    at_most = 1.05
    dense = True


class CloneSparse(Clone):
    """Only the data has to be copied."""

    name = "clone-sparse"
    work = "clone an image with holes"


class Import(ImageRow):
    """Unpacks a package that our program has made."""

    name = "import"
    work = "import our own .tar.gz"
    at_most = 0.35
    ending = ".tar.gz"
    peer = "`mkdir`, `tar xzf`, `sync -f`"
    tools = ("mke2fs", "cp", "sync", "tar", "gzip", "mkdir")

    def prepare(self):
        super().prepare()
        self.package = self.folder / f"package{self.ending}"
        self.workplace.run(self.make_package())

    def make_package(self):
        """The command that makes the package that both import."""
        return self.ctl("export", "Source", self.package)

    def reset_ours(self):
        self.delete_vm("Imported")

    def reset_peer(self):
        shutil.rmtree(self.folder / "Imported", ignore_errors=True)

    def our_command(self):
        return self.ctl("import", self.package, "Imported")

    def peer_command(self):
        return shell('mkdir "$2"; tar xzf "$1" -C "$2"; sync -f "$2"', self.package, self.folder / "Imported")

    def check(self):
        return self.check_images(self.disk_of("Imported"), self.folder / "Imported" / "disk.s2e")


class ImportForeign(Import):
    """Unpacks a package of a tar that knows nothing of holes."""

    name = "import-foreign"
    work = "import a .tar.gz made by `tar czf`"
    at_most = 0.5

    def make_package(self):
        return ["tar", "czf", self.package, "-C", self.source.parent, "disk.s2e"]


class ImportZst(Import):
    """Unpacks a package of frames that can be decompressed side by side."""

    name = "import-zst"
    work = "import our own .tar.zst"
    at_most = 1.0
    ending = ".tar.zst"
    peer = "`mkdir`, `tar --zstd -xf`, `sync -f`"
    tools = ("mke2fs", "cp", "sync", "tar", "zstd", "mkdir")

    def peer_command(self):
        return shell('mkdir "$2"; tar --zstd -xf "$1" -C "$2"; sync -f "$2"', self.package, self.folder / "Imported")


class ImportRawZst(Import):
    """Decompresses a raw image, as disk images are handed around."""

    name = "import-raw-zst"
    work = "import a raw image made by `zstd`"
    at_most = 1.0
    peer = "`mkdir`, `zstd -dc`, `dd conv=sparse`, `sync`"
    tools = ("mke2fs", "cp", "sync", "zstd", "dd", "mkdir")
    compress = "zstd -q"
    decompress = "zstd -dc"

    def make_package(self):
        return shell(f'{self.compress} -c "$1" >"$2"', self.source, self.package)

    def our_command(self):
        return self.ctl("import", "--raw", self.package, "Imported")

    def peer_command(self):
        return shell(
            f'mkdir "$2"; {self.decompress} "$1" | dd bs=1M iflag=fullblock conv=sparse of="$2/disk.s2e"; sync "$2/disk.s2e"',
            self.package,
            self.folder / "Imported",
        )


class ImportRawXz(ImportRawZst):
    """The same in xz, in blocks that can be decompressed side by side."""

    name = "import-raw-xz"
    work = "import a raw image made by `xz -T0`"
    peer = "`mkdir`, `xz -dc`, `dd conv=sparse`, `sync`"
    tools = ("mke2fs", "cp", "sync", "xz", "dd", "mkdir")
    compress = "xz -1 -T0"
    decompress = "xz -dc"


class ImportBzip2(Import):
    """Unpacks blocks that can be decompressed side by side, once they are found."""

    name = "import-bz2"
    work = "import a .tar.bz2 made by `tar cjf`"
    at_most = 0.75
    ending = ".tar.bz2"
    peer = "`mkdir`, `tar xjf`, `sync -f`"
    tools = ("mke2fs", "cp", "sync", "tar", "bzip2", "mkdir")

    def make_package(self):
        return ["tar", "cjf", self.package, "-C", self.source.parent, "disk.s2e"]

    def peer_command(self):
        return shell('mkdir "$2"; tar xjf "$1" -C "$2"; sync -f "$2"', self.package, self.folder / "Imported")


class ImportLz4(Import):
    """Unpacks what is decompressed faster than any disk takes it."""

    name = "import-lz4"
    work = "import a .tar.lz4 made by `tar c \\| lz4`"
    at_most = 1.0
    ending = ".tar.lz4"
    peer = "`mkdir`, `lz4 -dc \\| tar x`, `sync -f`"
    tools = ("mke2fs", "cp", "sync", "tar", "lz4", "mkdir")

    def make_package(self):
        return shell('tar c -C "$2" disk.s2e | lz4 -q >"$1"', self.package, self.source.parent)

    def peer_command(self):
        return shell('mkdir "$2"; lz4 -dc "$1" | tar x -C "$2"; sync -f "$2"', self.package, self.folder / "Imported")


class ImportQcow2(Import):
    """Converts a disk image of QEMU whose clusters are compressed."""

    name = "import-qcow2"
    work = "import a compressed qcow2 image"
    at_most = 1.1
    ending = ".qcow2"
    options = ("-c",)
    peer = "`qemu-img convert`, `sync` of the file"
    tools = ("mke2fs", "cp", "sync", "qemu-img", "mkdir")

    def make_package(self):
        return ["qemu-img", "convert", "-f", "raw", "-O", "qcow2", *self.options, self.source, self.package]

    def peer_command(self):
        return shell(
            'mkdir "$2"; qemu-img convert -f qcow2 -O raw "$1" "$2/disk.s2e"; sync "$2/disk.s2e"',
            self.package, self.folder / "Imported",
        )


class ImportQcow2Plain(ImportQcow2):
    """The same, not compressed."""

    name = "import-qcow2-plain"
    work = "import a qcow2 image"
    options = ()


class ImportXz(Import):
    """Unpacks a package of blocks that can be decompressed side by side, as `xz -T` makes them."""

    name = "import-xz"
    work = "import a .tar.xz of several blocks"
    at_most = 0.6
    ending = ".tar.xz"
    peer = "`mkdir`, `tar xJf`, `sync -f`"
    tools = ("mke2fs", "cp", "sync", "tar", "xz", "mkdir")
    packer = "xz -T2"

    def make_package(self):
        return shell(f'tar cSf - -C "$1" disk.s2e | {self.packer} >"$2"', self.source.parent, self.package)

    def peer_command(self):
        return shell('mkdir "$2"; tar xJf "$1" -C "$2"; sync -f "$2"', self.package, self.folder / "Imported")


class ImportXzOne(ImportXz):
    """Unpacks a package of a single block, as `tar cJf` makes it."""

    name = "import-xz-one"
    work = "import a .tar.xz of one block"
    at_most = 1.05
    packer = "xz -T1"
