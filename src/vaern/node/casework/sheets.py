"""The page of a record: lookup or 404, the reason, one recorded look, and the parts that rooms contribute.

    @requires(Permission.SCAN_VIEW)
    def scan(request, id):
        found = found_or_404(Scan, id)
        return record_page(request, found, "scans/scan.html", read=queries.sheet, show=sheet_context)

    register_part(Report.KIND, 40, takedown.presenters.sheet_part)      # in a room's `register()`

Reading the record, its ledger entry and the parts of all rooms share one transaction.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar, cast

from django.db import transaction
from django.shortcuts import render
from django.template.loader import render_to_string

from vaern.node.base.rows import one_or_none
from vaern.node.casework.history import history
from vaern.node.casework.models import Casework
from vaern.node.casework.reasons import change_url, reason_for
from vaern.node.casework.releases.presenters import sight_facts
from vaern.node.casework.releases.queries import given_sight
from vaern.node.ledger.models import Entry
from vaern.node.ledger.record import record as record_entry
from vaern.node.ledger.rules import Verb
from vaern.node.organisations.viewers import viewer_of
from vaern.node.web.lookups import or_404
from vaern.node.web.reasons import why_label
from vaern.node.web.records import TABS, Tab

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse

    from vaern.node.casework.models import Release
    from vaern.node.ledger.rules import Act, Reason
    from vaern.node.organisations.viewers import Viewer
    from vaern.node.web.records import Offer

Record = TypeVar("Record", bound=Casework)
Opened = TypeVar("Opened")
Read = TypeVar("Read")

MOST_HISTORY = 50
"""Entries of the ledger that a page shows; oversight has them all."""


# The record ----------------------------------------------------------------------------------------------------------


def find(model: type[Record], id: UUID) -> Record | None:
    """Return a record that the viewer in scope may see, own or released, without recording a look."""
    return one_or_none(model.objects.filter(pk=id).select_related(*model.READ_WITH))


def find_own(model: type[Record], id: UUID) -> Record | None:
    """Return a record of the viewer's own organisation, without recording a look."""
    return one_or_none(model.own.filter(pk=id).select_related(*model.READ_WITH))


def found_or_404(model: type[Record], id: UUID) -> Record:
    """Return a record that the viewer in scope may see: its own, or released to it.

    Raises:
        Http404: it does not exist, or the viewer may not know of it; indistinguishable on purpose.
    """
    return or_404(find(model, id))


def own_or_404(model: type[Record], id: UUID) -> Record:
    """Return a record of the viewer's own organisation, for actions reserved to its owner.

    Raises:
        Http404: it belongs to another organisation or does not exist; indistinguishable on purpose.
    """
    return or_404(find_own(model, id))


# The look ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Look(Generic[Record]):
    """One recorded look at a record.

    Attributes:
        own: whether it belongs to the viewer's organisation.
        sight: the release through which the viewer sees it; None for its own.
        history: what was done to it, latest first; for its owner only.
    """

    record: Record
    own: bool
    sight: Release | None
    history: list[Entry]

    def context(self, title: str = "") -> dict[str, Any]:
        """Return the template context common to all records: the release through which it is seen, or its history.

        Args:
            title: of the history; the one of all records if left out.
        """
        return {
            "own": self.own,
            "sight": sight_facts(self.sight) if self.sight else None,
            "history": history(self.record, str(self.record), self.history, title) if self.own else None,
        }


@dataclass(frozen=True)
class Sheet(Generic[Record]):
    """What a record's page shows besides its parts; each kind of record extends it."""

    look: Look[Record]

    @property
    def record(self) -> Record:
        """The record that is looked at."""
        return self.look.record

    @property
    def own(self) -> bool:
        """Whether it belongs to the viewer's organisation."""
        return self.look.own

    @property
    def sight(self) -> Release | None:
        """The release by which the viewer sees it, if it does not."""
        return self.look.sight

    @property
    def history(self) -> list[Entry]:
        """What was done to it, the latest first; for its owner only."""
        return self.look.history


def look(
    viewer: Viewer,
    record: Record,
    reason: Reason,
    act: Act,
    *,
    absorbed: Sequence[Record] = (),
    most: int = MOST_HISTORY,
) -> Look[Record]:
    """Record that a viewer opens a record, and return what its page needs; runs in the caller's transaction.

    Args:
        viewer: who looks.
        record: at what.
        reason: why.
        act: the ledger's act for the consultation.
        absorbed: merged records whose history is shown too.
        most: maximum number of history entries, for the owner.
    """
    record_entry(act, record.subject, viewer.actor, reason)
    if record.organisation_id == viewer.organisation.id:
        return Look(record, own=True, sight=None, history=history_of(record, *absorbed, most=most))
    return Look(record, own=False, sight=given_sight(viewer, record), history=[])


def history_of(*records: Casework, most: int = MOST_HISTORY) -> list[Entry]:
    """Return what was done to records of one kind, the latest first.

    Consultations are left out: oversight and each reader see those, not the record's page.
    """
    found = Entry.objects.filter(kind=records[0].KIND, subject__in=[one.pk for one in records])
    return list(found.exclude(verb=Verb.CONSULTATION.value).order_by("-id")[:most])


# The parts -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class SheetPart:
    """A part of a record's page.

    Attributes:
        title: its heading.
        template, context: what it shows.
        id, tab: its anchor in the page, if it has one, and the tab that it is in; given where the part is registered.
        count: how many things are in it, said where the page folds its parts.
        open: whether it is open at first there.
    """

    title: object
    template: str
    context: Mapping[str, Any]
    id: str = ""
    tab: Tab = Tab.WORK
    count: int | None = None
    open: bool = False


class PartOf(Protocol):
    """A room's provider of its part of a record's page; None if it has nothing to show this viewer."""

    def __call__(self, viewer: Viewer, record: Any, reason: Reason, /) -> SheetPart | None:
        """Return the part; for another organisation's record only what was released to the viewer."""


@dataclass(frozen=True)
class Place:
    """The place of a part in the page of a kind of record, lowest order first."""

    order: int
    part: PartOf
    id: str = ""
    tab: Tab = Tab.WORK


_PLACES: dict[str, list[Place]] = {}


def register_part(kind: str, order: int, part: PartOf, id: str = "", tab: Tab = Tab.WORK) -> None:
    """Add a part to the page of a kind of record.

    Args:
        kind: the model's `KIND`.
        order: lowest first; ties in order of registration.
        part: provider, called with viewer, record and reason.
        id: anchor of the part.
        tab: the tab of the page that it is in.
    """
    places = _PLACES.setdefault(kind, [])
    if all(place.part != part for place in places):
        places.append(Place(order, part, id, tab))
        places.sort(key=lambda place: place.order)


def places_of(kind: str) -> list[Place]:
    """Return the places of the parts for a kind of record, in order."""
    return list(_PLACES.get(kind, ()))


def parts_for(viewer: Viewer, record: Casework, reason: Reason) -> list[SheetPart]:
    """Return the parts of a record's page for this viewer, in order."""
    found = [(place, place.part(viewer, record, reason)) for place in places_of(record.KIND)]
    return [replace(part, id=place.id, tab=place.tab) for place, part in found if part is not None]


# What can be done ----------------------------------------------------------------------------------------------------


class OffersOf(Protocol):
    """A room's provider of what can be done to a record, by this viewer and now."""

    def __call__(self, viewer: Viewer, record: Any, /) -> Iterable[Offer]:
        """Return the offers; none for another organisation's record, unless its recipient may do something."""


_OFFERS: dict[str, list[tuple[int, OffersOf]]] = {}


def register_offers(kind: str, order: int, offers: OffersOf) -> None:
    """Add what a room offers in the head of a kind of record.

    Args:
        kind: the model's `KIND`.
        order: lowest first: of what the state asks for, the first is put forward.
        offers: provider, called with viewer and record.
    """
    known = _OFFERS.setdefault(kind, [])
    if all(provider != offers for _order, provider in known):
        known.append((order, offers))
        known.sort(key=lambda one: one[0])


def offers_for(viewer: Viewer, record: Casework) -> list[Offer]:
    """Return what rooms offer this viewer to do to a record, in order."""
    return [offer for _order, provider in _OFFERS.get(record.KIND, ()) for offer in provider(viewer, record)]


# The page ------------------------------------------------------------------------------------------------------------


def record_page(
    request: HttpRequest,
    found: Opened,
    template: str,
    *,
    read: Callable[[Viewer, Opened, Reason], Read],
    show: Callable[[Viewer, Read], Mapping[str, Any]],
    looked: Callable[[Viewer, Opened], object] | None = None,
    of: Casework | None = None,
) -> HttpResponse:
    """Answer with a record's page; asks for the reason once per session.

    Args:
        request: of the page.
        found: what the page is about.
        template: gets what `show` returns, `reason` in words, and `parts`: pairs of a `SheetPart` and its HTML. One
            that extends `web/record.html` gets `tabs` too, all of them unless `show` returns some; `first_tab` of
            `show` is the one that is shown at first, and with `folds` its parts are folded, each with its count.
        read: reads what the page shows, and records that.
        show: from what was read to what the template shows.
        looked: what a look does beside being recorded: it keeps a claim alive.
        of: the record whose reason is asked for, where the page is about something that hangs on it, or a further page
            of it; such a page has no parts. Without it the page is the record's own.
    """
    about = cast("Casework", found) if of is None else of
    viewer, reason = viewer_of(request), reason_for(request, about)
    with transaction.atomic():
        sheet = read(viewer, found, reason)
        if looked is not None:
            looked(viewer, found)
        shown = show(viewer, sheet)
        parts = [] if of else parts_for(viewer, about, reason)
        drawn = [(part, render_to_string(part.template, dict(part.context), request)) for part in parts]
        head = shown.get("head")
        if head and not of:
            head = replace(head, offers=[*head.offers, *offers_for(viewer, about)])
    context = {
        "reason": why_label(reason.why),
        "change_reason": change_url(request, about),
        "parts": drawn,
        **shown,
        "head": head,
    }
    if head:  # a further page of a record has tabs of its own, or none
        tabs = (tab for tab in shown.get("tabs", Tab) if tab is not Tab.HISTORY or shown.get("history"))
        context["tabs"] = [(tab, TABS[tab]) for tab in tabs]
    return render(request, template, context)
