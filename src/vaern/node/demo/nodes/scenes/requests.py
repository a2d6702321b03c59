"""Scenes about legal assistance: one central authority asks another, whose police execute what was asked."""

from __future__ import annotations

from datetime import date

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from vaern.node.base.scope import viewing
from vaern.node.cases.assistance import actions
from vaern.node.cases.assistance.incoming import actions as incoming
from vaern.node.cases.assistance.incoming.delivery import Delivery
from vaern.node.cases.models import AssistanceRequest, IncomingRequest
from vaern.node.cases.rules.incoming import Event as Asked
from vaern.node.cases.rules.instruments import DataKind, Party
from vaern.node.cases.work.actions import open_case
from vaern.node.casework.releases.terms import Handling, Terms
from vaern.node.demo.assistance import DAY, GAZETTE, WHY, draft, hand, hold
from vaern.node.demo.nodes.cast import (
    ANSELM,
    GROUND,
    KAROLINE,
    MIKKEL,
    ROSALIND,
    THEIR_AUTHORITY,
    THEIR_POLICE,
    organisation,
    runs_node,
    viewer,
)
from vaern.node.demo.nodes.parts import NORDHAVIA, VESTROVIA
from vaern.node.demo.nodes.scenes.scene import Scene, Seen
from vaern.node.demo.tour import Place
from vaern.node.law import actions as law
from vaern.node.law.records import Basis

BOUND = (("XA", 2006), ("XV", 2010))
"""Since when both countries are bound by the convention under which one asks the other."""


def bind() -> None:
    """Let whoever runs this node say who is bound; each node keeps its own law."""
    for country, year in BOUND:
        row = Party(
            country=country,
            treaty="budapest",
            since=date(year, 1, 1),
            basis=Basis.READ,
            source=GAZETTE % year,
            day=timezone.localdate(),
        )
        law.add(runs_node(), WHY, "party", row)


def _sent() -> AssistanceRequest | None:
    return AssistanceRequest.everywhere.order_by("-sent_at").first()


def _came() -> IncomingRequest | None:
    return IncomingRequest.everywhere.order_by("-received_at").first()


def _ask() -> None:
    """Nordhavia's police need data that a provider in Vestrovia holds; their central authority asks for them."""
    mikkel, karoline = viewer(MIKKEL), viewer(KAROLINE)
    with viewing(mikkel.organisation.id):
        case = open_case(mikkel, WHY, reference="NH-0731")
    held = hold(mikkel, case, "Log-in records of the uploader", "XV", DataKind.TRAFFIC, kept=9)
    request = hand(mikkel, karoline, draft(mikkel, case, held, "budapest-31"))
    with viewing(karoline.organisation.id):
        there = organisation(THEIR_AUTHORITY)
        actions.send(karoline, WHY, request, Delivery(there.pk, legal_ground=GROUND))


def _answer() -> None:
    """Vestrovia recognises it, its police execute it, and its authority answers."""
    rosalind, anselm, found = viewer(ROSALIND), viewer(ANSELM), _came()
    assert found is not None  # the scene before
    with viewing(rosalind.organisation.id):
        for event in (Asked.ACKNOWLEDGE, Asked.RECOGNISE):
            incoming.happen(rosalind, WHY, found, event, "By mail, the same day.")
        terms = Terms(Handling.AMBER_STRICT, timezone.now() + 180 * DAY)
        incoming.pass_on(rosalind, WHY, found, organisation(THEIR_POLICE).pk, terms)
    with viewing(anselm.organisation.id):
        incoming.happen(anselm, WHY, found, Asked.EXECUTE, "Two pages from the provider (invented).")
    with viewing(rosalind.organisation.id):
        incoming.happen(rosalind, WHY, found, Asked.ANSWER, "Two pages, and their hash by telephone (invented).")


def _request_page() -> Place | None:
    found = _sent()
    return Place(reverse("cases:request", args=[found.pk]), found) if found else None


def _answered() -> Place | None:
    found = _sent()
    return _request_page() if found and found.answered_at else None


def _asked_page() -> Place | None:
    found = _came()
    return Place(reverse("cases:incoming-request", args=[found.pk]), found) if found else None


ASSISTANCE = (
    Scene(
        "assistance",
        _("A request for assistance"),
        _(
            "The logs of the uploader lie with a provider in Vestrovia for nine days more. The central authority of "
            "Nordhavia asks under the treaty that binds both; each node knows its own law and runs its own clock."
        ),
        NORDHAVIA,
        _ask,
        (
            Seen(NORDHAVIA, KAROLINE, _("The request, and by when"), _request_page),
            Seen(VESTROVIA, ROSALIND, _("It came, under the law as Vestrovia has it"), _asked_page),
        ),
    ),
    Scene(
        "answer",
        _("Answered"),
        _("It is recognised, executed by the police there, and answered; each step stands on both nodes."),
        VESTROVIA,
        _answer,
        (Seen(NORDHAVIA, KAROLINE, _("The answer"), _answered),),
    ),
)
