"""What waits for a person: since when, by whom and in which words; and lists of what is no hash, in words of theirs."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from django.urls import reverse
from django.utils import timezone
from tests.node.factories import make_person, sign_in, viewer_for
from tests.node.lists.factories import QUALITY, add, curator, entry_of, make_list
from tests.node.lists.test_kinds import kinds, value_of

from vaern.formats.values import normal
from vaern.node.base.scope import viewing
from vaern.node.ledger.rules import Reason, Why
from vaern.node.lists.base import labels
from vaern.node.lists.curation import actions
from vaern.node.lists.curation.items import waiting_items
from vaern.node.lists.curation.since import since_of
from vaern.node.lists.models import HashList, ListEntry
from vaern.node.lists.rules.lists import Holds, Purpose
from vaern.node.lists.votes.actions import Ballot, vote
from vaern.node.organisations.rules import Role
from vaern.records import Signal

if TYPE_CHECKING:
    from django.test import Client

    from vaern.node.lists.curation.since import Since
    from vaern.node.organisations.viewers import Viewer

pytestmark = pytest.mark.django_db(transaction=True)

WORDS = "Somebody rang: it may be a catalogue."
WHY = {"reason-why": "list_quality"}


def quarantined(owner: Viewer, row: Any) -> None:
    with viewing(owner.organisation.id):
        actions.quarantine(owner, Reason(Why.LIST_QUALITY, WORDS), row)


def disputed(owner: Viewer, row: Any) -> None:
    with viewing(owner.organisation.id):
        vote(owner, QUALITY, row, Ballot("negative", "independent"))


def told(owner: Viewer, hash_list: HashList) -> dict[str, Since]:
    with viewing(owner.organisation.id):
        rows = list(ListEntry.of(list=hash_list).select_related("list"))
        found = since_of(rows)
        return {row.ident: found[row.pk] for row in rows if row.pk in found}


def opened(client: Client, hash_list: HashList, page: str = "") -> str:
    """Return the page of a list, or another that is about it, once a reason is given."""
    address = reverse("lists:list", args=[hash_list.pk])
    client.post(reverse("casework:reason"), {"kind": "list", "record": hash_list.pk, "next": address, **WHY})
    return client.get(page or address).content.decode()


def heads(page: str) -> list[str]:
    """Return the headings of the table of entries."""
    return re.findall(r'<th scope="col"[^>]*>\s*([^<]+?)\s*</th>', page)


def test_each_entry_that_waits_says_since_when_and_one_set_aside_by_hand_by_whom_and_why() -> None:
    owner = curator()
    hash_list = make_list(owner)
    before, _live, aside, doubted = timezone.now(), *add(owner, hash_list, *(entry_of(name) for name in "abc"))
    quarantined(owner, aside)
    disputed(owner, doubted)
    found = told(owner, hash_list)
    assert found.keys() == {"b", "c"}
    assert all(before < one.at < timezone.now() for one in found.values())
    assert (found["b"].by, found["b"].words) == (owner.person.name, WORDS)
    assert (found["c"].by, found["c"].words) == ("", "")
    with viewing(owner.organisation.id):
        items = {item.about: item.since for item in waiting_items(owner) if item.about.startswith("entry/")}
    assert items == {f"entry/{aside.pk}": found["b"].at, f"entry/{doubted.pk}": found["c"].at}


def test_of_what_was_let_out_and_set_aside_again_the_last_time_is_told() -> None:
    owner = curator()
    hash_list = make_list(owner)
    (row,) = add(owner, hash_list, entry_of("a"))
    quarantined(owner, row)
    first = told(owner, hash_list)["a"].at
    with viewing(owner.organisation.id):
        actions.let_go(owner, QUALITY, row)
    assert told(owner, hash_list) == {}
    quarantined(owner, row)
    assert told(owner, hash_list)["a"].at > first


def test_the_pages_show_the_words_to_whoever_decides_and_to_nobody_else(client: Client) -> None:
    owner = curator()
    hash_list = make_list(owner)
    (row,) = add(owner, hash_list, entry_of("a"))
    quarantined(owner, row)
    pages = [reverse("lists:list", args=[hash_list.pk]), reverse("lists:entry", args=[hash_list.pk, row.pk])]
    for person, sees in ((owner.person, True), (make_person(Role.ANALYST, owner.organisation), False)):
        sign_in(client, person)
        for page in pages:
            assert (WORDS in opened(client, hash_list, page)) is sees


def test_a_list_whose_matches_led_to_nothing_says_so_in_a_sentence(client: Client) -> None:
    owner = curator()
    hash_list = make_list(owner)
    sign_in(client, owner.person)
    assert "nothing rests on its matches" not in opened(client, hash_list)
    HashList.everywhere.update(led_to_on=timezone.localdate(), led_to={})
    said = opened(client, hash_list)
    assert "nothing rests on its matches" in said
    assert "Notices to hosts" not in said
    HashList.everywhere.update(led_to={"scan": 1})
    said = opened(client, hash_list)
    assert "nothing rests on its matches" not in said
    assert "Notices to hosts" in said


@kinds
def test_what_is_no_hash_is_not_called_known_material_and_has_no_column_that_is_empty(
    client: Client, holds: str
) -> None:
    owner = curator()
    hash_list = make_list(owner, holds=holds)
    kind, value = value_of(holds)
    add(owner, hash_list, entry_of(f"{kind}/x", Signal(kind, value)))
    sign_in(client, owner.person)
    lists = client.get(reverse("lists:lists")).content.decode()
    page = opened(client, hash_list)
    for shown in (lists, page):
        assert str(labels.PURPOSES[Purpose.KNOWN]) not in shown
        assert str(labels.KNOWN_VALUES[Holds(holds)]) in shown
    value_is, votes = str(labels.ONE_OF[Holds(holds)]), ["Votes for", "Votes against", "Added"]
    assert heads(page) == [value_is, "State", *votes]
    add(owner, hash_list, entry_of("their-own-id", Signal(kind, normal(kind, "other.example")), series="one"))
    page = opened(client, hash_list)
    assert heads(page) == [value_is, "Id on the list", "State", "Series", *votes]
    assert "their-own-id" in page


def test_every_kind_of_value_has_its_words() -> None:
    assert labels.KNOWN_VALUES.keys() == set(Holds) - {Holds.FILES}
    assert labels.ONE_OF.keys() == set(Holds)
    assert viewer_for(make_person(Role.CURATOR)).person is not None
