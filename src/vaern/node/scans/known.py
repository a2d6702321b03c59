"""Which findings are known: by an exact hit that stands, or by a near one of which a person said that it is the same.

The verdict is what the scan said, and stays. A hit that does not stand (`casework.standing`) makes nothing known: the
finding is looked at as anything new, whatever the scan said of it.
"""

from __future__ import annotations

from typing import Any

from django.db.models import Q

from vaern.node.scans.rules import FALLEN
from vaern.records import DIGEST_KINDS

MET = ("known", "near")
"""Verdicts of findings that met an entry of known material."""

_EXACT = Q(verdict__in=MET, matched_kind__in=[*DIGEST_KINDS]) | Q(verdict="known", matched_kind="")
_ALIKE = Q(verdict__in=MET) & ~_EXACT

KNOWN = Q(fallen="") & (_EXACT | Q(verdict__in=MET, same=True))
ASKED = Q(fallen="", same=None) & _ALIKE
"""Near findings of which nobody has said yet whether they are the same."""

_COUNTED = {"known": Q(fallen="") & _EXACT, "near": Q(fallen="") & _ALIKE, FALLEN: Q(verdict__in=MET) & ~Q(fallen="")}


def counted(code: str) -> Q:
    """Return the condition of findings that are counted as this (`rules.COUNTED`)."""
    return _COUNTED.get(code) or Q(verdict=code)


def counted_as(finding: Any) -> str:
    """Return what a finding (`models.Finding`) is counted as: by what it met that stands, not as the scan said then."""
    verdict: str = finding.verdict
    if verdict not in MET:
        return verdict
    if finding.fallen:
        return FALLEN
    if not finding.matched_kind:
        return verdict
    return "known" if finding.matched_kind in DIGEST_KINDS else "near"
