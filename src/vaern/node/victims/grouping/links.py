"""Find the links between new files and an organisation's members: exactly those of the engine's rules.

Equal values are found in the database, from each series that has one to the next. What looks alike is found in memory
(`reports.intake.near`), and the database has the last word on whether it is still there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from vaern.matching.grouping import RULES, WITHIN
from vaern.node.base.sql import run
from vaern.node.victims.base.memories import TURNED, UPRIGHT, VIDEOS

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from vaern.matching.grouping import Values

COLUMN_OF = {"sha256": "sha256", "sha1": "sha1", "md5": "md5", "camera": "camera_key"}
"""The column of `models.Member` that holds the values of an exact rule."""


class SeriesLink(NamedTuple):
    """The strongest link of a newcomer to a series.

    Attributes:
        series: which.
        member: the member that it leads to.
        rule: a code of the engine's RULES. distance: bits, 0 for what is equal.
    """

    series: UUID
    member: int
    rule: str
    distance: int

    @property
    def strength(self) -> tuple[int, int, int]:
        """What links are ordered by, the strongest first."""
        return RULES[self.rule].rank, self.distance, self.member


def strongest_links(organisation: UUID, newcomers: Sequence[Values]) -> list[list[SeriesLink]]:
    """Return, for each newcomer, its strongest link to each series of the organisation, the strongest first.

    The caller holds the lock (`placement.lock`), so that nobody adds members meanwhile.
    """
    found: list[dict[UUID, SeriesLink]] = [{} for _ in newcomers]
    for number, link in [*_equal(organisation, newcomers), *_alike(organisation, newcomers)]:
        known = found[number].get(link.series)
        if known is None or link.strength < known.strength:
            found[number][link.series] = link
    return [sorted(each.values(), key=lambda link: link.strength) for each in found]


def _same(code: str, column: str) -> str:
    """The series that hold a value, each with its first member: it costs as many steps as there are series."""
    where = f"organisation_id = %(own)s AND {column} = w.value"  # our own names
    return f"""(
        WITH RECURSIVE step(series) AS (
            (SELECT series_id FROM victims_member WHERE {where} ORDER BY series_id LIMIT 1)
            UNION ALL
            SELECT (SELECT series_id FROM victims_member WHERE {where} AND series_id > step.series
                ORDER BY series_id LIMIT 1)
            FROM step WHERE step.series IS NOT NULL
        )
        SELECT series, (SELECT min(id) FROM victims_member WHERE {where} AND series_id = step.series) AS member
        FROM step WHERE series IS NOT NULL AND w.code = '{code}'
    )"""


_EQUAL = f"""
    SELECT w.number, w.code, m.series, m.member
    FROM unnest(%(numbers)s::int[], %(codes)s::text[], %(values)s::bytea[]) w(number, code, value),
    LATERAL ({" UNION ALL ".join(_same(code, column) for code, column in COLUMN_OF.items())}) m
"""


def _equal(organisation: UUID, newcomers: Sequence[Values]) -> list[tuple[int, SeriesLink]]:
    held = [(number, code, value) for number, one in enumerate(newcomers) for code, value in one.exact]
    if not held:
        return []
    numbers, codes, values = (list(column) for column in zip(*held, strict=True))
    given = {"own": organisation, "numbers": numbers, "codes": codes, "values": values}
    return [(number, SeriesLink(series, member, code, 0)) for number, code, series, member in run(_EQUAL, given)]


_HITS = """
    SELECT h.number, m.series_id, (array_agg(m.id ORDER BY h.distance, m.id))[1], min(h.distance)
    FROM unnest(%(numbers)s::int[], %(members)s::bigint[], %(distances)s::int[]) h(number, member, distance)
    JOIN victims_member m ON m.id = h.member AND m.organisation_id = %(own)s
    GROUP BY h.number, m.series_id
"""


def _alike(organisation: UUID, newcomers: Sequence[Values]) -> list[tuple[int, SeriesLink]]:
    asked = (
        ("pdq", UPRIGHT, [one.upright + one.turned for one in newcomers]),
        ("pdq", TURNED, [one.upright for one in newcomers]),
        ("vpdq", VIDEOS, [one.videos for one in newcomers]),
    )
    found = []
    for rule, memory, each in asked:
        values = [value for held in each for value in held]
        if not values:
            continue
        owners = [number for number, held in enumerate(each) for _ in held]
        memory.refresh()
        hits = memory.find(organisation, values, WITHIN)
        if hits:
            given = {
                "own": organisation,
                "numbers": [owners[number] for number, _, _ in hits],
                "members": [member for _, member, _ in hits],
                "distances": [bits for _, _, bits in hits],
            }
            found += [
                (number, SeriesLink(series, member, rule, bits)) for number, series, member, bits in run(_HITS, given)
            ]
    return found
