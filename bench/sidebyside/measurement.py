"""How long one command takes, and how much memory."""

import os
import shutil
import signal
import time
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Measurement:
    """What one run of a command took: seconds by the monotonic clock, and the peak memory of its largest process."""

    seconds: float
    peak_bytes: int


class CommandFailed(Exception):
    """A command ended with another exit code than 0; the message has the last line that it said."""


def measure(command, environment, output):
    """
    Runs a command and waits for it.

    The time is that of the whole process, from before it is started until it has been waited for. The memory is that
    of the largest process among the command and its descendants; the kernel never counts it below our own.

    command: program and arguments. environment: all its environment variables. output: file that receives what it
    prints, replaced. Raises CommandFailed when the exit code is not 0, or there is no such program.
    """
    files = [
        (os.POSIX_SPAWN_OPEN, 0, "/dev/null", os.O_RDONLY, 0),
        (os.POSIX_SPAWN_OPEN, 1, str(output), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644),
        (os.POSIX_SPAWN_DUP2, 1, 2),
    ]
    command = [str(word) for word in command]
    program = shutil.which(command[0], path=environment["PATH"])
    if program is None:
        raise CommandFailed(f"there is no {command[0]} that can be run")
    started = time.monotonic()
    # A process group of its own, so that a pipeline can be ended as one; Python ignores SIGPIPE, a pipeline must not.
    process = os.posix_spawn(
        program, command, environment, file_actions=files, setpgroup=0, setsigdef=[signal.SIGPIPE]
    )
    try:
        _, status, usage = os.wait4(process, 0)
    except BaseException:
        _end(process)
        raise
    seconds = time.monotonic() - started
    code = os.waitstatus_to_exitcode(status)
    if code != 0:
        raise CommandFailed(f"{' '.join(command)}: exit code {code}: {_last_line(output)}")
    return Measurement(seconds, usage.ru_maxrss * 1024)


def _end(process):
    os.killpg(process, signal.SIGTERM)
    os.waitpid(process, 0)


def _last_line(output):
    lines = Path(output).read_text(errors="replace").strip().splitlines()
    return lines[-1] if lines else "it said nothing"
