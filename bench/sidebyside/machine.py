"""What a result depends on: machine, versions, date, commit."""

import os
import platform
import re
from datetime import datetime, timezone
from pathlib import Path

from .java import JVM_FLAGS, flags_that_launcher_lacks


def describe(workplace, tools):
    """Lines of Markdown about the machine and about the tools that were measured."""
    flags = " ".join(JVM_FLAGS)
    foreign = flags_that_launcher_lacks(workplace.launcher)
    if foreign:
        flags += f" (**ctl does not have {' '.join(foreign)}**)"
    return [
        f"- machine: {_cores()}, {_memory()}, {platform.system()} {platform.release()}, {_filesystem(workplace)};"
        f" load at the end {os.getloadavg()[0]:.1f}",
        f"- versions: {', '.join([*_versions(workplace, tools), f'Python {platform.python_version()}'])}",
        f"- Java: {workplace.java.version}, for hello with {flags}",
    ]


def title(workplace):
    """Date and commit, with what makes the commit untrue."""
    when = datetime.now(timezone.utc).strftime("%Y-%m-%d %H:%M UTC")
    return f"{when}, commit {_commit(workplace)}"


def _cores():
    cores = len(os.sched_getaffinity(0))
    model = re.search(r"^model name\s*:\s*(.+)$", Path("/proc/cpuinfo").read_text(), re.MULTILINE)
    return f"{cores} core{'s' if cores > 1 else ''}" + (f" ({model[1].strip()})" if model else "")


def _memory():
    kib = re.search(r"^MemTotal:\s*(\d+) kB$", Path("/proc/meminfo").read_text(), re.MULTILINE)
    return f"{int(kib[1]) / 1024 / 1024:.1f} GiB memory"


def _filesystem(workplace):
    return workplace.ask(["df", "--output=fstype", workplace.folder]).split()[-1]


def _versions(workplace, tools):
    """The first line of what each tool says about its version."""
    for tool in sorted(tools):
        # mke2fs alone spells it differently.
        said = workplace.ask([tool, "-V" if tool == "mke2fs" else "--version"])
        yield said.splitlines()[0] if said else f"{tool} of unknown version"


def _commit(workplace):
    def git(*arguments):
        return workplace.ask(["git", "-C", workplace.checkout, *arguments]).strip()

    commit = git("rev-parse", "--short", "HEAD") or "unknown"
    # The results themselves change nothing that is measured.
    if git("status", "--porcelain", "--untracked-files=no", "--", ".", ":!bench/RESULTS.md"):
        commit += " with changes"
    if _jar_is_stale(workplace.checkout):
        commit += ", jar older than src"
    return commit


def _jar_is_stale(checkout):
    built = (checkout / "target" / "ctl-vm.jar").stat().st_mtime
    return any(file.stat().st_mtime > built for file in (checkout / "src" / "main").rglob("*.java"))
