"""Who uses which signed release of a node's list: enrolled by key, acknowledged by file, named while they are late."""

from __future__ import annotations

import base64
import json
import random
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from tests.node.factories import sign_in
from tests.node.lists.factories import QUALITY, curator, make_list
from tests.node.lists.house import NAME

from vaern.node.base.refusals import Conflict, Refusal
from vaern.node.base.scope import viewing
from vaern.node.ledger.models import Entry
from vaern.node.lists.base.disk import follow
from vaern.node.lists.curation import actions as curation
from vaern.node.lists.models import ListEntry
from vaern.node.lists.rules.effects import RecallReason
from vaern.node.lists.rules.entries import EntryState
from vaern.node.lists.subscribers import actions, acts, items, queries
from vaern.trust import keys
from vaern.trust.acknowledging import WITHIN

if TYPE_CHECKING:
    from django.test import Client
    from tests.node.lists.house import House

    from vaern.node.lists.base.signed import Signed
    from vaern.node.lists.subscribers.queries import Subscriber

pytestmark = pytest.mark.django_db(transaction=True)
KNOWN = {act.code for act in acts.ACTS}


def enrol(house: House, *names: str, what: Signed | None = None) -> None:
    for name in names:
        data = house.key_file(name)
        with viewing(house.curator.organisation.id):
            actions.enrol(house.curator, QUALITY, what or house.list, data, json.loads(data)["keyid"][:8])


def hand_in(house: House, *files: bytes, what: Signed | None = None) -> int:
    named = [(f"{number}.json", data) for number, data in enumerate(files)]
    with viewing(house.curator.organisation.id):
        return actions.hand_in(house.curator, QUALITY, what or house.list, named)


def standing(house: House, what: Signed | None = None) -> dict[str, Subscriber]:
    with viewing(house.curator.organisation.id):
        found = queries.subscribers_of(what or house.list)
    assert found is not None
    return {keys.organisation_of(one.standing.key).partition(".")[0]: one for one in found}


def said() -> list[str]:
    return [code for code in Entry.objects.order_by("pk").values_list("act", flat=True) if code in KNOWN]


def recall(house: House, ident: str) -> None:
    with viewing(house.curator.organisation.id):
        row = ListEntry.objects.select_related("list").get(list=house.list, ident=ident)
        curation.recall(house.curator, QUALITY, row, RecallReason.NOT_CSAM)
    follow(house.list.pk)


def states(house: House) -> dict[str, str]:
    return dict(ListEntry.everywhere.filter(list=house.list).values_list("ident", "state"))


@pytest.mark.once
@pytest.mark.parametrize("seed", range(3))
def test_a_subscriber_lacks_the_recalls_of_what_they_match_with(house: House, seed: int) -> None:
    draw = random.Random(seed)
    enrol(house, "south", "east")
    matched: dict[int, set[str]] = {}
    newest, has = 0, {"south": 0, "east": 0}
    for number in range(12):
        live = [ident for ident, state in states(house).items() if state == EntryState.LIVE.value]
        act = draw.choice(["add", "recall", "release", "south", "east"])
        if act == "add":
            house.add(f"more-{number}")
        elif act == "recall" and live:
            recall(house, draw.choice(sorted(live)))
        elif act == "release":
            house.release()
            newest += 1
            now = states(house)
            matched[newest] = {ident for ident, state in now.items() if state == EntryState.LIVE.value}
            gone = {ident for ident, state in now.items() if state == EntryState.RECALLED.value}
        elif act in has and newest:
            assert hand_in(house, house.letter(act)) == 1
            has[act] = newest
        for name, one in standing(house).items():
            assert one.standing.version == has[name]
            assert (one.standing.since is None) == (has[name] == newest)
            wanted = len(matched[has[name]] & gone) if has[name] else None
            assert one.lacking == wanted


def test_what_nobody_enrolled_said_is_refused_whole_and_says_in_which_file(house: House) -> None:
    house.release()
    enrol(house, "south")
    good = house.letter("south")
    payload = base64.b64decode(json.loads(good)["payload"]).replace(b'"version":1', b'"version":2')
    changed = json.dumps({**json.loads(good), "payload": base64.b64encode(payload).decode()}).encode()
    for bad in (b"", b"\xff", b"[]", b"[" * 100_000, changed, house.letter("east"), good + b"{"):
        with pytest.raises(Refusal) as refused:
            hand_in(house, good, bad)
        assert refused.value.field == "sent"
        assert "1.json" in str(refused.value)
    assert standing(house)["south"].standing.version == 0
    assert said() == [acts.ENROLLED.code]
    assert hand_in(house, good, good) == 2
    assert standing(house)["south"].standing.version == 1
    assert said() == [acts.ENROLLED.code, acts.ACKNOWLEDGED.code]


def test_an_older_letter_takes_nothing_back(house: House) -> None:
    enrol(house, "south")
    house.release()
    old = house.letter()
    house.add("three")
    house.release()
    assert hand_in(house, house.letter(), old) == 2
    assert standing(house)["south"].standing.version == 2
    assert standing(house)["south"].lacking == 0


def test_a_key_is_enrolled_as_its_owner_spoke_of_it(house: House) -> None:
    data = house.key_file()
    right = json.loads(data)
    other = json.loads(house.key_file("east"))
    nobody = {name: value for name, value in right.items() if name != keys.ORGANISATION}
    crooked = (
        b"",
        b"{}",
        b"[" * 100_000,
        json.dumps({**right, "keyid": other["keyid"]}).encode(),  # one's own key by another's id
        json.dumps({**right, "keyid": "../../../key"}).encode(),
        json.dumps({**right, "keyval": {"public": "zz"}}).encode(),
        json.dumps({**right, "keyval": {**right["keyval"], "more": "1"}}).encode(),
        json.dumps(nobody).encode(),
        json.dumps({**right, keys.ORGANISATION: "x" * 300}).encode(),
    )
    with viewing(house.curator.organisation.id):
        for one in crooked:
            with pytest.raises(Refusal) as refused:
                actions.enrol(house.curator, QUALITY, house.list, one, "")
            assert refused.value.field == "file"
        with pytest.raises(Refusal) as refused:
            actions.enrol(house.curator, QUALITY, house.list, data, other["keyid"][:8])
        assert refused.value.field == "heard"
    enrol(house, "south")
    elsewhere = json.loads(house.key_file("second"))
    elsewhere[keys.ORGANISATION] = right[keys.ORGANISATION]  # the organisation stands there with another country
    with viewing(house.curator.organisation.id), pytest.raises(Refusal) as refused:
        actions.enrol(house.curator, QUALITY, house.list, json.dumps(elsewhere).encode(), "")
    assert refused.value.field == "file"
    assert set(standing(house)) == {"south"}
    assert said() == [acts.ENROLLED.code]


def test_who_is_no_subscriber_any_more_is_expected_to_say_nothing(house: House) -> None:
    house.release()
    enrol(house, "south", "east")
    keyid = standing(house)["south"].standing.key.keyid
    with viewing(house.curator.organisation.id):
        gone = actions.end(house.curator, QUALITY, house.list, keyid)
        assert keys.organisation_of(gone) == "south.example"
        with pytest.raises(Conflict):
            actions.end(house.curator, QUALITY, house.list, keyid)
    assert set(standing(house)) == {"east"}
    with pytest.raises(Refusal):
        hand_in(house, house.letter("south"))
    assert said().count(acts.ENDED.code) == 1


def test_a_list_that_nobody_signs_has_no_subscribers(house: House) -> None:
    other = make_list(house.curator, "other")
    data = house.key_file()
    with viewing(house.curator.organisation.id):
        assert queries.subscribers_of(other) is None
        with pytest.raises(Conflict):
            actions.enrol(house.curator, QUALITY, other, data, "")
        with pytest.raises(Conflict):
            actions.hand_in(house.curator, QUALITY, other, [("a", b"")])
        with pytest.raises(Conflict):
            actions.end(house.curator, QUALITY, other, "0" * 64)


def test_who_is_late_is_named_to_those_who_keep_the_list_and_to_nobody_else(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.release()
    enrol(house, "south", "east")
    hand_in(house, house.letter("east"))
    stranger = curator()

    def named(viewer: Any) -> list[str]:
        with viewing(viewer.organisation.id):
            return [str(one.what) for one in items.waiting_items(viewer)]

    assert named(house.curator) == []
    later = timezone.now() + timedelta(days=WITHIN, hours=1)
    monkeypatch.setattr(timezone, "now", lambda: later)
    assert len(named(house.curator)) == 1
    assert "south.example (XS)" in named(house.curator)[0]
    assert named(stranger) == []
    assert standing(house)["south"].late
    assert not standing(house)["east"].late


def test_a_damaged_folder_is_no_reason_to_show_no_list(house: House) -> None:
    house.release()
    enrol(house, "south")
    for path in (house.alliance.repository.folder / "subscribers" / NAME).iterdir():
        path.write_text("{}")
    with viewing(house.curator.organisation.id):
        assert queries.subscribers_of(house.list) is None
        assert queries.overdue() == []


def test_the_page_of_a_list_shows_who_uses_what(house: House, client: Client) -> None:
    house.release()
    sign_in(client, house.curator.person)
    page = reverse("lists:list", args=[house.list.pk])
    why = {"why": "list_quality", "words": "in a test"}

    def post(name: str, *more: str, **fields: Any) -> Any:
        return client.post(reverse(f"lists:{name}", args=[house.list.pk, *more]), {**why, **fields})

    def file(data: bytes) -> SimpleUploadedFile:
        return SimpleUploadedFile("sent.json", data, "application/json")

    heard = json.loads(house.key_file())["keyid"]
    grouped = f" {heard[:4]} {heard[4:10].upper()}"
    assert post("enrol-subscriber", file=file(house.key_file()), heard=heard[:7]).status_code == 422
    assert post("enrol-subscriber", file=file(house.key_file()), heard=grouped).status_code == 302
    assert post("hand-in-acknowledgements", sent=[file(b"{}"), file(house.letter())]).status_code == 422
    assert post("hand-in-acknowledgements", sent=[file(house.letter()), file(house.letter())]).status_code == 302
    given = {"kind": "list", "record": str(house.list.pk), "next": page, "reason-why": "list_quality"}
    client.post(reverse("casework:reason"), given)
    text = client.get(page).content.decode()
    assert "south.example (XS)" in text
    assert "Newest" in text
    assert post("end-subscriber", heard).status_code == 302
    assert "Nobody is enrolled" in client.get(page).content.decode()
