"""Old findings against a new list, without media: what it takes, and what a scan of the same files would.

    python benchmarks/rematch.py [FINDINGS] [ENTRIES] [PHOTOGRAPHS_A_SECOND]

The findings are of photographs in eight orientations, with random digests and PDQ values, the list has random entries
with an MD5 and a PDQ value. Everything is in it: reading the old results, matching, the table and the report.
A rematch has no peer that does the same. Beside it stands what a scan of so many photographs would take at the rate
that `benchmarks/scan.py` measured on the same machine (PHOTOGRAPHS_A_SECOND), which is a calculation.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, get_args

import numpy as np
from machine import machine

from vaern.formats import findings
from vaern.matching import ListPackage, Matcher, build_package
from vaern.records import Entry, Finding, Media, Orientation, Signal
from vaern.scanning import ScanOptions
from vaern.scanning.record import new_run, write_run
from vaern.scanning.rematching import rematch
from vaern.scanning.sources import Folders

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy.typing as npt

SCANNED = 77.0
"""Photographs a second of a scan on two cores, see docs/benchmarks.md."""

AT_ONCE = 10_000
RANDOM = np.random.default_rng(1)


def pdq(count: int) -> npt.NDArray[np.uint8]:
    """Values with 128 ones, uint8 [count, 32]."""
    ones = RANDOM.random((count, 256)).argpartition(128, axis=1)[:, :128]
    bits = np.zeros((count, 256), np.uint8)
    np.put_along_axis(bits, ones, 1, 1)
    return np.packbits(bits, axis=1)


def entries(count: int) -> Iterator[Entry]:
    for first in range(0, count, AT_ONCE):
        for number, value in enumerate(pdq(min(AT_ONCE, count - first)), first):
            yield Entry(str(number), (Signal("md5", RANDOM.bytes(16)), Signal("pdq", value.tobytes())))


def photographs(count: int) -> Iterator[bytes]:
    turns = get_args(Orientation)
    for first in range(0, count, AT_ONCE):
        looks = pdq(len(turns) * min(AT_ONCE, count - first)).reshape(-1, len(turns), 32)
        for number, values in enumerate(looks, first):
            exact = (Signal(kind, RANDOM.bytes(length)) for kind, length in (("md5", 16), ("sha1", 20), ("sha256", 32)))
            alike = (Signal("pdq", value.tobytes(), 90, turn) for value, turn in zip(values, turns, strict=True))
            name = f"drive/{number // 1000}/{number}.jpg"
            yield findings.encode(Finding(Media(name, 4_000_000, "image/jpeg", (*exact, *alike), 4000, 3000), "new"))


def main() -> None:
    count, listed, rate = (
        kind(sys.argv[at] if len(sys.argv) > at else default)
        for at, (kind, default) in enumerate(((int, "200000"), (int, "1000000"), (float, SCANNED)), 1)
    )
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        build_package(folder / "list", entries(listed), name="random")
        matcher = Matcher([ListPackage.open(folder / "list")])
        (folder / "old").mkdir()
        with (folder / "old" / "findings.jsonl").open("wb") as lines:
            lines.writelines(photographs(count))
        run = new_run(Folders([folder]), folder / "old", matcher, ScanOptions())
        run.complete = True
        write_run(run, folder / "old" / "run.json")
        matcher.match_signals([Signal("pdq", bytes(32))])
        wall, used = time.perf_counter(), time.process_time()
        summary, _ = rematch(folder / "old", matcher, folder / "out")
        wall, used = time.perf_counter() - wall, time.process_time() - used
    print(
        json.dumps(
            {
                "machine": machine(),
                "findings": count,
                "entries": listed,
                "seconds until all were matched": round(summary.seconds, 1),
                "seconds with table and report": round(wall, 1),
                "of the processor": round(used, 1),
                "findings a second": round(count / wall),
                "a scan of so many photographs, seconds (calculated)": round(count / rate),
            },
            indent=1,
        )
    )


if __name__ == "__main__":
    main()
