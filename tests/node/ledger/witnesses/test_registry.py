"""Who witnesses whom: as a policy says, and as a peer says, neither over the head of the other."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from structlog.testing import capture_logs
from tests.node.ledger.witnesses.foreign import an_hour_later, listening
from tests.proofs.ledgers import cosigners

from vaern.node.ledger.keys import verifier_key
from vaern.node.ledger.models import Entry, Witness, WitnessedLog
from vaern.node.ledger.witnesses import registry
from vaern.node.ledger.witnesses.jobs import ask_witnesses
from vaern.node.ledger.witnesses.policies import configured_policy
from vaern.node.ledger.witnesses.registry import POLICY, Taken
from vaern.proofs.checkpoints import SigningKey
from vaern.proofs.note_keys import NoteKey
from vaern.proofs.policy import PolicyError, parse_policy

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pytest_django.fixtures import SettingsWrapper

    from vaern.proofs.policy import Policy

pytestmark = pytest.mark.django_db

FIRST, SECOND = (NoteKey.parse(str(SigningKey.fresh(f"{name}.example").verifier)) for name in ("first", "second"))
W = [key.verifier for key in cosigners(4)]


def policy_of(*lines: str) -> Policy:
    return parse_policy("\n".join([*lines, "quorum none"]).encode())


def logs() -> dict[str, str]:
    return dict(WitnessedLog.objects.filter(ended_at=None).values_list("origin", "keys"))


def witnesses() -> dict[str, str]:
    return dict(Witness.objects.filter(ended_at=None).values_list("url", "keys"))


def recorded() -> int:
    return Entry.objects.filter(act__startswith="ledger.witness").count()


def test_a_policy_is_followed_and_said_again_changes_nothing() -> None:
    policy = policy_of(
        f"log {FIRST}",
        f"log {SECOND} https://second.example",
        f"witness a {W[0]} https://a.example/ledger/witness",
        f"witness a2 {W[1]} https://a.example/ledger/witness/",
        f"witness silent {W[2]}",
    )
    for _ in range(2):
        registry.follow(policy)
        assert logs() == {FIRST.name: str(FIRST), SECOND.name: str(SECOND)}
        assert witnesses() == {"https://a.example/ledger/witness": f"{W[0]}\n{W[1]}"}
        assert recorded() == 3
    registry.follow(policy_of(f"log {SECOND}"))
    assert (set(logs()), witnesses()) == ({SECOND.name}, {})
    registry.follow(None)
    assert (logs(), witnesses()) == ({}, {})
    registry.follow(policy)
    assert set(logs()) == {FIRST.name, SECOND.name}


def test_one_policy_for_all_nodes_of_an_alliance() -> None:
    """A node passes over its own lines: it is no witness of itself."""
    own = registry.introduction()
    registry.follow(policy_of(*own.policy_lines(), f"log {FIRST}"))
    assert (set(logs()), witnesses()) == ({FIRST.name}, {})
    with pytest.raises(ValueError, match="own"):
        registry.register_log([NoteKey.parse(str(verifier_key()))], "peer.a")


def test_neither_policy_nor_peer_goes_over_the_head_of_the_other() -> None:
    other = NoteKey.parse(str(SigningKey.fresh(FIRST.name).verifier))
    registry.register_log([FIRST], "peer.a")
    registry.register_witness("https://a.example", W[:1], "peer.a")
    with pytest.raises(Taken):
        registry.register_log([other], "peer.b")
    with pytest.raises(Taken):
        registry.register_witness("https://a.example/", W[1:2], "peer.b")
    registry.follow(policy_of(f"log {other}", f"witness a {W[1]} https://a.example"))
    registry.follow(None)
    assert logs() == {FIRST.name: str(FIRST)}
    assert witnesses() == {"https://a.example": str(W[0])}
    assert registry.end("peer.b") == 0
    assert registry.end("peer.a") == 2
    registry.register_log([other], "peer.b")
    assert logs() == {FIRST.name: str(other)}


def test_who_is_in_a_policy_and_a_peer_stays_until_neither_says_so() -> None:
    policy = policy_of(f"log {FIRST}", f"witness a {W[0]} https://a.example")
    registry.follow(policy)
    registry.register_log([FIRST], "peer.a")
    registry.register_witness("https://a.example", W[:1], "peer.a")
    registry.follow(None)
    assert (set(logs()), set(witnesses())) == ({FIRST.name}, {"https://a.example"})
    registry.end("peer.a")
    assert (logs(), witnesses()) == ({}, {})
    registry.follow(policy)
    assert (set(logs()), set(witnesses())) == ({FIRST.name}, {"https://a.example"})


def test_a_key_is_changed_with_an_overlap() -> None:
    fresh = NoteKey.parse(str(SigningKey.fresh(FIRST.name).verifier))
    for keys in ([FIRST], [FIRST, fresh], [fresh]):
        registry.register_log(keys, "peer.a")
        assert logs() == {FIRST.name: registry.texts(keys)}
        assert registry.keys_of(logs()[FIRST.name]) == keys


@pytest.mark.parametrize("keys", [[], [FIRST, SECOND]])
def test_what_is_no_ledger_and_no_witness_is_refused(keys: list[NoteKey]) -> None:
    with pytest.raises(ValueError, match="one name"):
        registry.register_log(keys, "peer.a")
    for url, given in (("", W), ("/", W), ("https://a.example", [])):
        with pytest.raises(ValueError, match="an address and a key"):
            registry.register_witness(url, given, "peer.a")


@pytest.fixture
def configured(settings: SettingsWrapper, tmp_path: Path) -> Callable[[bytes], Path]:
    """Write the policy that the node is configured with."""
    path = tmp_path / "policy"

    def write(data: bytes) -> Path:
        path.write_bytes(data)
        settings.CONFIGURATION = replace(settings.CONFIGURATION, witness_policy=path)
        return path

    return write


def test_the_job_follows_the_configured_policy_and_asks(configured: Callable[[bytes], Path]) -> None:
    assert configured_policy() is None
    an_hour_later(3)
    assert ask_witnesses() == 0
    with listening() as witness:
        configured(f"log {FIRST}\n{witness.policy_line('a')}\nquorum a\n".encode())
        assert ask_witnesses() == 1
    assert Witness.objects.get().told_by == POLICY
    assert set(logs()) == {FIRST.name}


def test_a_policy_that_cannot_be_read_changes_nothing_and_is_said(configured: Callable[[bytes], Path]) -> None:
    with listening() as witness:
        path = configured(f"{witness.policy_line('a')}\nquorum a\n".encode())
        an_hour_later(3)
        path.write_bytes(b"quorum b\n")
        registry.register_witness(witness.url, [witness.key.verifier], POLICY)
        with capture_logs() as said:
            assert ask_witnesses() == 0
        assert [one["error"] for one in said if one["event"] == "error"] == ["PolicyError"]
        assert witnesses(), "whom it asked before it goes on asking"
        assert len(witness.asked) == 1
        path.unlink()
        with pytest.raises(PolicyError, match="cannot be read"):
            configured_policy()


def test_the_lines_that_introduce_a_node_are_a_policy() -> None:
    own = registry.introduction()
    policy = policy_of(*own.policy_lines())
    assert [party.key for party in policy.logs.values()] == [own.ledger]
    assert policy.witness_keys() == list(own.witness)
    assert {party.url for party in policy.witnesses.values()} == {"http://localhost/ledger/witness"}
