"""How many entries of a list a change would take away, or take something from by which they are matched."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from vaern.losing import loses
from vaern.records import Entry

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from vaern.matching.builder import Writer
    from vaern.matching.lists import List

_ENTRY = msgspec.json.Decoder(Entry)


def lost(before: List, writer: Writer, rows: npt.NDArray[np.uint32], digests: npt.NDArray[np.uint64]) -> int:
    """Count the live entries that lose something (`losing.loses`).

    Args:
        before: the list as it stands.
        writer: holds the entries as they would be.
        rows: which of them count, one of each id.
        digests: of their ids, in the same order.
    """
    found = 0
    for part in before.parts:
        which, theirs = part.package.identities.find_many(digests)
        live = part.live(theirs)
        for row, line in zip(theirs[live].tolist(), writer.lines(rows[which[live]]), strict=True):
            standing = part.package.line(row)
            if standing == line:
                continue
            entry, now = _ENTRY.decode(standing), _ENTRY.decode(line)
            found += entry.id == now.id and not entry.recalled and loses(entry, now)
    return found
