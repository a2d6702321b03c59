"""Which items of reports and findings of scans match which wishes: every one, by digest or by a near PDQ value.

Digests are joined in the database: one pass a kind, however many hashes are watched, and by the index where only some
items are asked about. PDQ values are searched in memory, exactly.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from vaern.matching import MIN_QUALITY
from vaern.node.base.sql import run
from vaern.node.reports.intake.near import STILLS, Memory
from vaern.node.reports.models import NearSignal
from vaern.node.victims.models import WatchedHash
from vaern.node.victims.rules.wishes import NEAR
from vaern.records import DIGEST_KINDS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from uuid import UUID

CHUNK = 20_000
"""PDQ values of findings that one statement reads."""

_DIGESTS = " UNION ALL ".join(
    f"""
    SELECT w.wish_id, t.id, w.kind, 0, w.id FROM victims_watchedhash w JOIN {{table}} t ON t.{kind} = w.value
    WHERE w.kind = '{kind}' AND (%(wish)s::uuid IS NULL OR w.wish_id = %(wish)s){{among}}
    """
    for kind in sorted(DIGEST_KINDS)
)
_ITEMS = _DIGESTS.format(table="reports_item", among="")
_SOME_ITEMS = _DIGESTS.format(table="reports_item", among=" AND t.id = ANY(%(among)s)")
_FINDINGS = _DIGESTS.format(table="scans_finding", among="")
_PERCEPTUAL = """
    SELECT f.id, decode(s->>'value', 'hex') FROM (
        SELECT id, perceptual FROM scans_finding WHERE id > %(after)s AND perceptual <> '[]' ORDER BY id LIMIT %(most)s
    ) f LEFT JOIN LATERAL jsonb_array_elements(f.perceptual) s
        ON s->>'kind' = 'pdq' AND coalesce((s->>'quality')::float, %(quality)s) >= %(quality)s
    ORDER BY f.id
"""
_watched = Memory("victims_watchedhash", "id")


class Match(NamedTuple):
    """A match between a wish and an item or finding.

    Attributes:
        thing: the number of the item, or of the finding.
        distance: bits between two PDQ values; 0 for a digest.
        hash: the number of the watched hash.
    """

    wish: UUID
    thing: int
    kind: str
    distance: int
    hash: int


def near_watched(values: Iterable[bytes]) -> list[tuple[bytes, int, int]]:
    """Return every watched PDQ value near one of these: the value, the number of the watched hash, the bits between."""
    return _watched.every(values, NEAR)


def of_items(items: Sequence[int]) -> list[Match]:
    """Return every hash that some items match, of all wishes."""
    signals = NearSignal.everywhere.filter(item__in=items).filter(kind="pdq").values_list("item", "value")
    exact = run(_SOME_ITEMS, {"wish": None, "among": list(items)})
    return [*map(Match._make, exact), *_near((item, bytes(value)) for item, value in signals)]


def in_reports(wish: UUID | None = None) -> list[Match]:
    """Return the items of all reports that match a wish, or any."""
    watched = WatchedHash.everywhere.filter(kind="pdq", **({"wish": wish} if wish else {}))
    hashes: dict[bytes, list[tuple[UUID, int]]] = {}
    for value, id, number in watched.values_list("value", "wish", "id"):
        hashes.setdefault(bytes(value), []).append((id, number))
    near = STILLS.every(hashes, NEAR)
    found = [Match(id, item, "pdq", bits, number) for value, item, bits in near for id, number in hashes[value]]
    return [*map(Match._make, run(_ITEMS, {"wish": wish})), *found]


def in_scans(wish: UUID | None = None) -> list[Match]:
    """Return the findings of all scans that have a digest of a wish, or of any."""
    return [*map(Match._make, run(_FINDINGS, {"wish": wish}))]


def near_in_scans() -> list[Match]:
    """Return the findings of all scans near a watched value. Reads every finding: for nightly runs."""
    if not WatchedHash.everywhere.filter(kind="pdq").exists():
        return []
    return [one for chunk in _perceptual() for one in _near(chunk)]


def _near(signals: Iterable[tuple[int, bytes]]) -> Iterator[Match]:
    """The wishes that watch a value near those of some things."""
    things: dict[bytes, list[int]] = {}
    for thing, value in signals:
        things.setdefault(value, []).append(thing)
    hits = near_watched(things)
    wishes = dict(WatchedHash.everywhere.filter(pk__in={id for _value, id, _bits in hits}).values_list("pk", "wish"))
    for value, id, bits in hits:
        if id in wishes:
            yield from (Match(wishes[id], thing, "pdq", bits, id) for thing in things[value])


def _perceptual() -> Iterator[list[tuple[int, bytes]]]:
    """The comparable PDQ values of the findings, in chunks."""
    after, more = 0, True
    while more:
        rows = run(_PERCEPTUAL, {"after": after, "most": CHUNK, "quality": MIN_QUALITY})
        more = bool(rows)
        after = rows[-1][0] if rows else after
        yield [(finding, bytes(value)) for finding, value in rows if value is not None]


def nearest(found: Iterable[Match]) -> list[Match]:
    """Return the nearest match of each wish and thing, in one global order, so that writers cannot deadlock."""
    nearest: dict[tuple[UUID, int], Match] = {}
    for one in sorted(found, key=lambda one: (one.wish, one.thing, one.distance, one.kind)):
        nearest.setdefault((one.wish, one.thing), one)
    return list(nearest.values())
