"""Look up the items of reports on the loaded lists, among survivors' hashes, and in a desk's earlier reports."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from vaern.matching import MIN_QUALITY
from vaern.node.reports.base import watches
from vaern.node.reports.base.known import NEAR
from vaern.node.reports.intake import repeats
from vaern.node.reports.intake.lists import compared, known
from vaern.node.reports.intake.near import nearest
from vaern.node.reports.intake.videos import nearest_videos, videos_of
from vaern.node.reports.rules.marks import Mark, Wished
from vaern.records import PDQ_BYTES

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from vaern.node.casework.matches import Kept
    from vaern.node.organisations.models import Organisation
    from vaern.node.reports.base.content import ItemContent
    from vaern.node.reports.intake.lists import Compared
    from vaern.node.reports.intake.repeats import Keys
    from vaern.node.reports.rules.repetition import Sighting
    from vaern.records import Match

MOST_NEAR = 64
"""Near signals of one file that are kept: a still has eight orientations, with borders and without."""


@dataclass(frozen=True)
class Looked:
    """What was found of the items of a report, in the order of the items.

    Attributes:
        contents: the items.
        keys: the keys by which they are matched with later items.
        met: the hits of each on the loaded lists.
        compared: how old these lists are, and which were not asked.
        wished: the mark of each that a survivor asks to have removed.
        seen: where each was seen before.
        order: earlier reports that hold one of them, the earliest first.
    """

    contents: list[ItemContent]
    keys: list[Keys]
    met: list[Kept]
    compared: Compared
    wished: list[Mark | None]
    seen: list[Sighting]
    order: list[object]

    @property
    def known(self) -> list[Match | None]:
        """The nearest hit of each on the loaded lists, or None."""
        return [one.nearest for one in self.met]

    @property
    def spared(self) -> list[tuple[bool, bool]]:
        """Whether each item is known, and whether it was seen, by exact hits only: near and disputed ones wait."""
        return [
            (
                hit is not None and not hit.disputed and hit.kind not in NEAR,
                sighting.item is not None and sighting.by not in NEAR,
            )
            for hit, sighting in zip(self.known, self.seen, strict=True)
        ]

    @property
    def new(self) -> list[bool]:
        """Whether each item needs viewing: not known, not seen, not asked for by a confirmed wish (`base.known`)."""
        confirmed = (
            mark is not None and mark.wished is Wished.CONFIRMED and mark.by not in NEAR for mark in self.wished
        )
        return [not any((*spared, wish)) for spared, wish in zip(self.spared, confirmed, strict=True)]


def look(desk: Organisation, contents: list[ItemContent]) -> Looked:
    """Look up these items on the loaded lists and in the desk's earlier reports."""
    (looked,) = look_each(desk, [(contents, keys_of(contents), ())])
    return looked


def look_each(
    desk: Organisation, reports: Sequence[tuple[list[ItemContent], list[Keys], Iterable[bytes]]]
) -> list[Looked]:
    """Look up the items of reports that are about to be written; they see the earlier ones, and not one another.

    Args:
        desk: theirs.
        reports: the items of each, their keys, and its ties.
    """
    repeats.lock(desk.pk, [(keys, held) for _, keys, held in reports])
    every = [key for _, keys, _ in reports for key in keys]
    met = repeats.meetings(desk.pk, every)
    near = nearest(desk.pk, (value for key in every for value in key.near))
    near |= nearest_videos(desk.pk, (value for key in every for value in key.videos))
    files = [content.file for contents, _, _ in reports for content in contents]
    hits, wished = iter(known(files)), iter(watches.look(files))
    return [
        Looked(
            contents,
            keys,
            list(islice(hits, len(contents))),
            compared(),
            list(islice(wished, len(contents))),
            repeats.sightings(keys, met, near),
            repeats.in_order(keys, met),
        )
        for contents, keys, _ in reports
    ]


def lock(desk: Organisation, contents: list[ItemContent]) -> None:
    """Lock the keys of these items against concurrent arrivals at the same desk (`repeats.lock`)."""
    repeats.lock(desk.pk, [(keys_of(contents), ())])


def keys_of(contents: Iterable[ItemContent]) -> list[Keys]:
    """Return the keys by which each item is matched."""
    return [repeats.keys_of(content, _near_values(content), videos_of(content.file)) for content in contents]


def _near_values(content: ItemContent) -> tuple[bytes, ...]:
    """The PDQ values of a file that can be compared, each once."""
    if content.file is None:
        return ()
    values = (
        signal.value
        for signal in content.file.signals
        if signal.kind == "pdq"
        and len(signal.value) == PDQ_BYTES
        and (signal.quality is None or signal.quality >= MIN_QUALITY)
    )
    return tuple(dict.fromkeys(values))[:MOST_NEAR]
