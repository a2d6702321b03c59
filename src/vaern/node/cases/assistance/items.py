"""What the front page says of requests and clocks: computed now, whether or not the job ran."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from vaern.node.cases.assistance import queries
from vaern.node.cases.rules.assistance import State
from vaern.node.organisations.rules import Permission
from vaern.node.web.items import NEWS_LASTS, Button, Item, Rows, items_of

if TYPE_CHECKING:
    from vaern.node.cases.assistance.queries import Waiting
    from vaern.node.cases.models import AssistanceRequest, KeepingClock


def waiting_items(viewer: Any) -> list[Item]:
    """Return what waits for somebody who works with legal assistance."""
    if not viewer.may(Permission.ASSISTANCE_VIEW):
        return []
    found = queries.waiting(viewer, timezone.now() - NEWS_LASTS)
    return [*_of_clocks(found), *_of_requests(viewer, found), *_of_sight(found), *_of_the_desk(viewer, found)]


def _of_clocks(found: Waiting) -> list[Item]:
    here = reverse("cases:assistance-clocks")

    def lapsed(clock: KeepingClock) -> Item:
        what = _("It ran out: the data may be lost. Take note, and say what follows.")
        if clock.lapsed_at is None:  # what the job has not recorded yet cannot be taken note of
            return replace(_clock(clock, what, "", "cases:note-lapse", "bad"), button=Button(_("Open the list"), here))
        return _clock(clock, what, _("Take note"), "cases:note-lapse", "bad")

    def early(clock: KeepingClock) -> Item:
        what = _("The data are gone before an answer can be expected.")
        return _clock(clock, what, _("Prolong"), "cases:prolong-clock", "bad")

    def near(clock: KeepingClock) -> Item:
        what = _("Prolong it, ask for the data, or say that nobody needs them.")
        return _clock(clock, what, _("Prolong"), "cases:prolong-clock", "warning")

    return [
        *items_of(found.lapsed, lapsed, _("Preservations that ran out"), here),
        *items_of(found.early, early, _("Preservations that end too early"), here),
        *items_of(found.near, near, _("Preservations that end within 14 days"), here),
    ]


def _clock(clock: KeepingClock, what: str, label: str, route: str, tone: str) -> Item:
    held = clock.held
    code = held.case.code if held.case else held.incoming.code if held.incoming else ""
    name = _("Preservation: %(what)s") % {"what": held.label} + (f" · {code}" if code else "")
    button = Button(label, reverse(route, args=[clock.pk]))
    return Item(name, what, button, f"held/{held.pk}", tone, due_at=clock.ends_at)


def _request(one: AssistanceRequest, what: str, label: str, tone: str, **more: Any) -> Item:
    url = more.pop("url", "") or reverse("cases:request", args=[one.pk])
    name = _("Request %(code)s") % {"code": one.code}
    return Item(name, what, Button(label, url), f"{one.KIND}/{one.pk}", tone, **more)


def _of_requests(viewer: Any, found: Waiting) -> list[Item]:
    here = reverse("cases:assistance")

    def to_send(one: AssistanceRequest) -> Item:
        what = _("A desk handed it over: send it, or return it.")
        return _request(one, what, pgettext("button", "Open"), "warning", since=one.touched_at)

    def clarify(one: AssistanceRequest) -> Item:
        return _request(one, _("The other side asks for clarification."), _("Answer"), "warning", since=one.touched_at)

    def late(one: AssistanceRequest) -> Item:
        what = _("No answer in the expected time: ask the other side how far it is.")
        return _request(one, what, pgettext("button", "Open"), "warning", due_at=one.expected_at)

    def ended(one: AssistanceRequest) -> Item:
        what = _("Its law has ended. It goes on under the law of the day on which it was sent: is that enough?")
        url = reverse("cases:decide-request", args=[one.pk])
        return _request(one, what, _("Decide"), "warning", url=url, since=one.touched_at)

    looked_at = found.to_send if viewer.may(Permission.ASSISTANCE_SEND) else Rows()
    return [
        *items_of(looked_at, to_send, _("Requests for assistance to look at"), f"{here}?state=at_authority"),
        *items_of(found.clarify, clarify, _("Requests to clarify"), f"{here}?state=clarification"),
        *items_of(found.late, late, _("Requests without an answer in the expected time"), f"{here}?state=open"),
        *items_of(found.ended, ended, _("Requests whose law has ended"), f"{here}?state=open"),
    ]


def _of_sight(found: Waiting) -> list[Item]:
    here = reverse("cases:assistance")

    def longer(one: AssistanceRequest) -> str:
        return reverse("cases:prolong-sight", args=[one.pk])

    def unseen(one: AssistanceRequest) -> Item:
        what = _("The central authority no longer sees it: nobody there sees the answer when it comes.")
        return _request(one, what, _("Let it see it"), "bad", url=longer(one))

    def soon(one: AssistanceRequest) -> Item:
        what = _("Within 14 days the central authority no longer sees it. The desk lets it see it longer.")
        return _request(one, what, pgettext("button", "Open"), "warning", url=longer(one))

    return [
        *items_of(found.unseen, unseen, _("Requests that the central authority no longer sees"), here),
        *items_of(found.unseen_soon, soon, _("Requests that the central authority soon no longer sees"), here),
    ]


def _of_the_desk(viewer: Any, found: Waiting) -> list[Item]:
    here = reverse("cases:assistance")

    def draft(one: AssistanceRequest) -> Item:
        if one.came_back:  # type: ignore[attr-defined]  # an annotation of the query
            what = _("It came back from the central authority: complete it.")
            return _request(one, what, pgettext("button", "Open"), "warning", since=one.touched_at)
        return _request(
            one, _("A draft: complete it, and hand it over."), pgettext("button", "Open"), "info", since=one.touched_at
        )

    def answered(one: AssistanceRequest) -> Item:
        refused = one.state == State.REFUSED.value
        what = _("It was refused.") if refused else _("The answer came.")
        tone, news = ("warning" if refused else "good"), f"assistance/{one.pk}/{one.state}"
        return _request(one, what, pgettext("button", "Open"), tone, since=one.touched_at, news=news)

    drafts = found.drafts if viewer.may(Permission.ASSISTANCE_WORK) else Rows()
    return [
        *items_of(drafts, draft, _("Requests to complete"), f"{here}?state=draft"),
        *items_of(found.answered, answered, _("Requests that were answered"), here),
    ]
