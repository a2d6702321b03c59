"""What the page of a report says of a wish: somebody may have asked for help, perhaps not identified; nothing surer."""

from __future__ import annotations

import re
from itertools import product

import pytest
from django.template.loader import render_to_string
from django.test import Client  # noqa: TC002
from django.urls import reverse
from django.utils import translation
from tests.node.factories import sign_in
from tests.node.victims.factories import FINDING, make_desk, make_specialist
from tests.node.victims.test_wishes import World

from vaern.node.reports.models import Item
from vaern.node.victims.wishes.presenters import report_part
from vaern.node.victims.wishes.queries import Asked

PART = "victims/wishes/report_part.html"
MAY = {
    "en": (
        "It may be a child in the pictures, perhaps not identified; it may be anybody.",
        "It is not known whether the child was identified",
    ),
    "da": (
        "Det kan være et barn på billederne, måske ikke identificeret; det kan være hvem som helst.",
        "Det vides ikke, om barnet er identificeret",
    ),
}
LOOK = {"en": "Look at", "da": "Se på"}
NOT_AGAIN = {"en": "Nobody has to look again", "da": "Ingen behøver"}
SURE = re.compile(r"\b(known material|seen before|already known|was identified by|the victim is|kendt materiale)\b")


def said(asked: Asked, language: str) -> str:
    with translation.override(language):
        return re.sub(r"\s+", " ", render_to_string(PART, {"asked": asked}))


@pytest.mark.parametrize("language", ["en", "da"])
def test_it_says_that_somebody_may_have_asked_for_help_and_never_that_a_wish_is_knowledge(language: str) -> None:
    for unverified, near, confirmed in product((0, 1, 2), repeat=3):
        if not unverified + near + confirmed:
            continue
        words = said(Asked(unverified, near, confirmed), language)
        for sentence in MAY[language]:
            assert sentence in words, sentence
        assert not SURE.search(words)
        assert words.count("<li>") == sum(number > 0 for number in (unverified, near, confirmed))
        assert (NOT_AGAIN[language] in words) == (confirmed > 0), "only a confirmed hash spares a look"
        assert (LOOK[language] in words) == (unverified > 0)


def test_in_danish_it_says_the_same() -> None:
    english, danish = (said(Asked(1, 1, 1), language) for language in ("en", "da"))
    assert english.count("<li>") == danish.count("<li>") == 3
    assert english != danish


@pytest.mark.django_db
def test_it_stands_on_the_reports_page_as_long_as_somebody_wishes_it_and_at_its_own_desk_alone(client: Client) -> None:
    world = World()
    world.wish(1)
    report, other = world.report(1), world.report(2)
    assert world.ann.person is not None
    sign_in(client, world.ann.person)
    for one, there in ((report, True), (other, False)):
        address = reverse("reports:report", args=[one.pk])
        client.post("/reason/", {"kind": "report", "record": str(one.pk), "next": address, "reason-why": "assessment"})
        shown = client.get(address).content.decode()
        assert ("Somebody in it may have asked for help" in shown) is there
        assert (MAY["en"][0] in shown) is there
    assert report_part(world.ann, report, FINDING) is not None
    assert report_part(make_specialist(make_desk()), report, FINDING) is None
    Item.everywhere.filter(report=report).update(wished="", wished_by="")
    assert report_part(world.ann, report, FINDING) is None
