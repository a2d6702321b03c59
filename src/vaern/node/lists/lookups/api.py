"""Calls of the look-up service by the API: what the ledger covers of one, and its proof."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal
from uuid import UUID

from django.http import HttpRequest  # noqa: TC002 - resolved by django-ninja
from msgspec import UNSET
from ninja import Field, Path, Schema

from vaern.node.casework.reasons import told
from vaern.node.ledger.proofs import NoProof
from vaern.node.lists.lookups import proving, queries
from vaern.node.organisations.routers import GuardedRouter
from vaern.node.organisations.rules import Permission
from vaern.node.organisations.viewers import viewer_of
from vaern.node.web.problems import Problem
from vaern.proofs.calls import written

if TYPE_CHECKING:
    from vaern.node.lists.lookups.proving import Kept

router = GuardedRouter(tags=["hash lists"])


class ReleaseOut(Schema):
    """Which state of a list was asked."""

    name: str
    release: str
    sequence: int


class CallOut(Schema):
    """A call of the look-up service, as the ledger covers it."""

    call: UUID
    at: datetime
    purpose: str = Field(description="As the program said it; otherwise that of its key, or the kind of its service.")
    reference: str
    protocol: str
    signals: dict[str, int]
    hits: int
    most_distance: int | None = Field(
        description="Hits beyond so many bits were not told; null where that was not kept yet."
    )
    asked: str = Field(description="Digest of the signals and of the lists.")
    answer: str = Field(description="Digest of the hits.")
    index: str = Field(description="Digest of the state of the lists that it was answered from.")
    lists: list[ReleaseOut] | None = Field(description="These lists; null where that is not kept.")
    entry: int | None = Field(description="Number of the entry of the ledger that covers it.")


class EntryProofOut(Schema):
    """The proof of an entry of the ledger."""

    format: Literal["vaern-proof/1"]
    leaf: str
    position: int
    inclusion: list[str]
    checkpoint: str
    key: str


class CallProofOut(Schema):
    """The proof that a call stands in the ledger, as `vaern lookup replay` reads it."""

    format: Literal["vaern-lookup-proof/1"]
    call: str = Field(description="What the ledger covers of it: a line of JSON.")
    position: int = Field(description="Where it stands among the calls that were entered together.")
    calls: int = Field(description="How many these are.")
    inclusion: list[str]
    lists: list[tuple[str, str, int]] = Field(description="Name, release and sequence of each list that was asked.")
    entry: EntryProofOut


@router.operation("GET", "/lookups/{uuid:call}", permission=Permission.LOOKUP_ASK, asks_reason=True, response=CallOut)
def read_lookup(request: HttpRequest, call: Path[UUID]) -> Any:
    """Read what the ledger covers of a call of the look-up service by your organisation."""
    found = _found(request, call)
    leaf = found.leaf
    return {
        "call": call,
        "at": leaf.at,
        "purpose": leaf.purpose,
        "reference": leaf.reference,
        "protocol": leaf.protocol,
        "signals": leaf.signals,
        "hits": leaf.hits,
        "most_distance": None if leaf.most_distance is UNSET else leaf.most_distance,
        "asked": leaf.asked,
        "answer": leaf.answer,
        "index": leaf.index,
        "lists": proving.releases_of(found),
        "entry": found.batch.entry,
    }


@router.operation(
    "GET", "/lookups/{uuid:call}/proof", permission=Permission.LOOKUP_ASK, asks_reason=True, response=CallProofOut
)
def prove_lookup(request: HttpRequest, call: Path[UUID]) -> Any:
    """Read the proof that a call of your organisation stands in the ledger; it is checked without the node."""
    found = _found(request, call)
    try:
        return written(proving.proof_of(found))
    except NoProof as error:
        raise Problem("conflict", "The call has no place in the ledger yet. Ask again in a few seconds.") from error


def _found(request: HttpRequest, call: UUID) -> Kept:
    found = queries.read_call(viewer_of(request), told(request), call)
    if found is None:
        raise Problem("not-found", "No call of your organisation has this id, or it is no longer kept.")
    return found
