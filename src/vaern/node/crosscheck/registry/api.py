"""Asking by a program whether someone else works on what a record is about."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest  # noqa: TC002 - resolved by django-ninja
from ninja import Field, Schema
from pydantic import ConfigDict

from vaern.node.base.refusals import Refusal
from vaern.node.casework.reasons import told
from vaern.node.crosscheck.registry import queries
from vaern.node.crosscheck.rules.registry import Many
from vaern.node.organisations.routers import GuardedRouter
from vaern.node.organisations.rules import Permission
from vaern.node.organisations.viewers import viewer_of
from vaern.node.web.problems import Problem

router = GuardedRouter(tags=["cross-check"])


class LookUpIn(Schema):
    """Which record is asked about: one of your own, whose keys are compared."""

    model_config = ConfigDict(extra="forbid")

    kind: str = Field(description="What it is: report, series, case.", pattern=r"^[a-z][a-z_]{0,39}$")
    id: UUID


class AnswerOut(Schema):
    """Whether someone else works on it. Not who, and not on which record."""

    organisations: Many = Field(description="How many others hold one of its keys: more than `several` is not told.")
    working: bool = Field(description="One of them works on it now.")
    identified: bool = Field(description="One of them has identified the child, or the person.")
    kinds: list[str] = Field(description="Kinds of the keys that others hold.")
    asked: int = Field(description="How many keys were compared.")


@router.operation(
    "POST", "/crosscheck/look-ups", permission=Permission.CROSSCHECK_VIEW, asks_reason=True, response=AnswerOut
)
def look_up(request: HttpRequest, body: LookUpIn) -> Any:
    """Ask whether someone else works on what a record of yours is about. Each question is recorded, and limited."""
    viewer, reason = viewer_of(request), told(request)
    enrolment = queries.own_enrolment(viewer, body.kind, body.id)
    if enrolment is None:
        raise Problem("not-found", "There is nothing at this address, or nothing that this key may know of.")
    try:
        found = queries.look_up(viewer, reason, enrolment)
    except queries.TooOftenError as error:
        raise Problem(
            "too-many-requests", "Wait, then go on slower.", headers={"Retry-After": str(error.wait)}
        ) from None
    except Refusal:
        raise Problem("invalid", "The record has no key that can be asked about, or too many at once.") from None
    return {
        "organisations": found.organisations,
        "working": found.working,
        "identified": found.identified,
        "kinds": list(found.kinds),
        "asked": found.asked,
    }
