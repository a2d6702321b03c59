"""What is said of witnesses: to oversight on its page and its front page, and to monitors in numbers."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from django.urls import reverse
from tests.client.serving import Said
from tests.node.factories import sign_in, viewer_for
from tests.node.ledger.witnesses.foreign import Foreign, an_hour_later, listening
from tests.node.oversight.worlds import World, make_world
from tests.proofs.ledgers import Ledger

from vaern.node.base.scope import viewing
from vaern.node.ledger.proofs import published_checkpoint
from vaern.node.ledger.witnesses import registry
from vaern.node.ledger.witnesses.asking import ask_all
from vaern.node.ledger.witnesses.cosigning import add_checkpoint
from vaern.node.ledger.witnesses.rules import Refused
from vaern.node.operations.metrics import exposition
from vaern.node.oversight.items import waiting_items

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from django.test import Client
    from pytest_django.fixtures import SettingsWrapper

    from vaern.node.organisations.models import Person

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(client: Client) -> World:
    """A world whose oversight is signed in."""
    made = make_world()
    sign_in(client, made.overseer)
    return made


@pytest.fixture
def witness() -> Iterator[Foreign]:
    with listening() as found:
        registry.register_witness(found.url, [found.key.verifier], "peer.test")
        yield found


def page(client: Client) -> str:
    """The state of the ledger as oversight reads it, without markup."""
    text = client.get(reverse("oversight:health")).text.partition("<main")[2]
    return " ".join(re.sub(r"<[^>]+>", " ", text).split())


def measures() -> dict[str, float]:
    lines = [line for line in exposition().decode().splitlines() if line.startswith("vaern_witness")]
    return {name: float(value) for name, _, value in (line.rpartition(" ") for line in lines)}


def names(person: Person) -> list[str]:
    """What waits for somebody on the front page, of witnesses."""
    with viewing(person.organisation_id):
        return [item.about for item in waiting_items(viewer_for(person)) if item.about == "witnesses"]


def test_how_far_a_witness_is_stands_on_the_page_and_in_numbers(client: Client, world: World, witness: Foreign) -> None:
    assert "Not yet asked" in page(client)
    an_hour_later(3)
    size = published_checkpoint().size
    assert measures()[f'vaern_witness_behind_entries{{witness="{witness.url}"}}'] == size
    assert measures()[f'vaern_witness_late_seconds{{witness="{witness.url}"}}'] > 0
    assert "Is asked" in page(client)
    ask_all()
    assert set(measures().values()) == {0}
    assert f"w.example/witness Has cosigned {size} 0" in page(client)
    assert names(world.overseer) == []


def test_a_contradiction_stands_before_oversight(client: Client, world: World, witness: Foreign) -> None:
    an_hour_later(3)
    witness.instead = lambda _asked: Said(b"no\n", 422)
    ask_all()
    assert "Has seen another history" in page(client)
    assert "it was rewritten" in page(client)
    assert measures()["vaern_witness_alarms"] == 1
    assert names(world.overseer) == ["witnesses"]
    assert names(world.overseers[0]) == [], "the whole ledger is not theirs"
    assert client.get("/health").json()["ledger"], "a witness that is hostile must not make the node look ill"


def test_another_ledgers_fork_stands_before_oversight(client: Client, world: World) -> None:
    ledger = Ledger.of(9)
    registry.register_log([ledger.verifier], "peer.test")
    add_checkpoint(ledger.submission(0, 9))
    assert f"{ledger.key.name} One history 9" in page(client)
    with pytest.raises(Refused):
        add_checkpoint(ledger.fork(3).submission(9, 9))
    registry.end("peer.test")
    assert f"{ledger.key.name} Two histories 9" in page(client)
    assert names(world.overseer) == ["witnesses"]


def test_what_the_policy_calls_witnessed_stands_on_the_page(
    client: Client, world: World, witness: Foreign, settings: SettingsWrapper, tmp_path: Path
) -> None:
    path = tmp_path / "policy"
    settings.CONFIGURATION = replace(settings.CONFIGURATION, witness_policy=path)
    path.write_text(f"{witness.policy_line('a')}\nquorum a\n")
    an_hour_later(3)
    assert "Not yet have as many" in page(client)
    ask_all()
    assert f"have cosigned the first {published_checkpoint().size} entries" in page(client)
    path.write_text("quorum b\n")
    assert "line 1: b is no witness" in page(client)
