"""What was concluded of a report, for other rooms; and what the assess page shows, as far as its viewer may see it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import transaction

from vaern.node.base.refusals import Refusal
from vaern.node.base.sealing import Unsealable
from vaern.node.ledger.record import record
from vaern.node.reports import sparing
from vaern.node.reports.assessment import acts, grounds, legal, schemes
from vaern.node.reports.assessment.actions import may_assess, round_of, standing
from vaern.node.reports.assessment.resting import Earlier, can_rest, earlier, listed
from vaern.node.reports.assessment.rules import PLACES, Basis, Place
from vaern.node.reports.desk.actions import desk_of, renew
from vaern.node.reports.exposure.queries import may_show
from vaern.node.reports.intake.addresses import defanged
from vaern.node.reports.intake.reading import item_of
from vaern.node.reports.models import Assessment, Item, LegalReview
from vaern.node.reports.rules import State

if TYPE_CHECKING:
    from datetime import datetime

    from vaern.node.ledger.rules import Reason
    from vaern.node.organisations.viewers import Viewer
    from vaern.node.reports.assessment.grounds import GroundMissing
    from vaern.node.reports.assessment.resting import Listed
    from vaern.node.reports.exposure.rules import Shield
    from vaern.node.reports.models import Report, Scheme

MOST = 200
"""Items that one page asks about; the rest follows when these are assessed."""


@dataclass(frozen=True)
class Conclusion:
    """What the people of a desk concluded: of the report's last completed round, by the view that decided it.

    Attributes:
        actionable: the legal conclusion: an offence here.
        baseline: any item is; None where nobody could tell.
        scheme, version, values: the national classes that were given, the first the first's; "" and () without one.
        at: when.
        views: how many people took a view.
        bases: on what it rests, each once: the basis, and the lists or reports that it followed (`models.Assessment`).
    """

    actionable: bool
    baseline: bool | None
    scheme: str
    version: str
    values: tuple[str, ...]
    at: datetime
    views: int
    bases: list[tuple[Basis, list[dict[str, Any]]]]


def conclusion(report: Report) -> Conclusion | None:
    """Return what was concluded of a report; None while nobody did. For rooms that act on it: it shows no person."""
    if report.actionable is None or State(report.state) in PLACES:
        return None
    last = standing(report).filter(final=True).order_by("-id").first()
    if last is None:
        return None
    rows = list(
        standing(report)
        .filter(round=last.round, place=last.place, person=last.person)
        .select_related("scheme")
        .order_by("id")
    )
    baselines = {row.baseline for row in rows}
    scheme = next((row.scheme for row in reversed(rows) if row.scheme), None)
    return Conclusion(
        actionable=report.actionable,
        baseline=True if True in baselines else False if False in baselines else None,
        scheme=scheme.code if scheme else "",
        version=scheme.version if scheme else "",
        values=tuple(dict.fromkeys(row.value for row in rows if row.value)),
        at=last.at,
        views=standing(report).filter(round=last.round, final=True).count(),
        bases=[*{repr((row.basis, row.rests_on)): (Basis(row.basis), row.rests_on) for row in rows}.values()],
    )


@dataclass(frozen=True)
class Line:
    """One item, as the assess page shows it.

    Attributes:
        address: defanged; "" where there is none, or where nobody has to see it.
        spared: it is known or was seen before: nobody needs to look.
        near: it is only near to something known or seen: a person says first whether it is the same.
        said: what a list says of it, and what was concluded of it before.
        host: a number that items of the same host share; 0 without one.
    """

    item: Item
    address: str
    spared: bool
    host: int
    near: bool = False
    said: tuple[Listed | Earlier, ...] = ()


@dataclass(frozen=True)
class Sheet:
    """What the assess page shows.

    Attributes:
        place: which view the viewer takes now; None where they take none, and then `refused` says why.
        lines: items that they have not assessed yet in this round.
        more: how many follow these.
        done: how many they have assessed.
        shield: whether something unknown may be put before them.
        missing: why the law stops it.
        review: the legal review that it waits for.
        pictured: something in the report can be looked at, so that the baseline can be asked: a file, or a web address.
        can_rest: on what a conclusion can rest without looking.
        before: what others concluded, for whoever settles a dispute: place and rows. Empty for a second view.
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
    """Return what somebody needs to assess a report of their own organisation; recorded as a consultation."""
    renew(viewer, report)
    record(acts.CONSULTED, report.subject, viewer.actor, reason)
    shield = may_show(viewer)
    place, refused = _place(viewer, report)
    items = list(Item.of(report=report).select_related("seen_in").order_by("number"))
    done = _done(viewer, report) if place else set()
    left = [item for item in items if item.pk not in done]
    hosts: dict[bytes, int] = {}
    drawn = earlier(left[:MOST])
    lines = [_line(item, hosts, drawn, show=shield.allowed and place is not None) for item in left[:MOST]]
    return Sheet(
        report=report,
        place=place,
        refused=refused,
        lines=lines,
        more=max(len(left) - MOST, 0),
        done=len(items) - len(left),
        shield=shield,
        missing=legal.stops(report, "report") if place else None,
        review=legal.waiting(report),
        scheme=schemes.of_desk(desk_of(viewer.organisation)),
        pictured=any(is_pictured(item) for item in items),
        can_rest=can_rest(left[:MOST]),
        before=before(report) if place is Place.THIRD else [],
    )


@dataclass(frozen=True)
class Law:
    """What the law says of a report today.

    Attributes:
        review: the legal review that it waits for.
        stopped: actions that a ground is missing for, each with why.
        past: what was decided before, the latest first.
    """

    report: Report
    review: LegalReview | None
    stopped: list[tuple[str, GroundMissing]]
    past: list[LegalReview]


@transaction.atomic
def law(viewer: Viewer, report: Report, reason: Reason) -> Law:
    """Return what the law says of a report of one's own organisation; recorded as a consultation."""
    record(acts.LAW_CONSULTED, report.subject, viewer.actor, reason)
    asked = ("detect", *grounds.actions_of(report.organisation))  # to detect was the act of whoever sent it
    stopped = {str(found): (action, found) for action in asked if (found := legal.stops(report, action)) is not None}
    past = LegalReview.of(report=report).filter(cleared__isnull=False).order_by("-id")
    return Law(report, legal.waiting(report), list(stopped.values()), list(past))


def before(report: Report) -> list[tuple[Place, list[Assessment]]]:
    """Return what the first and the second concluded in the round that is disputed."""
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
    """Whether there is something to look at: a file, or a page on the web. A chat's account is none."""
    return bool(item.url_key or item.mime or item.size or item.md5 or item.sha1 or item.sha256)


def _line(item: Item, hosts: dict[bytes, int], drawn: dict[int, Earlier], *, show: bool) -> Line:
    spared = sparing.is_spared(item)
    host = hosts.setdefault(bytes(item.host_key), len(hosts) + 1) if item.host_key else 0
    address = ""
    if show and not spared:
        try:
            content = item_of(item)
        except Unsealable:
            content = None
        where = (content.location or (content.file.location if content.file else None)) if content else None
        address = defanged(where.url) if where and where.url else ""
    said = tuple(one for one in (listed(item), drawn.get(item.pk)) if one is not None)
    return Line(item, address, spared, host, sparing.waits(item), said)
