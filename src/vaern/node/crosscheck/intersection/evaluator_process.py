"""A process that evaluates the holder's own values: `python -m` this. It ends with its input.

The key comes by the input, not by the command, so that no list of processes shows it. Input: 32 bytes of seed, the
length of the public text (2 bytes) and the text; then pieces, each its number of values (4 bytes) and as many values of
32 bytes. Output: for each piece its tags.
"""

from __future__ import annotations

import sys
from typing import BinaryIO

from vaern.node.crosscheck.rules.intersection import TAG
from vaern.node.crosscheck.rules.oblivious import SEED
from vaern.node.crosscheck.rules.oblivious_voprf import Voprf

VALUE = 32


def serve(asked: BinaryIO, said: BinaryIO) -> None:
    """Answer pieces until the input ends."""
    seed = asked.read(SEED)
    evaluator = Voprf().evaluator(seed, asked.read(int.from_bytes(asked.read(2), "big")))
    while count := asked.read(4):
        values = asked.read(int.from_bytes(count, "big") * VALUE)
        each = (values[at : at + VALUE] for at in range(0, len(values), VALUE))
        said.write(b"".join(evaluator.evaluate_known(one)[:TAG] for one in each))
        said.flush()


if __name__ == "__main__":
    serve(sys.stdin.buffer, sys.stdout.buffer)
