"""Digests of a large file: one pass of ours against `md5sum`, `sha1sum` and `sha256sum` one after another.

    python benchmarks/digests.py [MEBIBYTES]

The file is random and in the page cache for both. Contenders take turns; the figure is the least of the rounds.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from machine import machine

from vaern.hashing import HashOptions, hash_file

ROUNDS = 5


def ours(path: Path) -> list[str]:
    return [signal.value.hex() for signal in hash_file(path, HashOptions(perceptual=False)).signals]


def peer(path: Path) -> list[str]:
    tools = ("md5sum", "sha1sum", "sha256sum")
    runs = [subprocess.run([tool, path], check=True, capture_output=True, text=True) for tool in tools]
    return [run.stdout.split()[0] for run in runs]


def main() -> None:
    mebibytes = int(sys.argv[1]) if len(sys.argv) > 1 else 1024
    best = {"ours": float("inf"), "peer": float("inf")}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "random"
        with path.open("wb") as file:
            for _ in range(mebibytes):
                file.write(os.urandom(1 << 20))
        if ours(path) != peer(path):
            sys.exit("the digests differ")
        for _ in range(ROUNDS):
            for name, work in (("ours", ours), ("peer", peer)):
                start = time.perf_counter()
                work(path)
                best[name] = min(best[name], time.perf_counter() - start)
    ratio = best["peer"] / best["ours"]
    print(f"{mebibytes} MiB: ours {best['ours']:.2f} s, three tools {best['peer']:.2f} s; {ratio:.2f} × (wanted 1.5)")
    print(json.dumps({"machine": machine(), "mebibytes": mebibytes, "seconds": best, "ratio": ratio}, indent=1))


if __name__ == "__main__":
    main()
