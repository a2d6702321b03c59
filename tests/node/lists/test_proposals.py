"""A list that proposes its releases by itself: when something changed, not too often, and never over what waits."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from tests.node.factories import sign_in
from tests.node.lists.factories import QUALITY, curator
from tests.node.lists.house import NAME

from vaern.node.base.scope import viewing
from vaern.node.lists.models import HashList
from vaern.node.lists.rules.proposals import EVERY, SLACK, Proposes, Standing, is_due
from vaern.node.lists.signing import actions, items, repository

if TYPE_CHECKING:
    from django.test import Client
    from tests.node.lists.house import House

    from vaern.node.organisations.viewers import Viewer

NOW = datetime(2026, 11, 30, 3, 27, tzinfo=UTC)
changes = st.integers(0, 3)


@given(
    st.sampled_from(Proposes),
    st.none() | st.timedeltas(timedelta(), timedelta(days=15)),
    st.none() | changes,
    changes,
    st.booleans(),
)
def test_it_is_due_when_something_changed_and_time_has_passed(
    proposes: Proposes, ago: timedelta | None, released: int | None, changed: int, waits: bool
) -> None:
    standing = Standing(None if ago is None else NOW - ago, released, changed, waits)
    due = is_due(proposes, standing, NOW)
    long_ago = ago is None or ago >= EVERY[proposes] - SLACK
    assert due == (not waits and released != changed and long_ago)
    if due and proposes is Proposes.WEEKLY:
        assert is_due(Proposes.DAILY, standing, NOW)


def set_every(house: House, proposes: Proposes | None) -> None:
    with viewing(house.curator.organisation.id):
        actions.set_every(house.curator, QUALITY, house.list, proposes)


def waiting(viewer: Viewer) -> list[str]:
    with viewing(viewer.organisation.id):
        return [str(one.what) for one in items.waiting_items(viewer)]


@pytest.mark.django_db(transaction=True)
def test_a_list_proposes_what_changed_and_its_signers_still_sign(house: House) -> None:
    assert actions.propose_due() == 0  # nobody asked for it
    set_every(house, Proposes.DAILY)
    assert actions.propose_due() == 1
    assert actions.propose_due() == 0  # it waits
    assert house.hand_in(house.signed("north")) is False
    HashList.everywhere.filter(pk=house.list.pk).update(proposed_at=timezone.now() - timedelta(days=30))
    house.add("three")
    assert actions.propose_due() == 0  # whoever signed it did not sign in vain
    assert house.hand_in(house.signed("south")) is True
    assert house.subscriber() == {"one", "two"}
    assert actions.propose_due() == 1
    assert house.hand_in(house.signed("north", "east")) is True
    assert house.subscriber() == {"one", "two", "three"}
    house.add("four")
    assert actions.propose_due() == 0  # not yet a day
    HashList.everywhere.filter(pk=house.list.pk).update(proposed_at=timezone.now() - timedelta(days=1))
    set_every(house, None)
    assert actions.propose_due() == 0
    assert house.acts().count("lists.signing.proposed_by_node") == 2


@pytest.mark.django_db(transaction=True)
def test_what_waits_for_signatures_is_on_the_front_page_of_who_hands_them_in(house: House) -> None:
    stranger = curator()
    assert waiting(house.curator) == []
    house.propose()
    assert waiting(house.curator) == ["A release waits for signatures: 0 of 2 countries have signed."]
    house.hand_in(house.signed("north"))
    assert waiting(house.curator) == ["A release waits for signatures: 1 of 2 countries have signed."]
    assert waiting(stranger) == []
    house.hand_in(house.signed("south"))
    assert waiting(house.curator) == []


@pytest.mark.django_db(transaction=True)
def test_how_often_is_set_on_a_page(house: House, client: Client) -> None:
    sign_in(client, house.curator.person)
    url = reverse("lists:propose-every", args=[house.list.pk])
    why: dict[str, Any] = {"why": "list_quality", "words": "in a test"}
    assert client.post(url, {**why, "every": "hourly"}).status_code == 422
    for chosen in ("weekly", ""):
        assert client.post(url, {**why, "every": chosen}).status_code == 302
        house.list.refresh_from_db()
        assert house.list.proposes == chosen
    assert repository.state_of(NAME) is not None
