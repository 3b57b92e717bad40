"""Rows about commands that take a moment, so that starting them is most of it."""

from .row import Mismatch, Row

VMS = 20
SIZE_BYTES = 64 * 1024 * 1024


class StartRow(Row):
    """A row in a root with 20 VMs, whose peer is a JVM that prints hello: no program in Java can be faster."""

    peer = "JVM that prints hello"
    tools = ("sync",)

    def obstacle(self):
        if not self.workplace.java.has_compiler:
            return "the Java that ctl uses has no compiler"
        return super().obstacle()

    def prepare(self):
        self.workplace.java.compile_hello(self.folder, self.workplace)
        for number in range(1, VMS + 1):
            self.create_vm(f"Box{number}")

    def peer_command(self):
        return self.workplace.java.hello_command(self.folder)

    def create_vm(self, vm):
        """Creates one of our VMs, if it is not there."""
        if not self.disk_of(vm).exists():
            self.workplace.run(self.create_command(vm))

    def create_command(self, vm):
        """The command that creates an empty VM."""
        return self.ctl("create", vm, str(SIZE_BYTES))

    def check(self):
        if self.peer_output.read_text() != "hello\n":
            raise Mismatch("the peer did not print hello")
        return self.check_ours()

    def check_ours(self):
        """Says what was found of our command's result; raises Mismatch when it is not right."""
        raise NotImplementedError


class List(StartRow):
    """Lists all VMs."""

    name = "list"
    work = f"list {VMS} VMs"
    at_most = 2.3

    def our_command(self):
        return self.ctl("list")

    def check_ours(self):
        lines = self.our_output.read_text().splitlines()
        missing = [number for number in range(1, VMS + 1) if f"Box{number}" not in lines]
        if missing:
            raise Mismatch(f"Box{missing[0]} is not listed")
        return f"all {VMS} are listed"


class Create(StartRow):
    """Creates an empty VM."""

    name = "create"
    work = f"create a VM beside {VMS}"
    at_most = 5

    def reset_ours(self):
        self.delete_vm("New")

    def our_command(self):
        return self.create_command("New")

    def check_ours(self):
        size_bytes = self.disk_of("New").stat().st_size
        if size_bytes != SIZE_BYTES:
            raise Mismatch(f"the image has {size_bytes} bytes instead of {SIZE_BYTES}")
        return "the image has its size"


class Delete(StartRow):
    """Deletes an empty VM."""

    name = "delete"
    work = f"delete a VM beside {VMS}"
    at_most = 5

    def reset_ours(self):
        self.create_vm("Old")

    def our_command(self):
        return self.ctl("delete", "-y", "Old")

    def check_ours(self):
        if self.disk_of("Old").parent.exists():
            raise Mismatch("the VM is still there")
        return "the VM is gone"


class Audit(StartRow):
    """Lists who has made the VMs."""

    name = "audit"
    work = f"audit of {VMS} operations"
    at_most = 5

    def our_command(self):
        return self.ctl("audit")

    def check_ours(self):
        text = self.our_output.read_text()
        missing = [number for number in range(1, VMS + 1) if f"Box{number} " not in text]
        if missing:
            raise Mismatch(f"Box{missing[0]} is not in the audit")
        return f"all {VMS} are there"


class Help(StartRow):
    """Prints the help of a command."""

    name = "help"
    work = "clone --help"
    at_most = 2

    def our_command(self):
        return self.ctl("clone", "--help")

    def check_ours(self):
        if "Usage: ctl vm clone" not in self.our_output.read_text():
            raise Mismatch("the help is missing")
        return "the help is there"


class Completion(StartRow):
    """Answers a shell that completes the name of a VM."""

    name = "completion"
    work = f"completion of a name beside {VMS} VMs"
    at_most = 2.3

    def our_command(self):
        return self.ctl("__complete", "export", "Box1")

    def check_ours(self):
        lines = self.our_output.read_text().split()
        if "Box1" not in lines or "Box2" in lines:
            raise Mismatch(f"it answered {lines}")
        return "it offers what begins so"
