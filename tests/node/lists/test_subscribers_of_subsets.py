"""Who uses which signed release of a subset: as of a list, and of what was in the subset alone."""

from __future__ import annotations

import json
import random
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from tests.node.factories import sign_in
from tests.node.lists.factories import QUALITY, add, curator, entry_of
from tests.node.lists.subsets import give, make_subset, platform
from tests.node.lists.test_everywhere import numbers, steps
from tests.node.lists.test_subscribers import enrol, hand_in, recall, standing

from vaern.node.base.refusals import Refusal
from vaern.node.base.scope import viewing
from vaern.node.casework.retention.actions import erase
from vaern.node.lists.base.disk import follow
from vaern.node.lists.base.pages import at_subset
from vaern.node.lists.models import ListEntry, ListSubset, SubscriberStep
from vaern.node.lists.rules.entries import EntryState
from vaern.node.lists.rules.everywhere import ENROLLED
from vaern.node.lists.rules.subsets import Selection
from vaern.node.lists.subscribers import items, queries
from vaern.node.lists.subsets import actions as subsets
from vaern.trust.acknowledging import WITHIN

if TYPE_CHECKING:
    from django.test import Client
    from tests.node.lists.house import House

pytestmark = pytest.mark.django_db(transaction=True)


def add_under(house: House, licence: str, *idents: str) -> None:
    add(house.curator, house.list, *(entry_of(ident, licence=licence) for ident in idents))
    follow(house.list.pk)


def matched(house: House, licence: str = "") -> set[str]:
    rows = ListEntry.everywhere.filter(list=house.list, state=EntryState.LIVE.value)
    return set((rows.filter(licence=licence) if licence else rows).values_list("ident", flat=True))


@pytest.mark.once
@pytest.mark.parametrize("seed", range(3))
def test_a_subscriber_of_a_subset_lacks_the_recalls_of_what_was_in_it(house: House, seed: int) -> None:
    draw = random.Random(seed)
    add_under(house, "open", "open-0", "open-1")
    part = house.subset()
    enrol(house, "south")
    enrol(house, "east", what=part)
    held: dict[str, list[set[str]]] = {"south": [], "east": []}
    has, gone = {"south": 0, "east": 0}, {"south": set[str](), "east": set[str]()}
    sides = {"south": (house.list, ""), "east": (part, "open")}
    for number in range(14):
        act = draw.choice(["open", "shut", "recall", "south", "east", "release of south", "release of east"])
        if act in {"open", "shut"}:
            add_under(house, act, f"{act}-more-{number}")
        elif act == "recall" and matched(house):
            recall(house, draw.choice(sorted(matched(house))))
        elif act in has and held[act]:
            assert hand_in(house, house.letter(act, sides[act][0]), what=sides[act][0]) == 1
            has[act] = len(held[act])
        elif act.startswith("release"):
            name = act.rpartition(" ")[2]
            what, licence = sides[name]
            house.release(what)
            held[name].append(matched(house, licence))
            recalled = ListEntry.everywhere.filter(list=house.list, state=EntryState.RECALLED.value)
            gone[name] = set(recalled.values_list("ident", flat=True))
        for name, (what, _licence) in sides.items():
            found = standing(house, what)
            assert found.keys() == {name}
            assert found[name].standing.version == has[name]
            assert (found[name].standing.since is None) == (has[name] == len(held[name]))
            wanted = len(held[name][has[name] - 1] & gone[name]) if has[name] else None
            assert found[name].lacking == wanted


@pytest.mark.once
def test_a_recall_waits_for_those_alone_who_had_the_entry(house: House) -> None:
    add_under(house, "open", "free")
    part = house.subset()
    enrol(house, "south", "east")
    enrol(house, "east", what=part)
    house.release()
    house.release(part)
    hand_in(house, house.letter("south"), house.letter("east"))
    assert numbers(house)["subscribers_silent"] == {"": 1}
    assert numbers(house)["releases_not_everywhere"] == {"": 1}
    hand_in(house, house.letter("east", part), what=part)
    assert numbers(house).keys() == {"release_everywhere"}
    recall(house, "one")  # which the subset never had
    house.release()
    hand_in(house, house.letter("south"), house.letter("east"))
    assert numbers(house).keys() == {"recall_everywhere", "release_everywhere"}
    recall(house, "free")
    house.release()
    hand_in(house, house.letter("south"), house.letter("east"))
    assert numbers(house)["recalls_not_everywhere"] == {"": 1}  # no release of the subset has it
    assert "subscribers_silent" not in numbers(house)  # and so nobody can have acknowledged it
    house.release(part)
    assert numbers(house)["subscribers_silent"] == {"": 1}
    hand_in(house, house.letter("east", part), what=part)
    assert numbers(house).keys() == {"recall_everywhere", "release_everywhere"}


@pytest.mark.once
def test_who_has_the_list_and_a_subset_is_one_subscriber(house: House) -> None:
    add_under(house, "open", "free")
    part = house.subset()
    enrol(house, "south")
    enrol(house, "south", what=part)
    house.release()
    house.release(part)
    assert numbers(house)["releases_not_everywhere"] == {"": 2}
    assert numbers(house)["subscribers_silent"] == {"": 1}


@pytest.mark.once
def test_what_left_a_subset_for_its_terms_is_no_recall_that_somebody_lacks(house: House) -> None:
    add_under(house, "open", "free", "more")
    part = house.subset()
    enrol(house, "south", what=part)
    house.release(part)
    hand_in(house, house.letter("south", part), what=part)
    with viewing(house.curator.organisation.id):
        changed = subsets.change(house.curator, QUALITY, part, part.title, Selection(frozenset({"shut"})))
    follow(house.list.pk)
    house.release(changed)
    assert standing(house, changed)["south"].lacking == 0
    recall(house, "free")  # of whoever had it before it left
    house.release(changed)
    assert standing(house, changed)["south"].lacking == 1


def test_acknowledgements_of_a_list_say_nothing_of_its_subset(house: House) -> None:
    part = house.subset()
    enrol(house, "south")
    enrol(house, "south", what=part)
    house.release()
    house.release(part)
    for data, what in ((house.letter("south"), part), (house.letter("south", part), house.list)):
        with pytest.raises(Refusal) as refused:
            hand_in(house, data, what=what)
        assert refused.value.field == "sent"
    hand_in(house, house.letter("south", part), what=part)
    assert standing(house)["south"].standing.version == 0
    assert standing(house, part)["south"].standing.version == 1


def test_what_is_known_of_its_subscribers_ends_with_a_subset(house: House) -> None:
    part = house.subset()
    enrol(house, "south")
    enrol(house, "south", what=part)
    assert SubscriberStep.everywhere.count() == 2
    with viewing(house.curator.organisation.id):
        erase(house.curator, QUALITY, part)
    assert not ListSubset.everywhere.exists()
    assert steps(house.key_file("south")).keys() == {ENROLLED}
    assert standing(house).keys() == {"south"}


def test_who_is_late_with_a_subset_is_named_to_those_who_keep_it(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    part = house.subset()
    recipient, stranger = platform(), curator()
    give(house.curator, part, recipient)
    house.release(part)
    enrol(house, "south", "east", what=part)
    hand_in(house, house.letter("east", part), what=part)

    def named(viewer: Any) -> list[Any]:
        with viewing(viewer.organisation.id):
            return items.waiting_items(viewer)

    assert named(house.curator) == []
    later = timezone.now() + timedelta(days=WITHIN, hours=1)
    monkeypatch.setattr(timezone, "now", lambda: later)
    (one,) = named(house.curator)
    assert "south.example (XS)" in str(one.what)
    assert (one.name, one.leads) == (part.title, at_subset(part))
    assert named(stranger) == named(recipient) == []


def test_a_subset_that_nobody_signs_has_no_subscribers(house: House) -> None:
    other = make_subset(house.curator, house.list)
    with viewing(house.curator.organisation.id):
        assert queries.subscribers_of(other) is None
    with pytest.raises(Refusal):
        enrol(house, "south", what=other)


def test_the_page_of_a_subset_shows_who_uses_what(house: House, client: Client) -> None:
    part = house.subset()
    house.release(part)
    sign_in(client, house.curator.person)
    why = {"why": "list_quality", "words": "in a test"}

    def post(name: str, *more: str, **fields: Any) -> Any:
        return client.post(reverse(f"lists:{name}-subset", args=[part.pk, *more]), {**why, **fields})

    def file(data: bytes) -> SimpleUploadedFile:
        return SimpleUploadedFile("sent.json", data, "application/json")

    heard = json.loads(house.key_file())["keyid"]
    answer = post("enrol-subscriber", file=file(house.key_file()), heard=heard[:8])
    assert (answer.status_code, answer.url.partition("?")[0].partition("#")[0]) == (302, at_subset(part))
    assert post("hand-in-acknowledgements", sent=[file(b"{}")]).status_code == 422
    assert post("hand-in-acknowledgements", sent=[file(house.letter("south", part))]).status_code == 302
    given = {"kind": "list_subset", "record": str(part.pk), "next": at_subset(part), "reason-why": "list_quality"}
    client.post(reverse("casework:reason"), given)
    text = client.get(at_subset(part)).content.decode()
    assert "south.example (XS)" in text
    assert "Newest" in text
    assert post("end-subscriber", heard).status_code == 302
    assert "Nobody is enrolled" in client.get(at_subset(part)).content.decode()
