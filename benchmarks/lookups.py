"""The look-up service over HTTP beside Hasher-Matcher-Actioner: the same requests, on the same machine, in one run.

    python benchmarks/lookups.py --entries 1_000_000 --hma ThreatExchange/hasher-matcher-actioner --hma-python PYTHON
    python benchmarks/lookups.py --entries 10_000_000 --folder KEPT

Random PDQ values; half of the questions are 0 to 31 bits from one on the list. Single requests are HMA's own
`GET /m/lookup`, sent by `wrk` (Debian's), which shares the cores. Batches are 10,000 signals in MessagePack: as the
single ones, and with one hit in a hundred. Then, under load: a release of as many entries, in files of its own, takes
the place of the one there is, as HMA's index with one value more does in its process; and one entry is added and
recalled, until every process answers so. `--folder` keeps the list for another run.
"""

from __future__ import annotations

import argparse
import contextlib
import http.client
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import msgspec
import numpy as np
from lookups_hma import Hma
from machine import machine

from vaern.lookup.callers import FILE, Callers, make_key, write
from vaern.matching import List, publish
from vaern.matching.current import CURRENT, PARTS, Part, read
from vaern.matching.packages import MANIFEST, Manifest, written
from vaern.records import Entry, Signal, Vote

ASKED = 20_000
LUA = """
local lines, n = {}, 0
for line in io.lines(os.getenv("SIGNALS")) do lines[#lines + 1] = line end
math.randomseed(os.time())
local headers = {["Authorization"] = "Bearer " .. os.getenv("KEY")}
function request()
  return wrk.format("GET", "/m/lookup?signal_type=pdq&signal=" .. lines[math.random(#lines)], headers)
end
"""


def rows(entries: int) -> np.ndarray:
    return np.random.default_rng(1).integers(0, 256, (entries, 32), np.uint8)


def questions(hashes: np.ndarray) -> list[bytes]:
    rng = np.random.default_rng(2)
    asked = rng.integers(0, 256, (ASKED, 32), np.uint8)
    ones = np.unpackbits(hashes[rng.integers(0, len(hashes), ASKED // 2)], axis=1)
    for row in ones:
        row[rng.choice(256, rng.integers(0, 32), replace=False)] ^= 1
    asked[::2] = np.packbits(ones, axis=1)
    return [row.tobytes() for row in asked]


def entry(number: int, value: bytes) -> Entry:
    votes = (Vote("Hotline A", "positive", "DK", "independent"),)
    return Entry(f"e{number}", (Signal("pdq", value),), classification="1", scheme="alpha", votes=votes)


class Service:
    """Our service over a folder of lists."""

    def __init__(self, lists: Path, workers: int, port: int) -> None:
        self.lists, self.port = lists, port
        text, caller = make_key()
        caller = msgspec.structs.replace(
            caller, lists=("*",), per_second=1_000_000_000, hits_per_day=0, service="hosting", country="DK"
        )
        write(lists / FILE, Callers(callers=(caller,)))
        self.key = text
        command = [str(Path(sys.executable).with_name("vaern")), "lookup", "serve", "--lists", str(lists)]
        command += ["--bind", f"127.0.0.1:{port}", "--workers", str(workers)]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout
        self.process.stdout.readline()

    def connection(self) -> http.client.HTTPConnection:
        """A connection to one of its processes."""
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)

    def ask(self, connection: http.client.HTTPConnection, body: bytes) -> dict:
        """One call of ours; it fails on any answer that is none."""
        headers = {"authorization": f"Bearer {self.key}", "content-type": "application/msgpack"}
        connection.request("POST", "/api/lookups", body, headers)
        answer = connection.getresponse()
        data = answer.read()
        if answer.status != 200:
            raise RuntimeError(f"{answer.status}: {data[:200]!r}")
        return msgspec.msgpack.decode(data)

    def resident(self) -> int:
        """Bytes in memory of its largest process."""
        return resident(self.process.pid)

    def stop(self) -> None:
        """Stop it."""
        self.process.send_signal(signal.SIGTERM)
        self.process.wait()


def resident(root: int) -> int:
    """Bytes in memory of the largest process that another one started, mapped files included."""
    found = []
    for process in Path(f"/proc/{root}/task/{root}/children").read_text().split():
        with contextlib.suppress(OSError):
            pages = int(Path(f"/proc/{process}/statm").read_text().split()[1])
            found.append(pages * os.sysconf("SC_PAGE_SIZE"))
    return max(found, default=0)


def load(port: int, key: str, signals: Path, connections: int, seconds: float) -> dict[str, float]:
    """What `wrk` says of single requests."""
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as script:
        script.write(LUA)
        script.flush()
        command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds:.0f}s", "--timeout", "30s", "--latency"]
        done = subprocess.run(
            [*command, "-s", script.name, f"http://127.0.0.1:{port}"],
            env={**os.environ, "KEY": key, "SIGNALS": str(signals)},
            capture_output=True,
            text=True,
            check=True,
        )
    text = done.stdout
    found: dict[str, float] = {"requests/s": float(re.search(r"Requests/sec:\s+([\d.]+)", text)[1])}
    scale = {"us": 0.001, "ms": 1.0, "s": 1000.0}
    for percentile in ("50", "99"):
        number, unit = re.search(rf"{percentile}%\s+([\d.]+)(us|ms|s)", text).groups()
        found[f"p{percentile} ms"] = float(number) * scale[unit]
    failed = re.search(r"Non-2xx or 3xx responses: (\d+)", text)
    broken = re.search(r"Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)", text)
    found["failed"] = int(failed[1] if failed else 0) + sum(map(int, broken.groups() if broken else ()))
    return found


def processor_seconds(*roots: int) -> float:
    """Of some processes and all that they started, so far: what a request costs whatever else the machine does."""
    parents, used = {}, {}
    for path in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            fields = (path / "stat").read_text().rpartition(") ")[2].split()
            parents[int(path.name)] = int(fields[1])
            used[int(path.name)] = (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    total = 0.0
    for process, seconds in used.items():
        above = process
        while above in parents and above not in roots:
            above = parents[above]
        total += seconds if above in roots else 0.0
    return total


def loaded(roots: tuple[int, ...], *arguments, seconds: float) -> dict[str, float]:
    """What `load` says, and the processor time of a request."""
    before = processor_seconds(*roots)
    found = load(*arguments, seconds)
    requests = found["requests/s"] * seconds
    return {**found, "processor ms a request": round(1000 * (processor_seconds(*roots) - before) / requests, 3)}


def batches(service: Service, values: list[bytes], seconds: float, clients: int) -> dict[str, float]:
    """Signals a second in calls of 10,000, and the processor time of one."""
    signals = [{"kind": "pdq", "value": value.hex()} for value in values]
    body = msgspec.msgpack.encode({"signals": signals})
    counted = [0] * clients
    ends = time.perf_counter() + seconds

    def ask(number: int) -> None:
        connection = service.connection()
        while time.perf_counter() < ends:
            service.ask(connection, body)
            counted[number] += 10_000

    begun, used = time.perf_counter(), processor_seconds(service.process.pid)
    threads = [threading.Thread(target=ask, args=(number,)) for number in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    used = processor_seconds(service.process.pid) - used
    return {
        "signals/s": round(sum(counted) / (time.perf_counter() - begun)),
        "processor µs a signal": round(1e6 * used / sum(counted), 1),
    }


def next_release(folder: Path) -> tuple[str, bytes]:
    """A release of the same size in files of its own: its name, and what `current.json` will be then."""
    current = read(folder)
    name = f"release {current.sequence + 1}"
    parts = []
    for part in current.parts:
        fresh = folder / PARTS / "fresh"
        shutil.copytree(folder / PARTS / part.id, fresh)
        manifest = msgspec.json.decode((fresh / MANIFEST).read_bytes(), type=Manifest)
        sources = ({"file": name, "size": current.sequence, "sha256": "0" * 64},)
        manifest = msgspec.structs.replace(manifest, release=name, sources=sources).sealed()
        (fresh / MANIFEST).write_bytes(written(manifest))
        target = folder / PARTS / manifest.checksum[:16]
        shutil.rmtree(target, ignore_errors=True)
        fresh.rename(target)
        parts.append(Part(target.name, manifest.seal))
    after = msgspec.structs.replace(
        current, release=name, sequence=current.sequence + 1, parts=tuple(parts), entries=current.entries
    )
    return name, after.sealed().written()


def swap(service: Service, asked: list[bytes], signals: Path) -> dict[str, object]:
    """Put a new release in the place of the one there is under load, and watch every answer."""
    folder = service.lists / "known"
    name, after = next_release(folder)
    signals_of = [{"kind": "pdq", "value": value.hex()} for value in asked[:100]]
    body = msgspec.msgpack.encode({"signals": signals_of})
    stop, seen, peak = threading.Event(), [], [service.resident()]
    before = peak[0]

    def watch() -> None:
        connections = [service.connection() for _ in range(8)]
        while not stop.is_set():
            for number, connection in enumerate(connections):
                answer = service.ask(connection, body)
                releases = {hit["release"] for result in answer["results"] for hit in result.get("hits", ())}
                releases |= {one["release"] for one in answer["lists"]}
                seen.append((time.perf_counter(), number, releases))
                peak.append(service.resident())

    watching = threading.Thread(target=watch)
    watching.start()
    found: dict[str, object] = {}
    loading = threading.Thread(
        target=lambda: found.update(load(service.port, service.key, signals, 16, 14)), daemon=True
    )
    loading.start()
    time.sleep(5)
    (folder / ".fresh").write_bytes(after)
    replaced = time.perf_counter()
    (folder / ".fresh").replace(folder / CURRENT)
    loading.join()
    stop.set()
    watching.join()
    old = max((at for at, _, releases in seen if releases != {name}), default=replaced)
    return {
        "seconds until all connections answer so": round(max(0.0, old - replaced), 3),
        "answers watched": len(seen),
        "mixtures": sum(len(releases) != 1 for _, _, releases in seen),
        "failed": found["failed"],
        "requests/s meanwhile": round(found["requests/s"]),
        "p99 ms meanwhile": found["p99 ms"],
        "resident MB before": round(before / 1e6),
        "resident MB at most": round(max(peak) / 1e6),
        "ratio": round(max(peak) / before, 2),
    }


def their_swap(hma: Hma, signals: Path) -> dict[str, object]:
    """Add one value to the peer under load: its index is made anew, and a process looks for it each half minute."""
    value = np.random.default_rng(4).bytes(32).hex()
    before, stop, failed = resident(hma.process.pid), threading.Event(), []
    peak = [before]

    def ask() -> None:
        while not stop.is_set():
            failed.append(load(hma.port, "", signals, 4, 5)["failed"])

    def watch() -> None:
        while not stop.wait(0.1):
            peak.append(resident(hma.process.pid))

    threads = [threading.Thread(target=ask), threading.Thread(target=watch)]
    for thread in threads:
        thread.start()
    built = hma.add(value)
    begun = time.perf_counter()
    while not hma.knows(value):
        time.sleep(0.05)
    found = time.perf_counter() - begun
    stop.set()
    for thread in threads:
        thread.join()
    return {
        "seconds to make the index": round(built, 1),
        "seconds until the process has it": round(found, 1),
        "failed": sum(failed),
        "resident MB before": round(before / 1e6),
        "resident MB at most": round(max(peak) / 1e6),
        "ratio": round(max(peak) / before, 2),
    }


def one_entry(service: Service) -> dict[str, float]:
    """Seconds from before an entry is added, or recalled, until every process answers so."""
    value = np.random.default_rng(3).bytes(32)
    body = msgspec.msgpack.encode({"signals": [{"kind": "pdq", "value": value.hex()}]})
    connections = [service.connection() for _ in range(16)]
    folder, found = service.lists / "known", {}
    for name, items, withdrawn in (("added", [entry(-1, value)], ()), ("recalled", [], ("e-1",))):
        begun = time.perf_counter()
        publish(folder, items, name="known", release=read(folder).release, withdrawn=withdrawn)
        found[f"{name}: written, s"] = round(time.perf_counter() - begun, 3)
        waiting = list(connections)
        while waiting:
            waiting = [
                one for one in waiting if bool(service.ask(one, body)["results"][0].get("hits")) == bool(withdrawn)
            ]
        found[f"{name}: everywhere, s"] = round(time.perf_counter() - begun, 3)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--entries", type=lambda text: int(text.replace("_", "")), default=1_000_000)
    parser.add_argument("--folder", type=Path, help="where the list is kept, or made if it is not there")
    parser.add_argument("--hma", type=Path, help="HMA's folder, to measure it beside ours")
    parser.add_argument("--hma-python", default=sys.executable)
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--connections", type=int, default=32)
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--output", type=Path)
    options = parser.parse_args()
    if not shutil.which("wrk"):
        print("wrk is not installed (apt-get install wrk): nothing was measured")
        return
    made = None if options.folder else tempfile.TemporaryDirectory(dir=os.environ.get("VAERN_BENCH_DIR"))
    folder = options.folder or Path(made.name)
    folder.mkdir(parents=True, exist_ok=True)
    hashes = rows(options.entries)
    asked = questions(hashes)
    signals = folder / "signals.txt"
    signals.write_text("\n".join(value.hex() for value in asked))
    result: dict[str, object] = {
        "machine": machine("uvicorn", "uvloop", "httptools"),
        "load before": os.getloadavg()[0],
        "entries": options.entries,
    }
    if not (folder / "known" / CURRENT).exists():
        begun = time.perf_counter()
        made_of = (entry(number, row.tobytes()) for number, row in enumerate(hashes))
        publish(folder / "known", made_of, name="known", release="first")
        result["publish s"] = round(time.perf_counter() - begun, 1)
    assert List.open(folder / "known").entries >= options.entries
    ours(folder, options, asked, signals, result)
    if options.hma:
        theirs(options, hashes, signals, result)
        mine, peer = result["vaern"]["requests/s"], result["hma"]["requests/s"]  # type: ignore[index]
        result["ratio of single requests"] = round(mine / peer, 1)
        cost = "processor ms a request"
        result["ratio of processor time"] = round(result["hma"][cost] / result["vaern"][cost], 1)  # type: ignore[index]
    result["load after"] = os.getloadavg()[0]
    text = json.dumps(result, indent=1, default=str)
    print(text)
    if options.output:
        options.output.write_text(text + "\n")


def ours(folder: Path, options, asked: list[bytes], signals: Path, result: dict) -> None:
    service = Service(folder, options.workers, 18_471)
    try:
        load(service.port, service.key, signals, options.connections, 5)  # what is mapped is read
        roots = (service.process.pid,)
        for name, connections in (("vaern", options.connections), ("vaern, 8 connections", 8)):
            result[name] = loaded(roots, service.port, service.key, signals, connections, seconds=options.seconds)
        print(json.dumps(result), flush=True)
        half, few = asked[:10_000], [*asked[:200], *asked[1::2][:9_800]]
        result["vaern, batches, half of them hits"] = batches(service, half, options.seconds, 2)
        result["vaern, batches, 1 % hits"] = batches(service, few, options.seconds, 2)
        result["vaern, swap"] = swap(service, asked, signals)
        result["vaern, one entry"] = one_entry(service)
        result["vaern, resident MB"] = round(service.resident() / 1e6)
    finally:
        service.stop()


def theirs(options, hashes: np.ndarray, signals: Path, result: dict) -> None:
    with tempfile.TemporaryDirectory(dir=os.environ.get("VAERN_BENCH_DIR")) as place:
        hma = Hma(options.hma, options.hma_python, Path(place), 18_472)
        try:
            result["hma, index s"] = round(hma.fill([row.tobytes().hex() for row in hashes]), 1)
            hma.start(1)
            load(hma.port, "", signals, 4, 5)
            result["hma"] = loaded(hma.processes, hma.port, "", signals, 4, seconds=options.seconds)
            result["hma, swap"] = their_swap(hma, signals)
            hma.process.terminate()
            hma.process.wait()
            hma.start(options.workers)
            load(hma.port, "", signals, 4, 5)
            result["hma, as many workers"] = loaded(hma.processes, hma.port, "", signals, 4, seconds=options.seconds)
        finally:
            hma.stop()


if __name__ == "__main__":
    main()
