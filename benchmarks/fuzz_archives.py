"""Damaged containers by the million, read in a locked worker: nothing but what the readers say themselves comes out.

    python benchmarks/fuzz_archives.py [READER …] [--inputs 10000000] [--first 0] [--seconds SECONDS]

READER is a name out of `SEEDS`; all, where none is named. Each input is one of the seeds, which the tests' own writers
make, cut off, changed, or put together with another. Input `n` of a reader is the same on every machine that has the
same versions: `--first n --inputs 1` makes it again. All cores work; each process is locked in as a worker is
(`scanning.sandbox`). The exit status is 1 if anything was raised that is no verdict, or a process ended.
"""

from __future__ import annotations

import argparse
import io
import os
import random
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests.scanning import fuzz_seeds

from vaern.scanning import late, sandbox, worker
from vaern.scanning.archives import recognise
from vaern.scanning.members import Budget, DamagedError, LimitError, Metered, content
from vaern.scanning.options import ScanOptions

if TYPE_CHECKING:
    from collections.abc import Sequence

OPTIONS = ScanOptions(archive_free=1 << 24, archive_members=10_000)
SPOOL = 1 << 20
MEMORY = 2 << 30
EACH = 1000
"""Inputs between two words of a process to its parent, and between two looks at the clock."""


def mutated(seeds: Sequence[bytes], rng: random.Random) -> bytes:
    """One input."""
    data = bytearray(rng.choice(seeds))
    for _ in range(1 << rng.randrange(6)):
        at, length = rng.randrange(len(data) + 1), 1 << rng.randrange(8)
        match rng.randrange(8):
            case 0:
                del data[at : at + length]
            case 1:
                data[at:at] = data[rng.randrange(len(data) + 1) :][:length]
            case 2:
                other = rng.choice(seeds)
                begin = rng.randrange(len(other) + 1)
                data[at : at + length] = other[begin : begin + length]
            case 3:
                data[at : at + 4] = rng.choice((b"\0\0\0\0", b"\xff\xff\xff\xff", b"\0\0\0\x80", b"\xfe\xff\xff\xff"))
            case _:
                data[at : at + 1] = bytes([rng.randrange(256)])
    return bytes(data[: rng.randrange(len(data) + 1)] if rng.randrange(8) == 0 else data)


def read(data: bytes) -> None:
    """All that a worker does with an archive, short of decoding its members."""
    budget = Budget(OPTIONS, len(data))
    try:
        archive = recognise(io.BytesIO(data))
        for member in archive.members if archive else ():
            budget.count_member()
            if member.problem or member.mime:
                continue
            try:
                stream = content(member, budget, SPOOL)
                if stream is None:
                    with member.open() as packed:
                        io.BufferedReader(Metered(packed, budget)).read()
            except (LimitError, MemoryError):
                raise
            except Exception:
                continue
    except (DamagedError, LimitError):
        pass


def work(name: str, numbers: range, deadline: float, pipe: int, parent: int) -> None:
    """Read these inputs, locked in; say how far it is, and what was raised."""
    sandbox.die_with_parent(parent)
    seeds = fuzz_seeds.SEEDS[name]()
    said: set[str] = set()
    sandbox.isolate()
    sandbox.lock(MEMORY)
    for seed in seeds:  # what was not loaded before the lock fails here
        assert list(recognise(io.BytesIO(seed)).members)
    for count, number in enumerate(numbers):
        if count % EACH == 0:
            os.write(pipe, f"{number}\n".encode())
            if time.monotonic() > deadline:
                break
        sandbox.allow_processor_time(OPTIONS.cpu_seconds)
        try:
            read(mutated(seeds, random.Random(f"{name} {number}")))
        except Exception as error:
            at = error.__traceback__
            while at is not None and at.tb_next is not None:
                at = at.tb_next
            place = f"{at.tb_frame.f_code.co_filename}:{at.tb_lineno}" if at else ""
            if place not in said:
                said.add(place)
                os.write(pipe, f"{number} {type(error).__name__}: {error} ({place})\n".encode(errors="replace"))
    os.write(pipe, b"whole\n")


def fuzz(name: str, first: int, inputs: int, seconds: float) -> bool:
    """Read the inputs of one reader on all cores; whether nothing was found."""
    cores, begun = len(os.sched_getaffinity(0)), time.monotonic()
    children, done, parent = [], 0, os.getpid()
    for core in range(cores):
        reading, writing = os.pipe()
        child = os.fork()
        if child == 0:
            status = 1
            try:
                work(name, range(first + core, first + inputs, cores), begun + seconds, writing, parent)
                status = 0
            finally:
                os._exit(status)
        os.close(writing)
        children.append((child, reading))
    clean = True
    for child, reading in children:
        last = "0"
        with os.fdopen(reading) as lines:
            for line in lines:
                if line.strip().isdigit():
                    last, done = line.strip(), done + EACH
                elif line != "whole\n":
                    print(f"{name}: input {line}", end="", flush=True)
                    clean = False
        _, status = os.waitpid(child, 0)
        if status:
            print(f"{name}: a process ended (status {status}) at one of the {EACH * cores} inputs from {last} on")
            clean = False
    print(f"{name}: {min(done, inputs)} inputs, {time.monotonic() - begun:.0f} s, {'clean' if clean else 'FOUND'}")
    return clean


def main() -> int:
    """Fuzz what the command line names."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("readers", nargs="*", metavar="READER", help=", ".join(fuzz_seeds.SEEDS))
    parser.add_argument("--inputs", type=int, default=10_000_000)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--seconds", type=float, default=float("inf"), help="at most so long for each reader")
    options = parser.parse_args()
    assert worker  # loads what a worker loads before it is locked in
    late.load()
    names = options.readers or list(fuzz_seeds.SEEDS)
    found = [name for name in names if not fuzz(name, options.first, options.inputs, options.seconds)]
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
