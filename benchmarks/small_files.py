"""A scan of many small files that are no media, whole, beside `find -type f | xargs sha256sum` over the same files.

    python benchmarks/small_files.py [FILES] [FOLDER]

Texts of 10 to 420 bytes, a thousand a folder, all of them in the page cache. FOLDER keeps them for the next run.
*Scan* is everything: starting the workers, three digests, telling what each file is, a list of 100,000 entries, results
and report. It has all cores, the peer one. Contenders take turns; the figure is the least of the rounds.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from machine import machine
from scan import a_list, processor_time

from vaern.scanning import scan

ROUNDS = 2
WANTED = 1.5


def texts(count: int, folder: Path) -> None:
    """So many files in the folder, made where they are missing."""
    rng = random.Random(1)
    for number in range(count):
        path = folder / f"{number // 1000:04}" / f"{number:07}.txt"
        content = f"note {number} {'x' * rng.randrange(400)}"
        if number % 1000 == 0:
            path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            path.write_text(content)


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(sys.argv[2] if len(sys.argv) > 2 else scratch) / "texts"
        texts(count, folder)
        matcher = a_list(Path(scratch) / "list")

        def scanning(number: int) -> None:
            summary = scan([folder], matcher, Path(scratch) / f"results-{number}")
            if summary.files != count or summary.verdicts != {"not media": count}:
                sys.exit(f"the scan found something else: {summary}")

        def summing(_: int) -> None:
            command = f"find '{folder}' -type f -print0 | xargs -0 sha256sum > /dev/null"
            subprocess.run(command, shell=True, check=True)

        contenders = {"find and sha256sum": summing, "scan": scanning}
        best, used = dict.fromkeys(contenders, float("inf")), dict.fromkeys(contenders, float("inf"))
        for number in range(ROUNDS):
            for name, work in contenders.items():
                before, start = processor_time(), time.perf_counter()
                work(number)
                best[name] = min(best[name], time.perf_counter() - start)
                used[name] = min(used[name], processor_time() - before)
    print(f"{count:,} texts, {len(os.sched_getaffinity(0))} cores")
    for name in contenders:
        print(
            f"  {name:20} {best[name]:6.1f} s on the clock, {used[name]:6.1f} s of processor time; "
            f"{best[name] / count * 1e6:.1f} µs a file"
        )
    print(f"  scan / find and sha256sum: {best['scan'] / best['find and sha256sum']:.2f} (wanted {WANTED})")
    print(json.dumps({"machine": machine(), "files": count, "seconds": best, "processor seconds": used}, indent=1))


if __name__ == "__main__":
    main()
