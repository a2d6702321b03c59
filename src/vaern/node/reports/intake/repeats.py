"""Which items of an arrival were in earlier reports of the same organisation: by address, by digest, by look.

Equal addresses and digests that arrive at one moment wait for each other (advisory locks), so that of two reports of
the same thing the second finds the first. What only looks alike does not wait: `alike` finds it afterwards.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from vaern.node.base.sql import run
from vaern.node.reports.base.addresses import url_key
from vaern.node.reports.rules.repetition import EXACT, Sighting

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from uuid import UUID

    from vaern.node.reports.base.content import ItemContent
    from vaern.node.reports.intake.near import Near

MOST_LOCKED = 64
"""Keys of one report that are locked; PostgreSQL's table of locks is finite."""

MOST_MEETINGS = 20
"""Earlier items that are looked at for each key. Where one was reported more often, a duplicate may go unnoticed."""


class Keys(NamedTuple):
    """By what an item is found again: `url`, and the digests of its file, each as bytes; absent ones are left out."""

    by: dict[str, bytes]
    near: tuple[bytes, ...] = ()
    videos: tuple[bytes, ...] = ()

    @property
    def strongest(self) -> str:
        """The digest that decides for its file, or "" without one."""
        return next((kind for kind in EXACT if kind in self.by), "")


def keys_of(content: ItemContent, near: tuple[bytes, ...], videos: tuple[bytes, ...] = ()) -> Keys:
    """Return by what an item is found again."""
    found: dict[str, bytes] = {}
    if content.location and content.location.url:
        found["url"] = url_key(content.location.url)
    for signal in content.file.signals if content.file else ():
        if signal.kind in EXACT:
            found.setdefault(signal.kind, signal.value)
    return Keys(found, near, videos)


def lock(organisation: UUID, keys: Sequence[Keys], ties: Iterable[bytes] = ()) -> None:
    """Wait until nobody else brings in the same addresses, digests and ties (`base.ties`) for the same organisation.

    Always in the same order, so that two never wait for each other. The transaction takes its number here, before it
    searches for what looks alike, so that `alike` knows when all have ended that may have missed each other.
    """
    salt = organisation.bytes[:8]
    values = sorted({_number(salt, value) for value in (*(v for key in keys for v in key.by.values()), *ties)})
    values = values[:MOST_LOCKED]
    if values or any(key.near or key.videos for key in keys):
        run(_LOCK, [values])


def _number(salt: bytes, value: bytes) -> int:
    mixed = int.from_bytes(salt) ^ int.from_bytes(value[:8])
    return mixed - 2**63


_MEETINGS = """
    SELECT w.kind, w.value, m.id, m.report_id
    FROM unnest(%(kinds)s::text[], %(values)s::bytea[]) w(kind, value), LATERAL (
        (SELECT id, report_id FROM reports_item WHERE w.kind = 'url' AND organisation_id = %(own)s
            AND url_key = w.value ORDER BY id LIMIT %(most)s)
        UNION ALL
        (SELECT id, report_id FROM reports_item WHERE w.kind = 'sha256' AND organisation_id = %(own)s
            AND sha256 = w.value ORDER BY id LIMIT %(most)s)
        UNION ALL
        (SELECT id, report_id FROM reports_item WHERE w.kind = 'sha1' AND organisation_id = %(own)s
            AND sha1 = w.value ORDER BY id LIMIT %(most)s)
        UNION ALL
        (SELECT id, report_id FROM reports_item WHERE w.kind = 'md5' AND organisation_id = %(own)s
            AND md5 = w.value ORDER BY id LIMIT %(most)s)
    ) m
"""

_LOCK = """
    SELECT count(pg_advisory_xact_lock(k)), pg_current_xact_id()::text FROM unnest(%s::bigint[]) k
"""

Meetings = dict[tuple[str, bytes], list[tuple[int, Any]]]
"""Earlier items by kind of key and key: their numbers and their reports' ids, the earliest first."""


def meetings(organisation: UUID, keys: Iterable[Keys]) -> Meetings:
    """Return the earlier items that share a key, in one query."""
    wanted = sorted({pair for key in keys for pair in key.by.items()})
    found: Meetings = {}
    if not wanted:
        return found
    kinds, values = zip(*wanted, strict=True)
    given = {"kinds": list(kinds), "values": list(values), "own": organisation, "most": MOST_MEETINGS}
    for kind, value, item, report in run(_MEETINGS, given):
        found.setdefault((kind, bytes(value)), []).append((item, report))
    for met in found.values():
        met.sort(key=lambda pair: pair[0])
    return found


def in_order(met: Meetings) -> list[object]:
    """Return the earlier reports that hold an item, the earliest first, each once."""
    pairs = sorted({pair for pairs in met.values() for pair in pairs}, key=lambda pair: pair[0])
    return list(dict.fromkeys(report for _, report in pairs))


def sightings(keys: Sequence[Keys], met: Meetings, near: dict[bytes, Near]) -> list[Sighting]:
    """Return where each item was seen before.

    Args:
        keys: of the items.
        met: what `meetings` found.
        near: the nearest earlier item of a near signal or a video, by its value.
    """
    return [_sighting(key, met, near) for key in keys]


def _sighting(keys: Keys, met: Meetings, near: dict[bytes, Near]) -> Sighting:
    deciding = keys.strongest or ("url" if not keys.near + keys.videos else "")
    found = met.get((deciding, keys.by.get(deciding, b"")), [])
    reports = frozenset(report for _, report in found)
    if "url" in keys.by and deciding != "url":
        reports &= frozenset(report for _, report in met.get(("url", keys.by["url"]), []))
    if found:
        return Sighting(found[0][0], deciding, reports)
    for kind in EXACT:  # a weaker digest says that the file was seen, and does not make a duplicate
        if weaker := met.get((kind, keys.by.get(kind, b"")), []):
            return Sighting(weaker[0][0], kind)
    for by, values in (("pdq", keys.near), ("vpdq", keys.videos)):
        if looks := [near[value] for value in values if value in near]:
            return Sighting(min(looks, key=lambda look: (look.distance, look.item)).item, by)
    return Sighting()
