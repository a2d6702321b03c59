"""Messages between nodes: how many pass a second.

    python benchmarks/exchange.py rate                  # a backlog of 2,000 reports, and the same bodies by POST
    python benchmarks/exchange.py rate --messages 500

Nodes are processes (`vaern serve`), each with its own PostgreSQL, keys and ledger, on one machine.

**The rate.** One node has a backlog of reports that were forwarded by the real act while both couriers stood still. The
clock runs from the moment at which they go on until the last receipt is settled: each message is signed, sealed, kept,
taken in as a report by the act that takes one in, with its entry, and its receipt is signed, comes back and is entered.
Writing the backlog (the report, the forward, the message, and their entries) is measured by itself. Then all of them
are recalled, which erases them there, and the recalls are acknowledged: a heavy and a light kind more, the latter the
other way.

The peer is what carries the same bodies without any of it: POST them one by one over one connection to a server that
puts each into a table of PostgreSQL and commits. It signs nothing, seals nothing, keeps no order, knows nothing twice,
and makes no report of it.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from machine import machine  # noqa: E402
from tests.node.exchange.processes import Side, introduce, until  # noqa: E402

RESULTS = Path(__file__).parent / "results" / "exchange.json"
NORTHLAND, SOUTHLAND = "XA", "XV"
REPORTS, RECALLS = ("report.forwarded", "forward"), ("release.recalled", "recall_report")
ACKNOWLEDGED = ("release.acknowledged", "acknowledge_recall")
"""The kinds that are measured, each with the deed by which people send one."""

PROGRESS = """
    SELECT count(*) FILTER (WHERE received_at IS NULL), count(*) FILTER (WHERE settled_at IS NULL)
    FROM exchange_outgoing WHERE kind = %s
"""
DESKS = 4
"""Of each country."""

COLD = 20
"""Messages that pass before anything is measured: programs load what they use at its first use."""


def say(text: str) -> None:
    """Say how far it is."""
    print(text, flush=True)


@contextmanager
def folder() -> Iterator[Path]:
    """A folder through which the database's user passes: as root it is another one than us."""
    with tempfile.TemporaryDirectory(prefix="vaern-exchange-", ignore_cleanup_errors=True) as made:
        Path(made).chmod(0o711)
        yield Path(made)


# The rate -----------------------------------------------------------------------------------------------------------


def rate(messages: int) -> dict[str, Any]:
    """Measure how many messages pass a second, and their peer."""
    with folder() as home:
        north, south = Side(home, "north", NORTHLAND, 1), Side(home, "south", SOUTHLAND, 2)
        try:
            say("starting two nodes")
            north.begin()
            south.begin()
            introduce(north, south)
            until(
                lambda: north.do("act", deed="listed") == south.do("act", deed="listed") == DESKS,
                what="the directory of the other",
            )
            north.do("act", deed="forward", count=COLD)
            until(lambda: not _left(north, REPORTS[0])[1], what="the first messages")
            found = {"load before": [round(one, 2) for one in os.getloadavg()]}
            found |= _backlog(north, south, REPORTS, messages)
            found["peer"] = _peer(south, north.do("bodies", count=messages))
            found["recalls"] = _backlog(north, south, RECALLS, messages)
            found["acknowledged"] = _backlog(south, north, ACKNOWLEDGED, messages)
            problems = [side.verifies() for side in (north, south)]
            found["ledgers verify"] = not any(problems)
        finally:
            north.end()
            south.end()
    return found


def _left(side: Side, kind: str) -> tuple[int, int]:
    ((kept, settled),) = side.ask(PROGRESS, kind)
    return kept, settled


def _backlog(sends: Side, takes: Side, measured: tuple[str, str], messages: int) -> dict[str, Any]:
    kind, deed = measured
    taken = "SELECT count(*) FROM exchange_incoming WHERE kind = %s AND state = 'taken_in'"
    ((before,),) = takes.ask(taken, kind)
    with sends.held("courier"), takes.held("courier"):
        begun = time.monotonic()
        for done in range(0, messages, 100):
            sends.do("act", deed=deed, count=min(100, messages - done))
            if done % 500 == 0:
                say(f"  wrote {done + min(100, messages - done)} of {messages}")
        writing = time.monotonic() - begun
    begun = time.monotonic()
    kept = 0.0
    while True:
        unkept, unsettled = _left(sends, kind)
        passed = time.monotonic() - begun
        kept = kept or (passed if not unkept else 0.0)
        if not unsettled:
            break
        assert passed < 1_800, f"{unsettled} messages are not settled"
        if int(passed * 5) % 25 == 0:
            say(f"  {passed:5.1f} s: {messages - unkept} kept there, {messages - unsettled} settled")
        time.sleep(0.2)
    ((after,),) = takes.ask(taken, kind)
    assert after == before + messages, f"{after - before} of {messages} were taken in"
    return {
        "messages": messages,
        "seconds": round(passed, 2),
        "a second": round(messages / passed, 1),
        "all kept there after": round(kept, 2),
        "written a second": round(messages / writing, 1),
    }


# Its peer -----------------------------------------------------------------------------------------------------------


def _peer(south: Side, texts: list[str]) -> dict[str, Any]:
    """POST the same bodies one by one to a server that puts each into a table of the same PostgreSQL and commits."""
    server = subprocess.Popen(
        [sys.executable, __file__, "serve", "--database", south.url], stdout=subprocess.PIPE, text=True
    )
    try:
        assert server.stdout is not None
        connection = http.client.HTTPConnection("127.0.0.1", int(server.stdout.readline()), timeout=60)
        data = [text.encode() for text in texts]
        begun = time.monotonic()
        for one in data:
            connection.request("POST", "/", one)
            answer = connection.getresponse()
            assert answer.status == 200
            answer.read()
        seconds = time.monotonic() - begun
    finally:
        server.kill()
        server.wait()
    return {
        "what": "POST one by one over one connection, a row and a commit each",
        "seconds": round(seconds, 2),
        "a second": round(len(data) / seconds, 1),
        "bytes each": round(sum(map(len, data)) / len(data)),
    }


def serve(database: str) -> None:
    """Put what is posted into a table."""
    import psycopg

    connection = psycopg.connect(database)
    connection.execute("CREATE TABLE IF NOT EXISTS benchmark_posted (id bigserial PRIMARY KEY, body jsonb NOT NULL)")
    connection.commit()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            connection.execute("INSERT INTO benchmark_posted (body) VALUES (%s)", [body.decode()])
            connection.commit()
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    say(str(server.server_address[1]))
    server.serve_forever()


# All of it ----------------------------------------------------------------------------------------------------------


def keep(part: str, found: dict[str, Any]) -> None:
    """Keep what was found beside what is known of the other parts."""
    known = json.loads(RESULTS.read_text("utf-8")) if RESULTS.exists() else {}
    known[part] = {"machine": machine("psycopg", "cryptography", "Django"), "threads": "as shipped", **found}
    RESULTS.write_text(json.dumps(known, indent=1) + "\n", "utf-8")


def main() -> int:
    """Run it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("part", choices=["rate", "serve"])
    parser.add_argument("--messages", type=int, default=2_000)
    parser.add_argument("--keep", action="store_true", help="write the figures into benchmarks/results/exchange.json")
    parser.add_argument("--database", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.part == "serve":
        with suppress(KeyboardInterrupt):
            serve(given.database)
        return 0
    say(f"{platform.machine()}, {os.cpu_count()} cores, load {os.getloadavg()}")
    found = rate(given.messages)
    say(json.dumps(found, indent=1))
    if given.keep:
        keep(given.part, found)
    return 0


if __name__ == "__main__":
    sys.exit(main())
