"""A PostgreSQL server of the bench's own, on loopback, which syncs what it commits."""

import os
import signal
import socket
import subprocess
import time
from pathlib import Path

from .measurement import CommandFailed

_INSTALLED = Path("/usr/lib/postgresql")

# As a server of some gigabytes has them. What makes a commit durable stays as it is by default: on.
_SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "shared_buffers": "1GB",
    "maintenance_work_mem": "512MB",
    "max_wal_size": "4GB",
    "checkpoint_timeout": "15min",
    "max_connections": "100",
    "timezone": "UTC",
}


class Server:
    """
    A cluster below a folder, which is made where it is missing, and the server that runs on it until stop.

    Its logins need no password: owner owns the databases, postgres may do everything.
    """

    def __init__(self, workplace, folder):
        self._workplace = workplace
        self._data = folder / "data"
        self._log = folder / "log"
        self._programs = programs()
        self._process = None
        self.port = None

    def start(self):
        """Starts it on a free port, and waits until it answers."""
        if not (self._data / "PG_VERSION").exists():
            self._data.mkdir(parents=True)
            self._workplace.run(
                self._unprivileged("initdb", "-D", self._data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C")
            )
        self.port = _free_port()
        settings = [word for name, value in _SETTINGS.items() for word in ("-c", f"{name}={value}")]
        command = self._unprivileged("postgres", "-D", self._data, "-p", self.port, *settings)
        with open(self._log, "w", encoding="utf-8") as log:
            self._process = subprocess.Popen(
                [str(word) for word in command], env=self._workplace.environment,
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
            )
        while subprocess.call([self.program("pg_isready"), "-qh127.0.0.1", f"-p{self.port}"]) != 0:
            if self._process.poll() is not None:
                raise CommandFailed(f"the server does not start: {self._log.read_text()}")
            time.sleep(0.05)

    def stop(self):
        """Ends it in order, where it runs."""
        if self._process:
            self._process.send_signal(signal.SIGINT)
            self._process.wait()
            self._process = None

    def program(self, name):
        """The path of one of its programs."""
        return self._programs / name

    def url(self, database, login="owner"):
        """As a user writes it."""
        return f"postgresql://{login}@127.0.0.1:{self.port}/{database}"

    def psql(self, database, login="postgres"):
        """The command that executes SQL from its next words, and stops at the first failure."""
        return [self.program("psql"), "-XqAt", "-vON_ERROR_STOP=1", self.url(database, login)]

    def execute(self, database, sql):
        """Executes statements as the user postgres, and answers what they print."""
        done = subprocess.run(
            [str(word) for word in self.psql(database)], input=sql, capture_output=True, text=True,
            env=self._workplace.environment,
        )
        if done.returncode != 0:
            raise CommandFailed(f"psql: {done.stderr.strip()}")
        return done.stdout.strip()

    def _unprivileged(self, program, *arguments):
        """PostgreSQL refuses to run as root: in a user namespace of its own, root is nobody, and owns his files."""
        prefix = ["unshare", "--user"] if os.geteuid() == 0 else []
        return [*prefix, self.program(program), *arguments]


def programs():
    """The folder with the programs of the newest version that Debian's packages have installed, or None."""
    versions = [folder for folder in _INSTALLED.glob("[0-9]*") if (folder / "bin" / "initdb").exists()]
    return max(versions, key=lambda folder: int(folder.name)) / "bin" if versions else None


def _free_port():
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return listening.getsockname()[1]
