"""The Java that runs our program, and the least that it can do: say hello."""

import os
import re
import shutil
from pathlib import Path

OLDEST_JAVA = 25

# Those flags of the launcher that shape the JVM itself. What speeds up our program alone, such as a cache of its
# classes, is not for hello.
JVM_FLAGS = ["-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-XX:-UsePerfData", "-Xmx192m"]

_HELLO = """
final class Hello {
    public static void main(String[] arguments) {
        System.out.println("hello");
    }
}
"""


class Java:
    """A Java home."""

    def __init__(self, home):
        self.home = home

    @classmethod
    def as_launcher_finds_it(cls):
        """The Java that the launcher would choose, or None: the bench names it to the launcher, so both use one."""
        homes = [Path(os.environ[name]) for name in ("CTL_JAVA_HOME", "JAVA_HOME") if os.environ.get(name)]
        on_path = shutil.which("java")
        if on_path:
            homes.append(Path(on_path).resolve().parent.parent)
        installed = [cls(home) for home in Path("/usr/lib/jvm").glob("*")]
        candidates = [cls(home) for home in homes] + sorted(installed, key=cls._feature, reverse=True)
        return next((java for java in candidates if java._feature() >= OLDEST_JAVA), None)

    @property
    def version(self):
        """The full version, such as 25.0.1+8-LTS."""
        return self._released("JAVA_RUNTIME_VERSION") or self._released("JAVA_VERSION")

    @property
    def has_compiler(self):
        """Whether this is a JDK."""
        return os.access(self.home / "bin" / "javac", os.X_OK)

    def compile_hello(self, folder, workplace):
        """Compiles the class that prints hello into a folder."""
        source = folder / "Hello.java"
        source.write_text(_HELLO)
        workplace.run([self.home / "bin" / "javac", "-d", folder, source])

    def hello_command(self, folder):
        """Starts a JVM that prints hello, with the launcher's flags."""
        return [self.home / "bin" / "java", *JVM_FLAGS, "-cp", folder, "Hello"]

    def _feature(self):
        """The feature number, such as 25, or 0 when there is no Java here."""
        number = re.match(r"[0-9]+", self._released("JAVA_VERSION"))
        return int(number[0]) if number and os.access(self.home / "bin" / "java", os.X_OK) else 0

    def _released(self, key):
        try:
            release = (self.home / "release").read_text()
        except OSError:
            return ""
        match = re.search(rf'^{key}="?([^"\n]*)', release, re.MULTILINE)
        return match[1] if match else ""


def flags_that_launcher_lacks(launcher):
    """Those flags of hello that the launcher does not give to our program: none, unless it has changed."""
    text = launcher.read_text()
    return [flag for flag in JVM_FLAGS if flag not in text]
