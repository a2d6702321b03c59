"""How many reports a second a node takes through its API, each with its ledger entry and its duplicate check.

    python benchmarks/reports.py                          # 100,000 reports, one a request
    python benchmarks/reports.py --reports 3000 --clients 8
    python benchmarks/reports.py --batch 200              # lines, so many a request

A whole node as `vaern serve` runs it (gunicorn's workers, the embedded database on disk, the sequencer, jobs), its
clients in processes of their own on the same machine. A tenth of the reports repeats the address of an earlier one;
every report has a file with SHA-256 and PDQ, a location and an account. After the run everything is counted: reports,
items, entries of the ledger, duplicates. The peer is a bare INSERT of such a report's row, one transaction each.
"""

from __future__ import annotations

import argparse
import hashlib
import http.client
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import quantiles

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.machine import machine  # noqa: E402
from tests.node.operations.nodes import Node, clean_environment  # noqa: E402

RESULTS = Path(__file__).parent / "results" / "reports.json"
REPEATED = 0.1

SET_UP = """
import django; django.setup()
import sys, uuid
from datetime import timedelta
from django.utils import timezone
from vaern.node.organisations.keys import make_secret
from vaern.node.organisations.models import ApiKey, Organisation, Person
desk = Organisation.objects.create(name="Benchmark hotline (synthetic)", kind="hotline", regime="gdpr")
own = Organisation.objects.create(name="Benchmark platform (synthetic)", kind="platform", regime="gdpr")
person = Person.everybody.create(organisation=own, roles=["moderator"], email="m@platform.example", name="Moderator")
print(desk.pk)
for number in range(int(sys.argv[1])):
    id = uuid.uuid4()
    secret, digest = make_secret(id)
    ApiKey.everywhere.create(id=id, organisation=own, name=f"reports {number}", digest=digest, scopes=["report.send"],
        created_by=person, expires_at=timezone.now() + timedelta(days=1))
    print(secret)
"""


def report(client: int, number: int, chance: random.Random) -> dict:
    """One synthetic report; a tenth repeats the address of an earlier one of the same client."""
    repeated = number and chance.random() < REPEATED
    place = chance.randrange(number) if repeated else number
    value = hashlib.sha256(f"{client} {place}".encode()).hexdigest()
    file = {
        "signals": [
            {"kind": "sha256", "value": value},
            {"kind": "pdq", "value": hashlib.sha256(value.encode()).hexdigest(), "quality": 100},
        ],
        "mime": "image/jpeg",
        "size": 100_000,
        "viewed": "not",
        "location": {"url": f"https://host{place % 50}.example/{client}/{place}", "seen_at": "2026-11-20T10:00:00Z"},
    }
    return {
        "reference": f"{client}-{number}",
        "offence": "material",
        "synthetic": True,
        "files": [file],
        "incident_at": "2026-11-20T10:00:00Z",
        "accounts": [
            {
                "role": "uploader",
                "identifier": f"user-{place}",
                "ip_events": [{"ip": "198.51.100.7", "port": 40_000, "at": "2026-11-20T10:00:00Z"}],
            }
        ],
    }


def send(port: int, key: str, desk: str, client: int, reports: int, batch: int, log: Path) -> None:  # noqa: PLR0913
    """Send reports one after another on one connection, and write down how long each answer took."""
    chance = random.Random(client)
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    headers = {
        "Host": f"localhost:{port}",
        "Authorization": f"Bearer {key}",
        "Vaern-Reason": "investigation",
        "Content-Type": "application/x-ndjson" if batch else "application/json",
    }
    path = f"/api/reports{'/batch' if batch else ''}?to={desk}"
    times = []
    for first in range(0, reports, batch or 1):
        each = [json.dumps(report(client, n, chance)) for n in range(first, min(reports, first + (batch or 1)))]
        begun = time.perf_counter()
        connection.request("POST", path, "\n".join(each), headers)
        answer = connection.getresponse()
        body = answer.read()
        times.append(time.perf_counter() - begun)
        if answer.status not in {200, 201} or (batch and json.loads(body)["refused"]):
            raise SystemExit(f"{answer.status}: {body[:500]!r}")
    log.write_text(json.dumps(times))


def environment_of(node: Node) -> dict[str, str]:
    """The environment in which a script works on the node's database."""
    from vaern.node.runtime.embedded import Embedded

    return clean_environment(
        VAERN_HOME=str(node.home),
        VAERN_EMBEDDED_URL=Embedded(node.home / "database").url,
        DJANGO_SETTINGS_MODULE="vaern.node.settings",
    )


def peer(url: str, seconds: float = 2.0) -> float:
    """Rows a second of one connection that inserts a text of a report's size, a transaction each."""
    import psycopg

    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CREATE TABLE peer (id bigserial PRIMARY KEY, body text)")
        begun, count = time.perf_counter(), 0
        while time.perf_counter() < begun + seconds:
            connection.execute("INSERT INTO peer (body) VALUES (%s)", ["x" * 1_500])
            count += 1
        connection.execute("DROP TABLE peer")
    return count / seconds


def counted(url: str) -> dict[str, int]:
    """What is in the database."""
    import psycopg

    queries = {
        "reports": "SELECT count(*) FROM reports_report",
        "items": "SELECT count(*) FROM reports_item",
        "near_signals": "SELECT count(*) FROM reports_nearsignal",
        "seen": "SELECT count(*) FROM reports_item WHERE seen_by <> ''",
        "duplicates": "SELECT count(*) FROM reports_report WHERE state = 'duplicate'",
        "entries": "SELECT count(*) FROM ledger_entry WHERE act = 'reports.report.received'",
        "pending": "SELECT count(*) FROM ledger_pending",
    }
    with psycopg.connect(url) as connection:
        return {name: connection.execute(query).fetchone()[0] for name, query in queries.items()}


def cpu_seconds(home: Path) -> float:
    """Processor time that the node's living processes have used: those that work in its folder, or name it."""
    ticks = 0
    for process in Path("/proc").glob("[0-9]*"):
        try:
            told = (process / "environ").read_bytes() + (process / "cmdline").read_bytes()
            place = str((process / "cwd").readlink())
            if str(home).encode() in told or place.startswith(str(home)):
                fields = (process / "stat").read_text().rpartition(")")[2].split()
                ticks += int(fields[11]) + int(fields[12])
        except OSError:
            continue
    return ticks / os.sysconf("SC_CLK_TCK")


def run(reports: int, clients: int, batch: int) -> dict:
    """Run a node and its clients, and return the figures."""
    with tempfile.TemporaryDirectory(prefix="vaern-reports-", ignore_cleanup_errors=True) as folder:
        node = Node(Path(folder) / "home", VAERN_KEY_RATE="10000")
        try:
            node.start()
            environment = environment_of(node)
            desk, *keys = subprocess.run(
                [sys.executable, "-c", SET_UP, str(clients)],
                env=environment,
                stdout=subprocess.PIPE,
                text=True,
                check=True,
            ).stdout.split()
            logs = [Path(folder) / f"times-{client}.json" for client in range(clients)]
            share = -(-reports // clients)
            used, begun = cpu_seconds(node.home), time.perf_counter()
            running = [
                subprocess.Popen(
                    [sys.executable, __file__, "--send", *map(str, (node.port, key, desk, client, share, batch, log))]
                )
                for client, (key, log) in enumerate(zip(keys, logs, strict=True))
            ]
            failed = [process.wait() for process in running]
            seconds = time.perf_counter() - begun
            used = cpu_seconds(node.home) - used
            url = environment["VAERN_EMBEDDED_URL"]
            found = counted(url)
            bare = peer(url)
        finally:
            node.clean_up()
        assert not any(failed), "a client ended early"
        times = sorted(one for log in logs for one in json.loads(log.read_text()))
    cuts = quantiles(times, n=100)
    assert found["reports"] == found["entries"] == found["items"] == share * clients, found
    return {
        "machine": machine(),
        "reports": share * clients,
        "clients": clients,
        "batch": batch,
        "seconds": round(seconds, 1),
        "per_second": round(share * clients / seconds, 1),
        "request_ms": {name: round(cuts[at] * 1e3, 1) for name, at in (("median", 49), ("p95", 94), ("p99", 98))},
        "node_cpu_ms_a_report": round(1e3 * used / (share * clients), 2),
        "bare_inserts_per_second": round(bare, 1),
        **found,
    }


def main() -> int:
    """Measure, print, and keep the figures of a full run."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--reports", type=int, default=100_000)
    parser.add_argument("--clients", type=int, default=8)
    parser.add_argument("--batch", type=int, default=0, help="reports a request; 0 for one as JSON")
    parser.add_argument("--send", nargs=7, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.send:
        os.nice(5)  # the clients are not what is measured
        port, key, desk, client, reports, batch, log = options.send
        send(int(port), key, desk, int(client), int(reports), int(batch), Path(log))
        return 0
    found = run(options.reports, options.clients, options.batch)
    print(json.dumps(found, indent=1))
    if options.reports >= 100_000:
        RESULTS.parent.mkdir(exist_ok=True)
        RESULTS.write_text(json.dumps(found, indent=1) + "\n", "utf-8")
    return int(found["per_second"] < 200 and options.reports >= 100_000)


if __name__ == "__main__":
    sys.exit(main())
