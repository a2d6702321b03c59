"""What a program reads of recalls that concern it: all that came to programs, no record, and nothing of others."""

from __future__ import annotations

import json
import random
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client
from django.utils import timezone
from tests.node.factories import make_key, make_organisation, make_person, viewer_for
from tests.node.lists.factories import QUALITY, add, curator, entry_of, make_list
from tests.node.lists.test_recalls import looked_up, recall

from vaern.node.base.scope import viewing
from vaern.node.ledger.models import Entry as LedgerEntry
from vaern.node.lists.models import EntryRecall, RecallEffect
from vaern.node.lists.recalls import actions
from vaern.node.lists.rules.effects import BROUGHT_TO_PROGRAMS, Accounts, EffectKind, EffectState
from vaern.node.organisations.rules import OrganisationKind, Permission, Role

if TYPE_CHECKING:
    from vaern.node.organisations.models import Organisation, Person

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def as_fast_as_it_can(settings: Any) -> None:
    settings.KEY_RATE = 10**9


def platform() -> tuple[Organisation, Person]:
    made = make_organisation(OrganisationKind.PLATFORM)
    return made, make_person(Role.MODERATOR, made)


def program(person: Person) -> Client:
    _key, text = make_key(person, Permission.LOOKUP_ASK)
    return Client(headers={"authorization": f"Bearer {text}", "vaern-reason": "list_quality"})


def read(client: Client, limit: int = 500, **query: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    after: str | None = ""
    while after is not None:
        answer = client.get("/api/lookups/recalls", {"limit": limit, "after": after, **query})
        assert answer.status_code == 200, answer.content
        page = answer.json()
        assert len(page["items"]) <= limit
        found += page["items"]
        after = page["next"]
    return found


def state_of(kind: EffectKind, counts: Accounts, draw: random.Random) -> EffectState:
    """Measures that stand on the entry alone are not acknowledged: the database holds that."""
    closed = kind is not EffectKind.ACCOUNT or not counts.open
    return draw.choice([one for one in EffectState if closed or one is not EffectState.ACKNOWLEDGED])


def opened_by(person: Any, recalled: EntryRecall) -> dict[str, int]:
    """How many measures whoever keeps the list reads as open, by kind of what rested on the entry."""
    _key, text = make_key(person, Permission.HASHLIST_WORK)
    client = Client(headers={"authorization": f"Bearer {text}", "vaern-reason": "list_quality"})
    answer = client.get(f"/api/hash-lists/known/recalls/{recalled.pk}")
    return {one["kind"]: one["open"] for one in answer.json()["items"]}


@pytest.mark.parametrize("limit", [1, 4, 500])
@pytest.mark.parametrize("state", ["", "open", "acknowledged"])
def test_all_that_came_to_programs_comes_once_the_latest_first(limit: int, state: str) -> None:
    draw, keeper = random.Random(limit), curator()
    hash_list = make_list(keeper)
    (ours, person), (theirs, _other) = platform(), platform()
    expected = []
    for number in range(6):
        made = EntryRecall.everywhere.create(
            list=hash_list, ident=f"e{number}", why="not_csam", at=timezone.now() - timedelta(days=number)
        )
        for kind in EffectKind:
            counts = Accounts(5, draw.randrange(3), draw.randrange(4)) if kind is EffectKind.ACCOUNT else Accounts(3)
            said = state_of(kind, counts, draw)
            for organisation in (ours, theirs):
                effect = RecallEffect.everywhere.create(
                    recall=made,
                    organisation=organisation,
                    kind=kind.value,
                    state=said.value,
                    code="a record's",
                    matches=counts.measures,
                    lifted=counts.lifted,
                    kept=counts.kept,
                )
                wanted = {"": True, "open": said != EffectState.ACKNOWLEDGED}.get(state, said == "acknowledged")
                if organisation == ours and kind in BROUGHT_TO_PROGRAMS and wanted:
                    rest = counts.open if kind is EffectKind.ACCOUNT else 0
                    expected.append((effect.pk, made.ident, kind.value, said.value, counts.measures, rest))
    found = read(program(person), limit, **({"state": state} if state else {}))
    names = ("number", "entry", "kind", "state", "matches", "open")
    assert [tuple(one[name] for name in names) for one in found] == expected[::-1]
    assert "a record's" not in json.dumps(found)
    assert {one["list"] for one in found} <= {hash_list.name}


def test_a_program_reads_what_a_person_said_of_accounts_and_tells_nobody() -> None:
    keeper = curator()
    (row,) = add(keeper, make_list(keeper), entry_of("a"))
    ours, person = platform()
    looked_up(ours, "known", "a")
    made = recall(keeper, row)
    client, viewer = program(person), viewer_for(person)
    [one] = read(client)
    assert (one["kind"], one["state"], one["entry"], one["open"]) == ("lookup", "to_tell", "a", 0)
    assert read(client)[0]["state"] == "to_tell", "a person has not read it yet"
    told = RecallEffect.everywhere.get(pk=one["number"])
    with viewing(ours.id):
        actions.acknowledge(viewer, QUALITY, told, Accounts(4, 1, 1))
    [accounts, lookup] = read(client)
    assert (accounts["kind"], accounts["matches"], accounts["lifted"], accounts["kept"], accounts["open"]) == (
        *("account", 4, 1, 1),
        2,
    )
    assert (lookup["state"], lookup["done"]) == ("acknowledged", QUALITY.words)
    assert [each["kind"] for each in read(client, state="open")] == ["account"]
    assert opened_by(keeper.person, made) == {"account": 2, "lookup": 0}
    with viewing(ours.id):
        actions.settle(viewer, QUALITY, RecallEffect.everywhere.get(pk=accounts["number"]), Accounts(4, 3, 1))
    assert read(client, state="open") == []
    assert LedgerEntry.objects.filter(act="lists.recalls.of_programs", organisation=ours.pk).count() == 5
