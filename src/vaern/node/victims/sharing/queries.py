"""Reads of disseminations, milestones and updates, for parts of pages that record the read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Q

from vaern.node.base.sealing import Unsealable, unseal
from vaern.node.victims.models import Dissemination, Milestone, Openness, Series, Tiding
from vaern.node.victims.models.sharing import SEALED
from vaern.node.victims.rules.series import State
from vaern.node.victims.rules.sharing import Answer, Milestones
from vaern.node.web.items import Rows, first_of
from vaern.node.web.paging import Page, paginate
from vaern.node.web.sorting import Order, words

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from uuid import UUID

    from django.db.models import QuerySet

    from vaern.node.organisations.viewers import Viewer

TOLD = "told-"
"""Before the cursors of what we were told: the page has another list too."""

REFERENCE = frozenset({Milestones.IDENTIFIED.value})
"""Milestones whose words are the number of a file: read by whoever identified the child, and by nobody else."""


@dataclass(frozen=True)
class Reached:
    """A milestone as the viewer reads it: with its words, where they may read them."""

    milestone: Milestone
    words: str


@dataclass(frozen=True)
class Sent:
    """A dissemination with the reason that the desk gave."""

    dissemination: Dissemination
    why: str


def milestones_of(viewer: Viewer, series: Series) -> list[Reached]:
    """Return what was reached in a series, the earliest first; a recipient sees what concerns the child and itself."""
    found = Milestone.of(series=series).select_related("organisation", "said_by")
    own = series.organisation_id == viewer.organisation.id
    if not own:
        others = {Milestones.DECLINED.value, Milestones.GIVEN_BACK.value, Milestones.RECALLED.value}
        found = found.exclude(code__in=sorted(others))
    return [Reached(one, _words(viewer, one)) for one in found.order_by("said_at", "id")]


def _words(viewer: Viewer, milestone: Milestone) -> str:
    if milestone.code in REFERENCE and milestone.organisation_id != viewer.organisation.id:
        return ""
    return _open(milestone.sealed)


def disseminations_of(viewer: Viewer, series: Series) -> list[Sent]:
    """Return the disseminations of a series; a recipient sees only its own."""
    found = Dissemination.of(series=series).select_related("recipient__member", "release", "answered_by")
    if series.organisation_id != viewer.organisation.id:
        found = found.filter(recipient=viewer.organisation)
    return [Sent(one, _open(one.why)) for one in found.order_by("sent_at", "id")]


ORDER = Order(
    "due_at",
    "id",
    series="series__code",
    organisation=words("organisation__name"),
    files="series__members_total",
    sent="sent_at",
    due="due_at",
)


def is_on_its_way(series: Series, own: Dissemination) -> bool:
    """Whether a desk accepted a series of another node, and that node has not taken it in yet."""
    return series.is_copy and own.answer == Answer.ACCEPTED.value and State(series.state) is State.DISSEMINATED


def to_answer(viewer: Viewer, parameters: Mapping[str, Any], size: int = 50) -> Page[Dissemination]:
    """Return a page of disseminations that await the viewer's organisation's answer, the first due first."""
    found = _to_answer(viewer).select_related("series", "organisation__member")
    return paginate(found, ORDER, parameters, size)


def _to_answer(viewer: Viewer) -> QuerySet[Dissemination]:
    received = Dissemination.of(recipient=viewer.organisation)
    return received.filter(answer=Answer.AWAITED.value, release__recalled_at=None)


def find(viewer: Viewer, id: UUID) -> Dissemination | None:
    """Return a dissemination that the viewer's organisation made or received, to act on it."""
    seen = Dissemination.of(series__in=Series.objects.all()).select_related("series", "recipient", "organisation")
    theirs = Q(organisation=viewer.organisation) | Q(recipient=viewer.organisation)
    found: Dissemination | None = seen.filter(theirs, pk=id).first()
    return found


def updates(parameters: Mapping[str, Any], size: int = 50) -> Page[Tiding]:
    """Return a page of what the viewer's organisation was told and nobody there has read, the latest first."""
    return paginate(_unread().select_related("series", "by"), ("-told_at", "id"), parameters, size, named=TOLD)


def _unread() -> QuerySet[Tiding]:
    return Tiding.objects.filter(read_at=None, series__in=Series.objects.all())


@dataclass(frozen=True)
class Waiting:
    """What waits: disseminations to answer, and what we were told and have not read, the latest first.

    Attributes:
        stop, compare: updates after which somebody has to stop, or to compare.
        told: all others, which are news.
    """

    to_answer: Rows[Dissemination]
    stop: Rows[Tiding]
    compare: Rows[Tiding]
    told: Rows[Tiding]


WORK = (Milestones.IDENTIFIED.value, Milestones.PERHAPS_KNOWN.value)


def waiting(viewer: Viewer, since: datetime | None = None) -> Waiting:
    """Return the first of what waits for the viewer's organisation; updates that came from `since` on are news."""
    to_answer = _to_answer(viewer).select_related("series", "organisation__member").order_by("due_at", "id")
    unread = _unread().select_related("series", "by").order_by("-told_at", "id")
    stop, compare = (first_of(unread.filter(code=code)) for code in WORK)
    told = first_of(unread.exclude(code__in=WORK).filter(told_at__gte=since)) if since else Rows()
    return Waiting(first_of(to_answer), stop, compare, told)


def is_named(viewer: Viewer) -> bool:
    """Whether others who ask *known?* are told that it is the viewer's organisation."""
    found = Openness.objects.filter(pk=viewer.organisation.id).first()
    return bool(found and found.named)


def _open(sealed: bytes | memoryview) -> str:
    try:
        return unseal(sealed, SEALED)
    except Unsealable:
        return ""
