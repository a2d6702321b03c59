"""The ledger: durable entries a second, how far checkpoints are behind, verifying ten million, proofs; beside pymerkle.

    python benchmarks/ledger.py [ENTRIES] [SECONDS]

A node's own PostgreSQL (the embedded one, with its durable defaults) in a temporary folder. Eight processes each open a
transaction, `record()`, commit, again and again, while one process sequences. Then the ledger is filled up to ENTRIES
through the same sequencer, verified, and asked for proofs. pymerkle (SqliteTree, the persistent one) does what it
offers: append, root, proofs, for a million leaves; our tree does the same work on the same leaves.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import random
import statistics
import sys
import tempfile
import threading
import time
import uuid
from hashlib import sha256
from pathlib import Path
from typing import Any

from machine import machine

WRITERS = 8
PEER_LEAVES = 1_000_000
WITH_WORDS = 4
"""Every so-manieth entry carries typed words."""

PEOPLE = [str(uuid.UUID(int=number)) for number in range(1, 1001)]
SECONDARY = "entry_at entry_organisation entry_person entry_subject entry_owner entry_session entry_recipient leaf_hash"


def start(home: str) -> None:
    os.environ |= {"VAERN_HOME": home, "VAERN_SYNTHETIC": "1", "DJANGO_SETTINGS_MODULE": "vaern.node.settings"}
    from vaern.node.runtime.configuration import read_configuration
    from vaern.node.runtime.database import provide

    provide(read_configuration())
    import django

    django.setup()


def write(home: str, seconds: float, ready: Any, done: Any) -> None:
    start(home)
    from django.db import transaction

    from vaern.node.ledger.record import record
    from vaern.node.ledger.rules import Act, Actor, Reason, Subject, Verb, Why

    act = Act("benchmark.record.opened", Verb.CONSULTATION, "{person} opened {subject}")
    reasons = Reason(Why.ASSESSMENT), Reason(Why.ASSESSMENT, "words of a made-up reason, some forty letters")
    organisation, entries, slowest = uuid.uuid4(), [], 0.0
    rows("SELECT 1")
    ready.wait()
    until = time.time() + seconds
    while time.time() < until:
        begun = time.perf_counter()
        with transaction.atomic():
            by = Actor(person=uuid.UUID(random.choice(PEOPLE)), organisation=organisation)
            reason = reasons[len(entries) % WITH_WORDS == 0]
            entry = record(act, Subject("scan", uuid.uuid4(), organisation), by, reason)
        entries.append(entry)
        slowest = max(slowest, time.perf_counter() - begun)
    done.put((entries, slowest))


def sequence(home: str, stop: Any) -> None:
    start(home)
    from vaern.node.ledger.sequencer import run_sequencer

    run_sequencer(stop)


def rows(sql: str, *values: Any) -> list[tuple[Any, ...]]:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(sql, values or None)
        return cursor.fetchall() if cursor.description else []


def watch(stop: threading.Event, lags: list[float]) -> None:
    """How old the oldest committed entry without a checkpoint is, twenty times a second."""
    from django.db import connection

    while not stop.wait(0.05):
        ((lag,),) = rows(
            "SELECT coalesce(extract(epoch FROM clock_timestamp() - min(e.at)), 0)::float8 "
            "FROM ledger_pending p JOIN ledger_entry e ON e.id = p.entry"
        )
        lags.append(lag)
    connection.close()


def writing(home: str, seconds: float) -> dict[str, Any]:
    context = multiprocessing.get_context("spawn")
    stop, done, ready = context.Event(), context.Queue(), context.Barrier(WRITERS + 1)
    sequencer = context.Process(target=sequence, args=(home, stop))
    writers = [context.Process(target=write, args=(home, seconds, ready, done)) for _ in range(WRITERS)]
    for process in (sequencer, *writers):
        process.start()
    ready.wait()
    begun, lags, unwatched = time.time(), [], threading.Event()
    watcher = threading.Thread(target=watch, args=(unwatched, lags))
    watcher.start()
    results = [done.get() for _ in writers]
    took = time.time() - begun
    unwatched.set()
    watcher.join()
    stop.set()
    for process in (*writers, sequencer):
        process.join()
    acknowledged = sorted(entry for entries, _ in results for entry in entries)
    kept = [entry for (entry,) in rows("SELECT entry FROM ledger_leaf ORDER BY entry")]
    if kept != acknowledged:
        sys.exit("what was acknowledged is not what is in the tree")
    settings = {name: rows(f"SHOW {name}")[0][0] for name in ("fsync", "synchronous_commit", "shared_buffers")}
    return {
        "entries": len(acknowledged),
        "seconds": round(took, 1),
        "entries a second": round(len(acknowledged) / took),
        "slowest act, ms": round(1000 * max(slowest for _, slowest in results), 1),
        "checkpoint behind, s": {"most": round(max(lags), 3), "median": round(statistics.median(lags), 3)},
        "PostgreSQL": settings,
    }


def fill(entries: int) -> dict[str, Any]:
    """Entries up to a number, through the sequencer; the secondary indexes wait until then."""
    from vaern.node.ledger.sequencer import sequence_once

    begun = time.time()
    indexes = [sql for (sql,) in rows("SELECT indexdef FROM pg_indexes WHERE indexname = ANY(%s)", SECONDARY.split())]
    for name in SECONDARY.split():
        rows(f"DROP INDEX {name}")
    while (there := rows("SELECT count(*) FROM ledger_leaf")[0][0]) < entries:
        rows(
            "WITH made AS (INSERT INTO ledger_entry (at, act, verb, person, organisation, kind, subject, owner, why) "
            "SELECT clock_timestamp(), 'benchmark.record.opened', 'consultation', (%s::uuid[])[1 + i %% 1000], "
            "gen_random_uuid(), 'scan', gen_random_uuid(), gen_random_uuid(), 'assessment' "
            "FROM generate_series(1, %s) i RETURNING id) INSERT INTO ledger_pending SELECT id FROM made",
            PEOPLE,
            min(500_000, entries - there),
        )
        sequence_once(batch=50_000)
    for sql in indexes:
        rows(sql)
    rows("VACUUM ANALYZE")
    size = rows("SELECT pg_size_pretty(pg_database_size(current_database()))")[0][0]
    return {"seconds": round(time.time() - begun), "database": size}


def verifying() -> dict[str, Any]:
    from vaern.node.ledger.keys import verifier_key
    from vaern.node.ledger.verify import verify_ledger

    begun = time.perf_counter()
    found = verify_ledger(verifier_key(), processes=os.cpu_count() or 1)
    if found.findings:
        sys.exit(f"the ledger does not verify: {found.findings[0].text}")
    took = time.perf_counter() - begun
    return {"entries": found.size, "checkpoints": found.checkpoints, "seconds": round(took, 1)}


def proving(rounds: int = 1000) -> dict[str, Any]:
    from vaern.node.ledger.proofs import consistency_proof, inclusion_proof, latest_checkpoint

    size, times = latest_checkpoint().size, {"inclusion": [], "consistency": []}
    for _ in range(rounds):
        tree = random.randrange(size // 2, size + 1)
        for name, prove, number in (
            ("inclusion", inclusion_proof, random.randrange(tree)),
            ("consistency", consistency_proof, random.randrange(1, tree)),
        ):
            begun = time.perf_counter()
            prove(number, tree)
            times[name].append(1000 * (time.perf_counter() - begun))
    return {f"{name}, ms": spread(found) for name, found in times.items()}


def spread(found: list[float]) -> dict[str, float]:
    return {"median": round(statistics.median(found), 2), "p95": round(statistics.quantiles(found, n=20)[-1], 2)}


def trees(folder: Path) -> dict[str, Any]:
    """Our tree and pymerkle's over the same million leaves: append, root, proofs; proofs of both are cold."""
    from vaern.proofs.merkle import Frontier, hash_leaf

    data = [sha256(number.to_bytes(8, "big")).digest() for number in range(PEER_LEAVES)]
    begun = time.perf_counter()
    frontier = Frontier()
    list(frontier.extend((hash_leaf(leaf) for leaf in data), (8, 16, 24)))
    found: dict[str, Any] = {"ours": {"append (no storage), s": round(time.perf_counter() - begun, 2)}}
    begun = time.perf_counter()
    root = frontier.root()
    found["ours"]["root, ms"] = round(1000 * (time.perf_counter() - begun), 3)
    try:
        from pymerkle import SqliteTree
    except ImportError:
        return found | {"pymerkle": "not installed: make bench-setup"}
    tree = SqliteTree(str(folder / "pymerkle.db"))
    begun = time.perf_counter()
    tree.append_entries(data)
    theirs = {"append (with storage), s": round(time.perf_counter() - begun, 2)}
    begun = time.perf_counter()
    if tree.get_root() != root:
        sys.exit("the roots differ")
    theirs["root, ms"] = round(1000 * (time.perf_counter() - begun), 3)
    times = []
    for _ in range(20):
        tree.cache_clear()
        begun = time.perf_counter()
        tree.prove_inclusion(random.randrange(1, PEER_LEAVES + 1))
        times.append(1000 * (time.perf_counter() - begun))
    tree.close()
    return found | {"pymerkle": theirs | {"inclusion, ms": spread(times)}}


def main() -> None:
    entries = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000_000
    seconds = float(sys.argv[2]) if len(sys.argv) > 2 else 20
    with tempfile.TemporaryDirectory(prefix="vaern-ledger-") as home:
        result: dict[str, Any] = {"machine": machine("django", "psycopg", "pymerkle"), "load before": os.getloadavg()}
        result["trees"] = trees(Path(home))
        start(home)
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        result["writing"] = writing(home, seconds)
        print(json.dumps(result["writing"]), file=sys.stderr)
        result["filling"] = fill(entries)
        result["verifying"] = verifying()
        result["proofs"] = {"entries": result["verifying"]["entries"], **proving()}
        result["load after"] = os.getloadavg()
        from django.db import connection

        from vaern.node.runtime.database import stop_embedded

        connection.close()
        stop_embedded(Path(home) / "database")
    print(json.dumps(result, indent=1))


if __name__ == "__main__":
    main()
