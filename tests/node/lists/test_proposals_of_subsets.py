"""A subset that proposes its releases by itself: when it changed, and not for what its list has beside it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.urls import reverse
from django.utils import timezone
from tests.node.factories import sign_in
from tests.node.lists.factories import QUALITY, curator
from tests.node.lists.subsets import give, make_subset, platform
from tests.node.lists.test_everywhere import numbers
from tests.node.lists.test_subscribers import enrol, hand_in, recall
from tests.node.lists.test_subscribers_of_subsets import add_under

from vaern.node.base.scope import viewing
from vaern.node.lists.base.disk import follow
from vaern.node.lists.base.pages import at_subset
from vaern.node.lists.models import ListSubset
from vaern.node.lists.rules.proposals import Proposes
from vaern.node.lists.rules.subsets import Selection
from vaern.node.lists.signing import actions, items
from vaern.node.lists.subsets import actions as subsets

if TYPE_CHECKING:
    from django.test import Client
    from tests.node.lists.house import House

pytestmark = pytest.mark.django_db(transaction=True)


def set_every(house: House, part: ListSubset, proposes: Proposes | None) -> None:
    with viewing(house.curator.organisation.id):
        actions.set_every(house.curator, QUALITY, part, proposes)


def a_day_passes() -> None:
    ListSubset.everywhere.update(proposed_at=timezone.now() - timedelta(days=1))


def sign(house: House, part: ListSubset) -> None:
    assert house.hand_in(house.signed("north", "south", what=part), part)


def test_a_subset_proposes_what_changed_in_it_and_not_beside_it(house: House) -> None:
    add_under(house, "open", "free", "more")
    part = house.subset()
    assert actions.propose_due() == 0  # nobody asked for it
    set_every(house, part, Proposes.DAILY)
    assert actions.propose_due() == 1
    assert actions.propose_due() == 0  # it waits
    sign(house, part)
    add_under(house, "shut", "beside")
    recall(house, "one")
    a_day_passes()
    assert actions.propose_due() == 0  # the list changed, and the subset did not
    for changes in (lambda: add_under(house, "open", "another"), lambda: recall(house, "free")):
        changes()
        assert actions.propose_due() == 1
        sign(house, part)
        a_day_passes()
        assert actions.propose_due() == 0
    add_under(house, "open", "last")
    set_every(house, part, None)
    assert actions.propose_due() == 0
    assert house.acts().count("lists.signing.proposed_by_node") == 3


@pytest.mark.once
def test_a_recall_that_subscribers_are_waited_for_comes_to_them_by_itself(house: House) -> None:
    add_under(house, "open", "free")
    part = house.subset()
    set_every(house, part, Proposes.WEEKLY)
    enrol(house, "south", what=part)
    house.release(part)
    with viewing(house.curator.organisation.id):
        part = subsets.change(house.curator, QUALITY, part, part.title, Selection(frozenset({"shut"})))
    follow(house.list.pk)
    house.release(part)
    recall(house, "free")  # that left the subset before: it says nothing new, and still somebody is waited for
    assert numbers(house)["recalls_not_everywhere"] == {"": 1}
    ListSubset.everywhere.update(proposed_at=timezone.now() - timedelta(days=7))
    assert actions.propose_due() == 1
    sign(house, part)
    hand_in(house, house.letter("south", part), what=part)
    assert "recalls_not_everywhere" not in numbers(house)


def test_a_subset_that_is_not_on_disk_or_that_nobody_signs_proposes_nothing(house: House) -> None:
    part, other = house.subset(), make_subset(house.curator, house.list, "other")
    for one in (part, other):
        set_every(house, one, Proposes.DAILY)
    ListSubset.everywhere.update(published=0)
    assert actions.propose_due() == 0
    follow(house.list.pk)
    assert actions.propose_due() == 1
    other.refresh_from_db()
    assert other.proposed_at is None


def test_what_waits_of_a_subset_is_on_the_front_page_of_who_keeps_it(house: House) -> None:
    part = house.subset()
    recipient, stranger = platform(), curator()
    give(house.curator, part, recipient)
    house.propose(part)
    found: dict[Any, list[Any]] = {}
    for viewer in (house.curator, recipient, stranger):
        with viewing(viewer.organisation.id):
            found[viewer] = items.waiting_items(viewer)
    (one,) = found[house.curator]
    assert (one.name, one.leads) == (part.title, at_subset(part))
    assert one.button.url == reverse("lists:hand-in-signed-subset", args=[part.pk])
    assert found[recipient] == found[stranger] == []


def test_how_often_a_subset_proposes_is_set_on_a_page(house: House, client: Client) -> None:
    part = house.subset()
    sign_in(client, house.curator.person)
    url = reverse("lists:propose-every-subset", args=[part.pk])
    why: dict[str, Any] = {"why": "list_quality", "words": "in a test"}
    assert client.post(url, {**why, "every": "hourly"}).status_code == 422
    for chosen in ("weekly", ""):
        assert client.post(url, {**why, "every": chosen}).status_code == 302
        part.refresh_from_db()
        assert part.proposes == chosen
