"""Deconfliction by private set intersection: 10,000 values of one side against 1,000,000 of the other, on two cores.

    python benchmarks/deconflict_private.py [--asked 10_000] [--held 1_000_000] [--peer]

Cold: no tag is there, so that the night's work is done first. Warm: it was done. Both sides of a run are timed
together, because they share the machine. Between two nodes the asker's half is another one, which can be kept while a
question waits; what the messages cost is not in it. The peer is OpenMined's PSI 2.0.6
(ECDH on P-256, after Google's). It pins one version of protobuf and wants glibc 2.39, so it has an environment of its
own: `--peer` names the Python of that, into which `openmined-psi` was installed.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

import numpy as np

from vaern.node.crosscheck.intersection import tag_files
from vaern.node.crosscheck.intersection.evaluation import bring_up_to_date
from vaern.node.crosscheck.intersection.tag_files import TAGS
from vaern.node.crosscheck.rules.intersection_messages import ask, common, reply
from vaern.node.crosscheck.rules.oblivious_kept import Keeping
from vaern.node.crosscheck.rules.oblivious_voprf import Voprf

if TYPE_CHECKING:
    from vaern.node.crosscheck.rules.oblivious import Oprf

SEED, INFO, EPOCH = bytes(range(32)), b"benchmark", 1

PEER = """
import sys, time
import private_set_intersection.python as psi
asked, held, common = map(int, sys.argv[1:])
def said(name, begun, cpu):
    used = time.process_time() - cpu
    print(f"peer, {name}: {time.perf_counter() - begun:.2f} s, {used:.2f} s of CPU", flush=True)
client = psi.client.CreateWithNewKey(False)
server = psi.server.CreateWithNewKey(False)
begun = whole = time.perf_counter()
cpu = all_cpu = time.process_time()
setup = server.CreateSetupMessage(1e-9, asked, [f"v{n}" for n in range(held)], psi.DataStructure.GCS)
said("setup of what is held", begun, cpu)
begun, cpu = time.perf_counter(), time.process_time()
request = client.CreateRequest([f"v{n + held - common}" for n in range(asked)])
response = server.ProcessRequest(request)
found = client.GetIntersectionSize(setup, response)
said("a run, warm", begun, cpu)
said("all, cold", whole, all_cpu)
assert found == common, found
"""


def values(first: int, count: int) -> list[bytes]:
    """Return values that stand for common digests."""
    return [hashlib.sha256(str(n).encode()).digest() for n in range(first, first + count)]


def main() -> None:
    """Measure."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--asked", type=int, default=10_000)
    parser.add_argument("--held", type=int, default=1_000_000)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--peer", type=Path)
    options = parser.parse_args()
    load = os.getloadavg()[0]
    print(f"{os.cpu_count()} cores, load {load:.1f} at the start, Python {sys.version.split()[0]}")
    both = min(options.asked, options.held) // 3
    held = np.array(values(0, options.held), "S32")
    asked = values(options.held - both, options.asked)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)

        def night(what: str, digests: np.ndarray) -> float:
            begun, cpu = time.perf_counter(), sum(os.times()[:4])
            done = bring_up_to_date(folder, EPOCH, SEED, INFO, digests, lambda data: data, processes=options.processes)
            took = time.perf_counter() - begun
            used = sum(os.times()[:4]) - cpu
            changed = f"{done.new:,} new, {done.gone:,} gone, {done.held:,} held"
            print(f"{what}: {took:.2f} s, {used:.2f} s of CPU ({changed})", flush=True)
            return took

        def run(what: str, asks: Oprf) -> float:
            begun, cpu = time.perf_counter(), time.process_time()
            holding = Voprf().evaluator(SEED, INFO)
            pending = ask(asks, uuid4(), EPOCH, asked)
            blinded = time.perf_counter()
            answer = reply(holding, pending.question)
            answered = time.perf_counter()
            tags = pending.tags(answer, holding.public)
            file = tag_files.read(folder / f"{EPOCH}.tags", EPOCH, TAGS)
            assert file is not None
            found = int(common(tags, file.rows).sum())
            ended = time.perf_counter()
            assert found == both, found
            took = (blinded - begun, answered - blinded, ended - answered)
            steps = "blind {:.2f}, evaluate {:.2f}, verify and count {:.2f}".format(*took)
            used = time.process_time() - cpu
            print(f"{what}: {ended - begun:.2f} s, {used:.2f} s of CPU ({steps}); {found:,} in common", flush=True)
            return ended - begun

        first = night("the first night", held)
        print(f"all, cold: {first + run('a run, warm', Voprf()):.2f} s")
        run("a run, warm", Voprf())
        run("a run between two nodes, whose question is kept, warm", Keeping())
        night("a night in which nothing changed", held)
        night("a night with 1,000 new and 1,000 gone", np.array(values(1_000, options.held), "S32"))
        print(f"to the asker by night: {(folder / f'{EPOCH}.tags').stat().st_size / 1e6:.1f} MB")
    if options.peer:
        shown = [str(n) for n in (options.asked, options.held, both)]
        subprocess.run([options.peer, "-c", PEER, *shown], check=True)


if __name__ == "__main__":
    main()
