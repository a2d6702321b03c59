"""Which links there are between findings, as data with a version: what joins by itself, and what only suggests.

A strong link says that two files are the same, or look the same, or came out of one camera: series are the connected
components of the strong links. A weak link says that somebody should look: a lens that several people own, an hour, a
place, a name that a program gave. One weak link in ten thousand that is wrong is enough to join everything to
everything, because components are transitive; so weak links never join, however many of them agree.
"""

from __future__ import annotations

from typing import NamedTuple

from vaern.formats.signals import PDQ_WEIGHT
from vaern.matching.builder import DISTANCE
from vaern.matching.matcher import MIN_QUALITY
from vaern.matching.video import SHARE
from vaern.records import PDQ_BYTES

VERSION = "1"
"""Of the rules below; raised when a link appears or vanishes that was not so before."""


class LinkRule(NamedTuple):
    """One kind of link.

    Attributes:
        code: how members, merges and proposals name it.
        joins: whether it joins by itself.
        rank: which link explains best where several join: the smallest, then the smallest distance.
    """

    code: str
    joins: bool
    rank: int


RULES = {
    rule.code: rule
    for rule in (
        LinkRule("sha256", joins=True, rank=0),
        LinkRule("sha1", joins=True, rank=1),
        LinkRule("md5", joins=True, rank=2),
        LinkRule("pdq", joins=True, rank=3),
        LinkRule("vpdq", joins=True, rank=4),
        LinkRule("camera", joins=True, rank=5),
        LinkRule("lens", joins=False, rank=6),
        LinkRule("folder", joins=False, rank=7),
        LinkRule("name", joins=False, rank=8),
        LinkRule("place", joins=False, rank=9),
        LinkRule("time", joins=False, rank=10),
    )
}
"""By code. `camera`: make, model and body serial are equal, all three. `lens`: lens model and serial are equal.
`folder`, `name`: the same folder or distribution path, the same pattern of name. `place`: within some hundred metres
and a day. `time`: the same make and model within hours."""

EXACT = ("sha256", "sha1", "md5", "camera")
"""The rules that are equality of one value."""

JOINING = tuple(code for code, rule in RULES.items() if rule.joins)

WITHIN = DISTANCE
"""Bits by which two PDQ values may differ (31), and two frames of videos."""

VIDEO_SHARE = SHARE
"""The share of the frames of either video that have to hit the other (`matching.video`)."""


def comparable(value: bytes, quality: int | None) -> bool:
    """Whether a PDQ value may link: whole, of enough quality, and of a weight that a picture can have.

    A value of little quality or of an unlikely weight is near to those of all pictures without features, and would
    join them all. These are the rules by which lists are read and matched.
    """
    least, most = PDQ_WEIGHT
    return (
        len(value) == PDQ_BYTES
        and (quality is None or quality >= MIN_QUALITY)
        and least <= int.from_bytes(value, "big").bit_count() <= most
    )
