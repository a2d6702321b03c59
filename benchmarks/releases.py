"""Signed releases of a list, at size: made, fetched whole over HTTP, and a day's thousand changes until they are live.

    python benchmarks/releases.py --rows 10_000_000

The publisher, the server (`vaern lists serve`), the subscriber and whoever is matched against its list are processes of
their own on one machine. A change is live when the last of these answers so.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from lists import SAID, Peak, entries, reader
from machine import machine

from vaern.client.mirrors import mirror_at
from vaern.matching import publish
from vaern.trust import keys, proposing
from vaern.trust.announcing import announce
from vaern.trust.fetching import Source, fetch
from vaern.trust.mirrors import Mirror
from vaern.trust.repository import Repository, sign


def signed(folder: Path, repository: Repository) -> None:
    """Two organisations sign what waits, and it is announced."""
    for path in repository.proposals().values():
        for name in ("north", "south"):
            sign(path, keys.read_private(folder / name))
    with repository.writing():
        assert repository.accept()
        announce(repository, keys.read_private(folder / "online"))


def begun(folder: Path) -> Repository:
    """A repository with one list, which two countries sign."""
    public = [keys.make(folder / name, f"{name}.example", f"X{name[0].upper()}") for name in ("north", "south")]
    online = keys.make(folder / "online", "online.example", "XN")
    repository = Repository(folder / "repository")
    with repository.writing():
        proposing.begin(repository, public, 2, online)
    signed(folder, repository)
    with repository.writing():
        proposing.delegate(repository, "bench", public, 2)
    signed(folder, repository)
    return repository


def released(folder: Path, repository: Repository) -> float:
    """Seconds that a release took, its signatures among them."""
    start = time.monotonic()
    with repository.writing():
        proposing.release(repository, "bench", folder / "list")
    signed(folder, repository)
    return time.monotonic() - start


def measured(folder: Path, rows: int) -> dict[str, float]:
    """All figures."""
    publish(folder / "list", entries(rows), **SAID)
    repository = begun(folder)
    result = {"first release made, s": released(folder, repository)}
    program = str(Path(sys.executable).with_name("vaern"))
    command = [program, "lists", "serve", str(repository.folder), "--bind", "127.0.0.1:0"]
    served = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    address = served.stdout.readline().partition("served: ")[2].split()[0]
    root = (repository.metadata / "1.root.json").read_bytes()
    source = Source(Mirror(mirror_at(address)), address, "bench", root)
    (folder / "desk").mkdir()
    start = time.monotonic()
    first = fetch(folder / "desk" / "bench", source)
    result |= {"all fetched, s": time.monotonic() - start, "all fetched, bytes": first.bytes}
    ours, theirs = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(target=reader, args=(folder / "desk", theirs), daemon=True)
    process.start()
    day = [*entries(500, 3), *entries(500, 4, "day/")]  # half of them change an entry that is there
    ours.send((next(iter(entries(1))).signals[0], False))  # the first entry is among those that change
    publish(folder / "list", day, **SAID)
    result["a thousand changes released, s"] = released(folder, repository)
    peak = Peak()
    peak.start()
    start = time.monotonic()
    second = fetch(folder / "desk" / "bench", source)
    result["a thousand changes fetched, s"] = time.monotonic() - start
    result["a thousand changes live in another process, s"] = ours.recv() - start
    result |= {"a thousand changes fetched, bytes": second.bytes, "memory while fetching, bytes": peak.end()}
    process.kill()
    served.terminate()
    served.wait()
    return result


def main() -> None:
    """Measure, and print it as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    rows = parser.parse_args().rows
    with tempfile.TemporaryDirectory(dir=Path.cwd(), prefix=".bench-") as folder:
        print(json.dumps({"machine": machine(), "rows": rows, **measured(Path(folder), rows)}, indent=2))


if __name__ == "__main__":
    main()
