"""`kill -9` of a node's processes and of its database at random moments under load: what was acknowledged is there.

    python benchmarks/crashes.py                 # 200 kills
    python benchmarks/crashes.py --kills 20
    python benchmarks/crashes.py --intake        # the same of reports that come in
    python benchmarks/crashes.py --minutes 18    # stop then, and say how many kills there were

Eight writers write ledger entries all the time, half of them through the real API over HTTP (each request is a read
that the ledger records, with the writer's token as its reason), half with `record()` in transactions of their own. A
writer notes a token when it has the answer. After each kill the node has to be well again by itself (after one of the
supervisor: when it was started again), and every token that was noted before must be in the ledger once; `vaern ledger
verify` runs every tenth time and at the end. Exit status 1 if anything was lost, doubled or does not verify.

With `--intake` all eight send reports to the API, each with a reference of its own, and send one again until they have
its answer, as a platform does. Each report that was acknowledged must be there once, whole, with one entry.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import random
import signal
import subprocess
import sys
import tempfile
import time
import uuid
from collections import defaultdict
from contextlib import suppress
from pathlib import Path
from statistics import median

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests.node.operations.nodes import Node, alive, clean_environment, vaern  # noqa: E402

RESULTS = Path(__file__).parent / "results" / "crashes.json"
RESULTS_OF_INTAKE = RESULTS.with_name("crashes-intake.json")
VICTIMS = ("database", "web", "web worker", "sequencer", "worker", "supervisor")
WRITERS = 8
ROLES = ("http", "direct")


# One writer, in a process of its own ----------------------------------------------------------------------------------


def write(role: str, port: int, key: str, acknowledged: Path) -> None:
    """Write until the end; note each token whose answer came."""
    os.nice(10)  # load, and not a race with the node's start for the cores
    send = _over_http(port, key, role) if role in {"http", "intake"} else _directly()
    with acknowledged.open("a", buffering=1, encoding="ascii") as notes:
        token = ""
        while True:
            if not token or role != "intake":
                token = uuid.uuid4().hex
            if send(token):
                notes.write(f"{token}\n")
                token = ""
                time.sleep(0.005)
            else:
                time.sleep(0.02)


def _report(token: str) -> str:
    file = {
        "signals": [{"kind": "sha256", "value": token * 2}, {"kind": "pdq", "value": token * 2}],
        "location": {"url": f"https://host.example/{token[:3]}"},
    }
    return json.dumps({"reference": token, "files": [file], "synthetic": True})


def _over_http(port: int, key: str, role: str):
    import http.client

    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)

    def send(token: str) -> bool:
        headers = {"Host": f"localhost:{port}", "Authorization": f"Bearer {key}", "Vaern-Reason": f"other; {token}"}
        try:
            if role == "intake":
                headers |= {"Content-Type": "application/json"}
                connection.request("POST", "/api/reports", _report(token), headers)
            else:
                connection.request("GET", "/api/scans", headers=headers)
            answer = connection.getresponse()
            answer.read()
        except (OSError, http.client.HTTPException):
            connection.close()
            return False
        if answer.status == 429:
            time.sleep(0.3)
        elif answer.status not in {200, 201, 500, 503}:
            raise SystemExit(f"the API answered {answer.status}")
        return answer.status in {200, 201}

    return send


def _directly():
    import django

    django.setup()
    from django.db import Error, connection, transaction

    from vaern.node.ledger.record import record
    from vaern.node.ledger.rules import NODE, Act, Reason, Subject, Verb, Why

    act = Act("benchmarks.crash.written", Verb.CONSULTATION, "{person} opened {subject}")

    def send(token: str) -> bool:
        try:
            with transaction.atomic():
                record(act, Subject("scan", uuid.uuid4()), NODE, Reason(Why.OTHER, token))
        except Error:
            with suppress(Error):
                connection.close()
            return False
        return True

    return send


SET_UP = """
import django; django.setup()
import uuid
from datetime import timedelta
from django.db import transaction
from django.utils import timezone
from vaern.node.ledger.record import record
from vaern.node.ledger.rules import Reason, Why
from vaern.node.organisations import acts
from vaern.node.organisations.keys import make_secret
from vaern.node.organisations.models import ApiKey, Organisation, Person
own = Organisation.objects.create(name="Crash hotline", kind="hotline", regime="gdpr")
person = Person.everybody.create(organisation=own, roles=["analyst"], email="analyst@hotline.example", name="Analyst")
with transaction.atomic():
    record(acts.INVITATION_ACCEPTED, person.subject, person.actor, Reason(Why.OWN_ACCOUNT))
for number in range(8):
    id = uuid.uuid4()
    secret, digest = make_secret(id)
    ApiKey.everywhere.create(id=id, organisation=own, name=f"crashes {number}", digest=digest,
        scopes=["scan.view", "report.send"], created_by=person, expires_at=timezone.now() + timedelta(days=1))
    print(secret)
"""


# The kills ----------------------------------------------------------------------------------------------------------


NOTED = "SELECT words, count(*) FROM ledger_note WHERE words = ANY(%s) GROUP BY 1"
REPORTED = """
    SELECT r.sender_reference, count(DISTINCT e.id) * count(DISTINCT r.id)
    FROM reports_report r JOIN ledger_entry e ON e.subject = r.id AND e.act = 'reports.report.received'
    WHERE r.sender_reference = ANY(%s) AND r.items_total = (SELECT count(*) FROM reports_item i
        JOIN reports_nearsignal n ON n.item_id = i.id WHERE i.report_id = r.id)
    GROUP BY 1
"""
"""How often each token is there: a report counts only if it is whole, and as often as it has entries."""


class Crashes:
    """A node, its writers, and what they were told."""

    def __init__(self, home: Path, seed: int, roles: tuple[str, ...] = ROLES) -> None:
        self.node = Node(home)
        self.roles = roles
        self.random = random.Random(seed)
        self.files = [home.with_name(f"acknowledged-{number}") for number in range(WRITERS)]
        self.writers: list[subprocess.Popen[bytes]] = []
        self.checked: dict[Path, int] = defaultdict(int)
        self.recovery: dict[str, list[float]] = defaultdict(list)
        self.lost = self.twice = self.acknowledged = 0
        self.unverified: list[str] = []

    def begin(self) -> None:
        """Start the node and the writers."""
        self.node.start()
        environment = clean_environment(
            VAERN_HOME=str(self.node.home),
            VAERN_EMBEDDED_URL=self.url,
            DJANGO_SETTINGS_MODULE="vaern.node.settings",
        )
        keys = subprocess.run(
            [sys.executable, "-c", SET_UP], env=environment, stdout=subprocess.PIPE, text=True, check=True
        ).stdout.split()
        for number, file in enumerate(self.files):
            command = [
                sys.executable,
                __file__,
                "--write",
                self.roles[number % len(self.roles)],
                str(self.node.port),
                keys[number],
                str(file),
            ]
            self.writers.append(subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL))
        until = time.monotonic() + 240  # a busy machine is slow, and not wrong
        while not all(file.exists() and file.stat().st_size for file in self.files):
            assert time.monotonic() < until, "the writers do not write"
            time.sleep(0.05)

    @property
    def url(self) -> str:
        """The database's address."""
        from vaern.node.runtime.embedded import Embedded

        return Embedded(self.node.home / "database").url

    def kill(self, victim: str) -> None:
        """Kill it after a while, and wait until the node is well and every writer of the node writes again."""
        time.sleep(self.random.uniform(0.02, 0.5))
        before = len(self.node.programs())
        while True:
            pid, begun = self._pid(victim), time.monotonic()
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:  # it had ended by itself, as its database did, and is being started again
                time.sleep(0.05)
            else:
                break
        if victim == "supervisor":
            assert self.node.process is not None
            self.node.process.wait()
            self.node.log.write_text("")
            self.node.start()
        else:
            while alive(pid):
                time.sleep(0.005)
            self._wait_for_writes(begun)
        self.recovery[victim].append(time.monotonic() - begun)
        assert before
        assert all(writer.poll() is None for writer in self.writers), "a writer ended"

    def _wait_for_writes(self, begun: float) -> None:
        sizes = [file.stat().st_size for file in self.files]
        while True:
            assert time.monotonic() < begun + 300, f"not well again: {self.node.log.read_text()[-2000:]}"
            grown = all(file.stat().st_size > size for file, size in zip(self.files, sizes, strict=True))
            if grown and self.node.health()[0] == 200:
                return
            time.sleep(0.01)

    def _pid(self, victim: str) -> int:
        if victim == "database":
            return self.node.database_pid()
        if victim == "supervisor":
            assert self.node.process is not None
            return self.node.process.pid
        if victim == "web worker":
            return self.random.choice(_children(self.node.programs()["web"]))
        return self.node.programs()[victim]

    def check(self) -> None:
        """Look whether what was noted since the last check is in the ledger, once."""
        import psycopg

        fresh: list[str] = []
        for file in self.files:
            text = file.read_bytes()[self.checked[file] :]
            whole = text[: text.rfind(b"\n") + 1]
            self.checked[file] += len(whole)
            fresh += whole.decode("ascii").split()
        with psycopg.connect(self.url) as connection:
            rows = connection.execute(REPORTED if "intake" in self.roles else NOTED, [fresh]).fetchall()
        found = dict(rows)
        self.acknowledged += len(fresh)
        self.lost += sum(token not in found for token in fresh)
        self.twice += sum(number > 1 for number in found.values())

    def verify(self) -> None:
        """Run `vaern ledger verify`."""
        done = vaern("ledger", "verify", "--home", self.node.home)
        if done.returncode:
            self.unverified.append(f"{done.stdout}{done.stderr}"[-500:])

    def entries(self) -> tuple[int, int]:
        """How many entries there are, and how many tokens stand in more than one."""
        import psycopg

        with psycopg.connect(self.url) as connection:
            row = connection.execute(
                "SELECT (SELECT count(*) FROM ledger_entry), (SELECT count(*) FROM (SELECT FROM ledger_note "
                "WHERE words <> '' GROUP BY words HAVING count(*) > 1) doubled)"
            ).fetchone()
        assert row is not None
        return row

    def end(self) -> None:
        """Stop the writers and the node."""
        for writer in self.writers:
            writer.kill()
            writer.wait()
        self.node.clean_up()


def _children(parent: int) -> list[int]:
    found = []
    for path in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if int((path / "stat").read_text().rpartition(")")[2].split()[1]) == parent:
                found.append(int(path.name))
    return found


def run(kills: int, seed: int, roles: tuple[str, ...] = ROLES, minutes: float = 60) -> dict:
    """Do it all, or as much as there is time for, and return the figures."""
    with tempfile.TemporaryDirectory(prefix="vaern-crashes-", ignore_cleanup_errors=True) as folder:
        crashes = Crashes(Path(folder) / "home", seed, roles)
        order = [VICTIMS[number % len(VICTIMS)] for number in range(kills)]
        crashes.random.shuffle(order)
        begun = time.monotonic()
        try:
            crashes.begin()
            for number, victim in enumerate(order, 1):
                if time.monotonic() > begun + 60 * minutes:
                    break
                crashes.kill(victim)
                crashes.check()
                if number % 10 == 0:
                    crashes.verify()
                    print(
                        f"  {number} of {kills}: {crashes.acknowledged:,} acknowledged, {crashes.lost} lost", flush=True
                    )
            for writer in crashes.writers:
                writer.kill()
                writer.wait()
            crashes.check()
            crashes.verify()
            entries, twice = crashes.entries()
        finally:
            crashes.end()
        return {
            "kills": sum(len(times) for times in crashes.recovery.values()),
            "asked": kills,
            "seed": seed,
            "seconds": round(time.monotonic() - begun, 1),
            "machine": f"{os.cpu_count()} cores, {platform.machine()}",
            "acknowledged": crashes.acknowledged,
            "entries": entries,
            "lost": crashes.lost,
            "twice": crashes.twice + twice,
            "unverified": crashes.unverified,
            "recovery_seconds": {
                victim: {
                    "kills": len(times),
                    "median": round(median(times), 2),
                    "longest": round(max(times), 2),
                }
                for victim, times in sorted(crashes.recovery.items())
            },
        }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--minutes", type=float, default=60, help="the longest that it may take, about")
    parser.add_argument("--intake", action="store_true", help="of reports that come in by the API")
    parser.add_argument("--write", nargs=4, metavar=("ROLE", "PORT", "KEY", "FILE"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.write:
        role, port, key, file = options.write
        write(role, int(port), key, Path(file))
    found = run(options.kills, options.seed, ("intake",) if options.intake else ROLES, options.minutes)
    print(f"{'killed':12} {'times':>5} {'median':>8} {'longest':>8}   until every writer writes again")
    for victim, figures in found["recovery_seconds"].items():
        print(f"{victim:12} {figures['kills']:5} {figures['median']:7.2f}s {figures['longest']:7.2f}s")
    print(
        f"{found['kills']} kills in {found['seconds']:.0f} s; {found['acknowledged']:,} acknowledged by 8 writers: "
        f"{found['lost']} lost, {found['twice']} twice; "
        f"the ledger of {found['entries']:,} entries {'VERIFIES' if not found['unverified'] else 'DOES NOT VERIFY'}"
    )
    if options.kills >= 200:
        RESULTS.parent.mkdir(exist_ok=True)
        (RESULTS_OF_INTAKE if options.intake else RESULTS).write_text(json.dumps(found, indent=1) + "\n", "utf-8")
    return int(bool(found["lost"] or found["twice"] or found["unverified"]))


if __name__ == "__main__":
    sys.exit(main())
