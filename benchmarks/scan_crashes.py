"""`kill -9` of a scan at random moments, for every kind of source: resumed, it finds what an undisturbed one finds.

    python benchmarks/scan_crashes.py [KIND …] [--kills 200] [--seed 1]

KIND is a name out of `KINDS`; all, where none is named. A scan is killed, or now and then the process that forks its
workers, at a moment anywhere between its start and the end it would have had; the same command goes on with --resume
until it ends by itself; then another scan begins, until there were so many kills. The lines of its findings must be
those of a scan that ran undisturbed, each once. Exit status 1 if they are not.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from machine import machine
from tests.client.serving import serving
from tests.scanning import disks, fuzz_seeds
from tests.scanning.trees import encoded, picture, short_film
from tests.store.bucket import NAME, Bucket, environment

from vaern.matching import build_package
from vaern.records import Entry, Signal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

VAERN = Path(sys.executable).with_name("vaern")
FORKER = "vaern.scanning.worker"


class Source(NamedTuple):
    """What is scanned: what the command names, and what its environment has."""

    name: str
    environment: dict[str, str]


def files() -> dict[str, bytes]:
    """Pictures, a film, texts and what cannot be read, by their names."""
    found = {f"pictures/{number:03}.png": encoded(picture(number)) for number in range(60)}
    found |= {f"texts/{number:04}.txt": b"%d" % number for number in range(1500)}
    found |= {f"broken/{number}.png": encoded(picture(number))[:50] for number in range(10)}
    return found | {"film.mp4": short_film()}


@contextmanager
def folder(place: Path) -> Iterator[Source]:
    yield Source(str(disks.sow(place, files())), {})


@contextmanager
def containers(place: Path) -> Iterator[Source]:
    """Everything that has members: archives, mails, documents, raw data of cameras."""
    held = {f"{kind}/{number}": data for kind, make in fuzz_seeds.SEEDS.items() for number, data in enumerate(make())}
    copies = {f"{copy}/{name}": data for copy in range(4) for name, data in held.items()}
    yield Source(str(disks.sow(place, copies)), {})


@contextmanager
def disk(place: Path) -> Iterator[Source]:
    """An ext4 of everything that `files` has, raw, and as E01 in several files."""
    sown = disks.sow(place / "files", files())
    (place / "images").mkdir()
    raw = disks.ext4(shutil.which, place / "images" / "disk.dd", sown)
    disks.encase(shutil.which, place / "images" / "evidence", raw, "-S", "1048576")
    yield Source(str(place / "images"), {})


@contextmanager
def store(place: Path) -> Iterator[Source]:  # noqa: ARG001 - what it holds is in memory
    bucket = Bucket({name.encode(): data for name, data in files().items()}, page=100)
    with serving(bucket) as server:
        yield Source(f"s3://{NAME}", environment(server.base))


KINDS: dict[str, Callable[[Path], object]] = {one.__name__: one for one in (folder, containers, disk, store)}


class Scan:
    """Scans of one source into one results folder."""

    def __init__(self, source: Source, lists: Path, out: Path) -> None:
        self._command = [VAERN, "scan", source.name, "--list", str(lists), "--out", str(out), "--progress", "none"]
        self._environment = {**os.environ, **source.environment}
        self._out = out

    def begin(self) -> subprocess.Popen[bytes]:
        """Start one, which goes on with what there is."""
        resume = ["--resume"] if (self._out / "run.json").exists() else []
        return subprocess.Popen(
            [*self._command, *resume], env=self._environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
        )

    def lines(self) -> list[bytes]:
        """What it found, sorted."""
        return sorted((self._out / "findings.jsonl").read_bytes().splitlines())


def ended(running: subprocess.Popen[bytes]) -> None:
    """Wait for a scan that nobody stops; its exit status says what it found."""
    _, words = running.communicate()
    if running.returncode not in (0, 3, 4, 5):
        sys.exit(f"a scan failed with {running.returncode}: {words.decode()}")


def forker(parent: int) -> int | None:
    """The process that forks the workers of a scan."""
    with suppress(OSError):
        for child in Path(f"/proc/{parent}/task/{parent}/children").read_text().split():
            if FORKER in Path(f"/proc/{child}/cmdline").read_text():
                return int(child)
    return None


def killed(running: subprocess.Popen[bytes], moment: float, rng: random.Random) -> bool:
    """Kill a scan, or what forks its workers and then the scan; whether there was one to kill."""
    with suppress(subprocess.TimeoutExpired):
        running.communicate(timeout=moment)
        return False
    server = forker(running.pid) if rng.random() < 0.25 else None
    if server is not None:
        with suppress(ProcessLookupError):
            os.kill(server, signal.SIGKILL)
        with suppress(subprocess.TimeoutExpired):
            running.communicate(timeout=rng.random())
    running.send_signal(signal.SIGKILL)
    running.communicate()
    return running.returncode == -signal.SIGKILL


def measure(kind: str, wanted: int, rng: random.Random) -> dict[str, object]:
    with tempfile.TemporaryDirectory(prefix="vaern-crashes-") as scratch:
        place = Path(scratch)
        (place / "source").mkdir()
        entries = (Entry(str(number), (Signal("pdq", os.urandom(32)),)) for number in range(1000))
        build_package(place / "list", entries, name="random")
        with KINDS[kind](place / "source") as source:
            whole, start = Scan(source, place / "list", place / "whole"), time.monotonic()
            ended(whole.begin())
            length, kills, scans = time.monotonic() - start, 0, 0
            while kills < wanted:
                scan, left = Scan(source, place / "list", place / f"scan-{scans}"), rng.randint(3, 20)
                while left and kills < wanted and killed(scan.begin(), rng.uniform(0, length), rng):
                    kills, left = kills + 1, left - 1
                ended(scan.begin())
                if scan.lines() != whole.lines():
                    sys.exit(f"{kind}: after {kills} kills {place}/scan-{scans} has not what {place}/whole has")
                scans += 1
            return {"findings": len(whole.lines()), "seconds": round(length, 2), "kills": kills, "scans": scans}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("kinds", nargs="*", help=f"of {', '.join(KINDS)}; all by default")
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    results: dict[str, dict[str, object]] = {}
    for kind in options.kinds or KINDS:
        results[kind] = measure(kind, options.kills, random.Random(f"{options.seed} {kind}"))
        print(f"  {kind:10} {results[kind]}, all findings equal, each once", flush=True)
    print(json.dumps({"machine": machine(), **results}, indent=1))


if __name__ == "__main__":
    main()
