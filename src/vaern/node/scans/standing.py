"""What falls with an entry: findings whose matches do not stand are known by another match, or are new again."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from vaern.node.base.sql import run
from vaern.node.casework.matches import chosen
from vaern.node.scans.known import MET, counted_as
from vaern.node.scans.models import Finding, FindingMatch, ListUse, Scan
from vaern.node.scans.rules import COUNTED, FALLEN
from vaern.records import DIGEST_KINDS

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from uuid import UUID

KNOWN_GOOD = "known-good"
COLUMNS = [*(COUNTED[code] for code in (*MET, FALLEN)), "same"]
"""What a scan counts that follows from which matches stand."""
_PUT_FIRST = """
    UPDATE scans_finding f SET list = m.list, release = m.release, entry = m.entry, matched_kind = m.kind,
        frame_of = m.frame_of, seconds = m.seconds, distance = m.distance, class_given = m.class_given,
        fallen = m.fallen, fallen_at = m.fallen_at,
        checked_at = CASE WHEN (f.list, f.entry) = (m.list, m.entry) THEN f.checked_at END
    FROM scans_findingmatch m WHERE m.id = ANY(%(matches)s) AND f.id = m.finding_id RETURNING f.id
"""
"""Makes matches the nearest of their findings."""


def locked(ids: Collection[int]) -> Sequence[Scan]:
    """Lock the scans of findings, before anything of these is read or written; return them."""
    rows = Scan.everywhere.select_for_update(of=("self",), no_key=True)
    return list(rows.filter(pk__in=Finding.everywhere.filter(pk__in=ids).values("scan")).order_by("pk"))


def follow(ids: Collection[int], held: Sequence[Scan]) -> None:
    """Choose the nearest match of findings anew, by which of their matches stand; in the caller's transaction.

    The verdict stays as the scan gave it, and what a person concluded of the scan. What is known of it is counted anew.

    Args:
        ids: of the findings.
        held: their scans, locked.
    """
    by_scan: dict[UUID, list[Finding]] = defaultdict(list)
    for finding in Finding.everywhere.filter(pk__in=ids, verdict__in=MET).order_by("pk"):
        by_scan[finding.scan_id].append(finding)
    by_finding: dict[int, list[FindingMatch]] = defaultdict(list)
    for match in FindingMatch.everywhere.filter(finding__in=ids):
        by_finding[match.finding_id].append(match)
    good = ListUse.everywhere.filter(scan__in=[one.pk for one in held], purpose=KNOWN_GOOD)
    silences = set(good.values_list("scan", "name"))
    first, forgotten = list[int](), list[int]()
    for scan in held:
        before = len(first)
        for finding in by_scan[scan.pk]:
            met = [one for one in by_finding[finding.pk] if (scan.pk, one.list) not in silences]
            now, nearest = chosen(met, (finding.list, finding.entry), finding.same)
            if nearest is None or (nearest is now and finding.fallen == nearest.fallen):
                continue
            first.append(nearest.pk)
            _count(scan, finding, -1)
            if nearest is not now and nearest.kind not in DIGEST_KINDS:
                forgotten.append(finding.pk)
                finding.same = None
            finding.matched_kind, finding.fallen = nearest.kind, nearest.fallen
            _count(scan, finding, 1)
        if len(first) > before:
            scan.save(update_fields=COLUMNS)
    if not first:
        return
    run(_PUT_FIRST, {"matches": first}, prepare=False)
    said = Finding.everywhere.filter(pk__in=forgotten)  # of the other entry
    said.update(same=None, same_by=None, same_at=None)


def _count(scan: Scan, finding: Finding, by: int) -> None:
    code = counted_as(finding)
    setattr(scan, COUNTED[code], getattr(scan, COUNTED[code]) + by)
    scan.same += by if code == "near" and finding.same else 0
