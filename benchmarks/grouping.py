"""1,000,000 findings into series: from scratch by the engine, and one more, by the engine and by a node.

    python benchmarks/grouping.py                         # 1,000,000 findings
    python benchmarks/grouping.py --findings 100000 --rounds 50
    python benchmarks/grouping.py --no-node               # the engine alone

The findings are synthetic: random PDQ values of 128 ones in clusters of realistic sizes (half of the findings alone,
the others in clusters of 2 to 500 that differ from their centre in up to 12 bits), a twentieth exact duplicates with
equal SHA-256, a twentieth with a camera, which took the pictures of 20 clusters. From scratch: every component of all
joining links, on two threads. One more: a finding near to one that is there, or near to nothing, in turn.

The node is a PostgreSQL with as many members in series as there are components; measured is `add_by_hash` as a whole:
lock, links by key and by look, rows, keys of the cross-check, entries of the ledger, commit. Wanted: 60 s from scratch,
50 ms for one more (issue 5).

The peer is faiss: a flat binary index, range search of every value, and union-find over the pairs that it returns, on
findings so few that it ends (its time grows with their square). Ours is measured on the same ones beside it.
"""

from __future__ import annotations

import argparse
import atexit
import hashlib
import json
import os
import resource
import shutil
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.machine import machine  # noqa: E402

from vaern.matching.grouping import Batch, Grouping, Values, components  # noqa: E402

RESULTS = Path(__file__).parent / "results" / "grouping.json"
FROM_SCRATCH, ONE_MORE = 60.0, 50.0
PEER_FINDINGS = 30_000


def balanced(rng: np.random.Generator, count: int) -> np.ndarray:
    """PDQ values of 128 ones, uint8 [count, 32]."""
    parts = [
        np.packbits(np.argsort(rng.random((min(20_000, count - at), 256)), axis=1) < 128, axis=1)
        for at in range(0, count, 20_000)
    ]
    return np.concatenate(parts)


def findings(rng: np.random.Generator, count: int) -> tuple[Batch, int]:
    """The findings, and how many clusters they were made from."""
    sizes = np.concatenate(
        [np.ones(count // 2, np.int64), np.minimum(2 + (rng.pareto(1.2, count) * 2).astype(np.int64), 500)]
    )
    sizes = sizes[: int(np.searchsorted(np.cumsum(sizes), count)) + 1]
    cluster = np.repeat(np.arange(len(sizes)), sizes)[:count]
    rng.shuffle(cluster)
    values = balanced(rng, len(sizes))[cluster]
    ones = rng.integers(0, 13, count)
    for at in range(12):  # up to 12 bits, so that two of a cluster differ in 24 at most
        chosen = np.flatnonzero(ones > at)
        bits = rng.integers(0, 256, len(chosen))
        values[chosen, bits // 8] ^= (128 >> (bits % 8)).astype(np.uint8)
    copies = rng.choice(count, count // 10, replace=False)
    values[copies[: len(copies) // 2]] = values[copies[len(copies) // 2 : 2 * (len(copies) // 2)]]
    same = np.arange(count)
    same[copies[: len(copies) // 2]] = copies[len(copies) // 2 : 2 * (len(copies) // 2)]
    digests = np.frombuffer(b"".join(hashlib.sha256(int(n).to_bytes(8)).digest() for n in same), np.uint8)
    cameras = rng.choice(count, count // 20, replace=False)
    serials = np.frombuffer(b"".join(hashlib.sha256(b"c%d" % n).digest() for n in cluster[cameras] // 20), np.uint8)
    everyone = np.arange(count)
    exact = {"sha256": (everyone, digests.reshape(-1, 32)), "camera": (cameras, serials.reshape(-1, 32))}
    return Batch(count, exact, (everyone, values)), int(cluster.max()) + 1


def some(batch: Batch, rng: np.random.Generator, rounds: int) -> list[Values]:
    """Findings to add: in turn near to one that is there, and near to nothing."""
    values = batch.upright[1]
    fresh = balanced(rng, rounds)
    chosen = [values[int(rng.integers(len(values)))].copy() if at % 2 else fresh[at] for at in range(rounds)]
    for at, value in enumerate(chosen):
        value[at % 32] ^= 3 if at % 2 else 0
    return [
        Values((("sha256", hashlib.sha256(b"more %d" % at).digest()),), (value.tobytes(),))
        for at, value in enumerate(chosen)
    ]


def engine(batch: Batch, rng: np.random.Generator, rounds: int) -> dict[str, Any]:
    components(Batch.of([Values(upright=(bytes(range(32)),), turned=(bytes(32),))] * 2), 2)  # compile before
    few = np.concatenate([balanced(rng, 5000)])
    components(Batch(5000, {}, (np.arange(5000), few)), 2)
    begun, used = time.perf_counter(), time.process_time()
    labels = components(batch, threads=2)
    seconds, used = time.perf_counter() - begun, time.process_time() - used
    grouping = Grouping()
    begun = time.perf_counter()
    load(grouping, batch)
    loaded = time.perf_counter() - begun
    times = []
    for values in [Values(upright=(bytes(range(32)),)), *some(batch, rng, rounds)]:  # the first one compiles
        begun = time.perf_counter()
        grouping.add(values)
        times.append(1e3 * (time.perf_counter() - begun))
    return {
        "from scratch s": round(seconds, 1),
        "processor s": round(used, 1),
        "components": len(np.unique(labels)),
        "largest": int(np.bincount(labels).max()),
        "load for one more s": round(loaded, 1),
        "one more ms": cuts(times[1:]),
        "resident MB": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }


def load(grouping: Grouping, batch: Batch) -> None:
    """Fill a `Grouping` with findings whose components are known, as a process does that begins."""
    from vaern.matching import HammingIndex

    owners, values = batch.upright
    grouping._upright = HammingIndex.build(values, owners)  # noqa: SLF001 - measured, not offered
    grouping._parent = list(range(batch.count))  # noqa: SLF001
    for code, (who, held) in batch.exact.items():
        for owner, value in zip(who.tolist(), held, strict=True):
            grouping._exact.setdefault((code, value.tobytes()), owner)  # noqa: SLF001


def cuts(times: list[float]) -> dict[str, float]:
    ordered = sorted(times)
    return {
        "median": round(statistics.median(ordered), 2),
        "p95": round(ordered[int(len(ordered) * 0.95)], 2),
        "most": round(ordered[-1], 2),
    }


def peer(rng: np.random.Generator) -> dict[str, Any]:
    """Range search by faiss and union-find, on few findings; the same ones by ours."""
    try:
        import faiss
    except ImportError:
        return {"findings": 0, "why": "not installed: make bench-setup"}
    batch, _ = findings(rng, PEER_FINDINGS)
    values = batch.upright[1]
    begun = time.perf_counter()
    index = faiss.IndexBinaryFlat(256)
    index.add(values)
    limits, _, other = index.range_search(values, 32)  # below 32, so up to 31
    parent = np.arange(len(values))

    def root(at: int) -> int:
        while parent[at] != at:
            parent[at] = parent[parent[at]]
            at = parent[at]
        return at

    for at in range(len(values)):
        for held in other[limits[at] : limits[at + 1]]:
            one, two = root(at), root(int(held))
            parent[max(one, two)] = min(one, two)
    theirs = np.array([root(at) for at in range(len(values))])
    seconds = time.perf_counter() - begun
    begun = time.perf_counter()
    ours = components(Batch(batch.count, {}, batch.upright), threads=2)
    took = time.perf_counter() - begun
    assert (ours == theirs).all(), "the two do not agree"
    return {"findings": PEER_FINDINGS, "faiss s": round(seconds, 2), "ours s": round(took, 3)}


def start(home: Path) -> None:
    """Start a node's database in a folder."""
    os.environ |= {
        "VAERN_HOME": str(home),
        "VAERN_SYNTHETIC": "1",
        "VAERN_ADDRESS": "http://localhost",
        "DJANGO_SETTINGS_MODULE": "vaern.node.settings",
    }
    from vaern.node.runtime.configuration import read_configuration
    from vaern.node.runtime.database import provide

    provide(read_configuration())
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)


FILL = (
    """INSERT INTO victims_series (id, organisation_id, created_at, review_date, code, synthetic, state, confirmed,
        state_since, excused, members_total, members_known, changed_at, version)
    SELECT ('00000000-0000-4000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, %(own)s, now() - n * interval '1 second',
        current_date + 700, 'B' || upper(lpad(to_hex(n), 7, '0')), true, 'new', false, now(), false, 1, 0, now(), 1
    FROM (SELECT DISTINCT label AS n FROM made) labels""",
    """INSERT INTO victims_member (id, series_id, organisation_id, source, sha256, camera_key, make, model, lens,
        taken_local, place, mime, size, verdict, rule, added_at)
    SELECT 1 + n, ('00000000-0000-4000-8000-' || lpad(to_hex(label), 12, '0'))::uuid, %(own)s, 'hash', sha256, camera,
        '', '', '', false, '', 'image/jpeg', 1000, 'new', 'opened', now() FROM made ORDER BY n""",
    """INSERT INTO victims_nearvalue (member_id, organisation_id, kind, value)
    SELECT 1 + n, %(own)s, 'pdq', pdq FROM made ORDER BY n""",
    "SELECT setval(pg_get_serial_sequence('victims_member', 'id'), (SELECT max(id) FROM victims_member))",
    "ANALYZE",
)
"""Members and series, made by the database out of what the engine found."""


def node(batch: Batch, labels: np.ndarray, more: list[Values], home: Path) -> dict[str, Any]:
    """One more finding on a node that has the others as members."""
    start(home)
    from django.db import connection
    from tests.node.factories import make_organisation, make_person, viewer_for

    from vaern.node.ledger.rules import Reason, Why
    from vaern.node.victims.grouping import links, takes
    from vaern.records import Signal

    viewer = viewer_for(make_person("identifier", make_organisation("police")))
    begun = time.perf_counter()
    cameras = dict(zip(batch.exact["camera"][0].tolist(), batch.exact["camera"][1], strict=True))
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE made (n bigint, label bigint, sha256 bytea, camera bytea, pdq bytea)")
        with cursor.copy("COPY made FROM STDIN") as copy:
            for n, label in enumerate(labels.tolist()):
                camera = cameras.get(n)
                copy.write_row(
                    (
                        n,
                        label,
                        batch.exact["sha256"][1][n].tobytes(),
                        None if camera is None else camera.tobytes(),
                        batch.upright[1][n].tobytes(),
                    )
                )
        for statement in FILL:
            cursor.execute(statement, {"own": viewer.organisation.pk} if "%(own)s" in statement else None)
    filled = time.perf_counter() - begun
    begun = time.perf_counter()
    links.strongest_links(viewer.organisation.pk, [more[0]])
    first = time.perf_counter() - begun
    reason = Reason(Why.VICTIM_IDENTIFICATION)
    times, search = [], []
    for values in more:
        begun = time.perf_counter()
        links.strongest_links(viewer.organisation.pk, [values])
        search.append(1e3 * (time.perf_counter() - begun))
        signals = [Signal(kind, value) for kind, value in values.exact] + [Signal("pdq", values.upright[0])]
        begun = time.perf_counter()
        takes.add_by_hash(viewer, reason, signals, synthetic=True)
        times.append(1e3 * (time.perf_counter() - begun))
    return {
        "fill s": round(filled, 1),
        "a process reads all values s": round(first, 1),
        "links ms": cuts(search),
        "one more ms": cuts(times),
    }


def main() -> int:
    """Measure, print, and keep the figures of a full run."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--findings", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=200)
    parser.add_argument("--no-node", action="store_true")
    options = parser.parse_args()
    rng = np.random.default_rng(20261125)
    batch, clusters = findings(rng, options.findings)
    found = {
        "machine": machine(),
        "findings": options.findings,
        "clusters": clusters,
        "engine": engine(batch, rng, options.rounds),
        "peer": peer(rng),
    }
    print(json.dumps(found, indent=1))
    if not options.no_node:
        folder = Path(tempfile.mkdtemp(prefix="vaern-grouping-"))
        atexit.register(shutil.rmtree, folder, ignore_errors=True)  # after the database has stopped, which is later
        more = some(batch, rng, options.rounds)
        found["node"] = node(batch, components(batch, threads=2), more, folder)
        print(json.dumps(found["node"], indent=1))
    full = options.findings >= 1_000_000 and not options.no_node
    if full:
        RESULTS.parent.mkdir(exist_ok=True)
        RESULTS.write_text(json.dumps(found, indent=1) + "\n", "utf-8")
    slow = found["engine"]["from scratch s"] > FROM_SCRATCH or (
        full and max(found["engine"]["one more ms"]["p95"], found["node"]["one more ms"]["p95"]) > ONE_MORE
    )
    return int(full and slow)


if __name__ == "__main__":
    sys.exit(main())
