"""The Hamming index beside its peers: build, memory, opening, look-ups in a batch and one by one.

    python benchmarks/hamming.py --rows 10_000_000
    python benchmarks/hamming.py --rows 100_000_000 --engines vaern,faiss-flat

Random 256-bit hashes; half of the queries are 0 to 31 bits from a hash, half are random; distance 31. Each
engine runs in a process of its own, one after the other, over the same rows and queries; all of them must return the
same hits. `threatexchange` is asked as its users ask it, `PDQIndex.query` with one hexadecimal string.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from machine import machine, resident_bytes

DISTANCE = 31
ENGINES = ("vaern", "faiss-flat", "faiss-multi-hash", "threatexchange")
BATCH = {"vaern": 4000, "faiss-flat": 40, "faiss-multi-hash": 200, "threatexchange": 200}


def rows(n: int) -> np.ndarray:
    return np.random.default_rng(1).integers(0, 256, (n, 32), np.uint8)


def queries(hashes: np.ndarray, m: int = 4000) -> np.ndarray:
    rng = np.random.default_rng(2)
    asked = rng.integers(0, 256, (m, 32), np.uint8)
    ones = np.unpackbits(hashes[rng.integers(0, len(hashes), m // 2)], axis=1)
    for row in ones:
        row[rng.choice(256, rng.integers(0, DISTANCE + 1), replace=False)] ^= 1
    asked[::2] = np.packbits(ones, axis=1)
    return asked


def per_query(search, asked: np.ndarray, repeat: int = 7) -> float:
    """Microseconds a query: the fastest of some runs over the batch, after one to warm up."""
    search(asked)
    return min(timed(lambda: search(asked))[0] for _ in range(repeat)) / len(asked) * 1e6


def timed(call):
    start = time.perf_counter()
    result = call()
    return time.perf_counter() - start, result


def vaern(n: int) -> dict[str, object]:
    from vaern.matching import HammingIndex

    hashes = rows(n)
    asked = queries(hashes)
    many = queries(hashes, 100_000)
    start = time.perf_counter()
    index = HammingIndex.build(hashes, copy=False)
    seconds = time.perf_counter() - start
    del hashes
    memory = resident_bytes()
    folder = Path(tempfile.mkdtemp(prefix="vaern-bench-", dir=os.environ.get("VAERN_BENCH_DIR"))) / "index"
    batch = per_query(index.search, asked)
    singles = one_by_one(index.search, [asked[i : i + 1] for i in range(1000)])
    saving, _ = timed(lambda: index.save(folder))
    opening, opened = timed(lambda: HammingIndex.open(folder))
    found = index.search(asked[: BATCH["faiss-flat"]])
    result = {
        "build s": seconds,
        "resident GB": memory / 1e9,
        "µs a query, batch": batch,
        "µs a query, one by one": singles,
        "save s": saving,
        "open s": opening,
        "µs a query, batch, mapped from the file": per_query(opened.search, asked),
        "µs a query, one by one, mapped from the file": one_by_one(
            opened.search, [asked[i : i + 1] for i in range(1000)]
        ),
        "µs a query, batch of 100,000, mapped from the file": per_query(opened.search, many, 3),
        "resident GB, mapped and searching": in_a_process_of_its_own(folder, asked),
        "bytes on disk": sum(path.stat().st_size for path in folder.iterdir()),
        "hits": sorted(zip(found.query.tolist(), found.id.tolist(), found.distance.tolist(), strict=True)),
    }
    subprocess.run(["rm", "-rf", folder.parent], check=True)
    return result


def in_a_process_of_its_own(folder: Path, asked: np.ndarray) -> float:
    """Gigabytes that a process has in memory which maps a saved index and searched it, the program included."""
    np.save(folder.with_name("asked.npy"), asked)
    command = [sys.executable, __file__, "--mapped", str(folder)]
    return float(subprocess.run(command, capture_output=True, text=True, check=True).stdout)


def mapped(folder: Path) -> float:
    from vaern.matching import HammingIndex

    index = HammingIndex.open(folder)
    rng = np.random.default_rng(3)
    index.search(np.load(folder.with_name("asked.npy")))
    for _ in range(20):
        index.search(rng.integers(0, 256, (4000, 32), np.uint8))
    return resident_bytes() / 1e9


def one_by_one(search, asked) -> float:
    """Microseconds a call, the median over passes of their mean."""
    passes = []
    for _ in range(5):
        start = time.perf_counter()
        for query in asked:
            search(query)
        passes.append((time.perf_counter() - start) / len(asked) * 1e6)
    return float(np.median(passes))


def faiss_engine(name: str, n: int) -> dict[str, object]:
    import faiss

    hashes = rows(n)
    asked = queries(hashes)[: BATCH[name]]
    inner = faiss.IndexBinaryFlat(256) if name == "faiss-flat" else faiss.IndexBinaryMultiHash(256, 16, 16)
    if name != "faiss-flat":
        inner.nflip = 1  # 31 bits over 16 maps: exact by the pigeonhole principle
    start = time.perf_counter()
    inner.add(hashes)
    seconds = time.perf_counter() - start
    del hashes
    memory = resident_bytes()
    search = lambda part: inner.range_search(part, DISTANCE + 1)  # noqa: E731
    result = {"build s": seconds, "resident GB": memory / 1e9, "µs a query, batch": per_query(search, asked, 3)}
    if n <= 10_000_000:
        result["µs a query, one by one"] = one_by_one(search, [asked[i : i + 1] for i in range(BATCH["faiss-flat"])])
    part = asked[: BATCH["faiss-flat"]]
    limits, distances, ids = search(part)
    owner = np.repeat(np.arange(len(part)), np.diff(limits.astype(np.int64)))
    result["hits"] = sorted(zip(owner.tolist(), ids.tolist(), distances.astype(int).tolist(), strict=True))
    return result


def threatexchange(n: int) -> dict[str, object]:
    from threatexchange.signal_type.pdq.pdq_index import PDQIndex

    hashes = rows(n)
    asked = [query.tobytes().hex() for query in queries(hashes)[: BATCH["threatexchange"]]]
    start = time.perf_counter()
    index = PDQIndex((row.tobytes().hex(), number) for number, row in enumerate(hashes))
    seconds = time.perf_counter() - start
    del hashes
    memory = resident_bytes()
    one_by_one(index.query, asked[:20])
    return {
        "build s": seconds,
        "resident GB": memory / 1e9,
        "µs a query, one by one": one_by_one(index.query, asked),
        "hits": sorted(
            (number, match.metadata, match.similarity_info.distance)
            for number, query in enumerate(asked[: BATCH["faiss-flat"]])
            for match in index.query(query)
        ),
    }


def measure(engine: str, n: int) -> dict[str, object]:
    if engine == "vaern":
        return vaern(n)
    return threatexchange(n) if engine == "threatexchange" else faiss_engine(engine, n)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=10_000_000)
    parser.add_argument("--engines", default=",".join(ENGINES))
    parser.add_argument("--only", choices=ENGINES, help="measure one engine in this process and print JSON")
    parser.add_argument("--json", type=Path, help="also write the figures here")
    parser.add_argument("--mapped", type=Path, help="search a saved index in this process and print what is resident")
    options = parser.parse_args()
    if options.mapped:
        print(mapped(options.mapped))
        return
    if options.only:
        print(json.dumps(measure(options.only, options.rows)))
        return
    results: dict[str, dict[str, object]] = {}
    for engine in options.engines.split(","):
        print(f"{engine} over {options.rows:,} rows …", file=sys.stderr, flush=True)
        environment = {**os.environ, "OMP_NUM_THREADS": "2" if engine == "threatexchange" else "1"}
        command = [sys.executable, __file__, "--only", engine, "--rows", str(options.rows)]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        if done.returncode:
            print(f"  not measured: {done.stderr.strip().splitlines()[-1]}", file=sys.stderr)
            continue
        results[engine] = json.loads(done.stdout)
    hits = {engine: result.pop("hits") for engine, result in results.items()}
    first = next(iter(hits.values()))
    agree = all(other == first for other in hits.values())
    report(options.rows, results, f"{len(first)} hits of {BATCH['faiss-flat']} queries, the same from all: {agree}")
    if options.json:
        about = machine("faiss-cpu", "threatexchange")
        options.json.parent.mkdir(parents=True, exist_ok=True)
        options.json.write_text(
            json.dumps({"machine": about, "rows": options.rows, "results": results}, indent=1) + "\n"
        )
    sys.exit(not agree)


def report(n: int, results: dict[str, dict[str, object]], agreement: str) -> None:
    """Print a table, and how many times the best of the peers ours is."""
    names = list(dict.fromkeys(name for result in results.values() for name in result))
    print(f"{n:,} random 256-bit hashes, distance {DISTANCE}; {agreement}")
    print(json.dumps(machine("faiss-cpu", "threatexchange"), ensure_ascii=False))
    print(f"{'':42}" + "".join(f"{engine:>18}" for engine in results))
    for name in names:
        cells = [result.get(name) for result in results.values()]
        print(f"{name:42}" + "".join(f"{'' if cell is None else f'{cell:,.4g}':>18}" for cell in cells))
    ours = results.get("vaern", {})
    pairs = {"faiss-flat": "µs a query, batch", "threatexchange": "µs a query, one by one"}
    for engine, name in pairs.items():
        if engine in results and ours:
            batch, single = (
                results[engine][name] / ours[key] for key in ("µs a query, batch", "µs a query, one by one")
            )
            print(f"{engine}: {batch:,.0f} × in a batch, {single:,.0f} × one by one")


if __name__ == "__main__":
    main()
