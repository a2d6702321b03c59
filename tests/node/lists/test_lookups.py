"""From a key and a policy to the service's answer, and from there to the ledger and to a recall."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

import msgspec
import pytest
from django.utils import timezone
from tests.lookup.service import running, until
from tests.node.factories import make_key, make_member, make_organisation, make_person, terms, viewer_for
from tests.node.lists.factories import QUALITY, add, curator, digest, entry_of, make_list
from tests.node.lists.subsets import make_subset

from vaern.lookup import spool
from vaern.lookup.callers import read
from vaern.lookup.leaves import leaf_of
from vaern.lookup.policy import Need
from vaern.lookup.spool import Alarm, Answered, Feedback, HitRow, Writer
from vaern.node.base.scope import viewing
from vaern.node.casework.releases.terms import Handling
from vaern.node.ledger.models import Entry
from vaern.node.lists.curation import actions as curation
from vaern.node.lists.lookups import actions, callers, draining
from vaern.node.lists.lookups.items import alarm_items
from vaern.node.lists.lookups.jobs import erase_calls
from vaern.node.lists.models import (
    EntryFeedback,
    LookupAlarm,
    LookupBatch,
    LookupCall,
    LookupHit,
    RecallEffect,
    SpoolMark,
)
from vaern.node.lists.recalls import tracing
from vaern.node.lists.rules.effects import RecallReason
from vaern.node.lists.rules.lists import Tells
from vaern.node.organisations.models import ApiKey
from vaern.node.organisations.rules import OrganisationKind, Permission, Role
from vaern.proofs import tags
from vaern.proofs.merkle import Frontier, hash_leaf

if TYPE_CHECKING:
    from vaern.node.lists.models import HashList

pytestmark = pytest.mark.django_db(transaction=True)


def moderator() -> Any:
    platform = make_organisation(OrganisationKind.PLATFORM, member=make_member())
    return viewer_for(make_person(Role.MODERATOR, platform))


def let_have(owner: Any, hash_list: HashList, recipient: Any) -> None:
    with viewing(owner.organisation.id):
        until = timezone.now() + timedelta(days=30)
        curation.release(owner, QUALITY, hash_list, [recipient.organisation.pk], terms(Handling.AMBER, until))


def test_a_key_may_be_matched_against_what_its_organisation_has_or_is_hosted():
    owner, asker = curator(), moderator()
    held, _other = make_list(owner, "held"), make_list(owner, "other")
    make_list(owner, "hosted", hosted=True)
    let_have(owner, held, asker)
    make_key(asker.person, Permission.LOOKUP_ASK)
    assert callers.write() == 1
    (found,) = read(callers.path()).callers
    assert (found.lists, found.holds, found.hears) == (("held", "hosted"), ("held",), {"hosted": "verdict"})
    assert (found.organisation.name, found.scopes) == (asker.organisation.name, ("lookup.ask", "lookup.feedback"))
    assert callers.write() == 0  # nothing new to say


@pytest.mark.parametrize("tells", [*Tells])
def test_who_keeps_a_hosted_list_says_what_others_hear_and_its_licence_who_they_are(tells: Tells):
    owner, asker = curator(), moderator()
    police = viewer_for(make_person(Role.CURATOR, make_organisation(OrganisationKind.POLICE)))
    kinds = (OrganisationKind.POLICE.value,)
    make_list(owner, "licensed", hosted=True, licence_kinds=kinds, tells=tells.value)
    make_list(owner, "open", hosted=True, tells=tells.value)
    hears = {"open": tells.value} if tells is not Tells.ALL else {}
    for viewer, lists, more in ((asker, ("open",), {}), (police, ("licensed", "open"), {"licensed": tells.value})):
        found = callers.caller_of(viewer.organisation)
        assert (found.lists, found.hears) == (lists, {**more, **hears} if hears else {})
    assert callers.caller_of(owner.organisation).hears == {}


def test_an_entry_that_is_met_in_a_subset_and_on_its_list_is_one_hit():
    owner, asker = curator(), moderator()
    make_subset(owner, make_list(owner, "known"), "part")
    one = msgspec.structs.replace(
        answered(asker.organisation, 1, "a", "b"), hits=tuple(HitRow(0, *at, "sha256", 0, "queue") for at in TWICE)
    )
    writer = Writer(draining.folder())
    writer.append([one])
    writer.close()
    draining.drain()
    assert sorted(LookupHit.everywhere.values_list("list", "entry")) == [("known", "a"), ("known", "b")]


TWICE = [("known", "1", "a"), ("part", "1", "a"), ("known", "1", "b")]


@pytest.mark.parametrize("ends", ["revoked", "maker", "organisation"])
def test_a_key_that_ended_is_not_in_the_file(ends: str):
    asker = moderator()
    make_key(asker.person, Permission.LOOKUP_ASK)
    callers.write()
    assert len(read(callers.path()).callers) == 1
    if ends == "revoked":
        ApiKey.everywhere.update(revoked_at=timezone.now())
    elif ends == "maker":
        type(asker.person).everybody.filter(pk=asker.person.pk).update(is_active=False)
    else:
        type(asker.organisation).objects.filter(pk=asker.organisation.pk).update(active=False)
    callers.write()
    assert read(callers.path()).callers == ()


def test_a_policy_counts_as_soon_as_it_is_set_and_each_version_is_kept():
    asker = moderator()
    make_key(asker.person, Permission.LOOKUP_ASK)
    with viewing(asker.organisation.id):
        actions.set_policy(asker, QUALITY, "hosting", "DK", {"log": Need()}, coarse=False)
        actions.set_policy(asker, QUALITY, "search", "DK", {"block": Need(votes=3, countries=2)}, coarse=True)
    (found,) = read(callers.path()).callers
    assert (found.service, found.coarse, found.policy) == ("search", True, {"block": Need(votes=3, countries=2)})


def answered(organisation: Any, number: int, *entries: str) -> Answered:
    hits = tuple(HitRow(0, "known", "1", entry, "sha256", 0, "queue") for entry in entries)
    return Answered(
        at=timezone.now().isoformat(),
        call=str(UUID(int=number)),
        key=UUID(int=1).hex,
        organisation=str(organisation.pk),
        protocol="vaern",
        counts={"sha256": 2},
        digest=f"{number:064x}",
        index="0" * 64,
        hits=hits,
    )


def test_what_was_answered_is_entered_once_with_one_entry_for_many_calls(tmp_path: Any):
    asker = moderator()
    writer = Writer(draining.folder())
    asked = [answered(asker.organisation, number, *(["a"] if number == 3 else [])) for number in range(1, 8)]
    writer.append(asked)
    before = Entry.objects.count()
    assert (draining.drain(), draining.drain()) == (7, 0)
    assert Entry.objects.count() == before + 1
    batch = LookupBatch.everywhere.get()
    said = tags.read(Entry.objects.get(pk=batch.entry).tags)
    assert (said["calls"], said["signals"], said["hits"]) == ("7", "14", "1")
    assert said["root_a"] + said["root_b"] == bytes(batch.root).hex()
    tree = Frontier()
    for number in range(1, 8):
        tree.append(hash_leaf(leaf_of(asked[number - 1])))
    assert tree.root() == bytes(batch.root)
    assert [(one.entry, one.answered_id) for one in LookupHit.everywhere.all()] == [("a", UUID(int=3))]
    writer.close()
    assert draining.drain() == 0
    assert not spool.waiting(draining.folder())
    assert not SpoolMark.objects.exists()


def test_a_crash_in_the_middle_enters_nothing_twice_and_loses_nothing(monkeypatch: pytest.MonkeyPatch):
    asker = moderator()
    writer = Writer(draining.folder())
    writer.append([answered(asker.organisation, number, "a") for number in range(1, 4)])
    real = draining._hits

    def dies(*given: Any) -> None:
        real(*given)
        raise KeyboardInterrupt

    monkeypatch.setattr(draining, "_hits", dies)
    with pytest.raises(KeyboardInterrupt):
        draining.drain()
    assert not LookupCall.everywhere.exists()
    monkeypatch.setattr(draining, "_hits", real)
    draining.drain()
    assert LookupCall.everywhere.count() == 3


def test_feedback_reaches_the_curators():
    asker = moderator()
    Writer(draining.folder()).append(
        [
            Feedback(
                at=timezone.now().isoformat(),
                call="c",
                key=UUID(int=1).hex,
                organisation=str(asker.organisation.pk),
                protocol="ncmec",
                list="known",
                entry="a",
                opinion="negative",
                reasons=("wrong",),
            )
        ]
    )
    draining.drain()
    found = EntryFeedback.everywhere.get()
    assert (found.list, found.entry, found.opinion, found.reasons) == ("known", "a", "negative", {"given": ["wrong"]})


@pytest.mark.once
def test_an_entry_is_answered_recalled_and_followed_to_whoever_heard_of_it():
    owner, asker = curator(), moderator()
    hash_list = make_list(owner)
    let_have(owner, hash_list, asker)
    (row,) = add(owner, hash_list, entry_of("a"))
    _key, text = make_key(asker.person, Permission.LOOKUP_ASK)
    asked = {"kind": "sha256", "value": digest("a").value.hex()}
    with running(callers.path().parent) as service:
        callers.write()
        service.keys["node"] = text

        def hits() -> list[str]:
            reply = service.look_up(asked, who="node", purpose="upload")
            return (
                [hit["entry"] for hit in reply.json()["results"][0].get("hits", [])] if reply.status == 200 else ["?"]
            )

        until(lambda: hits() == ["a"])
        with viewing(owner.organisation.id):
            made = curation.recall(owner, QUALITY, row, RecallReason.NOT_CSAM)
        until(lambda: hits() == [])
    stop = threading.Event()
    stop.set()
    draining.run(stop)  # told to stop, it does nothing more
    draining.drain()
    tracing.trace(made.pk)
    found = {(one.organisation_id, one.kind) for one in RecallEffect.everywhere.filter(recall=made)}
    assert found == {(asker.organisation.pk, "lookup"), (asker.organisation.pk, "subscriber")}


def test_who_manages_a_key_is_told_that_it_hits_too_many_entries_and_nobody_else_is():
    asker, stranger = moderator(), moderator()
    key, _secret = make_key(asker.person, Permission.LOOKUP_ASK, name="gate")
    now = timezone.now().isoformat()
    writer = Writer(draining.folder())
    writer.append(
        [Alarm(now, key.pk.hex, str(asker.organisation.pk), code, "made up") for code in ("enumeration", "stopped")]
    )
    writer.close()
    draining.drain()
    administrator = viewer_for(make_person(Role.ADMINISTRATOR, asker.organisation))
    with viewing(asker.organisation.id):
        told = alarm_items(administrator)
        assert [(one.tone, str(one.name)) for one in told] == [("bad", "Key gate"), ("warning", "Key gate")]
        assert all(one.news for one in told), "no work: it is revoked or not"
        assert bool(alarm_items(asker)) == asker.may(Permission.KEYS_MANAGE)
    with viewing(stranger.organisation.id):
        assert alarm_items(viewer_for(make_person(Role.ADMINISTRATOR, stranger.organisation))) == []
    acts = set(Entry.objects.filter(act__startswith="lists.lookups.").values_list("act", flat=True))
    assert {"lists.lookups.alarmed", "lists.lookups.stopped"} <= acts
    LookupAlarm.everywhere.update(ends=timezone.localdate() - timedelta(days=1))
    assert erase_calls() == 2
