"""The proofs over HTTP: for everybody, enough to check by, and nothing of what the entries say."""

from __future__ import annotations

import pytest
from django.test import Client
from tests.node.ledger.recording import ORGANISATION, PERSON, enter, without_triggers

from vaern.node.ledger.models import Leaf
from vaern.node.ledger.sequencer import sequence_once
from vaern.proofs.checkpoints import VerifierKey, open_checkpoint
from vaern.proofs.merkle import verify_consistency, verify_inclusion

pytestmark = pytest.mark.django_db


def published() -> None:
    """Give what waits its place, and let the hour pass."""
    sequence_once()
    with without_triggers() as cursor:
        cursor.execute("UPDATE ledger_checkpoint SET at = at - interval '1 hour'")


@pytest.fixture
def outsider() -> Client:
    """Somebody who is not signed in."""
    return Client(headers={"host": "localhost"})


def test_an_outsider_checks_the_ledger_over_http(outsider: Client) -> None:
    enter(3, words="Jane Doe")
    published()
    key = VerifierKey.parse(outsider.get("/ledger/key").text)
    old = open_checkpoint(outsider.get("/ledger/checkpoint").text, key)
    enter(4)
    published()
    response = outsider.get("/ledger/checkpoint")
    assert response.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert response.headers["Cache-Control"] == "no-store"
    new = open_checkpoint(response.text, key)
    answer = outsider.get(f"/ledger/consistency/{old.size}/{new.size}").json()
    proof = [bytes.fromhex(text) for text in answer.pop("proof")]
    assert answer == {"old": 3, "new": 7}
    assert verify_consistency(3, 7, proof, old.root, new.root)
    leaf = bytes(Leaf.objects.get(position=5).hash)
    for name in ("5", leaf.hex()):
        answer = outsider.get(f"/ledger/inclusion/{name}/7").json()
        proof = [bytes.fromhex(text) for text in answer.pop("proof")]
        assert answer == {"position": 5, "size": 7}
        assert verify_inclusion(leaf, 5, 7, proof, new.root)


def test_nobody_sees_within_the_hour_that_something_was_recorded(outsider: Client) -> None:
    """Else who suspects somebody of reporting asks one address, and sees the report come."""
    enter(3)
    published()
    asked = [
        f"/ledger/{address}"
        for address in ("checkpoint", "consistency/3/4", "consistency/4/5", "inclusion/3/4", "inclusion/0/4", "key")
    ]
    before = [(outsider.get(address).status_code, outsider.get(address).text) for address in asked]
    enter(1)
    sequence_once()
    leaf = bytes(Leaf.objects.get(position=3).hash).hex()
    assert [(outsider.get(address).status_code, outsider.get(address).text) for address in asked] == before
    assert [outsider.get(f"/ledger/inclusion/{leaf}/{size}").status_code for size in (3, 4)] == [404, 404]
    published()
    assert outsider.get(f"/ledger/inclusion/{leaf}/4").status_code == 200
    assert "\n4\n" in outsider.get("/ledger/checkpoint").text


def test_no_answer_holds_anything_of_an_entry(outsider: Client) -> None:
    (entry,) = enter(1, words="Jane Doe")
    enter(1)
    published()
    addresses = ["checkpoint", "key", "consistency/1/2", "inclusion/0/2", "inclusion/1/1", f"inclusion/{entry}/2"]
    for address in addresses:
        text = outsider.get(f"/ledger/{address}").text
        for secret in ("Jane", "tests.record", "consultation", "assessment", str(PERSON), str(ORGANISATION)):
            assert secret not in text


@pytest.mark.parametrize(
    "address",
    [
        "consistency/0/1",
        "consistency/2/1",
        "consistency/1/99",
        f"consistency/1/{10**30}",
        "inclusion/1/1",
        "inclusion/0/99",
        f"inclusion/{10**30}/{10**31}",
        f"inclusion/{'0' * 63}g/1",
        f"inclusion/{'0' * 64}/1",
        "inclusion/-1/1",
        "inclusion/%20/1",
    ],
)
def test_what_is_not_there_is_said_in_a_sentence(outsider: Client, address: str) -> None:
    enter(1)
    published()
    response = outsider.get(f"/ledger/{address}")
    assert response.status_code == 404
    assert response.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert response.text.endswith("\n")
    assert response.text.count("\n") == 1


def test_before_the_first_entry_there_is_no_checkpoint(outsider: Client) -> None:
    assert outsider.get("/ledger/checkpoint").status_code == 404


@pytest.mark.parametrize("address", ["checkpoint", "key", "consistency/1/1", "inclusion/0/1"])
def test_nothing_can_be_sent(outsider: Client, address: str) -> None:
    assert outsider.post(f"/ledger/{address}").status_code == 405
