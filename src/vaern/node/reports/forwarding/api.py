"""API for senders: the progress of the reports that they sent."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest  # noqa: TC002 - resolved by django-ninja
from ninja import Field, Path, Query, Schema
from pydantic import ConfigDict, StringConstraints

from vaern.node.organisations.routers import GuardedRouter
from vaern.node.organisations.rules import Permission
from vaern.node.organisations.viewers import viewer_of
from vaern.node.reports.forwarding import sent
from vaern.node.reports.rules.outcomes import Outcome
from vaern.node.reports.rules.states import Status
from vaern.node.web.paging import OfProgram
from vaern.node.web.problems import Problem

router = GuardedRouter(tags=["reports"])


class SentQuery(Schema):
    """Which page."""

    model_config = ConfigDict(extra="forbid")

    after: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]*$", max_length=2_000)] = ""
    limit: int = Field(50, ge=1, le=500)


class CompletenessLine(Schema):
    """One part of a completeness."""

    code: str
    label: str = ""
    points: float
    of: float


class ToldOut(Schema):
    """One coarse code that came home."""

    outcome: Outcome
    at: datetime


class SentOut(Schema):
    """A report, as its sender sees it."""

    id: UUID
    reference: str = Field(description="Your own.")
    desk: str
    arrived_at: datetime
    status: Status
    completeness: int
    usable: bool = Field(description="Whether a desk could act on it without asking back.")
    missing: list[str] = Field(description="Codes of what was not there, or not whole.")
    lines: list[CompletenessLine]
    outcome: Outcome | None = Field(description="The last that came home, or null.")
    safeguarded: bool = Field(description="Whether a victim was safeguarded, whatever came after.")
    history: list[ToldOut] = Field(description="Everything that came home, the oldest first.")


class SentPage(Schema):
    """Some of them, and where the next begin."""

    items: list[SentOut]
    next: str | None = Field(description="For `after`; null at the end.")


@router.operation("GET", "/reports/sent", permission=Permission.REPORT_SENT, response=SentPage)
def list_sent_reports(request: HttpRequest, query: Query[SentQuery]) -> Any:
    """List the reports that your organisation sent, the latest first."""
    found, page = sent.sent(viewer_of(request), {"after": OfProgram(query.after or "")}, query.limit)
    return {"items": [_out(one) for one in found], "next": page.next or None}


@router.operation("GET", "/reports/sent/{uuid:id}", permission=Permission.REPORT_SENT, response=SentOut)
def read_sent_report(request: HttpRequest, id: Path[UUID]) -> Any:
    """Read what became of one of them. The id is what the answer to your request said."""
    one = sent.sent_report(viewer_of(request), id)
    if one is None:
        raise Problem("not-found", "There is nothing at this address, or nothing that this key may know of.")
    return _out(one)


def _out(one: sent.Sent) -> dict[str, Any]:
    return {
        "id": one.id,
        "reference": one.reference,
        "desk": one.desk,
        "arrived_at": one.arrived_at,
        "status": one.status,
        "completeness": one.completeness,
        "usable": one.usable,
        "missing": [code for code, _label in one.missing],
        "lines": one.lines,
        "outcome": one.outcome or None,
        "safeguarded": one.safeguarded,
        "history": [{"outcome": code, "at": at} for code, at in one.history],
    }
