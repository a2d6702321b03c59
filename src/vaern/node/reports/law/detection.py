"""The detection method of a conclusion, as an XARF value: `manual_review` only if a person really looked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vaern.node.reports.base.precedents import resting
from vaern.node.reports.rules.assessments import Basis

if TYPE_CHECKING:
    from vaern.node.reports.models import Item, Report


REVIEWED, MATCHED, REPORTED = "manual_review", "hash_match", "user_report"

MATERIAL = {
    Basis.LOOKED: REVIEWED,
    Basis.STATION: REVIEWED,
    Basis.LIST: MATCHED,
    Basis.EARLIER: MATCHED,
    Basis.TEXT: REPORTED,
}
"""Of material. What an earlier report had is found by its hash, or else its address alone was reported again."""

EXPLOITED = {Basis.LOOKED: REVIEWED, Basis.STATION: REVIEWED}
"""Of another offence: whatever else it rests on came as a report."""


def method(report: Report, item: Item | None, *, material: bool) -> str | None:
    """Return the detection method for an item, or for a report without items; None without a conclusion.

    Args:
        report, item: the report, and the item if there is one.
        material: the offence is material, not another kind of offence.
    """
    found = resting(report, item)
    if found is None:
        return None
    by_address = found.basis is Basis.EARLIER and item is not None and item.seen_by == "url"
    if by_address or (found.basis is Basis.LOOKED and not found.alone):
        return REPORTED
    return (MATERIAL if material else EXPLOITED).get(found.basis, REPORTED)
