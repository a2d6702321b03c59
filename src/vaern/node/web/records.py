"""The shape of a record's page: what it is, how it stands, whose it is, and the one thing to do next.

    Head(_("Solicitation of a child"), code=report.code, name=second_name(report.pk), chips=[state], clock=clock,
         owner=_("Nobody works on it"), offers=[Offer(_("Claim"), url, Rank.NEXT, post=True)])

A template extends `web/record.html` and fills its tabs; `casework.sheets.record_page` adds the parts and the offers of
rooms. What cannot be done now is left out, or offered with the reason why not and the way to the step that is missing.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from vaern.node.web.components import Component

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime


class Tab(enum.StrEnum):
    """The tabs of a record's page, in their order."""

    OVERVIEW = "overview"
    CONTENT = "content"
    WORK = "work"
    HISTORY = "history"


TABS = {
    Tab.OVERVIEW: gettext_lazy("Overview"),
    Tab.CONTENT: gettext_lazy("Content"),
    Tab.WORK: gettext_lazy("Work"),
    Tab.HISTORY: gettext_lazy("History"),
}
"""How people call them."""


class Rank(enum.IntEnum):
    """How near something is to what the state of a record asks for."""

    NEXT = 0
    """The state asks for it: the first of these is the one act that a page puts forward."""
    WORK = 1
    ENDING = 2
    """It ends the record, or cannot be undone: last in the menu."""


@dataclass(frozen=True)
class Offer:
    """Something that can be done now, or, with an obstacle, not yet.

    Attributes:
        label: what, as a verb.
        url: of its page, or of what takes a POST.
        rank: where it stands among the others.
        tone: `danger` for what cannot be undone; else empty. The first offer of a record is drawn as primary.
        post: done by a POST at once, without a page.
        obstacle: why it cannot be done now; the button is drawn but does nothing.
        step: label and address of the step that is missing.
        in_place: its page opens beside the record; False for one that is a place of its own.
    """

    label: object
    url: str
    rank: Rank = Rank.WORK
    tone: str = ""
    post: bool = False
    obstacle: object = ""
    step: tuple[object, str] | None = None
    in_place: bool = True


@dataclass(frozen=True)
class Head:
    """The head of a record's page.

    Attributes:
        title: what it is, in words that a person would say.
        code: by which it is called in lists and on the telephone.
        name: a second name, where there is only a code.
        chips: its state, and what else must be seen at once.
        clock: what is due.
        owner: who works on it, or that nobody does.
        offers: what can be done, in the order in which rooms contribute it.
    """

    title: object
    code: object = ""
    name: str = ""
    chips: Sequence[object] = ()
    clock: object = None
    owner: object = ""
    offers: Sequence[Offer] = ()

    @property
    def first(self) -> Offer | None:
        """The one act that its state asks for."""
        return next((one for one in self.offers if one.rank is Rank.NEXT and not one.obstacle), None)

    @property
    def others(self) -> list[Offer]:
        """All other acts, by rank."""
        return sorted((one for one in self.offers if one is not self.first), key=lambda one: one.rank)


@dataclass(frozen=True)
class RowActs(Component):
    """What can be done to one row of a record's page: a link if it is one act, else behind one small menu.

    Attributes:
        of: what the row is called, for those who hear the page.
        acts: pairs of label and address of the act's page.
    """

    template: ClassVar[str] = "web/components/row_acts.html"

    of: object
    acts: Sequence[tuple[object, str]]


def spoken(at: datetime) -> str:
    """Return a moment as a person would say it today: `today 21:40`, `yesterday 9:05`, `3 May`, `3 May 2025`."""
    local, now = timezone.localtime(at), timezone.localtime()
    days = (now.date() - local.date()).days
    clock = date_format(local, "TIME_FORMAT")
    if days == 0:
        return _("today %(time)s") % {"time": clock}
    if days == 1:
        return _("yesterday %(time)s") % {"time": clock}
    return date_format(local, "MONTH_DAY_FORMAT" if local.year == now.year else "DATE_FORMAT")
