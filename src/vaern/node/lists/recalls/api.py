"""Recalls by the API that concern whose programs ask: what came to these, and what that did to accounts.

A program reads here what is open; that it was dealt with, a person says (ADR 0099).
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any, Literal

from django.http import HttpRequest  # noqa: TC002 - resolved by django-ninja
from ninja import Field, Query, Schema
from pydantic import ConfigDict, StringConstraints

from vaern.node.casework.reasons import told
from vaern.node.lists.recalls import queries
from vaern.node.organisations.routers import GuardedRouter
from vaern.node.organisations.rules import Permission
from vaern.node.organisations.viewers import viewer_of
from vaern.node.web.paging import OfProgram

if TYPE_CHECKING:
    from vaern.node.lists.models import RecallEffect

router = GuardedRouter(tags=["hash lists"])


class ConcerningQuery(Schema):
    """Which page of which recalls."""

    model_config = ConfigDict(extra="forbid")

    state: Literal["open", "acknowledged"] | None = None
    after: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]*$", max_length=2_000)] = ""
    limit: int = Field(50, ge=1, le=500)


class ConcerningOut(Schema):
    """That an entry was recalled which came to a program of your organisation."""

    number: int
    list: str
    entry: str
    why: str
    words: str = Field(description="Of whoever recalled it.")
    at: datetime
    ended_at: datetime | None = Field(description="Since when the recall is taken back; null while it stands.")
    kind: Literal["lookup", "subscriber", "account"] = Field(
        description="What came to your programs: answers that named the entry, or the list itself; or `account`, what "
        "your people said that this did to accounts."
    )
    matches: int = Field(
        description="Answers that named it. Of `account`: measures against accounts that rested on it."
    )
    lifted: int = Field(description="Of `account`: how many of these were lifted.")
    kept: int = Field(description="Of `account`: how many stand on another ground.")
    open: int = Field(description="Of `account`: how many still stand on the entry alone.")
    state: Literal["to_tell", "told", "acknowledged"] = Field(
        description="`told` once a person has read it; what a program reads tells nobody."
    )
    acknowledged_at: datetime | None
    done: str = Field(description="What your people say that they did.")


class ConcerningPage(Schema):
    """Recalls of what came to programs of your organisation, the latest first."""

    items: list[ConcerningOut]
    next: Annotated[str | None, Field(description="For `after`; null at the end.")]


@router.operation(
    "GET", "/lookups/recalls", permission=Permission.LOOKUP_ASK, asks_reason=True, response=ConcerningPage
)
def list_concerning(request: HttpRequest, query: Query[ConcerningQuery]) -> Any:
    """List the recalls of entries that came to programs of your organisation. A person acknowledges them. Recorded."""
    page = queries.of_programs(
        viewer_of(request), {"after": OfProgram(query.after)}, query.state or "", told(request), query.limit
    )
    return {"items": [_said(one) for one in page.rows], "next": page.next or None}


def _said(effect: RecallEffect) -> dict[str, Any]:
    recall = effect.recall
    return {
        "number": effect.pk,
        "list": recall.list.name,
        "entry": recall.ident,
        "why": recall.why,
        "words": recall.words,
        "at": recall.at,
        "ended_at": recall.ended_at,
        "kind": effect.kind,
        "matches": effect.matches,
        "lifted": effect.lifted,
        "kept": effect.kept,
        "open": effect.accounts.open,
        "state": effect.state,
        "acknowledged_at": effect.acknowledged_at,
        "done": effect.words,
    }
