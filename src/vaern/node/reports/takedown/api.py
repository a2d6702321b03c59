"""Re-checks by the API: what a licensed checker found. It never gets an address: it knows where it looks itself."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest  # noqa: TC002 - resolved by django-ninja
from ninja import Field, Path, Schema
from pydantic import AwareDatetime, ConfigDict, StringConstraints

from vaern.node.casework.reasons import told
from vaern.node.organisations.routers import GuardedRouter
from vaern.node.organisations.rules import Permission
from vaern.node.organisations.viewers import viewer_of
from vaern.node.reports.rules.locations import LocationState
from vaern.node.reports.takedown import actions, queries
from vaern.node.web.problems import Problem

router = GuardedRouter(tags=["reports"])


class CheckIn(Schema):
    """What was found at a location at a moment."""

    model_config = ConfigDict(extra="forbid")

    there: bool = Field(description="Whether it was there; false is a miss.")
    at: AwareDatetime = Field(description="When, within the last 24 hours.")
    tool: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9 ._/-]*$", max_length=100)] = ""


class CheckOut(Schema):
    """What follows from it."""

    location: UUID
    state: LocationState
    misses: int = Field(description="In a row, each at least three minutes after the one before; three mean offline.")
    offline_at: datetime | None


@router.operation(
    "POST",
    "/reports/locations/{uuid:id}/checks",
    permission=Permission.REPORT_TAKEDOWN,
    asks_reason=True,
    response=CheckOut,
)
def add_check(request: HttpRequest, id: Path[UUID], check: CheckIn) -> Any:
    """Say that something was there, or was missed. The same word about the same moment changes nothing."""
    viewer = viewer_of(request)
    location = queries.find_alone(viewer, id)
    if location is None:
        raise Problem("not-found", "There is nothing at this address, or nothing that this key may know of.")
    reason = told(request)
    found = actions.check(viewer, reason, location, check.there, check.at, check.tool)
    return {"location": found.pk, "state": found.state, "misses": found.misses, "offline_at": found.offline_at}
