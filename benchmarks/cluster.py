"""A scan by one and by two workers that Ray runs, beside the same that are processes of the scan.

    python benchmarks/cluster.py [PHOTOGRAPHS] [FOLDER]

Photographs of 4.7 megapixels, all different, made from noise that is smoothed; FOLDER keeps them for the next run.
*Whole* is everything, from the start of the first process to the report. *Reading* ends when the last record is in and
begins when the scan lists, as Ray and the processes start. The figure is the least of the rounds, and what is
found must be the same bytes.
"""

from __future__ import annotations

import hashlib
import json
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from machine import machine
from PIL import Image
from scan import a_list

from vaern.cluster.actors import ray_machines
from vaern.cluster.crew import Cluster
from vaern.cluster.folder import Folder
from vaern.cluster.local import local_machines
from vaern.cluster.processes import LEASE, NAME
from vaern.scanning import ScanOptions, scan
from vaern.scanning.sources import Folders

if TYPE_CHECKING:
    from vaern.matching import Matcher
    from vaern.records import Media
    from vaern.scanning.crews import Work

ROUNDS = 3
WORKERS = (1, 2)
WANTED = 1.9
SIZE = (2646, 1764)


def photographs(count: int, folder: Path) -> None:
    """So many pictures in the folder, made where they are missing."""
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(count):
        path = folder / f"{number:06}.jpg"
        if not path.exists():
            small = np.random.default_rng(number).integers(0, 256, (SIZE[1] // 12, SIZE[0] // 12, 3), np.uint8)
            Image.fromarray(small).resize(SIZE, Image.Resampling.BICUBIC).save(path, quality=90)


class Timed(Cluster):
    """A cluster that knows when it first waited for records, and when for the last."""

    begun = ended = 0.0

    def wait(self, timeout: float) -> list[Media]:
        """See `Crew`."""
        self.begun = self.begun or time.perf_counter()
        found = super().wait(timeout)
        self.ended = time.perf_counter()
        return found


def scanned(kind: str, workers: int, folder: Path, matcher: Matcher, out: Path) -> tuple[float, float, str]:
    """Seconds of reading, seconds in all, and the digest of what was found."""
    place = out / NAME
    machines = ray_machines(str(place), workers) if kind == "ray" else local_machines(place, workers)
    crews = []

    def hire(work: Work) -> Timed:
        crews.append(Timed(work, Folder(place), LEASE, machines))
        return crews[0]

    before = time.perf_counter()
    scan(Folders([folder]), matcher, out, ScanOptions(jobs=workers), crew=hire)
    whole = time.perf_counter() - before
    digest = hashlib.sha256((out / "findings.jsonl").read_bytes()).hexdigest()
    return crews[0].ended - crews[0].begun, whole, digest


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(sys.argv[2] if len(sys.argv) > 2 else scratch) / "photographs"
        photographs(count, folder)
        matcher = a_list(Path(scratch) / "list")
        contenders = [(kind, workers) for kind in ("ray", "local") for workers in WORKERS]
        reading, whole, found = dict.fromkeys(contenders, np.inf), dict.fromkeys(contenders, np.inf), set()
        for number in range(ROUNDS):
            for kind, workers in contenders:
                out = Path(scratch) / f"{kind}-{workers}-{number}"
                read, all_of_it, digest = scanned(kind, workers, folder, matcher, out)
                reading[kind, workers] = min(reading[kind, workers], read)
                whole[kind, workers] = min(whole[kind, workers], all_of_it)
                found.add(digest)
        if len(found) != 1:
            sys.exit("the findings differ")
        report = {
            f"{kind} {workers}": {"reading": round(reading[kind, workers], 1), "whole": round(whole[kind, workers], 1)}
            for kind, workers in contenders
        }
        for kind in ("ray", "local"):
            report[f"{kind}, two against one"] = {
                "reading": round(reading[kind, 1] / reading[kind, 2], 2),
                "whole": round(whole[kind, 1] / whole[kind, 2], 2),
                "wanted": WANTED,
            }
        print(json.dumps({"photographs": count, **report, "machine": machine()}, indent=2))


if __name__ == "__main__":
    main()
