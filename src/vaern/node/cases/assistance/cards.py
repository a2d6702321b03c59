"""What the front page says of requests and clocks: computed now, whether or not the job ran."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from vaern.node.cases.assistance import queries
from vaern.node.organisations.rules import Permission
from vaern.node.web.cards import Card

if TYPE_CHECKING:
    from vaern.node.cases.assistance.queries import Waiting


def waiting_cards(viewer: Any) -> list[Card]:
    """Return the cards of somebody who works with legal assistance."""
    if not viewer.may(Permission.ASSISTANCE_VIEW):
        return []
    found = queries.waiting(viewer)
    return [*_of_clocks(found), *_of_requests(viewer, found), *_of_sight(found)]


def _of_clocks(found: Waiting) -> list[Card]:
    at_clocks, cards = reverse("cases:assistance-clocks"), []
    if found.lapsed:
        text = _("Data at a provider may be lost. Take note, and say what follows.")
        cards.append(Card(_("Preservations that ran out"), found.lapsed, at_clocks, "bad", text=text))
    if found.near:
        text = _("Prolong them, ask for the data, or say that nobody needs them.")
        cards.append(
            Card(_("Preservations that end within 14 days"), found.near, at_clocks, "warning", found.first, text)
        )
    if found.early:
        text = _("The data are gone before an answer can be expected.")
        cards.append(Card(_("Preservations that end too early"), found.early, at_clocks, "bad", text=text))
    return cards


def _of_requests(viewer: Any, found: Waiting) -> list[Card]:
    at_requests, cards = reverse("cases:assistance"), []
    if found.to_send and viewer.may(Permission.ASSISTANCE_SEND):
        cards.append(Card(_("Requests for assistance to look at"), found.to_send, at_requests, "info"))
    if found.clarify:
        url = f"{at_requests}?state=clarification"
        cards.append(Card(_("Requests on which clarification is asked for"), found.clarify, url, "warning"))
    if found.late:
        text = _("Ask the other side how far it is.")
        cards.append(
            Card(_("Requests without an answer in the expected time"), found.late, at_requests, "warning", text=text)
        )
    if found.ended:
        text = _("They go on under the law of the day on which they were sent. Decide whether that is enough.")
        cards.append(Card(_("Requests whose law has ended"), found.ended, at_requests, "warning", text=text))
    return cards


def _of_sight(found: Waiting) -> list[Card]:
    at_requests, cards = reverse("cases:assistance"), []
    if found.unseen:
        text = _("Nobody there sees the answer when it comes. Let them see it longer.")
        cards.append(
            Card(_("Requests that the central authority no longer sees"), found.unseen, at_requests, "bad", text=text)
        )
    if found.unseen_soon:
        text = _("The release to it ends within 14 days. The desk lets it see them longer.")
        cards.append(
            Card(
                _("Requests that the central authority soon no longer sees"),
                found.unseen_soon,
                at_requests,
                "warning",
                text=text,
            )
        )
    return cards
