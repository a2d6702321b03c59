"""Hash lists by the API: large files in pieces, and what a look-up was answered from.

What a file does to its list, a person decides.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal
from uuid import UUID

from django.http import HttpRequest  # noqa: TC002 - resolved by django-ninja
from ninja import Field, Path, Query, Schema, Status
from pydantic import ConfigDict, StringConstraints

from vaern.node.casework.reasons import told
from vaern.node.external.api import ExternalOut, ExternalQuery, identified
from vaern.node.lists.base.subsets import opened_subset
from vaern.node.lists.curation.queries import named_entries
from vaern.node.lists.intake import actions as intakes
from vaern.node.lists.intake import queries as intake_queries
from vaern.node.lists.lookups import queries as lookups
from vaern.node.lists.models import HashList, ListEntry
from vaern.node.lists.rules.intake import IntakeState
from vaern.node.organisations.routers import GuardedRouter
from vaern.node.organisations.rules import Permission
from vaern.node.organisations.viewers import viewer_of
from vaern.node.web.intake import takes_up_to
from vaern.node.web.problems import Problem

if TYPE_CHECKING:
    from vaern.node.lists.models import ListSubset

router = GuardedRouter(tags=["hash lists"])

PIECE = 16_000_000
"""Bytes of one piece of a file."""

Name = Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]{1,60}$")]
Word = Annotated[
    str, StringConstraints(pattern=r"^[\x20-\x7e\u00a1-\u024f\u0370-\u03ff\u0400-\u04ff]*$", max_length=100)
]


class Strict(Schema):
    """Something that comes in: what is not named here is refused."""

    model_config = ConfigDict(extra="forbid")


class IntakeIn(Strict):
    """A file that is to become entries of a list."""

    size: int = Field(ge=1, le=2**36, description="Bytes of the whole file.")
    whole: bool = Field(False, description="It is all of the list: what it does not name is withdrawn.")
    format: Annotated[str, StringConstraints(pattern=r"^[a-z-]*$", max_length=30)] = Field(
        "", description="How it is read; found out by its content if left out."
    )
    columns: dict[Word, Word] = Field(default_factory=dict, description="Of a table: which column holds what.")


class PieceQuery(Strict):
    """Where a piece belongs."""

    at: int = Field(ge=0, le=2**36, description="The place of its first byte in the file.")


class IntakeOut(Schema):
    """How far an intake is, and what it would do to its list."""

    id: UUID
    state: IntakeState
    size: int
    received: int
    read: int
    added: int
    changed: int
    same: int
    withdrawn: int
    faults: int
    why: str = Field(description="What went wrong, where it failed.")


class ListOut(Schema):
    """A hash list that your organisation has."""

    name: str
    title: str
    holds: str
    purpose: str
    scheme: str
    licence: str
    entries: int
    own: bool
    subset: bool = Field(description="Part of a list: the entries that its recipients may have.")


class Lists(Schema):
    """The hash lists that your organisation has."""

    items: list[ListOut]


class IdentifiedEntry(Schema):
    """An entry with that identifier, and all its external identifiers."""

    name: str = Field(description="Of its list.")
    entry: str = Field(description="Its id on that list.")
    identifiers: list[ExternalOut]


class IdentifiedEntries(Schema):
    """The entries of your own organisation's lists; none where there is none."""

    items: list[IdentifiedEntry]


class Done(Schema):
    """How many bytes of the file there are."""

    received: int
    state: Literal["receiving", "reading", "ready", "taking", "taken", "rejected", "failed"]


@router.operation("GET", "/hash-lists", permission=Permission.LOOKUP_LISTS, asks_reason=True, response=Lists)
def list_hash_lists(request: HttpRequest) -> Any:
    """List the hash lists, and subsets of them, that your organisation keeps, or that were released to it."""
    viewer = viewer_of(request)
    found = lookups.lists(viewer, told(request))
    return {
        "items": [_listed(one, own=one.organisation_id == viewer.organisation.id) for one in found],
    }


def _listed(one: HashList | ListSubset, *, own: bool) -> dict[str, Any]:
    of, part = (one, None) if isinstance(one, HashList) else (one.list, opened_subset(one))
    return {
        "name": one.name,
        "title": one.title,
        "holds": of.holds,
        "purpose": of.purpose,
        "scheme": of.scheme,
        "licence": of.licence,
        "entries": of.matched if of is one else (part.entries if part else 0),
        "own": own,
        "subset": of is not one,
    }


@router.operation(
    "GET",
    "/hash-lists/entries/identified",
    permission=Permission.HASHLIST_WORK,
    asks_reason=True,
    response=IdentifiedEntries,
)
def find_entries(request: HttpRequest, query: Query[ExternalQuery]) -> Any:
    """Find the entries of your own organisation's lists that carry an external identifier. Recorded."""
    found = identified(viewer_of(request), ListEntry.KIND, query, told(request))["items"]
    named = named_entries(one["id"] for one in found)
    return {"items": [{**one, **dict(zip(("name", "entry"), named[one["id"]], strict=True))} for one in found]}


@router.operation(
    "POST",
    "/hash-lists/{name}/intakes",
    permission=Permission.HASHLIST_WORK,
    asks_reason=True,
    response={201: IntakeOut},
)
def begin_intake(request: HttpRequest, name: Path[Name], intake: IntakeIn) -> Any:
    """Begin to send a file for a list of your organisation; its pieces follow, the first first."""
    found = found_list(name)
    made = intakes.begin(
        viewer_of(request),
        told(request),
        found,
        intake.size,
        whole=intake.whole,
        format=intake.format,
        columns=dict(intake.columns),
    )
    return Status(201, made)


@router.operation(
    "PUT",
    "/hash-lists/{name}/intakes/{uuid:id}/pieces",
    permission=Permission.HASHLIST_WORK,
    response=Done,
    openapi_extra={
        "requestBody": {"required": True, "content": {"text/plain": {"schema": {"type": "string", "maxLength": PIECE}}}}
    },
)
@takes_up_to(PIECE)
def send_piece(request: HttpRequest, name: Path[Name], id: Path[UUID], query: Query[PieceQuery]) -> Any:
    """Send a piece of the file. Sent again it changes nothing; after the last one the node reads the file."""
    if request.content_type != "text/plain":
        raise Problem("unsupported-media-type", "Send the piece as text/plain.")
    found = found_intake(name, id)
    received = intakes.add_piece(found, request.body, query.at)
    return {"received": received, "state": found.state}


@router.operation(
    "GET",
    "/hash-lists/{name}/intakes/{uuid:id}",
    permission=Permission.HASHLIST_WORK,
    response=IntakeOut,
)
def read_intake(request: HttpRequest, name: Path[Name], id: Path[UUID]) -> Any:
    """Read how far an intake is, and what it would do to its list. A person decides on it, on its page."""
    return found_intake(name, id)


def found_list(name: str) -> HashList:
    """Return a list of the viewer's organisation.

    Raises:
        Problem: there is none of this name.
    """
    found: HashList | None = lookups.own_list(name)
    if found is None:
        raise Problem("not-found", "Your organisation keeps no list of this name.")
    return found


def found_intake(name: str, id: UUID) -> Any:
    """Return an intake of a list of the viewer's organisation.

    Raises:
        Problem: there is none.
    """
    found = intake_queries.find(found_list(name), id)
    if found is None:
        raise Problem("not-found", "There is no such intake of this list.")
    return found
