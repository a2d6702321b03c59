"""A call of the service stands in the ledger with its reason, and can be made again: from the question to the proof."""

from __future__ import annotations

import json
import random
import shutil
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

import msgspec
import pytest
from click.testing import CliRunner
from django.utils import timezone
from tests.lookup.service import running, until
from tests.node.factories import make_key, make_organisation
from tests.node.lists.factories import QUALITY, add, curator, digest, entry_of, make_list
from tests.node.lists.test_api import program
from tests.node.lists.test_lookups import answered, let_have, moderator

from vaern.cli.commands import cli
from vaern.lookup import spool
from vaern.lookup.desk import call_id
from vaern.lookup.policy import Need
from vaern.lookup.spool import State, Writer
from vaern.lookup.wire import index_of
from vaern.node.base.scope import viewing
from vaern.node.ledger.keys import verifier_key
from vaern.node.ledger.models import Entry, Note
from vaern.node.ledger.sequencer import sequence_once
from vaern.node.lists.base.disk import folder_of
from vaern.node.lists.curation import actions as curation
from vaern.node.lists.lookups import actions, callers, draining, proving
from vaern.node.lists.lookups.jobs import erase_calls
from vaern.node.lists.models import LookupBatch, LookupDay, LookupState
from vaern.node.lists.rules.effects import RecallReason
from vaern.node.lists.rules.lookups import MOST_PURPOSES, purposes_said, why_of
from vaern.node.organisations.rules import OrganisationKind, Permission
from vaern.proofs import tags
from vaern.proofs.calls import ProofBroken, check_proof, read_proof, written

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.django_db(transaction=True)


def vaern(*words: object) -> tuple[int, str]:
    done = CliRunner().invoke(cli, ["lookup", *map(str, words)])
    return done.exit_code, done.output


@pytest.mark.once
def test_a_call_is_asked_proven_and_made_again(tmp_path: Path) -> None:
    owner, asker = curator(), moderator()
    hash_list = make_list(owner)
    let_have(owner, hash_list, asker)
    (row,) = add(owner, hash_list, entry_of("a"))
    _key, text = make_key(asker.person, Permission.LOOKUP_ASK)
    signals = [{"kind": "sha256", "value": digest(name).value.hex()} for name in ("a", "nothing", "a")]
    body = {"signals": signals, "purpose": "upload", "reference": "case 7"}
    with running(callers.path().parent) as service:
        callers.write()
        service.keys["node"] = text
        until(lambda: service.ask("POST", "/api/lookups", {"signals": signals[:1]}, who="node").status == 200)
        reply = service.ask("POST", "/api/lookups", body, who="node").json()
        miss = service.look_up(signals[1], who="node").json()  # says no purpose
    shutil.copytree(folder_of(hash_list.name), tmp_path / "then")
    with viewing(owner.organisation.id):
        curation.recall(owner, QUALITY, row, RecallReason.NOT_CSAM)
    draining.drain()
    client = program(asker.person, Permission.LOOKUP_ASK)
    assert client.get(f"/api/lookups/{UUID(reply['call'])}/proof").status_code == 409, "not in the ledger yet"
    sequence_once()

    said = client.get(f"/api/lookups/{UUID(reply['call'])}").json()
    assert (said["purpose"], said["reference"], said["signals"], said["hits"]) == ("upload", "case 7", {"sha256": 3}, 2)
    assert said["lists"] == [{key: reply["lists"][0][key] for key in ("name", "release", "sequence")}]
    assert client.get(f"/api/lookups/{UUID(miss['call'])}").json()["hits"] == 0
    assert client.get(f"/api/lookups/{uuid4()}").status_code == 404

    asked, proof = tmp_path / "asked.json", tmp_path / "proof.json"
    asked.write_bytes(msgspec.json.encode(body))
    proof.write_bytes(client.get(f"/api/lookups/{UUID(reply['call'])}/proof").content)
    status, printed = vaern("prove", UUID(reply["call"]))
    assert (status, json.loads(printed)) == (0, json.loads(proof.read_bytes()))
    given = ["replay", proof, "--key", verifier_key(), "--asked", asked]
    status, printed = vaern(*given, "--list", tmp_path / "then")
    assert status == 0, printed
    assert "Purpose: upload. Reference: case 7." in printed
    assert printed.endswith("3 signals: these are what it asked.\n2 hits: the same answer as then.\n")

    status, printed = vaern(*given, "--list", folder_of(hash_list.name))  # the entry was recalled since
    assert (status, "It does not hold. lists: " in printed) == (1, True)
    asked.write_bytes(msgspec.json.encode({**body, "signals": signals[:2]}))
    status, printed = vaern(*given)
    assert (status, "It does not hold. asked: " in printed) == (1, True)
    assert "it asked 3 sha256, these are 2 sha256" in printed
    asked.write_bytes(msgspec.json.encode({**body, "signals": signals[::-1][1:] + signals[:1]}))
    assert vaern(*given)[0] == 1, "another order is another question"


@pytest.fixture
def proof() -> dict[str, Any]:
    """The proof of the fifth of seven calls, which were answered from two lists."""
    asker = moderator()
    lists = (("a", "r1", 3), ("b", "r2", 0))
    calls = [
        msgspec.structs.replace(answered(asker.organisation, number), index=index_of(lists)) for number in range(1, 8)
    ]
    now = timezone.now()
    calls = [
        msgspec.structs.replace(one, call=call_id(now), at=now.isoformat(timespec="milliseconds")) for one in calls
    ]
    Writer(draining.folder()).append([State(now.isoformat(), index_of(lists), lists), *calls])
    draining.drain()
    sequence_once()
    found = proving.find(LookupBatch.everywhere.all(), UUID(calls[4].call))
    assert found is not None
    assert found.position == 4
    return json.loads(json.dumps(written(proving.proof_of(found))))


def members(value: Any, place: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Yield where each value of a document stands."""
    if isinstance(value, dict | list):
        for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
            yield from members(inner, (*place, key))
    else:
        yield place


def other(value: Any) -> Any:
    """Return something else of the same type: the last digit or letter differs."""
    if isinstance(value, int):
        return value + 1
    last = value.rstrip("\n")[-1]
    at = value.rindex(last)
    return value[:at] + ("0" if last != "0" else "1") + value[at + 1 :]


def test_whatever_is_changed_in_a_proof_breaks_it_and_the_place_is_named(proof: dict[str, Any]) -> None:
    key = verifier_key()
    check_proof(read_proof(json.dumps(proof)), key)
    for place in members(proof):
        if place in {("entry", "key"), ("entry", "format")}:
            continue  # not believed: the key comes from elsewhere
        changed = json.loads(json.dumps(proof))
        at = changed
        for step in place[:-1]:
            at = at[step]
        at[place[-1]] = other(at[place[-1]])
        with pytest.raises(ProofBroken) as broken:
            check_proof(read_proof(json.dumps(changed)), key)
        top = str(place[0])
        near = {"position": "call", "inclusion": "call"}.get(top, top)
        assert broken.value.place.split(".")[0] == near, place
    for name in ("call", "entry", "inclusion"):
        with pytest.raises(ProofBroken):
            read_proof(json.dumps({key: value for key, value in proof.items() if key != name}))


def test_a_call_is_found_by_its_own_organisation_alone(proof: dict[str, Any]) -> None:
    call = UUID(json.loads(proof["call"])["call"])
    assert proving.find(LookupBatch.everywhere.all(), call) is not None
    assert proving.find(LookupBatch.everywhere.filter(organisation=make_organisation().pk), call) is None
    assert proving.find(LookupBatch.everywhere.all(), UUID(int=call.int ^ 1)) is None, "of the same moment"


def test_an_entry_says_why_and_how_many_calls_had_which_purpose() -> None:
    asker = moderator()
    purposes = ["upload", "", "upload", "appeal"]
    calls = [
        msgspec.structs.replace(answered(asker.organisation, number), purpose=purpose)
        for number, purpose in enumerate(purposes, 1)
    ]
    Writer(draining.folder()).append(calls)
    draining.drain()
    entry = Entry.objects.get(pk=LookupBatch.everywhere.get().entry)
    assert entry.why == "removal"
    assert Note.objects.get(entry=entry.pk).details == "2 upload\n1 -\n1 appeal"
    assert tags.read(entry.tags)["calls"] == "4"


@pytest.mark.once
def test_a_client_that_cannot_say_a_purpose_has_that_of_its_key_in_the_ledger_or_its_kind_of_service() -> None:
    asker = moderator()
    with viewing(asker.organisation.id):
        actions.set_policy(asker, QUALITY, "hosting", "DK", {"log": Need()}, coarse=False)
    keys = {purpose: make_key(asker.person, Permission.LOOKUP_ASK, purpose=purpose) for purpose in ("night", "")}
    value = digest("a").value.hex()
    with running(callers.path().parent) as service:
        callers.write()
        for purpose, (_key, text) in keys.items():
            service.keys[purpose or "none"] = text
        for who in ("night", "none"):
            until(lambda: service.ask("GET", "/c/banks", who=who).status == 200)  # noqa: B023 - called here
            assert service.ask("GET", f"/m/lookup?signal={value}&signal_type=pdq", who=who).status == 200
    draining.drain()
    said = {
        batch.key: Note.objects.get(entry=batch.entry).details for batch in LookupBatch.everywhere.filter(signals__gt=0)
    }
    assert said == {keys["night"][0].pk: "1 night", keys[""][0].pk: "1 service:hosting"}


def test_the_purposes_of_an_entry_add_up_however_many_there_are() -> None:
    draw = random.Random(5)
    for most in (1, MOST_PURPOSES, MOST_PURPOSES * 3):
        given = [f"p{draw.randrange(most)}" for _ in range(200)]
        lines = purposes_said(given).splitlines()
        assert sum(int(line.split()[0]) for line in lines) == len(given)
        assert len(lines) <= MOST_PURPOSES + 1
    assert purposes_said(["", ""]) == ""
    assert {why_of(kind).value for kind in OrganisationKind} == {
        "assessment",
        "investigation",
        "removal",
        "list_quality",
    }


def test_calls_are_counted_with_a_hit_or_without_and_what_is_not_asked_any_more_goes() -> None:
    asker = moderator()
    lists = (("known", "r1", 3),)
    one = msgspec.structs.replace(answered(asker.organisation, 1), index=index_of(lists))
    two = msgspec.structs.replace(answered(asker.organisation, 2, "a"), index=index_of(lists))
    state = State(timezone.now().isoformat(), index_of(lists), lists)
    writer = Writer(draining.folder())
    writer.append([state, one, two])
    draining.drain()
    writer.append([state, msgspec.structs.replace(one, call=UUID(int=3).hex)])
    draining.drain()
    assert list(LookupDay.objects.values_list("calls", flat=True)) == [3]
    LookupState.objects.update(ends=timezone.localdate() - timedelta(days=1))
    writer.append([msgspec.structs.replace(one, call=UUID(int=4).hex)])
    draining.drain()
    assert erase_calls() == 0, "it is asked still"
    LookupState.objects.update(ends=timezone.localdate() - timedelta(days=1))
    assert erase_calls() == 2
    assert not spool.waiting(draining.folder()) or not LookupState.objects.exists()
