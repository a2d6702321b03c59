"""Recalls by the API that concern whose programs ask: what came to these, and what that did to accounts.

A program reads here what is open; that it was dealt with, a person says (ADR 0099).
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any, Literal
from uuid import UUID

from django.http import HttpRequest  # noqa: TC002 - resolved by django-ninja
from ninja import Field, Path, Query, Schema
from pydantic import ConfigDict, StringConstraints

from vaern.node.casework.reasons import told
from vaern.node.lists.recalls import queries
from vaern.node.organisations.routers import GuardedRouter
from vaern.node.organisations.rules import Permission
from vaern.node.organisations.viewers import viewer_of
from vaern.node.web.paging import OfProgram
from vaern.node.web.problems import Problem

if TYPE_CHECKING:
    from vaern.node.lists.models import LookupCall, RecallEffect

router = GuardedRouter(tags=["hash lists"])


Number = Annotated[int, Field(ge=1, lt=1 << 63)]
"""Of what concerns an organisation."""


class PageQuery(Schema):
    """Which page."""

    model_config = ConfigDict(extra="forbid")

    after: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]*$", max_length=2_000)] = ""
    limit: int = Field(50, ge=1, le=500)


class ConcerningQuery(PageQuery):
    """Which page of which recalls."""

    state: Literal["open", "acknowledged"] | None = None


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


class RecalledCallOut(Schema):
    """A look-up of your organisation that had hits on a recalled entry."""

    call: UUID = Field(description="As its answer had it.")
    at: datetime
    purpose: str
    reference: str = Field(description="As the program said it.")
    protocol: str
    acts: list[Literal["none", "log", "queue", "block", "report"]] = Field(
        description="What followed from the entry by your policy of then, for each signal that met it."
    )


class RecalledCallsPage(Schema):
    """Look-ups of your organisation that had hits on a recalled entry, the latest first."""

    items: list[RecalledCallOut]
    next: Annotated[str | None, Field(description="For `after`; null at the end.")]


@router.operation(
    "GET",
    "/lookups/recalls/{int:number}/calls",
    permission=Permission.LOOKUP_ASK,
    asks_reason=True,
    response=RecalledCallsPage,
)
def list_recalled_calls(request: HttpRequest, number: Path[Number], query: Query[PageQuery]) -> Any:
    """List the look-ups of your organisation that had hits on the entry of a recall: what rests on these. Recorded."""
    effect = queries.of_program(number)
    if effect is None:
        raise Problem("not-found", "No recall that came to programs of your organisation has this number.")
    found = queries.calls_of(viewer_of(request), effect, {"after": OfProgram(query.after)}, told(request), query.limit)
    return {"items": [_call(one, found.acts) for one in found.page.rows], "next": found.page.next or None}


def _call(call: LookupCall, acts: dict[UUID, list[str]]) -> dict[str, Any]:
    said = {name: getattr(call, name) for name in ("call", "at", "purpose", "reference", "protocol")}
    return said | {"acts": acts[call.pk]}


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
