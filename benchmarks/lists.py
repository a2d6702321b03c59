"""Lists that change, at size: import, one entry added or recalled until another process answers so, a day's changes.

    python benchmarks/lists.py --rows 10_000_000

Random MD5 and PDQ values, one of each an entry, with some text. The reader is a process of its own, as a node or a
look-up service is: it asks its shelf for one signal again and again, and what is measured ends when its answer is new.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import tempfile
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from machine import machine, resident_bytes

from vaern.matching import List, Matcher, Shelf, publish
from vaern.records import Entry, Signal

if TYPE_CHECKING:
    from collections.abc import Iterator

SAID = {"name": "bench", "purpose": "known", "distance": 31}
TEXT = "what a source says of an entry " * 4
TIMES = 10


def entries(n: int, seed: int = 1, prefix: str = "org/") -> Iterator[Entry]:
    rng = np.random.default_rng(seed)
    for start in range(0, n, 10_000):
        values = rng.bytes(10_000 * 48)
        for number in range(min(10_000, n - start)):
            value = values[48 * number : 48 * number + 48]
            signals = Signal("md5", value[:16]), Signal("pdq", value[16:])
            updated = "2026-01-01T00:00:00+00:00"
            yield Entry(f"{prefix}{start + number}", signals, source="s", extra={"note": TEXT}, updated=updated)


class Peak(threading.Thread):
    """The most memory that this process has while something runs, what was there before taken off."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self._before = self._most = resident_bytes()
        self._done = threading.Event()

    def run(self) -> None:  # noqa: D102 - of the thread
        while not self._done.wait(0.02):
            self._most = max(self._most, resident_bytes())

    def end(self) -> int:  # noqa: D102
        self._done.set()
        return self._most - self._before


def reader(folder: Path, pipe) -> None:
    """Answers when a signal is first found, or no longer: by the system's clock, which all processes share."""
    shelf = Shelf(folder)
    while True:
        asked = pipe.recv()
        if asked is None:
            pipe.send(resident_bytes())
            continue
        signal, wanted = asked
        while bool(shelf.matcher().hits([signal])[0]) != wanted:
            time.sleep(0.005)
        pipe.send(time.monotonic())


def until_seen(pipe, signal: Signal, wanted: bool, change) -> tuple[float, float]:
    """Seconds that a change took to be written, and until the reader answered so."""
    pipe.send((signal, wanted))
    time.sleep(0.05)
    start = time.monotonic()
    change()
    written = time.monotonic() - start
    return written, pipe.recv() - start


def changing(folder: Path, pipe) -> dict[str, float]:
    list_ = folder / "bench"
    new = list(entries(TIMES, 2, "new/"))
    added = [until_seen(pipe, one.signals[1], True, lambda one=one: publish(list_, [one], **SAID)) for one in new]
    recalled = [
        until_seen(pipe, one.signals[1], False, lambda one=one: publish(list_, [], **SAID, withdrawn=[one.id]))
        for one in new
    ]
    day = [*entries(500, 3), *entries(500, 4, "day/")]  # half of them change an entry that is there
    written, seen = until_seen(pipe, day[-1].signals[0], True, lambda: publish(list_, day, **SAID))
    return {
        "one entry added: written, s at most": max(pair[0] for pair in added),
        "one entry added: answered by another process, s at most": max(pair[1] for pair in added),
        "one entry recalled: written, s at most": max(pair[0] for pair in recalled),
        "one entry recalled: answered by another process, s at most": max(pair[1] for pair in recalled),
        "a thousand changes: written, s": written,
        "a thousand changes: answered by another process, s": seen,
    }


def looking(folder: Path) -> dict[str, float]:
    """Look-ups through `Matcher`, entries and all."""
    matcher = Matcher([List.open(folder / "bench")])
    rng = np.random.default_rng(5)
    pdq = [Signal("pdq", rng.bytes(32)) for _ in range(10_000)]
    md5 = [Signal("md5", rng.bytes(16)) for _ in range(10_000)]
    known = [entry.signals[1] for entry in entries(10_000)]
    result = {}
    for name, asked in {"PDQ of no hit": pdq, "MD5 of no hit": md5, "PDQ of one hit each": known}.items():
        matcher.hits(asked)
        result[f"{name}, 10,000 at once: us each"] = min(_seconds(matcher, asked) for _ in range(3)) / len(asked) * 1e6
        singles = sorted(_seconds(matcher, [signal]) for signal in asked[:2000])
        result[f"{name}, one by one: us, median"] = singles[1000] * 1e6
        result[f"{name}, one by one: us, 99th percentile"] = singles[1980] * 1e6
    return result | {"PDQ of no hit, two threads, 10,000 each: us a signal and thread": _threads(matcher, pdq)}


def _seconds(matcher: Matcher, asked: list[Signal]) -> float:
    start = time.perf_counter()
    matcher.hits(asked)
    return time.perf_counter() - start


def _threads(matcher: Matcher, asked: list[Signal]) -> float:
    threads = [threading.Thread(target=matcher.hits, args=(asked,)) for _ in range(2)]
    start = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return (time.perf_counter() - start) / len(asked) * 1e6


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--json", type=Path, help="also write the figures here")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="vaern-bench-", dir=os.environ.get("VAERN_BENCH_DIR")) as place:
        folder, warm = Path(place) / "lists", Path(place) / "warm"
        publish(warm, entries(20_000), name="warm")
        publish(warm, entries(10, 2), name="warm")
        Matcher([List.open(warm)]).hits([entry.signals[1] for entry in entries(10)])
        start = time.perf_counter()
        for _ in entries(options.rows):
            pass
        making = time.perf_counter() - start
        peak = Peak()
        peak.start()
        start = time.perf_counter()
        publish(folder / "bench", entries(options.rows), **SAID)
        importing = time.perf_counter() - start
        result = {
            "import, s (without making the entries)": importing - making,
            "import, MB more at most": peak.end() / 1e6,
            "text, MB": sum(path.stat().st_size for path in folder.glob("bench/parts/*/entries.jsonl")) / 1e6,
        }
        ours, theirs = multiprocessing.Pipe()
        own = multiprocessing.get_context("spawn").Process(target=reader, args=(folder, theirs), daemon=True)
        own.start()
        signal = next(entries(1)).signals[1]
        ours.send((signal, True))
        ours.recv()
        result |= changing(folder, ours)
        ours.send(None)
        result["reader, MB resident after all of it"] = ours.recv() / 1e6
        own.kill()
        result |= looking(folder)
    print(f"{options.rows:,} entries; {json.dumps(machine(), ensure_ascii=False)}")
    for name, value in result.items():
        print(f"{name:72}{value:12,.3f}")
    if options.json:
        options.json.parent.mkdir(parents=True, exist_ok=True)
        about = {"machine": machine(), "rows": options.rows, "results": result}
        options.json.write_text(json.dumps(about, indent=1) + "\n")


if __name__ == "__main__":
    main()
