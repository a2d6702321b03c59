"""Find the items of an arrival in earlier reports of the same organisation: by address, digest, or near signal.

Concurrent arrivals with equal addresses or digests wait for one another (advisory locks), so that the second of two
finds the first. Near duplicates do not wait: `alike` finds them afterwards.
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
    """The match keys of an item: `url`, and the digests of its file, as bytes; missing ones are left out."""

    by: dict[str, bytes]
    near: tuple[bytes, ...] = ()
    videos: tuple[bytes, ...] = ()

    @property
    def strongest(self) -> str:
        """The strongest digest of its file, or "" without one."""
        return next((kind for kind in EXACT if kind in self.by), "")


def keys_of(content: ItemContent, near: tuple[bytes, ...], videos: tuple[bytes, ...] = ()) -> Keys:
    """Return the match keys of an item."""
    found: dict[str, bytes] = {}
    if content.location and content.location.url:
        found["url"] = url_key(content.location.url)
    for signal in content.file.signals if content.file else ():
        if signal.kind in EXACT:
            found.setdefault(signal.kind, signal.value)
    return Keys(found, near, videos)


def lock(organisation: UUID, reports: Iterable[tuple[Sequence[Keys], Iterable[bytes]]]) -> None:
    """Lock addresses, digests and ties (`base.ties`) against concurrent arrivals for the same organisation.

    Locks are taken in one order, so there is no deadlock. The transaction takes its id here, before it searches for
    near duplicates, so that `alike` knows when all that may have missed one another have ended.

    Args:
        organisation: whose reports they are.
        reports: the keys of the items of each, and its ties.
    """
    salt = organisation.bytes[:8]
    locked, looks = set[int](), False
    for keys, ties in reports:
        values = {_number(salt, value) for value in (*(v for key in keys for v in key.by.values()), *ties)}
        locked.update(sorted(values)[:MOST_LOCKED])
        looks = looks or any(key.near or key.videos for key in keys)
    if locked or looks:
        run(_LOCK, [sorted(locked)])


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


def in_order(keys: Iterable[Keys], met: Meetings) -> list[object]:
    """Return the distinct earlier reports that hold any of the items with these keys, the earliest first."""
    own = {pair for key in keys for pair in key.by.items()}
    pairs = sorted({meeting for pair in own for meeting in met.get(pair, ())}, key=lambda pair: pair[0])
    return list(dict.fromkeys(report for _, report in pairs))


def sightings(keys: Sequence[Keys], met: Meetings, near: dict[bytes, Near]) -> list[Sighting]:
    """Return where each item was seen before.

    Args:
        keys: of the items.
        met: the result of `meetings`.
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
