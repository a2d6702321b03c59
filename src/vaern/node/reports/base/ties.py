"""Ties between reports of one organisation that name the same account, mail, telephone, address or device.

Found on arrival, before any assessment, by keyed digests and one query for each report. A value that more than
`COMMON` reports name is marked as common and ties nothing.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from vaern.node.base.sealing import keyed
from vaern.node.base.sql import run
from vaern.node.reports.rules.ties import KINDS, tied

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from uuid import UUID

    from vaern.arrivals import Arrival
    from vaern.node.reports.models import Report
    from vaern.node.reports.rules.ties import Tied


COMMON = 20
"""A value that more reports of one organisation name than these is everybody's."""


def digest_of(one: Tied) -> bytes:
    """Return the keyed digest by which equal identifiers are found."""
    return keyed(one.value, f"tie {one.kind}")


def ties_of(arrival: Arrival, sender: UUID | None) -> dict[bytes, Tied]:
    """Return the identifiers of an arrival that are compared, by digest."""
    return {digest_of(one): one for one in tied(arrival, str(sender or ""))}


_EARLIEST = """
    SELECT w.kind, count(*), (array_agg(m.report_id ORDER BY m.id) FILTER (WHERE NOT m.weak AND NOT w.weak))[1]
    FROM unnest(%(digests)s::bytea[], %(kinds)s::text[], %(weak)s::boolean[]) w(digest, kind, weak), LATERAL (
        SELECT id, report_id, weak FROM reports_tie
        WHERE organisation_id = %(own)s AND digest = w.digest AND report_id <> %(report)s ORDER BY id LIMIT %(most)s
    ) m
    GROUP BY w.digest, w.kind
"""


def find(report: Report, ties: dict[bytes, Tied]) -> None:
    """Set the earlier report that shares an identifier, the strongest kind first; common values are skipped."""
    if not ties:
        return
    given = {
        "digests": list(ties),
        "kinds": [one.kind for one in ties.values()],
        "weak": [one.weak for one in ties.values()],
        "own": report.organisation_id,
        "report": report.pk,
        "most": COMMON,
    }
    found = [(KINDS.index(kind), earliest) for kind, n, earliest in run(_EARLIEST, given) if earliest and n < COMMON]
    if found:
        report.same_as_id = min(found, key=lambda pair: pair[0])[1]


_KEEP = """
    INSERT INTO reports_tie (report_id, organisation_id, kind, digest, weak)
    SELECT %(report)s, %(own)s, w.kind, w.digest, w.weak
    FROM unnest(%(digests)s::bytea[], %(kinds)s::text[], %(weak)s::boolean[]) w(digest, kind, weak)
    ON CONFLICT (report_id, digest) DO UPDATE SET weak = reports_tie.weak AND excluded.weak
    RETURNING 1
"""


def keep(report: Report, ties: dict[bytes, Tied]) -> None:
    """Store the ties of a saved report; existing ones stay."""
    if ties:
        given = {"kinds": [one.kind for one in ties.values()], "weak": [one.weak for one in ties.values()]}
        run(_KEEP, {"digests": list(ties), "own": report.organisation_id, "report": report.pk, **given})


_SHOWN = """
    SELECT r.id, o.code, t.kind
    FROM reports_report r JOIN reports_report o ON o.id = r.same_as_id AND o.organisation_id = r.organisation_id
        JOIN reports_tie t ON t.report_id = r.id AND NOT t.weak
        JOIN reports_tie m ON m.report_id = o.id AND m.digest = t.digest AND NOT m.weak
    WHERE r.id = ANY(%(reports)s) AND (
        SELECT count(*) FROM (
            SELECT 1 FROM reports_tie c WHERE c.organisation_id = r.organisation_id AND c.digest = t.digest
            LIMIT %(most)s
        ) c
    ) < %(most)s
"""


def shown(reports: Sequence[Report]) -> dict[UUID, tuple[str, list[str]]]:
    """Return, for reports tied to an earlier one, that report's code and the kinds of tie, in one query."""
    asked = [report.pk for report in reports if report.same_as_id]
    found: dict[UUID, tuple[str, set[str]]] = {}
    for id, code, kind in run(_SHOWN, {"reports": asked, "most": COMMON + 1}) if asked else []:
        found.setdefault(id, (code, set()))[1].add(kind)
    return {id: (code, sorted(kinds, key=KINDS.index)) for id, (code, kinds) in found.items()}


@dataclass
class Other:
    """Another report that names the same identifiers.

    Attributes:
        digests: of the strong ties.
        weak: digests of the weak ties.
    """

    id: UUID
    code: str
    at: datetime
    digests: set[bytes] = field(default_factory=set)
    weak: set[bytes] = field(default_factory=set)


@dataclass(frozen=True)
class Held:
    """The identifiers that a report shares with others of its organisation.

    Attributes:
        others: the reports, the latest first.
        kinds: the kind of each digest.
        common: digests that more than `COMMON` reports have.
        total: how many identifiers of the report are compared.
    """

    others: list[Other]
    kinds: dict[bytes, str]
    common: set[bytes]
    total: int


_HELD = """
    SELECT t.digest, t.kind, t.weak OR m.weak, o.id, o.code, o.created_at
    FROM reports_tie t LEFT JOIN LATERAL (
        SELECT report_id, weak FROM reports_tie
        WHERE organisation_id = t.organisation_id AND digest = t.digest AND report_id <> t.report_id
        ORDER BY id LIMIT %(most)s
    ) m ON true LEFT JOIN reports_report o ON o.id = m.report_id
    WHERE t.report_id = %(report)s
"""


def held(report: Report) -> Held:
    """Return the identifiers that a report shares with earlier and later ones of its organisation, in one query."""
    rows = run(_HELD, {"report": report.pk, "most": COMMON})
    kinds = {bytes(digest): kind for digest, kind, *_rest in rows}
    by_digest = defaultdict[bytes, list[Any]](list)
    for digest, _kind, weak, id, code, at in rows:
        if id is not None:
            by_digest[bytes(digest)].append((weak, id, code, at))
    common = {digest for digest, met in by_digest.items() if len(met) >= COMMON}
    others: dict[UUID, Other] = {}
    for digest, met in by_digest.items():
        for weak, id, code, at in met if digest not in common else ():
            other = others.setdefault(id, Other(id, code, at))
            (other.weak if weak else other.digests).add(digest)
    latest = sorted(others.values(), key=lambda other: (bool(other.digests), other.at), reverse=True)
    return Held(latest, kinds, common, len(kinds))


_MOVE_ON = """
    UPDATE reports_report d SET same_as_id = (
        SELECT m.report_id FROM reports_tie t JOIN reports_tie m ON m.organisation_id = t.organisation_id
            AND m.digest = t.digest AND m.id < t.id AND m.report_id <> t.report_id AND NOT m.weak
        WHERE t.report_id = d.id AND NOT t.weak AND m.report_id <> %(erased)s ORDER BY m.id LIMIT 1
    )
    WHERE d.same_as_id = %(erased)s RETURNING 1
"""


def move_on(report: Report) -> None:
    """Before a report is erased, point the reports tied to it at the next one, or at none."""
    run(_MOVE_ON, {"erased": report.pk})
