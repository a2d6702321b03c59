"""When a report only repeats an earlier one, what of it nobody needs to look at again, and who it came from. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vaern.arrivals import Arrival

EXACT = ("sha256", "sha1", "md5")
"""Digests, the strongest first."""


@dataclass(frozen=True)
class Sighting:
    """Where one item was seen before.

    Attributes:
        item: number of the earlier row; None if it was not seen.
        by: url, sha256, sha1, md5 or pdq: the strongest that holds.
        reports: ids of earlier reports that hold all of the item: its file, and its address if it has one.
    """

    item: int | None = None
    by: str = ""
    reports: frozenset[object] = frozenset()


SENDERS = frozenset({"hotline", "police", "platform", "hub"})
"""Kinds of organisations that statistics name as a source; the others are `other`."""


def source(document: str, sender: str) -> str:
    """Return who a report came from, as the ledger's tag says it.

    Args:
        document: what it came in.
        sender: the kind of the organisation that sent it; "" if none did.
    """
    if not sender:
        return "public" if document == "public" else "own"
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
    """Whether a report says what the earlier one does not: words, accounts, whence a file came, which child, places.

    Then it is no duplicate, even if all of its items were seen: what is new has to be read by somebody.
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
    """Whether the node may mark a report as a duplicate by itself.

    Never an urgent one; never against a report that is closed, because then the material may be there again.
    """
    return open_ and not urgent and not new


def _plain(words: str) -> str:
    return " ".join(words.casefold().split())
