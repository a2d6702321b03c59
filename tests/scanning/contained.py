"""What the tests of documents with files in them share: reading all that is in one, and damage."""

from __future__ import annotations

import io

from hypothesis import strategies as st

from vaern.scanning.archives import recognise
from vaern.scanning.members import Budget, DamagedError, content
from vaern.scanning.options import ScanOptions

NAMES = st.text(st.characters(categories=["L", "N"], include_characters="._-'()"), min_size=1, max_size=30)
"""Names as people give them."""


def inside(data, start=0):
    """Type of the container, then (index, name, bytes or why not) of each member, and how the damage is told."""
    archive = recognise(io.BytesIO(data), start)
    if archive is None:
        return "", [], ""
    budget, found = Budget(ScanOptions(), len(data)), []
    try:
        for member in archive.members:
            if member.problem:
                found.append((member.index, member.name, member.problem))
                continue
            try:
                stream = content(member, budget, 1 << 28)
            except DamagedError as error:
                found.append((member.index, member.name, str(error)))
                continue
            found.append((member.index, member.name, stream.read()))
    except DamagedError as error:
        return archive.mime, found, str(error)
    return archive.mime, found, ""


def members(data):
    """Names and bytes of a container that is whole, the same from whatever member it is resumed at."""
    _, found, damage = inside(data)
    assert not damage
    assert [index for index, _, _ in found] == list(range(len(found)))
    for start in range(len(found) + 1):
        assert inside(data, start)[1] == found[start:]
    return [(name, content) for _, name, content in found]


@st.composite
def damaged(draw, data):
    """The same bytes, cut off, or with up to four of them changed."""
    broken = bytearray(data)
    if draw(st.booleans()):
        return bytes(broken[: draw(st.integers(0, len(data)))])
    for _ in range(draw(st.integers(1, 4))):
        broken[draw(st.integers(0, len(data) - 1))] = draw(st.integers(0, 255))
    return bytes(broken)
