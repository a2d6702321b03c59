"""The part of a report's page that lists the desk's other reports with the same account, address or device."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext as _

from vaern.node.base.sealing import Unsealable
from vaern.node.casework.sheets import SheetPart
from vaern.node.organisations.rules import Permission
from vaern.node.reports.base import ties
from vaern.node.reports.base.content import arrival_of
from vaern.node.reports.desk import labels
from vaern.node.reports.rules import ties as tying
from vaern.node.web.components import When

if TYPE_CHECKING:
    from collections.abc import Iterable

    from vaern.node.ledger.rules import Reason
    from vaern.node.organisations.viewers import Viewer
    from vaern.node.reports.base.ties import Held, Other
    from vaern.node.reports.models import Report


MOST = 20
"""Other reports that are shown; the page says how many more there are."""


def same_part(viewer: Viewer, report: Report, reason: Reason) -> SheetPart | None:
    """Return the part with the report's ties to earlier and later ones of its desk; None without any.

    Assessors see the shared identifiers; others see their kinds only.
    """
    if report.organisation_id != viewer.organisation.id:
        return None
    held = ties.held(report)
    if not held.others and not held.common:
        return None
    said = _said(report) if viewer.may(Permission.REPORT_ASSESS) else {}
    context = {
        "others": [_other(one, held, said) for one in held.others[:MOST]],
        "more": max(0, len(held.others) - MOST),
        "common": _named(held.common, held, said),
        "most_common": ties.COMMON,
        "cut": held.total >= tying.MOST,
        "most": tying.MOST,
    }
    return SheetPart(_("Same account, address or device"), "reports/desk/same.html", context)


def _said(report: Report) -> dict[bytes, str]:
    try:
        return {digest: one.said for digest, one in ties.ties_of(arrival_of(report), report.sender_id).items()}
    except Unsealable:
        return {}


def _other(other: Other, held: Held, said: dict[bytes, str]) -> dict[str, Any]:
    weak = other.weak if not other.digests else {one for one in other.weak if held.kinds[one] != "address"}
    return {
        "code": other.code,
        "url": reverse("reports:report", args=[other.id]),
        "at": When(other.at),
        "strong": _named(other.digests, held, said),
        "weak": _named(weak, held, said),
    }


def _named(digests: Iterable[bytes], held: Held, said: dict[bytes, str]) -> list[str]:
    """Return identifiers as people read them, each once: an address has several digests."""
    kinds = sorted(digests, key=lambda one: (tying.KINDS.index(held.kinds[one]), said.get(one, "")))
    words = (f"{labels.TIES[held.kinds[one]]} {said.get(one, '')}".strip() for one in kinds)
    return list(dict.fromkeys(words))
