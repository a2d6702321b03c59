"""The front page of whoever is not signed in: what this node offers to everybody, and nothing that it does not."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from django.conf import settings
from django.shortcuts import render, resolve_url
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from vaern.node.alliance.publishing import queries as publishing
from vaern.node.lists.figures import queries as figures
from vaern.node.press.base.events import public_events
from vaern.node.reports.flagging import public as flagging
from vaern.node.reports.public import presenters, queries
from vaern.node.reports.public.offers import offers_of
from vaern.node.victims.appeals.queries import public_appeals

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.http import HttpRequest, HttpResponse


class Door(NamedTuple):
    """One thing that everybody may do here.

    Attributes:
        title: the text of the link.
        words: what one finds there, in a sentence.
        url: the page.
    """

    title: str
    words: str
    url: str


def front(request: HttpRequest) -> HttpResponse:
    """Show what everybody may do here."""
    desks = queries.desks()
    context = {
        "desks": desks,
        "help": presenters.each_of(desks),
        "offers": offers_of(desks[0] if len(desks) == 1 else None) if desks else [],
        "doors": list(_doors()),
        "sign_in": resolve_url(settings.LOGIN_URL),
    }
    return render(request, "reports/public/front.html", context)


def _doors() -> Iterator[Door]:
    if public_appeals(get_language() or "en"):
        words = _("The police show everyday things from pictures. Somebody may know where they are from.")
        yield Door(_("Do you know one of these objects?"), words, reverse("victims:public-appeals"))
    if publishing.find(publishing.LATEST):
        words = _("What countries have promised together, and how far each is, in numbers.")
        yield Door(_("Progress of the alliance"), words, reverse("alliance:public-progress"))
    if public_events():
        words = _("Events for journalists, how to be accredited, and papers.")
        yield Door(_("For the press"), words, reverse("press:public-events"))
    if flagging.published():
        words = _("What hotlines have reported to hosts in each year, as the law of the Union asks.")
        yield Door(_("Reports of trusted flaggers"), words, reverse("reports:published-flaggers"))
    if figures.published():
        words = _("By month, how many hits hash lists of this node had, and how many of them were false.")
        yield Door(_("How often hash lists are wrong"), words, reverse("lists:public-figures"))
