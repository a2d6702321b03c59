"""Signed releases by a node: proposed on a page, signed elsewhere, handed in, announced, fetched."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from tests.node.factories import sign_in
from tests.node.lists.factories import QUALITY, make_list
from tests.node.lists.house import NAME

from vaern.node.base.refusals import Conflict, Refusal
from vaern.node.base.scope import viewing
from vaern.node.lists.signing import actions, acts, repository
from vaern.trust import keys
from vaern.trust.announcing import announce
from vaern.trust.repository import read, sign

if TYPE_CHECKING:
    from django.test import Client
    from tests.node.lists.house import House

pytestmark = pytest.mark.django_db(transaction=True)


def test_what_two_countries_signed_reaches_a_subscriber(house: House) -> None:
    house.propose()
    assert house.hand_in(house.signed("north")) is False
    assert repository.state_of(NAME).version == 0  # type: ignore[union-attr]
    assert house.hand_in(house.signed("south")) is True
    assert house.subscriber() == {"one", "two"}
    house.add("three")
    assert house.subscriber() == {"one", "two"}  # what nobody signed is no release
    house.propose()
    assert house.hand_in(house.signed("north", "east")) is True
    assert house.subscriber() == {"one", "two", "three"}
    said = ["proposed", "taken_out", "handed_in", "taken_out", "handed_in", "accepted"]
    assert house.acts()[:6] == [f"lists.signing.{one}" for one in said]


def test_what_came_back_is_taken_whole_or_refused(house: House) -> None:
    house.propose()
    good = house.signed("north")
    changed = json.loads(good)
    changed["signed"]["expires"] = "2099-01-01T00:00:00Z"
    nobody = house.signed("second")  # has a key, and is none of the signers
    for data in (b"", b"\xff", b"[]", b"{}", b"[" * 100_000, json.dumps(changed).encode(), nobody, house.alliance.root):
        with pytest.raises(Refusal) as refused:
            house.hand_in(data)
        assert refused.value.field == "file"
    assert house.acts().count(acts.HANDED_IN.code) == 0
    assert read(house.alliance.repository.proposals()[NAME]).signatures == {}
    assert house.hand_in(good) is False
    with pytest.raises(Refusal):
        house.hand_in(good)  # says nothing new


def test_a_new_proposal_ends_the_signatures_of_the_one_before(house: House) -> None:
    house.propose()
    house.hand_in(house.signed("north"))
    old = house.signed("south")
    house.add("three")
    house.propose()
    with pytest.raises(Refusal):
        house.hand_in(old)
    assert house.hand_in(house.signed("south")) is False
    assert house.hand_in(house.signed("north")) is True
    assert house.subscriber() == {"one", "two", "three"}


def test_a_list_that_nobody_signs_has_no_releases(house: House) -> None:
    other = make_list(house.curator, "other")
    assert repository.state_of("other") is None
    with viewing(house.curator.organisation.id):
        for act in (actions.propose, actions.take_out):
            with pytest.raises(Conflict):
                act(house.curator, QUALITY, other)
    assert house.acts() == []


def test_what_is_newest_is_said_again_before_it_ends(house: House) -> None:
    assert repository.announce_due() == 0
    with house.alliance.repository.writing():
        announce(house.alliance.repository, repository.signer(), now=datetime.now(UTC) - timedelta(hours=13))
    assert repository.announce_due() == 1
    assert repository.announce_due() == 0


def test_the_page_of_a_list_leads_to_a_release(house: House, client: Client) -> None:
    sign_in(client, house.curator.person)
    page = reverse("lists:list", args=[house.list.pk])
    why = {"why": "list_quality", "words": "in a test"}

    def post(name: str, **more: Any) -> Any:
        return client.post(reverse(f"lists:{name}", args=[house.list.pk]), {**why, **more})

    assert post("propose-signed").status_code == 302
    answer = post("take-out-signed")
    assert answer.status_code == 200
    assert answer["Content-Disposition"] == f'attachment; filename="1.{NAME}.json"'
    path = house.folder / "taken.json"
    path.write_bytes(answer.content)
    for name in ("north", "south"):
        sign(path, keys.read_private(house.alliance.folder / name))
    bad = SimpleUploadedFile("x.json", b"{}", "application/json")
    assert post("hand-in-signed", file=bad).status_code == 422
    good = SimpleUploadedFile("x.json", path.read_bytes(), "application/json")
    assert post("hand-in-signed", file=good).status_code == 302
    assert house.subscriber() == {"one", "two"}
    given = {"kind": "list", "record": str(house.list.pk), "next": page, "reason-why": "list_quality"}
    client.post(reverse("casework:reason"), given)
    text = client.get(page).content.decode()
    assert "Signed releases" in text
    assert "north.example (XN)" in text
