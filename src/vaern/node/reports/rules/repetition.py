"""Repetition: when a report only repeats an earlier one, which items need no viewing, and its source. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from vaern.arrivals import OF_THE_PUBLIC

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vaern.arrivals import Arrival

EXACT = ("sha256", "sha1", "md5")
"""Digests, the strongest first."""


@dataclass(frozen=True)
class Sighting:
    """Where one item was seen before.

    Attributes:
        item: id of the earlier item; None if it was not seen.
        by: url, sha256, sha1, md5 or pdq: the strongest match.
        reports: ids of earlier reports that hold the whole item: its file, and its address if it has one.
    """

    item: int | None = None
    by: str = ""
    reports: frozenset[object] = frozenset()


SENDERS = frozenset({"hotline", "police", "platform", "hub"})
"""Kinds of organisations that statistics name as a source; the others are `other`."""


def source(document: str, sender: str) -> str:
    """Return the source of a report, as in the ledger's tag.

    Args:
        document: what it came in.
        sender: the kind of the organisation that sent it; "" if none did.
    """
    if not sender:
        return "public" if document in OF_THE_PUBLIC else "own"
    return sender if sender in SENDERS else "other"


def repeated(sightings: Sequence[Sighting], order: Sequence[object]) -> object | None:
    """Return the earliest report that holds every item, or None.

    Args:
        sightings: one for each item.
        order: the candidates, the earliest first.
    """
    if not sightings:
        return None
    common = frozenset.intersection(*(sighting.reports for sighting in sightings))
    return next((report for report in order if report in common), None)


def brings_new(arrival: Arrival, earlier: Arrival) -> bool:
    """Whether a report adds to the earlier one: words, accounts, origin of a file, which child, locations.

    Then it is no duplicate, even if all its items were seen: a person has to read what is new.
    """
    said = {_plain(earlier.narrative), _plain(earlier.danger_text), ""}
    words = {_plain(arrival.narrative), _plain(arrival.danger_text)}
    if not words <= said or not set(arrival.accounts) <= set(earlier.accounts):
        return True
    if not _sources(arrival) <= _sources(earlier) or not set(arrival.annotations) <= set(earlier.annotations):
        return True
    if arrival.about not in {"", earlier.about}:
        return True
    unnamed = {place for place in arrival.locations if not place.url}
    return not unnamed <= set(earlier.locations) or not set(arrival.unknown) <= set(earlier.unknown)


def _sources(arrival: Arrival) -> set[object]:
    """From where its files came: the same file from another address is another subscriber."""
    return {one for file in arrival.files for one in (*file.ip_events, *file.devices)}


def set_aside(*, urgent: bool, open_: bool, new: bool) -> bool:
    """Whether the node may mark a report as a duplicate automatically.

    Never an urgent one, and never of a closed report, because the material may be up again.
    """
    return open_ and not urgent and not new


def _plain(words: str) -> str:
    return " ".join(words.casefold().split())
