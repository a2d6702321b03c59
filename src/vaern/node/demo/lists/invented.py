"""What the lists of the demonstration hold: random hashes, and values of nobody under `.example`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vaern.node.ledger.rules import Reason, Why

if TYPE_CHECKING:
    import random

QUALITY = Reason(Why.LIST_QUALITY)
SCHEME = "Alliance classes (invented)"
CLASSES = ("A", "B", "C")
LAW = "List Act of the Alliance, section 3 (invented)"


def table(draw: random.Random, numbers: range, *, licences: tuple[str, ...] = ("",), faults: bool = False) -> bytes:
    """Return a table of invented entries, with a row or two that nobody can use."""
    rows = ["id,md5,sha256,pdq,classification,scheme,series,licence"]
    for number in numbers:
        series = f"S-{number % 17:02}" if number % 5 == 0 else ""
        pdq = bits(draw).hex()
        cells = (f"random-{number}", draw.randbytes(16).hex(), draw.randbytes(32).hex(), pdq)
        rows.append(",".join((*cells, CLASSES[number % 3], SCHEME, series, licences[number % len(licences)])))
    if faults:
        rows[7] = rows[7].replace(",", ",zz", 1)
        rows[19] = "random-x,,,,,,,"
    return "\n".join(rows).encode()


def bits(draw: random.Random) -> bytes:
    """Return 256 bits of which half are ones, as genuine values of PDQ have."""
    found = [0] * 128 + [1] * 128
    draw.shuffle(found)
    return int("".join(map(str, found)), 2).to_bytes(32, "big")


def near(value: bytes, turned: int) -> bytes:
    """Return a PDQ that differs from another one in so many bits, which is even, with as many ones."""
    found = [value[place // 8] >> (7 - place % 8) & 1 for place in range(256)]
    for bit in (0, 1):
        for place in [place for place in range(256) if found[place] == bit][: turned // 2]:
            found[place] = 2 + (1 - bit)
    return int("".join(str(one % 2) for one in found), 2).to_bytes(32, "big")
