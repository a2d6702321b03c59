"""What was concluded about a report, and the contents of the assess page as far as its viewer may see them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction

from vaern.node.base.refusals import Refusal
from vaern.node.base.sealing import Unsealable
from vaern.node.casework.standing import fell, told
from vaern.node.ledger.record import record
from vaern.node.reports.assessment import acts, from_station
from vaern.node.reports.assessment.actions import may_assess, round_of
from vaern.node.reports.base import known
from vaern.node.reports.base.addresses import defanged
from vaern.node.reports.base.claims import renew
from vaern.node.reports.base.conclusions import standing
from vaern.node.reports.base.content import item_of
from vaern.node.reports.base.desks import desk_of
from vaern.node.reports.base.matches import further
from vaern.node.reports.base.precedents import Earlier, also_listed, can_rest, earlier, listed
from vaern.node.reports.exposure.queries import may_show
from vaern.node.reports.law import acts as law_acts
from vaern.node.reports.law import grounds, reviews, schemes
from vaern.node.reports.models import Assessment, Item, LegalReview
from vaern.node.reports.rules.assessments import PLACES, Basis, Place
from vaern.node.reports.rules.states import State

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vaern.node.casework.standing import Fell
    from vaern.node.ledger.rules import Reason
    from vaern.node.organisations.viewers import Viewer
    from vaern.node.reports.base.precedents import Listed
    from vaern.node.reports.law.grounds import GroundMissing
    from vaern.node.reports.models import ItemMatch, Report, Scheme
    from vaern.node.reports.rules.exposure import Shield


MOST = 200
"""Items that one page asks about; the rest follows when these are assessed."""


@dataclass(frozen=True)
class Line:
    """One item, as the assess page shows it.

    Attributes:
        address: defanged; "" where there is none, or where nobody has to see it.
        spared: it is known or was seen before: nobody needs to look.
        near: it is only near to something known or seen: a person says first whether it is the same.
        said: what lists say of it, the nearest first, and what was concluded of it before.
        host: a number that items of the same host share; 0 without one.
    """

    item: Item
    address: str
    spared: bool
    host: int
    near: bool = False
    said: tuple[Listed | Earlier, ...] = ()

    @property
    def known(self) -> bool:
        """Whether it is on a list, by a hit that can be relied on."""
        return known.is_known(self.item)

    @property
    def fallen(self) -> Fell | str:
        """What is said where that hit does not stand."""
        return fell(self.item.known_fallen, self.item.known_fallen_at, self.item.why_fallen)


@dataclass(frozen=True)
class Sheet:
    """The contents of the assess page.

    Attributes:
        place: which view the viewer takes now; None if they take none, and `refused` says why.
        lines: items that they have not assessed yet in this round.
        more: how many follow these.
        done: how many they have assessed.
        shield: whether something unknown may be put before them.
        missing: the missing legal ground that stops it, if any.
        review: the legal review that it waits for.
        pictured: something in the report can be looked at, so that the baseline can be asked: a file, or a web address.
        can_rest: on what a conclusion can rest without looking.
        before: what the others concluded, place and rows, for the person who settles a dispute. Empty for a second
            view.
    """

    report: Report
    place: Place | None
    refused: str
    lines: list[Line]
    more: int
    done: int
    shield: Shield
    missing: GroundMissing | None
    review: LegalReview | None
    scheme: Scheme | None
    pictured: bool
    can_rest: frozenset[Basis]
    before: list[tuple[Place, list[Assessment]]]


@transaction.atomic
def sheet(viewer: Viewer, report: Report, reason: Reason) -> Sheet:
    """Return what a person needs to assess a report of their own organisation; recorded as a consultation."""
    renew(viewer, report)
    record(acts.CONSULTED, report.subject, viewer.actor, reason)
    return read(viewer, report)


def read(viewer: Viewer, report: Report) -> Sheet:
    """Return what a person needs to assess a report; whoever calls records that it is read."""
    shield = may_show(viewer)
    place, refused = _place(viewer, report)
    items = list(Item.of(report=report).select_related("seen_in").order_by("number"))
    done = _done(viewer, report) if place else set()
    left = [item for item in items if item.pk not in done]
    hosts: dict[bytes, int] = {}
    drawn = earlier(left[:MOST])
    told(left[:MOST])
    beside, show = further(left[:MOST]), shield.allowed and place is not None
    lines = [_line(item, hosts, drawn, beside.get(item.pk, ()), show=show) for item in left[:MOST]]
    return Sheet(
        report=report,
        place=place,
        refused=refused,
        lines=lines,
        more=max(len(left) - MOST, 0),
        done=len(items) - len(left),
        shield=shield,
        missing=reviews.stops(report, "report") if place else None,
        review=reviews.waiting(report),
        scheme=schemes.of_desk(desk_of(viewer.organisation)),
        pictured=any(is_pictured(item) for item in items),
        can_rest=can_rest(left[:MOST]),
        before=before(report) if place is Place.THIRD else [],
    )


@transaction.atomic
def station_sheet(viewer: Viewer, report: Report, reason: Reason) -> from_station.Sheet:
    """Return what stations answered about a report of the viewer's own organisation; recorded as a consultation."""
    renew(viewer, report)
    record(acts.CONSULTED, report.subject, viewer.actor, reason)
    return from_station.sheet(viewer, report)


@dataclass(frozen=True)
class Law:
    """Whether the law stops a report today.

    Attributes:
        review: the legal review that it waits for.
        stopped: actions without a ground in force, each with the explanation.
        past: earlier decisions, the latest first.
    """

    report: Report
    review: LegalReview | None
    stopped: list[tuple[str, GroundMissing]]
    past: list[LegalReview]


@transaction.atomic
def law(viewer: Viewer, report: Report, reason: Reason) -> Law:
    """Return whether the law stops a report of the viewer's own organisation; recorded as a consultation."""
    record(law_acts.LAW_CONSULTED, report.subject, viewer.actor, reason)
    asked = ("detect", *grounds.actions_of(report.organisation))  # to detect was the act of whoever sent it
    stopped = {str(found): (action, found) for action in asked if (found := reviews.stops(report, action)) is not None}
    past = LegalReview.of(report=report).filter(cleared__isnull=False).order_by("-id")
    return Law(report, reviews.waiting(report), list(stopped.values()), list(past))


def views(report: Report) -> list[Assessment]:
    """Return every view of a report, including those of earlier rounds and those that were retracted.

    None while a view is still to be taken, because it has to be independent.
    """
    if State(report.state) in PLACES:
        return []
    return list(Assessment.of(report=report).select_related("item", "scheme").order_by("id"))


def before(report: Report) -> list[tuple[Place, list[Assessment]]]:
    """Return what the first and the second person concluded in the disputed round."""
    number, found = round_of(report), []
    for place in (Place.FIRST, Place.SECOND):
        rows = standing(report).filter(round=number, place=place.value)
        by = rows.filter(final=True).values("person")
        found.append((place, list(rows.filter(person__in=by).select_related("item", "scheme").order_by("id"))))
    return found


def _place(viewer: Viewer, report: Report) -> tuple[Place | None, str]:
    if viewer.person is None:
        return None, ""
    try:
        return may_assess(viewer.person, report)[0], ""
    except Refusal as error:
        return None, str(error)


def _done(viewer: Viewer, report: Report) -> set[int]:
    """Return the items of which the viewer has a view in the round that is open."""
    place = PLACES[State(report.state)]
    rows = standing(report).filter(round=round_of(report), place=place.value, person=viewer.person, item__isnull=False)
    return set(rows.values_list("item", flat=True))


def is_pictured(item: Item) -> bool:
    """Whether there is something to look at: a file or a web page, not a chat account alone."""
    return bool(item.url_key or item.mime or item.size or item.md5 or item.sha1 or item.sha256)


def _line(
    item: Item, hosts: dict[bytes, int], drawn: dict[int, Earlier], beside: Sequence[ItemMatch], *, show: bool
) -> Line:
    spared = known.is_spared(item)
    host = hosts.setdefault(bytes(item.host_key), len(hosts) + 1) if item.host_key else 0
    address = ""
    if show and not spared:
        try:
            content = item_of(item)
        except Unsealable:
            content = None
        where = (content.location or (content.file.location if content.file else None)) if content else None
        address = defanged(where.url) if where and where.url else ""
    nearest = listed(item)
    on_lists = [] if nearest is None else [nearest, *also_listed(nearest, beside)]
    before = [drawn[item.pk]] if item.pk in drawn else []
    return Line(item, address, spared, host, known.waits(item), (*on_lists, *before))
