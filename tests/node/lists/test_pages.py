"""What pages of lists put first: the decision that waits, the age of the list, and of a value all of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.urls import reverse
from lxml import html
from tests.node.lists.factories import QUALITY, add, curator, entry_of, make_list, send
from tests.node.lists.test_ageing import aged, load
from tests.node.lists.test_disputes import NO
from tests.node.lists.test_sources import browser

from vaern.node.base.scope import viewing
from vaern.node.casework.reasons import IN_SESSION
from vaern.node.lists.curation import actions
from vaern.node.lists.votes.actions import vote

if TYPE_CHECKING:
    from lxml.html import HtmlElement

    from vaern.node.lists.models import HashList
    from vaern.node.organisations.viewers import Viewer

pytestmark = pytest.mark.django_db(transaction=True)


def page(viewer: Viewer, hash_list: HashList, address: str) -> HtmlElement:
    """Open a page of a list as somebody who has said why."""
    client = browser(viewer.person)
    session = client.session
    session[IN_SESSION] = {f"list:{hash_list.pk}": ["list_quality", ""]}
    session.save()
    return html.fromstring(client.get(address).content.decode())


def acts(found: HtmlElement) -> list[tuple[str, bool]]:
    """Return the buttons of an entry's page, each with whether it is the one that stands out."""
    buttons = found.xpath("//main//div[@class='buttons'][1]/a")
    return [(" ".join(one.text_content().split()), "primary" in one.get("class").split()) for one in buttons]


def headings(found: HtmlElement) -> list[str]:
    return [" ".join(one.text_content().split()) for one in found.xpath("//main//section/h2")]


def test_the_decision_that_waits_stands_first_with_what_it_is_made_by() -> None:
    owner = curator()
    hash_list = make_list(owner)
    plain, disputed, aside = add(owner, hash_list, *(entry_of(name) for name in "abc"))
    with viewing(owner.organisation.id):
        vote(owner, QUALITY, disputed, NO)
        actions.quarantine(owner, QUALITY, aside)
    for row, first in (
        (plain, ["Vote"]),
        (disputed, ["It stays: settle the dispute", "Recall it"]),
        (aside, ["Let it out of quarantine", "Recall it"]),
    ):
        found = page(owner, hash_list, reverse("lists:entry", args=[hash_list.pk, row.pk]))
        buttons = acts(found)
        assert [label for label, _primary in buttons][: len(first)] == first
        assert [primary for _label, primary in buttons] == [True] + [False] * (len(buttons) - 1)
        parts = headings(found)
        assert (parts.index("Votes") < parts.index("What its source says")) == (row is not plain)


@pytest.mark.parametrize(
    ("checked", "said"), [(1, ""), (4, "stops unless it is fetched again"), (20, "It has stopped")]
)
def test_a_list_that_ages_says_so_above_its_own_page(checked: int, said: str, settings: Any) -> None:
    viewer = curator()
    hash_list = make_list(viewer, "own")
    load("own", aged(checked, 3, 14), settings.LISTS)
    notes = page(viewer, hash_list, reverse("lists:list", args=[hash_list.pk])).xpath("//div[@role='note']")
    assert [said in one.text_content() for one in notes] == ([True] if said else [])


def test_a_list_of_domains_shows_each_whole_and_can_be_fetched() -> None:
    viewer = curator()
    hash_list = make_list(viewer, holds="domains")
    long = "a-name-that-is-longer-than-what-a-hash-is-cut-to.example"
    send(viewer, hash_list, f"{long}\n".encode())
    found = page(viewer, hash_list, reverse("lists:list", args=[hash_list.pk]))
    assert [one.text_content() for one in found.xpath("//table[@id='entries']//tbody//code")] == [long]
    text = " ".join(found.text_content().split())
    assert "A hash finds the entry" not in text
    assert "Bits for a near hit" not in text
    assert found.xpath(f"//a[@href='{reverse('lists:set-source', args=[hash_list.pk])}']")
