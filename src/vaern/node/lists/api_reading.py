"""What a curator's program reads of a list of its own organisation: where it stands, and what is said of its entries.

Nothing here changes a list; what is done to one, a person decides on its pages.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated, Any, Literal
from uuid import UUID

from django.http import HttpRequest  # noqa: TC002 - resolved by django-ninja
from ninja import Field, Path, Query, Schema
from pydantic import StringConstraints

from vaern.node.casework.reasons import told
from vaern.node.lists.api import Name, Strict, found_intake, found_list
from vaern.node.lists.base.freshness import freshness_by
from vaern.node.lists.curation import queries as curation
from vaern.node.lists.feedback import queries as feedback
from vaern.node.lists.figures import queries as figures
from vaern.node.lists.intake import queries as intakes
from vaern.node.lists.recalls import queries as recalls
from vaern.node.lists.sources.queries import source_of
from vaern.node.organisations.routers import GuardedRouter
from vaern.node.organisations.rules import Permission
from vaern.node.organisations.viewers import viewer_of
from vaern.node.web.paging import OfProgram
from vaern.node.web.problems import Problem

if TYPE_CHECKING:
    from vaern.matching import Freshness
    from vaern.node.lists.models import EntryFeedback, EntryRecall, ListSource, RecallEffect

router = GuardedRouter(tags=["hash lists"])

Next = Annotated[str | None, Field(description="For `after`; null at the end.")]


class PageOfListQuery(Strict):
    """Which page."""

    after: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]*$", max_length=2_000)] = ""
    limit: int = Field(50, ge=1, le=500)

    @property
    def given(self) -> dict[str, Any]:
        """What a query pages by."""
        return {"after": OfProgram(self.after)}


class SourceOut(Schema):
    """From where a list is fetched, and how far that is; nobody reads its key."""

    kind: str
    address: str
    outcome: str = Field(description="Of the last attempt.")
    why: str = Field(description="What went wrong, in the client's words.")
    failures: int = Field(description="How often it failed one after another.")
    asked_at: datetime | None
    fetched_at: datetime | None
    next_at: datetime | None = Field(description="Null while it waits for a person.")


class AgeOut(Schema):
    """How old a list is, and until when it may be used: by its publisher's policy, or the days that its keeper set."""

    checked_at: datetime = Field(description="When it was last compared whole with its source.")
    warned_at: datetime | None = Field(
        description="From when on whoever is compared with it is warned; null for never."
    )
    stops_at: datetime | None = Field(description="From when on nothing is compared with it; null for never.")


class ListState(Schema):
    """Where a list stands."""

    name: str
    title: str
    change: int = Field(description="Number of the last change of an entry.")
    published: int = Field(description="Up to which change the list on disk is, by which everything is matched.")
    live: int
    disputed: int
    quarantined: int
    recalled: int
    source: SourceOut | None = Field(description="Null where it is not fetched.")
    age: AgeOut | None = Field(description="Null where it was never fetched whole, or is kept by hand.")


class FaultOut(Schema):
    """Something in a file that could not be used, and where."""

    line: int
    reason: str
    junk: bool = Field(description="A signal that would match at random, as against a row that cannot be read.")


class FaultPage(Schema):
    """Faults of an intake in the order of their places; the first ten thousand. Its page has all as a file."""

    items: list[FaultOut]
    next: Next


class RecallOut(Schema):
    """That an entry was withdrawn, and how far it is with those whom it concerns."""

    id: UUID
    entry: str
    why: str
    by_source: bool = Field(description="The list's source withdrew it; else a person did.")
    at: datetime
    published_at: datetime | None = Field(description="Since when nothing here matches it; null until then.")
    traced_at: datetime | None = Field(description="Since when all that rested on it is known; null until then.")
    ended_at: datetime | None = Field(description="Since when it is taken back; null while it stands.")
    concerned: int = Field(description="Things that rested on it.")
    waiting: int = Field(description="Those of them that nobody has acknowledged.")


class RecallsPage(Schema):
    """Recalls of entries of a list, the latest first."""

    items: list[RecallOut]
    next: Next


class EffectOut(Schema):
    """Something that rested on a recalled entry: whose it is and how far it is with it, and no more of others'."""

    organisation: str
    kind: str
    matches: int = Field(description="Of `account`: measures against accounts that rested on it.")
    lifted: int = Field(description="Of `account`: how many of these were lifted.")
    kept: int = Field(description="Of `account`: how many stand on another ground.")
    open: int = Field(description="Of `account`: how many still stand on the entry alone.")
    state: str
    acknowledged_at: datetime | None
    words: str = Field(description="What they say that they did.")


class RecallEffects(Schema):
    """All that rested on a recalled entry."""

    id: UUID
    entry: str
    items: list[EffectOut]


class FeedbackOut(Schema):
    """What an organisation says of an entry."""

    number: int
    at: datetime
    organisation: str
    entry: str
    kind: str = Field(description='Of the signal; "" where none was named.')
    value: str = Field(description="The signal, in hexadecimal.")
    opinion: str
    claim: str = Field(description='What a person says is wrong; "" of a program.')
    classification: str
    words: str
    outcome: str = Field(description='"" while it waits for an answer, or needs none.')
    answer: str
    answered_at: datetime | None


class FeedbackPage(Schema):
    """Feedback on entries of a list, the latest first."""

    items: list[FeedbackOut]
    next: Next


class FeedbackQuery(PageOfListQuery):
    """Which feedback."""

    state: Literal["open", "answered"] | None = None


class FiguresOut(Schema):
    """How often a list was wrong in a month."""

    month: date = Field(description="Its first day.")
    entries: int = Field(description="How many entries had a hit.")
    hits: int
    false: int
    rate: float
    lower: float = Field(description="Of the interval of 95 per cent (Wilson).")
    upper: float


class FiguresPage(Schema):
    """The months of a list that are counted for good and had a hit, the latest first."""

    items: list[FiguresOut]


def _reads(path: str, response: Any) -> Any:
    return router.operation("GET", path, permission=Permission.HASHLIST_WORK, asks_reason=True, response=response)


@_reads("/hash-lists/{name}", ListState)
def read_list(request: HttpRequest, name: Path[Name]) -> Any:
    """Read where a list of your organisation stands: its entries by state, the list on disk, its source. Recorded."""
    found = curation.state(viewer_of(request), found_list(name), told(request))
    counts = {
        each: getattr(found, each)
        for each in ("name", "title", "change", "published", "live", "disputed", "quarantined", "recalled")
    }
    source = source_of(found)
    return {**counts, "source": _source(source), "age": _age(freshness_by(found, source))}


def _source(source: ListSource | None) -> dict[str, Any] | None:
    return None if source is None else {name: getattr(source, name) for name in SourceOut.model_fields}


def _age(fresh: Freshness | None) -> dict[str, Any] | None:
    if fresh is None:
        return None
    return {"checked_at": fresh.checked_at, "warned_at": fresh.alarm_at or None, "stops_at": fresh.stop_at or None}


@_reads("/hash-lists/{name}/intakes/{uuid:id}/faults", FaultPage)
def list_faults(request: HttpRequest, name: Path[Name], id: Path[UUID], query: Query[PageOfListQuery]) -> Any:
    """List what of a file could not be used, with its places. Recorded."""
    found = found_intake(name, id)
    page = intakes.faults(viewer_of(request), found, told(request), query.given, query.limit)
    return {"items": [_of(FaultOut, one) for one in page.rows], "next": page.next or None}


@_reads("/hash-lists/{name}/recalls", RecallsPage)
def list_recalls(request: HttpRequest, name: Path[Name], query: Query[PageOfListQuery]) -> Any:
    """List the recalls of entries of a list of your organisation. Recorded."""
    found = found_list(name)
    page = recalls.recalls(viewer_of(request), query.given, found, told(request), query.limit)
    return {"items": [_recall(one) for one in page.rows], "next": page.next or None}


def _recall(recall: EntryRecall) -> dict[str, Any]:
    names = RecallOut.model_fields.keys() - {"entry"}
    return {"entry": recall.ident, **{name: getattr(recall, name) for name in names}}


@_reads("/hash-lists/{name}/recalls/{uuid:id}", RecallEffects)
def read_recall(request: HttpRequest, name: Path[Name], id: Path[UUID]) -> Any:
    """Read what rested on a recalled entry, whom it concerns, and who has acknowledged. Recorded."""
    own, found = found_list(name), recalls.find(id)
    if found is None or found.list_id != own.pk:
        raise Problem("not-found", "There is no such recall of an entry of this list.")
    page = recalls.opened(viewer_of(request), found, told(request))
    return {"id": found.pk, "entry": found.ident, "items": [_effect(one) for one in page.effects]}


def _effect(effect: RecallEffect) -> dict[str, Any]:
    made = {"organisation": effect.organisation.name, "open": effect.accounts.open}
    return {**{name: getattr(effect, name) for name in EffectOut.model_fields.keys() - made.keys()}, **made}


@_reads("/hash-lists/{name}/feedback", FeedbackPage)
def list_feedback(request: HttpRequest, name: Path[Name], query: Query[FeedbackQuery]) -> Any:
    """List what others say of entries of a list of your organisation. A person answers, on its page. Recorded."""
    search = feedback.FeedbackSearch(found_list(name).name, query.state or "")
    page = feedback.feedback(viewer_of(request), search, query.given, told(request), query.limit).page
    return {"items": [_feedback(one) for one in page.rows], "next": page.next or None}


def _feedback(given: EntryFeedback) -> dict[str, Any]:
    made = {"number": given.pk, "organisation": given.organisation.name, "value": bytes(given.value).hex()}
    return {**{name: getattr(given, name) for name in FeedbackOut.model_fields.keys() - made.keys()}, **made}


@_reads("/hash-lists/{name}/figures", FiguresPage)
def list_figures(request: HttpRequest, name: Path[Name]) -> Any:
    """List how often a list of your organisation was wrong, by month, published or not. Recorded."""
    months = figures.opened(viewer_of(request), found_list(name), told(request))
    items = []
    for one in months:
        counted = {"month": one.month, "entries": one.entries, "hits": one.hits, "false": one.false}
        items += [{**counted, **one.rate._asdict()}] if one.rate else []
    return {"items": items}


def _of(shape: type[Schema], row: object) -> dict[str, Any]:
    return {name: getattr(row, name) for name in shape.model_fields}
