"""Rows about many commands at once on one root."""

import os
import signal
import subprocess

from .row import Mismatch, Row, shell

CROWD = 64
READERS = 8
WRITERS = 8
LISTS = 10
CORES = os.cpu_count()

# $1 is the number of commands, the others one command whose last word gets the number of its VM behind it.
AT_ONCE = """
number=$1; shift; pids=
for vm in $(seq "$number"); do "$@$vm" >/dev/null & pids="$pids $!"; done
for pid in $pids; do wait "$pid"; done
"""
# One loop for each of $1 cores, $2 commands in all.
A_LOOP_A_CORE = """
cores=$1; number=$2; shift 2; pids=
for core in $(seq "$cores"); do
    (for vm in $(seq "$core" "$cores" "$number"); do "$@$vm" >/dev/null || exit; done) & pids="$pids $!"
done
for pid in $pids; do wait "$pid"; done
"""
ONE_BY_ONE = 'number=$1; shift; for vm in $(seq "$number"); do "$@$vm" >/dev/null; done'
REPEATED = 'number=$1; shift; for time in $(seq "$number"); do "$@" >/dev/null; done'
FOR_EVER = 'while :; do "$@" >/dev/null || exit; done'


class Crowd(Row):
    """A row in which other commands run beside the one that is measured."""

    def __init__(self, workplace):
        super().__init__(workplace)
        self.beside = []

    def __exit__(self, *anything):
        self.end_beside()
        super().__exit__(*anything)

    def prepare(self):
        self.workplace.run(self.ctl("create", "First", "1M"))

    def run_beside(self, script, *arguments):
        """Starts a shell script that goes on until end_beside."""
        words = [str(word) for word in shell(script, *arguments)]
        self.beside.append(
            subprocess.Popen(
                words, env=self.workplace.environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                start_new_session=True,
            )
        )

    def end_beside(self):
        """Ends what run_beside has started; one that has ended by itself failed."""
        ended = [process for process in self.beside if process.poll() is not None]
        for process in self.beside:
            if process not in ended:
                os.killpg(process.pid, signal.SIGTERM)
                process.wait()
        self.beside = []
        if ended:
            raise Mismatch(f"{len(ended)} of the commands beside failed")

    def remove_vms(self):
        """Frees all VMs but the first."""
        names = [folder.name for folder in (self.root / "vm").glob("[!.]*") if folder.name != "First"]
        if names:
            self.workplace.run(self.ctl("delete", "--now", "-y", *names))

    def many_at_once(self, name):
        """The command that creates VMs, all of them at once."""
        return shell(AT_ONCE, CROWD, *self.ctl("create", "--", name))

    def require_all(self, name, number):
        """Raises Mismatch unless all of them are there."""
        missing = [vm for vm in range(1, number + 1) if not self.disk_of(f"{name}{vm}").exists()]
        if missing:
            raise Mismatch(f"{len(missing)} of {number} VMs are missing")


class CreateAtOnce(Crowd):
    """Creates many VMs at once."""

    name = f"create-{CROWD}"
    work = f"{CROWD} create at once"
    peer = f"{CROWD // CORES} create, one by one"
    at_most = 1.3

    def reset_ours(self):
        self.remove_vms()

    def reset_peer(self):
        self.remove_vms()

    def our_command(self):
        return self.many_at_once("Vm")

    def peer_command(self):
        return shell(ONE_BY_ONE, CROWD // CORES, *self.ctl("create", "--", "One"))

    def check(self):
        self.require_all("One", CROWD // CORES)
        return "no command failed"


class CreateInLoops(CreateAtOnce):
    """The same against as many loops as there are cores: the same work for every core, and hardly anybody who waits."""

    name = f"create-{CROWD}-loops"
    peer = f"{CROWD} create, in a loop for each core"

    def peer_command(self):
        return shell(A_LOOP_A_CORE, CORES, CROWD, *self.ctl("create", "--", "One"))

    def check(self):
        self.require_all("One", CROWD)
        return "no command failed"


class CreateBesideAudit(Crowd):
    """Creates many VMs at once beside others who read the journal all the time."""

    name = f"create-{CROWD}-audit"
    work = f"{CROWD} create at once, beside {READERS} loops of audit"
    peer = f"{CROWD} create at once"
    at_most = 1.5

    def reset_ours(self):
        self.end_beside()
        self.remove_vms()
        for _ in range(READERS):
            self.run_beside(FOR_EVER, *self.ctl("audit"))

    def reset_peer(self):
        self.end_beside()
        self.remove_vms()

    def our_command(self):
        return self.many_at_once("Vm")

    def peer_command(self):
        return self.many_at_once("Vm")

    def check(self):
        self.require_all("Vm", CROWD)
        return "no command failed"


class CreateBesideLoad(CreateBesideAudit):
    """The same against as many commands beside that leave the journal alone: what the journal costs, and not the load."""

    name = f"create-{CROWD}-load"
    peer = f"{CROWD} create at once, beside {READERS} loops of help"

    def reset_peer(self):
        super().reset_peer()
        for _ in range(READERS):
            self.run_beside(FOR_EVER, self.workplace.launcher, "vm", "help")


class ListBesideCreate(Crowd):
    """Lists while others create VMs."""

    name = "list-crowd"
    work = f"{LISTS} list, beside {WRITERS} loops of create and delete"
    peer = f"{LISTS} help, beside the same"
    at_most = 3

    def prepare(self):
        super().prepare()
        for number in range(WRITERS):
            create = self.ctl("create", f"Loop{number}", "1M")
            delete = self.ctl("delete", "--now", "-y", f"Loop{number}")
            script = f'while :; do {self.quoted(create)} || exit; {self.quoted(delete)} || exit; done'
            self.run_beside(script)

    @staticmethod
    def quoted(command):
        """A command for a script."""
        return " ".join(f"'{word}'" for word in command)

    def our_command(self):
        return shell(REPEATED, LISTS, *self.ctl("list"))

    def peer_command(self):
        return shell(REPEATED, LISTS, self.workplace.launcher, "vm", "help")

    def check(self):
        return "no command failed"
