"""Rows about a team's database and a journal on a server: PostgreSQL on loopback, which syncs what it commits."""

import time
from pathlib import Path

from .long_rows import LongRow
from .postgres import Server, programs
from .row import Mismatch, Row, shell
from .start_rows import SIZE_BYTES, VMS

ROOTS_AT_ONCE = 8
SHIPPED_EVENTS = 1_000_000
APPENDS = 20_000
ROOTS = 1_000
MANY_EVENTS = 10_000_000
FEW_EVENTS = 10_000
ANSWERS = 50

TABLES = ("event", "audit_entry", "vm_name", "vm", "image", "trash")


class ServerRow(Row):
    """A row with a server, which ends with it."""

    tools = ("sync",)

    def obstacle(self):
        if programs() is None:
            return "there is no PostgreSQL server in /usr/lib/postgresql"
        if not (self.workplace.checkout / "target" / "test-classes").is_dir():
            return "the journals are made by test code: mvn -q test-compile"
        return super().obstacle()

    def __enter__(self):
        super().__enter__()
        self.server = Server(self.workplace, self.place_of_server())
        return self

    def __exit__(self, *anything):
        self.server.stop()
        super().__exit__(*anything)

    def place_of_server(self):
        """The folder of its files."""
        return self.folder / "server"

    def prepare(self):
        self.start_server()

    def start_server(self):
        """Starts it, with the logins that are needed."""
        self.server.start()
        self.server.execute(
            "postgres",
            """
            SELECT 'CREATE ROLE owner LOGIN CREATEROLE' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'owner')
            UNION ALL
            SELECT 'CREATE ROLE reader LOGIN' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'reader') \\gexec
            """,
        )

    def new_database(self, name):
        """Makes an empty database."""
        self.server.execute(
            "postgres",
            f"DROP DATABASE IF EXISTS {name};\n"
            f"CREATE DATABASE {name} OWNER owner TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C';\n",
        )

    def join(self, root, database, name, *options):
        """Has a root ship to a database, which gets its schema from the first."""
        self.workplace.run(self.at(root, "team", "join", self.server.url(database), "--name", name, *options))

    def ship(self, root):
        """Waits until all is shipped."""
        self.workplace.run(self.at(root, "team", "ship"))

    def let_read(self, database):
        """Lets the login reader ask."""
        self.server.execute(database, "GRANT ctl_reader TO reader;")

    def at(self, root, *arguments):
        """A command of our program at a root."""
        command, *rest = arguments
        return [self.workplace.launcher, "vm", command, f"--root={root}", *rest]

    def java(self, main, *arguments):
        """A class of the tests."""
        target = self.workplace.checkout / "target"
        classes = f"{target / 'test-classes'}:{target / 'classes'}:{target / 'lib'}/*"
        return [self.workplace.java.home / "bin" / "java", "--enable-native-access=ALL-UNNAMED", "-cp", classes, main, *arguments]

    made = LongRow.made


class BesideTeam(ServerRow):
    """A command at a root that ships; the peer is the same command at a root without a team."""

    peer = "the same without a team"
    at_most = 1.03
    is_up = True

    def prepare(self):
        super().prepare()
        self.alone = self.folder / "alone"
        for root in (self.root, self.alone):
            root.mkdir(exist_ok=True)
            for number in range(1, VMS + 1):
                self.workplace.run(self.at(root, "create", f"Box{number}", str(SIZE_BYTES)))
        self.new_database("team")
        self.join(self.root, "team", "bench")
        self.ship(self.root)
        if not self.is_up:
            self.server.stop()

    def reset_ours(self):
        self.reset(self.root)

    def reset_peer(self):
        self.reset(self.alone)

    def reset(self, root):
        """Frees the name that the command takes, and lets no shipment go on beside what is measured."""
        if (root / "vm" / "New").exists():
            self.workplace.run(self.at(root, "delete", "--now", "-y", "New"))
        if self.is_up:
            self.ship(self.root)

    def our_command(self):
        return self.at(self.root, *self.command)

    def peer_command(self):
        return self.at(self.alone, *self.command)

    def check(self):
        if not self.our_output.read_text().strip():
            raise Mismatch("it printed nothing")
        if not self.is_up:
            return "all of it works without the server"
        self.workplace.run(self.at(self.root, "create", "Later", "1M"))
        begun = time.monotonic()
        while self.shipped() < self.local():
            if time.monotonic() - begun > 1:
                raise Mismatch(f"after a second the server has {self.shipped()} of {self.local()} events")
            time.sleep(0.01)
        waited = time.monotonic() - begun
        self.workplace.run(self.at(self.root, "delete", "--now", "-y", "Later"))
        return f"a new event is on the server {waited:.2f} s later"

    def shipped(self):
        """The newest event that the server has."""
        return int(self.server.execute("team", "SELECT sequence FROM ctl_team.root WHERE name = 'bench';"))

    def local(self):
        """The newest event that the root has."""
        with open(self.root / "journal" / "events.jsonl", "rb") as lines:
            return sum(1 for _ in lines)


def _beside(command, *arguments):
    """The two rows of a command: with the server up, and down."""
    words = " ".join(arguments[:1])
    up = type(
        f"Team{command.title()}",
        (BesideTeam,),
        {
            "__doc__": f"{command}, while the server is up.",
            "name": f"team-{command}",
            "work": f"{command} {words} at a root that ships".replace("  ", " "),
            "command": (command, *arguments),
        },
    )
    down = type(
        f"Team{command.title()}Down",
        (up,),
        {
            "__doc__": f"{command}, while the server is down.",
            "name": f"team-{command}-down",
            "work": f"{up.work}, server down",
            "is_up": False,
        },
    )
    return [up, down]


class ShipTogether(ServerRow):
    """Several roots ship all they have, at once; the peer inserts the same rows with as many clients."""

    name = f"ship-{ROOTS_AT_ONCE}"
    work = f"{ROOTS_AT_ONCE} roots ship {SHIPPED_EVENTS:,} events"
    peer = f"{ROOTS_AT_ONCE} `pgbench` that insert the same rows, 1,000 events a transaction"
    at_most = 1.5

    def prepare(self):
        super().prepare()
        self.new_database("team")
        original = self.made(SHIPPED_EVENTS // ROOTS_AT_ONCE)
        for number in range(1, ROOTS_AT_ONCE + 1):
            root = self.root_of(number)
            self.workplace.run(["cp", "-r", original, root])
            self.join(root, "team", f"root{number}", "--copied")
        for number in range(1, ROOTS_AT_ONCE + 1):
            self.ship(self.root_of(number))
        self.events = self.count("ctl_team")
        self.write_scripts()
        # What refuses to remove an event refuses it to everybody.
        self.server.execute("team", "ALTER TABLE ctl_team.event DISABLE TRIGGER event_never_changed;")

    def root_of(self, number):
        """One of the roots."""
        return self.folder / f"root{number}"

    def count(self, schema):
        """How many events are there, in so many roots."""
        return self.server.execute("team", f"SELECT count(*), count(DISTINCT root) FROM {schema}.event;")

    def write_scripts(self):
        """The rows that our shipment has made, as statements for pgbench: a file for each root."""
        self.server.execute("team", "CREATE SCHEMA peer;")
        for table in TABLES:
            self.server.execute("team", f"CREATE TABLE peer.{table} (LIKE ctl_team.{table} INCLUDING ALL);")
        for number in range(1, ROOTS_AT_ONCE + 1):
            self.workplace.measure(
                [*self.server.psql("team"), "-c", _inserts(f"root{number}")], self.script_of(number)
            )

    def script_of(self, number):
        """The statements of one root."""
        return self.folder / f"inserts{number}"

    def reset_ours(self):
        self.empty("ctl_team")
        self.server.execute(
            "team", "UPDATE ctl_team.root SET sequence = 0, hash = repeat('0', 64), local_sequence = 0;"
        )

    def reset_peer(self):
        self.empty("peer")

    def empty(self, schema):
        """Removes all rows."""
        tables = ", ".join(f"{schema}.{table}" for table in TABLES)
        self.server.execute("team", f"TRUNCATE {tables};\nCHECKPOINT;")

    def our_command(self):
        script = 'number=$1; pids=; for root in $(seq "$number"); do "$2" vm team --root="$3$root" ship & pids="$pids $!"; done; '
        script += "for pid in $pids; do wait $pid; done"
        return shell(script, ROOTS_AT_ONCE, self.workplace.launcher, self.folder / "root")

    def peer_command(self):
        script = 'number=$1; pids=; for root in $(seq "$number"); do "$2" -n -c1 -t1 -f "$3$root" "$4" & pids="$pids $!"; done; '
        script += "for pid in $pids; do wait $pid; done"
        return shell(
            script, ROOTS_AT_ONCE, self.server.program("pgbench"), self.folder / "inserts",
            self.server.url("team", "postgres"),
        )

    def check(self):
        for schema in ("ctl_team", "peer"):
            if self.count(schema) != self.events:
                raise Mismatch(f"{schema} has {self.count(schema)} events in roots instead of {self.events}")
        broken = self.server.execute(
            "team",
            "SELECT count(*) FROM ctl_team.event LEFT JOIN ctl_team.event before ON before.root = event.root"
            " AND before.sequence = event.sequence - 1 WHERE substr(right(event.line, 140), 1, 64)"
            " <> coalesce(before.hash, repeat('0', 64));",
        )
        if broken != "0":
            raise Mismatch(f"{broken} events do not follow the one before")
        return f"{self.events.split('|')[0]} events, nothing missing, nothing twice"


def _inserts(root):
    """SQL that prints, as statements, what one root has shipped."""
    batches = []
    for table in TABLES:
        by = {"event": "sequence", "audit_entry": "latest"}.get(table, "0")
        batches.append(
            f"SELECT ({by} - 1) / 1000 AS batch, 2 AS place, format('INSERT INTO peer.{table} VALUES %s;',"
            f" string_agg(substr(quoted, 1), ', ')) AS statement FROM (SELECT {by}, format('(%s)', (SELECT"
            f" string_agg(quote_nullable(value), ', ' ORDER BY place) FROM (SELECT column_name, ordinal_position AS place,"
            f" to_jsonb({table}) ->> column_name AS value FROM information_schema.columns WHERE table_schema = 'ctl_team'"
            f" AND table_name = '{table}') AS fields)) AS quoted FROM ctl_team.{table} WHERE root = (SELECT number FROM"
            f" ctl_team.root WHERE name = '{root}')) AS rows GROUP BY 1"
        )
    return (
        f"WITH inserts AS ({' UNION ALL '.join(batches)}) SELECT statement FROM (SELECT * FROM inserts"
        " UNION ALL SELECT DISTINCT batch, 1, 'BEGIN;' FROM inserts"
        " UNION ALL SELECT DISTINCT batch, 3, 'COMMIT;' FROM inserts) AS lines ORDER BY batch, place"
    )


class AppendOnServer(ServerRow):
    """Appends one event after the other to a journal that the server has."""

    name = "append-postgresql"
    work = f"{APPENDS:,} appends to a journal on PostgreSQL, in a warm JVM"
    peer = "`pgbench`, one client, the same transaction"
    at_most = 1.5

    def prepare(self):
        super().prepare()
        self.rounds = 0
        self.new_database("peer")
        self.new_database("ours")
        # Whose tables the peer gets.
        self.workplace.run(self.appends(2))
        for table in ("head", "event", "audit_entry", "vm", "image"):
            self.server.execute("ours", f"ALTER TABLE {self.schema()}.{table} SET SCHEMA public;")
        dump = [self.server.program("pg_dump"), "-Ox", "-n", "public", self.server.url("ours", "postgres")]
        self.workplace.measure(dump, self.folder / "tables.sql")
        text = (self.folder / "tables.sql").read_text().replace("CREATE SCHEMA public;", "")
        self.server.execute("peer", text)
        (self.folder / "append.sql").write_text(_APPEND)

    def schema(self):
        """The schema of the root that was made last."""
        return self.server.execute(
            "ours", "SELECT nspname FROM pg_namespace WHERE nspname LIKE 'ctl\\_root\\_%' ORDER BY oid DESC LIMIT 1;"
        )

    def appends(self, number):
        """The command that appends so many events to a new journal."""
        self.rounds += 1
        root = self.folder / f"root{self.rounds}"
        return self.java("ctl.vm.journal.postgres.MadeAppends", root, self.server.url("ours"), number)

    def reset_ours(self):
        self.new_database("ours")

    def our_command(self):
        return self.appends(APPENDS)

    def peer_command(self):
        url = self.server.url("peer", "postgres")
        first = int(self.server.execute("peer", "SELECT sequence FROM head;"))
        return [
            self.server.program("pgbench"), "-n", "-c1", "-Mprepared", f"-Dn={first}", f"-t{APPENDS}", "-f",
            self.folder / "append.sql", url,
        ]

    def check(self):
        count = self.server.execute("ours", f"SELECT count(*), max(sequence) FROM {self.schema()}.event;")
        if count != f"{APPENDS}|{APPENDS}":
            raise Mismatch(f"{count} events instead of {APPENDS}")
        return f"{APPENDS:,} events without a gap"


_HASH = "repeat('0123456789abcdef', 4)"
_ACTOR = (
    '{"user":"ann","uid":1000,"loginUid":1000,"host":"workshop","process":{"pid":4711,"startTicks":123456,'
    '"bootId":"5f0c7f3e-8a52-4a43-9d0e-0d9b3a3f2b11"},"terminal":"/dev/pts/0","workingFolder":"/home/ann",'
    '"commandLine":["ctl","vm","clone","MyBox","Two"]}'
)
_PAYLOAD = '{"vm":"Box","image":{"file":"disk.s2e","size":1048576,"modified":"2026-01-01T00:00:00Z"}}'
_APPEND = f"""\\set n :n + 1
BEGIN;
SELECT sequence, hash, moved IS NOT NULL FROM head FOR UPDATE;
INSERT INTO event (sequence, operation, time, name, version, vm, snapshot, actor, payload, previous, hash)
VALUES (:n, '20261123-120501-aa01', now(), 'image-changed', 4, 'Box', NULL, '{_ACTOR}', '{_PAYLOAD}', {_HASH}, {_HASH});
UPDATE image SET size = 1048576 WHERE vm = 'Box' AND file = 'disk.s2e';
INSERT INTO audit_entry (sequence, latest, operation, time, action, vm, snapshots, by_user, outcome, size, vm_id, seen_by, change)
VALUES (:n, :n, '20261123-120501-aa01', now(), 'by-hand', 'Box', '', 'ann', 'done', 0, 1, 'ann', 'written');
UPDATE head SET sequence = :n, hash = {_HASH};
COMMIT;
"""


class ManyRoots(ServerRow):
    """A question to the database of many roots, which all such rows share."""

    def place_of_server(self):
        return self.workplace.folder / "many-roots"

    def prepare(self):
        super().prepare()
        for events in (FEW_EVENTS, MANY_EVENTS):
            if not self.server.execute("postgres", f"SELECT 1 FROM pg_database WHERE datname = 'team_{events}';"):
                self.fill(events, ROOTS)

    def fill(self, events, roots):
        """Makes a database with so many events of many roots; one root has shipped them, the others are as that."""
        making = f"making_{events}"
        self.new_database(making)
        original = self.made(events // roots)
        root = self.folder / f"root-{events}"
        self.workplace.run(["cp", "-r", original, root])
        self.join(root, making, "host0")
        self.ship(root)
        self.let_read(making)
        # Indexes are made when all is there: that takes a third of the time.
        indexes = self.server.execute(
            making,
            "SELECT indexdef || ';' FROM pg_indexes WHERE schemaname = 'ctl_team' AND tablename = 'audit_entry'"
            " AND indexname <> 'audit_entry_pkey';",
        )
        self.server.execute(
            making,
            "SELECT format('DROP INDEX ctl_team.%I', indexname) FROM pg_indexes WHERE schemaname = 'ctl_team'"
            " AND tablename = 'audit_entry' AND indexname <> 'audit_entry_pkey' \\gexec",
        )
        self.server.execute(making, (Path(__file__).parent / "team_roots.sql").read_text())
        halves = shell(
            '"$@" -c "CALL copy_roots(\'host0\', 1, $ROOTS, 2)" & "$@" -c "CALL copy_roots(\'host0\', 2, $ROOTS, 2)"; wait $!'
            .replace("$ROOTS", str(roots - 1)),
            *self.server.psql(making),
        )
        self.workplace.run(halves)
        self.server.execute(making, indexes + "\nDROP PROCEDURE copy_roots; VACUUM ANALYZE;")
        self.server.execute("postgres", f"ALTER DATABASE {making} RENAME TO team_{events};")

    def asking(self, events, *arguments):
        """A command of our program that asks that database."""
        url = self.server.url(f"team_{events}", "reader")
        return ["env", f"CTL_TEAM={url}", *self.at(self.root, *arguments)]


class TeamAudit(ManyRoots):
    """The first answers to a question, out of millions of events."""

    peer = f"with {FEW_EVENTS:,} events"
    at_most = 2

    filters = ()
    answer = ""

    def our_command(self):
        return self.asking(MANY_EVENTS, "audit", "--team", *self.filters, f"--limit={ANSWERS}")

    def peer_command(self):
        return self.asking(FEW_EVENTS, "audit", "--team", *self.filters, f"--limit={ANSWERS}")

    def check(self):
        heading, *answers = self.our_output.read_text().splitlines()
        if "ROOT" not in heading or len(answers) != ANSWERS:
            raise Mismatch(f"{len(answers)} answers instead of {ANSWERS}")
        wrong = [line for line in answers if self.answer not in line]
        if wrong:
            raise Mismatch(f"not asked for: {wrong[0]}")
        return f"{ANSWERS} answers, each with {self.answer}; {len(self.peer_output.read_text().splitlines()) - 1} of the peer"


class TeamAuditVm(TeamAudit):
    """What was done to VMs of a name, wherever."""

    name = "audit-team-vm"
    work = f"first {ANSWERS} audit entries on a VM, of {MANY_EVENTS:,} events of {ROOTS:,} roots"
    filters = ("Box1",)
    answer = "Box1"


class TeamAuditUser(TeamAudit):
    """What a user did, wherever."""

    name = "audit-team-user"
    work = f"first {ANSWERS} audit entries of a user, of {MANY_EVENTS:,} events of {ROOTS:,} roots"
    filters = ("--by=ann",)
    answer = "ann"


class TeamAuditTime(TeamAudit):
    """What was done in some minutes, wherever."""

    name = "audit-team-time"
    work = f"first {ANSWERS} audit entries of some minutes, of {MANY_EVENTS:,} events of {ROOTS:,} roots"
    filters = ("--since=2026-01-01T00:00:00Z", "--until=2026-01-01T00:05:00Z")
    answer = "2026-01-01 "


class TeamAuditRoot(TeamAudit):
    """What was done on one host."""

    name = "audit-team-root"
    work = f"first {ANSWERS} audit entries of a root, of {MANY_EVENTS:,} events of {ROOTS:,} roots"
    filters = ("--in=host7",)
    answer = "host7"

    def our_command(self):
        return self.asking(MANY_EVENTS, "audit", *self.filters, f"--limit={ANSWERS}")

    def peer_command(self):
        return self.asking(FEW_EVENTS, "audit", *self.filters, f"--limit={ANSWERS}")


class TeamListAll(ManyRoots):
    """Lists all VMs of all roots."""

    name = "list-team"
    work = f"list --team of {ROOTS:,} roots"
    peer = "`psql` with the same rows"
    at_most = 2

    def our_command(self):
        return self.asking(MANY_EVENTS, "list", "--team")

    def peer_command(self):
        return [
            self.server.program("psql"), "-X", self.server.url(f"team_{MANY_EVENTS}", "reader"), "-c",
            "SELECT root.name, root.sequence, root.seen, vm.*, image.* FROM ctl_team.root JOIN ctl_team.vm"
            " ON vm.root = root.number JOIN ctl_team.image ON image.root = vm.root AND image.vm = vm.name"
            " ORDER BY root.name, vm.since, image.file",
        ]

    def check(self):
        vms = self.server.execute(f"team_{MANY_EVENTS}", "SELECT count(*) FROM ctl_team.vm;")
        rows = [line.split() for line in self.our_output.read_text().splitlines() if line.startswith("host")]
        listed = sum(":" not in row[1] for row in rows)
        if listed != int(vms):
            raise Mismatch(f"{listed} of {vms} VMs")
        return f"{listed:,} VMs"


TEAM = [
    *_beside("list"),
    *_beside("create", "New", "1M"),
    *_beside("audit"),
    ShipTogether,
    AppendOnServer,
    TeamAuditVm,
    TeamAuditUser,
    TeamAuditTime,
    TeamAuditRoot,
    TeamListAll,
]
