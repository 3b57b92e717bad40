"""Where the bench works: folders, environment, the program under test."""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from .images import Images
from .java import Java
from .measurement import CommandFailed, measure

# What would make one of the tools, or our program, work otherwise than its command line says.
_MEDDLING_VARIABLES = (
    "CTL_ROOT",
    "CTL_COMPRESSOR",
    "S2EDIR",
    "JAVA_TOOL_OPTIONS",
    "JDK_JAVA_OPTIONS",
    "GZIP",
    "TAR_OPTIONS",
)


class WorkplaceError(Exception):
    """The bench cannot work at all, and the user can change that."""


class Workplace:
    """
    The scratch folder of one run of the bench, and all that rows share.

    Everything is made below a fresh scratch folder and removed with it, except the disk image when a work folder was
    named. Use it in a with statement.
    """

    def __init__(self, checkout, work, image_size):
        self.checkout = checkout
        self.launcher = checkout / "ctl"
        self._kept = work
        self._image_size = image_size

    def __enter__(self):
        work = self._kept or self.checkout / "target"
        try:
            work.mkdir(parents=True, exist_ok=True)
            self.folder = Path(tempfile.mkdtemp(prefix="ctl-bench-", dir=work.resolve()))
        except OSError as error:
            raise WorkplaceError(f"{work} cannot be worked in ({error.strerror}); name another with --work") from error
        try:
            self._furnish()
        except BaseException:
            self._remove()
            raise
        return self

    def __exit__(self, *_):
        self._remove()

    def _furnish(self):
        free = shutil.disk_usage(self.folder).free
        # The image, the VM made of it, two results, and as much again to breathe.
        if free < 5 * self._image_size:
            raise WorkplaceError(f"{self.folder.parent} has less than five times --size free; name another with --work")
        self.java = Java.as_launcher_finds_it()
        if self.java is None:
            raise WorkplaceError("no Java 25 or newer: set CTL_JAVA_HOME to one")
        self.environment = self._environment()
        self.images = Images(self, self._kept or self.folder, self._image_size)
        self._build()

    def _environment(self):
        """The user's environment, without what meddles, and with the one Java for both sides of the comparison."""
        environment = {key: value for key, value in os.environ.items() if key not in _MEDDLING_VARIABLES}
        environment["LC_ALL"] = "C.UTF-8"
        environment["CTL_JAVA_HOME"] = str(self.java.home)
        # Where mke2fs stands for those whose PATH is not root's.
        environment["PATH"] = os.environ.get("PATH", os.defpath) + ":/usr/sbin:/sbin"
        return environment

    def _build(self):
        """Lets the launcher build the program, if it has to, before anything is measured."""
        try:
            self.run([self.launcher, "vm", "--help"])
        except CommandFailed as failure:
            raise WorkplaceError(failure) from failure

    def _remove(self):
        shutil.rmtree(self.folder, ignore_errors=True)

    def find(self, tool):
        """The path of a tool, or None."""
        return shutil.which(tool, path=self.environment["PATH"])

    def measure(self, command, output):
        """Measures a command in this workplace's environment."""
        return measure(command, self.environment, output)

    def run(self, command):
        """Runs a command that is not measured."""
        self.measure(command, self.folder / "output.txt")

    def ask(self, command):
        """What a command prints on stdout and stderr, or nothing when it cannot be run."""
        if not self.find(str(command[0])):
            return ""
        words = [str(word) for word in command]
        answer = subprocess.run(words, env=self.environment, stdin=subprocess.DEVNULL, capture_output=True, text=True)
        return answer.stdout + answer.stderr if answer.returncode == 0 else ""

    def without_paths(self, text):
        """A text as it can stand in the results: without the folders of this machine."""
        return text.replace(f"{self.folder}/", "").replace(f"{self.checkout}/", "")

    def settle(self):
        """Writes out what is still in memory, so that no command pays for what was done before it."""
        self.run(["sync", "-f", self.folder])
