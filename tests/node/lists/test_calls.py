"""The page of a call: found by its id, its place in the ledger shown and proven, and any proof checked on a page."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

import msgspec
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests.node.factories import make_key, sign_in
from tests.node.lists.test_lookups import answered, moderator
from tests.node.lists.test_proving import members, other

from vaern.lookup import wire
from vaern.lookup.desk import call_id
from vaern.lookup.spool import State, Writer
from vaern.lookup.taking import asked_in
from vaern.lookup.wire import index_of
from vaern.node.ledger.keys import verifier_key
from vaern.node.ledger.models import Entry
from vaern.node.ledger.sequencer import sequence_once
from vaern.node.lists.lookups import draining
from vaern.node.lists.lookups.presenters_calls import BROKEN
from vaern.node.organisations.rules import Permission

if TYPE_CHECKING:
    from vaern.node.organisations.viewers import Viewer

pytestmark = pytest.mark.django_db(transaction=True)

BODY = json.dumps({"signals": [{"kind": "sha256", "value": f"{number:064x}"} for number in range(3)]}).encode()


def page_of(viewer: Viewer) -> Client:
    client = Client()
    sign_in(client, viewer.person)
    return client


def call_of(viewer: Viewer, *, key: str = "", entered: bool = True) -> UUID:
    """Let a program ask what `BODY` asks, without a hit; return the id of the call."""
    lists = (("known", "r1", 3), ("other", "r2", 0))
    now, index, signals = timezone.now(), index_of(lists), asked_in(BODY)
    one = msgspec.structs.replace(
        answered(viewer.organisation, 1),
        call=call_id(now),
        at=now.isoformat(timespec="milliseconds"),
        purpose="upload",
        reference="ref-7",
        key=key or UUID(int=1).hex,
        counts=wire.counts(signals),
        digest=wire.digest(signals, index),
        index=index,
        most_distance=31,
    )
    beside = msgspec.structs.replace(one, call=call_id(now))
    Writer(draining.folder()).append([State(one.at, index, lists), beside, one])
    draining.drain()
    if entered:
        sequence_once()
    return UUID(one.call)


def checked(client: Client, proof: bytes, asked: bytes | None = None, key: str = "", name: str = "asked.json") -> Any:
    given: dict[str, Any] = {"proof": SimpleUploadedFile("proof.json", proof), "key": key or str(verifier_key())}
    if asked is not None:
        given["asked"] = SimpleUploadedFile(name, asked)
    return client.post(reverse("lists:check-call"), given)


def test_a_call_is_opened_by_its_id_proven_and_checked_with_what_it_asked() -> None:
    viewer = moderator()
    key, _text = make_key(viewer.person, Permission.LOOKUP_ASK)
    call, client = call_of(viewer, key=key.pk.hex), page_of(viewer)
    for typed in (str(call), call.hex, f"  {call.hex.upper()} "):
        found = client.post(reverse("lists:find-call"), {"call": typed})
        assert found.headers["Location"] == reverse("lists:call", args=[call]), typed
    shown = client.get(found.headers["Location"]).content.decode()
    for said in (key.name, "upload", "ref-7", "3 sha256", "31 bits", "known", "r1", "Checked just now: it holds"):
        assert said in shown, said
    assert Entry.objects.filter(act="lists.lookup.consulted", subject=call).count() == 1
    proof = client.get(reverse("lists:call-proof", args=[call]))
    assert proof.headers["Content-Disposition"] == f'attachment; filename="proof-{call}.json"'
    alone = checked(client, proof.content).content.decode()
    assert "It holds" in alone
    assert "was not given" in alone
    assert "asked exactly these 3 signals" in checked(client, proof.content, BODY).content.decode()
    lines = b"\n".join(json.dumps(one).encode() for one in json.loads(BODY)["signals"]) + b"\n"
    assert "exactly these 3" in checked(client, proof.content, lines, name="asked.NDJSON").content.decode()


def test_whatever_does_not_hold_is_said_in_words_with_its_place() -> None:
    viewer = moderator()
    call, client = call_of(viewer), page_of(viewer)
    proof = json.loads(client.get(reverse("lists:call-proof", args=[call])).content)
    said = checked(client, json.dumps(proof).encode(), BODY.replace(b"0001", b"0009")).content.decode()
    assert str(BROKEN["asked"])[:40] in said
    assert "upload" in said, "what is proven is shown all the same"
    for place in members(proof):
        if place in {("entry", "key"), ("entry", "format"), ("format",)}:
            continue
        changed = json.loads(json.dumps(proof))
        at = changed
        for step in place[:-1]:
            at = at[step]
        at[place[-1]] = other(at[place[-1]])
        page = checked(client, json.dumps(changed).encode())
        assert page.status_code == 200, place
        text = page.content.decode()
        assert "It does not hold" in text, place
        assert any(str(words) in text for words in BROKEN.values()), place
        assert "upload" not in text, "nothing is said to be proven"
    elsewhere = "other.example+" + str(verifier_key()).split("+", 1)[1]
    assert checked(client, json.dumps(proof).encode(), key=elsewhere).status_code == 422


@pytest.mark.parametrize(
    ("proof", "asked", "key", "said"),
    [
        (b"no json", None, "", "no proof of a look-up"),
        (b"{}", None, "", "no proof of a look-up"),
        (None, b"{", "", "no body of a call"),
        (None, b'{"signals":[{"kind":"sha256","value":"ab"}]}', "", "signals[0].value"),
        (None, None, "half a key", "no key of a ledger"),
    ],
)
def test_a_file_that_is_none_is_refused_at_its_field(
    proof: bytes | None, asked: bytes | None, key: str, said: str
) -> None:
    viewer = moderator()
    call, client = call_of(viewer), page_of(viewer)
    proof = client.get(reverse("lists:call-proof", args=[call])).content if proof is None else proof
    page = checked(client, proof, asked, key)
    assert page.status_code == 422
    assert said in page.content.decode()


def test_nobody_finds_a_call_of_another_organisation_and_what_was_typed_stays() -> None:
    call, client = call_of(moderator()), page_of(moderator())
    for typed in (str(call), str(uuid4()), "case 7"):
        page = client.post(reverse("lists:find-call"), {"call": typed})
        assert (page.status_code, typed in page.content.decode()) == (422, True)
    assert client.get(reverse("lists:call", args=[call])).status_code == 404
    assert client.get(reverse("lists:call-proof", args=[call])).status_code == 404
    assert not Entry.objects.filter(act="lists.lookup.consulted").exists()


def test_a_call_without_a_place_yet_says_so_and_has_no_proof() -> None:
    viewer = moderator()
    call, client = call_of(viewer, entered=False), page_of(viewer)
    page = client.get(reverse("lists:call", args=[call]))
    assert (page.status_code, "no place in the ledger yet" in page.content.decode()) == (200, True)
    assert client.get(reverse("lists:call-proof", args=[call])).status_code == 404
