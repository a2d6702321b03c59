"""What falls with an entry: findings whose matches do not stand are known by another match, or are new again."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from vaern.node.casework.matches import chosen
from vaern.node.scans.known import MET
from vaern.node.scans.models import Finding, FindingMatch, ListUse, Scan
from vaern.records import DIGEST_KINDS

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

KNOWN_GOOD = "known-good"


def follow(ids: Collection[int]) -> None:
    """Choose the nearest match of findings anew, by which of their matches stand; in the caller's transaction.

    The verdict stays as the scan gave it, and what a person concluded of the scan.
    """
    findings = Finding.everywhere.filter(pk__in=ids, verdict__in=MET).order_by("scan", "pk")
    for scan_id, rows in groupby(findings, lambda one: one.scan_id):
        scan = Scan.everywhere.select_for_update(of=("self",), no_key=True).get(pk=scan_id)
        good = ListUse.of(scan=scan).filter(purpose=KNOWN_GOOD).values("name")
        for finding in rows:
            _choose(scan, finding, FindingMatch.everywhere.filter(finding=finding).exclude(list__in=good))


def _choose(scan: Scan, finding: Finding, rows: Iterable[FindingMatch]) -> None:
    now, first = chosen(rows, (finding.list, finding.entry), finding.same)
    if first is None:
        return
    if first is not now:
        finding.list, finding.release, finding.entry = first.list, first.release, first.entry
        finding.matched_kind, finding.distance = first.kind, first.distance
        finding.class_given, finding.checked_at = first.class_given, None
        if first.kind not in DIGEST_KINDS and finding.same is not None:
            scan.same -= finding.same
            scan.save(update_fields=["same"])
            finding.same = finding.same_by = finding.same_at = None  # it was said of the other entry
    finding.fallen = first.fallen
    finding.save()
