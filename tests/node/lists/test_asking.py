"""A person's look-up: the answer of the service by the same policy, for every kind of value, and nothing of it kept."""

from __future__ import annotations

import inspect
import os
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest
from django.apps import apps
from django.test import Client
from django.urls import reverse
from tests.lookup.service import until
from tests.node.factories import make_person, sign_in, viewer_for
from tests.node.lists.factories import QUALITY, add, curator, digest, entry_of, make_list
from tests.node.lists.test_kinds import SPELLED, rows_of, value_of
from tests.node.lists.test_lookups import let_have, moderator

from vaern.lookup import judging, policy, replaying
from vaern.lookup.policy import Need
from vaern.lookup.quota import DAY
from vaern.matching import List
from vaern.node.base.refusals import Refusal
from vaern.node.base.scope import viewing
from vaern.node.ledger.models import Entry as LedgerEntry
from vaern.node.lists.base.disk import folder_of
from vaern.node.lists.base.labels import WHYS
from vaern.node.lists.curation import actions as curation
from vaern.node.lists.lookups import actions, asking, bounds, callers, presenters, queries
from vaern.node.lists.lookups.forms import SERVICES
from vaern.node.lists.lookups.forms_asking import AskForm
from vaern.node.lists.lookups.items import alarm_items
from vaern.node.lists.lookups.presenters_calls import purpose_in_words
from vaern.node.lists.models import LookupAlarm, LookupBatch, LookupDay, LookupHit, RecallEffect
from vaern.node.lists.recalls import tracing
from vaern.node.lists.rules.effects import RecallReason
from vaern.node.lists.rules.lists import Tells
from vaern.node.lists.votes.actions import Ballot, vote
from vaern.node.organisations.rules import Role
from vaern.node.web.reasons import why_label
from vaern.records import Signal, Vote

if TYPE_CHECKING:
    from vaern.node.organisations.viewers import Viewer

pytestmark = pytest.mark.django_db(transaction=True)

REASON = {"why": "list_quality", "words": "in a test"}
WHY = {"reason-why": "list_quality"}


def test_every_reason_of_a_verdict_has_its_words() -> None:
    source = "".join(inspect.getsource(module) for module in (policy, judging))
    assert {*re.findall(r'Reason\(\s*"([a-z-]+)"', source)} <= WHYS.keys()


def asked(viewer: Viewer, *lines: str) -> list[asking.Looked]:
    with viewing(viewer.organisation.id):
        return asking.look_up(viewer, QUALITY, [(line, asking.readings(line)) for line in lines])


def test_a_hash_is_answered_by_the_policy_of_the_organisation_of_its_lists_alone() -> None:
    keeper, viewer = curator(), moderator()
    shared, kept = make_list(keeper, "shared"), make_list(keeper, "kept")
    votes = (Vote("One", "positive", "DK", "independent"), Vote("Two", "positive", "SE", "independent"))
    add(keeper, shared, entry_of("a", votes=votes), entry_of("b"))
    add(keeper, kept, entry_of("c"))
    let_have(keeper, shared, viewer)
    lines = [digest(ident).value.hex() for ident in "abcd"]
    assert [one.verdict.act for one in asked(viewer, *lines)] == ["queue", "queue", "none", "none"]
    with viewing(viewer.organisation.id):
        needs = {"log": Need(), "queue": Need(votes=2, countries=2)}
        actions.set_policy(viewer, QUALITY, "hosting", "DK", needs, coarse=True)
        ours = callers.caller_of(viewer.organisation)
    assert (ours.lists, ours.service, ours.policy) == (("shared",), "hosting", needs)
    found = asked(viewer, *lines)
    assert [one.verdict.act for one in found[1:]] == ["log", "none", "none"]
    assert "votes" in {one.code for one in found[1].verdict.lacks}
    assert LedgerEntry.objects.filter(act="lists.lookups.asked").count() == 2


@pytest.mark.parametrize("tells", [*Tells])
def test_of_a_list_that_is_not_held_a_page_says_what_its_keeper_lets_out(tells: Tells) -> None:
    keeper, viewer = curator(), moderator()
    listed = entry_of("unmistakable", votes=(Vote("One", "positive", "DK"),), classification="A1", scheme="alpha")
    add(keeper, make_list(keeper, "hosted", hosted=True, tells=tells.value), listed)
    client = Client()
    sign_in(client, viewer.person)
    value = digest("unmistakable").value.hex()
    page = client.post(reverse("lists:look-up"), {"pasted": value, **REASON}).content.decode()
    assert "Put it before a person" in page
    assert ("unmistakable" in page, "alpha A1" in page) == (tells is Tells.ALL, tells is Tells.CLASS)
    assert ("does not hold" in page) == (tells is not Tells.ALL)


def test_a_page_says_how_many_voted_once_the_own_organisation_has() -> None:
    keeper, platform = curator(), moderator()
    hash_list = make_list(keeper, "shared")
    (row,) = add(keeper, hash_list, entry_of("a", votes=tuple(Vote(f"Organisation {n}", "positive") for n in range(7))))
    let_have(keeper, hash_list, platform)

    def shown(viewer: Viewer) -> list[Any]:
        (line,) = presenters.looked_up_table(asked(viewer, digest("a").value.hex())).rows
        return list(line.cells[7:9])

    assert shown(platform) == [7, 0]  # it has no vote to be swayed
    assert all("vote" in str(cell) for cell in shown(keeper))
    with viewing(keeper.organisation.id):
        vote(keeper, QUALITY, row, Ballot("positive", "inherited"))
    until(lambda: shown(keeper) == [8, 0])  # the list is looked at anew within a second


@pytest.mark.once
def test_every_kind_of_value_is_found_in_any_spelling_and_none_is_kept() -> None:
    viewer = curator()
    for holds in SPELLED:
        made = make_list(viewer, holds, holds=holds)
        add(viewer, made, entry_of(f"entry-{holds}", Signal(*value_of(holds))))
    lines = [text for both in SPELLED.values() for text in both] + ["unmistakable.example"]
    found = asked(viewer, *lines)
    told = [[met.match.entry for answer in one.answers for met, _ in answer.told] for one in found]
    assert told == [[f"entry-{holds}"] for holds in SPELLED for _ in range(2)] + [[]]
    client = Client()
    sign_in(client, viewer.person)
    page = client.post(reverse("lists:look-up"), {"pasted": "\n".join(lines), **REASON})
    shown = page.content.decode()
    assert page.status_code == 200
    assert all(f"entry-{holds}" in shown for holds in SPELLED)
    said = "\n".join(row for model in apps.get_models() for row in rows_of(model._meta.db_table))
    assert "unmistakable" not in said


def test_what_cannot_be_asked_is_said_with_its_line_and_stays_typed() -> None:
    viewer = moderator()
    client = Client()
    sign_in(client, viewer.person)
    typed = f"host.example\nmd5:xyz\n{'x' * 2_001}\ndomain:a b"
    page = client.post(reverse("lists:look-up"), {"pasted": typed, **REASON})
    shown = page.content.decode()
    assert page.status_code == 422
    assert [number for number in range(1, 5) if f"Line {number}:" in shown] == [2, 3, 4]
    assert "md5:xyz" in shown
    assert not AskForm({"pasted": "\n".join(["a.example"] * 101), **REASON}).is_valid()
    assert AskForm({"pasted": "\n".join(["a.example"] * 100), **REASON}).is_valid()
    assert not LedgerEntry.objects.filter(act="lists.lookups.asked").exists()


def test_a_person_hits_so_many_different_entries_a_day_and_oversight_is_told(settings: Any) -> None:
    settings.CONFIGURATION = replace(settings.CONFIGURATION, lookup_hits=3)
    keeper, viewer = curator(), moderator()
    made = make_list(keeper, "shared")
    add(keeper, made, *(entry_of(ident) for ident in "abcdefgh"))
    let_have(keeper, made, viewer)
    colleague = viewer_for(make_person(Role.MODERATOR, viewer.organisation))
    hit: set[str] = set()
    for idents in ("a", "ab", "zab", "abc", "cd", "a", "z", "efgh", "a"):
        lines = [digest(ident).value.hex() for ident in idents]
        hit |= set(idents) & set("abcdefgh")
        if len(hit) <= 3:
            assert len(asked(viewer, *lines)) == len(lines), idents
        else:
            with pytest.raises(Refusal, match="than one person may look up by hand"):
                asked(viewer, *lines)
    assert len(asked(colleague, digest("a").value.hex())) == 1, "each has a bound of their own"
    told = list(LookupAlarm.everywhere.order_by("pk").values_list("by", "code"))
    assert told == [(viewer.person.pk, "enumeration"), (viewer.person.pk, "stopped")], "each once a day"
    refused = LedgerEntry.objects.filter(act="lists.lookups.refused", person=viewer.person.pk)
    assert list(refused.order_by("pk").values_list("count", flat=True)) == [2, 1, 1, 4, 1]
    oversight = viewer_for(make_person(Role.OVERSIGHT, viewer.organisation))
    with viewing(viewer.organisation.id):
        assert [str(one.name) for one in alarm_items(oversight)] == [viewer.person.name] * 2
        assert alarm_items(colleague) == [], "what a colleague did is for oversight"
    client = Client()
    sign_in(client, viewer.person)
    typed = digest("a").value.hex()
    page = client.post(reverse("lists:look-up"), {"pasted": typed, **REASON})
    assert (page.status_code, typed in page.content.decode()) == (422, True), "what was typed stays"


def test_what_a_person_looked_up_is_kept_as_a_call_of_a_program_and_can_be_made_again() -> None:
    keeper, viewer = curator(), moderator()
    made = make_list(keeper, "shared")
    (row, _other) = add(keeper, made, entry_of("a"), entry_of("b"))
    let_have(keeper, made, viewer)
    lines = [digest(ident).value.hex() for ident in "azb"]
    (call,) = {one.call for one in asked(viewer, *lines)}
    asked(viewer, digest("z").value.hex())
    hits = LookupHit.everywhere.filter(answered_id=UUID(call)).order_by("entry")
    assert list(hits.values_list("list", "entry", "act")) == [("shared", "a", "queue"), ("shared", "b", "queue")]
    batches = LookupBatch.everywhere.order_by("pk")
    assert {(one.organisation_id, one.key, one.by) for one in batches} == {
        (viewer.organisation.id, None, viewer.person)
    }
    assert sum(LookupDay.objects.values_list("calls", flat=True)) == 2, "one without a hit too"
    entry = LedgerEntry.objects.get(pk=batches.get(hits=2).entry)
    assert (entry.act, entry.person, entry.count) == ("lists.lookups.asked", viewer.person.pk, 3)
    with viewing(viewer.organisation.id):
        page = queries.call_page(viewer, UUID(call))
    assert page is not None
    assert (page.by, page.broken) == (viewer.person.name, "")
    client = Client()
    sign_in(client, viewer.person)
    for there in (reverse("lists:lookups"), reverse("lists:call", args=[UUID(call)])):
        assert why_label(QUALITY.why) in client.get(there).content.decode(), "in words, not by its code"
    signals = [signal for line in lines for signal in asking.readings(line)]
    states = [(one["name"], one["release"], one["sequence"]) for one in page.lists or ()]
    again = replaying.replay(page.kept.leaf, states, signals, [List.open(folder_of("shared"))])
    assert [hit.entry for hit in again.hits] == ["a", "b"]
    with pytest.raises(replaying.Differs):
        replaying.same_signals(page.kept.leaf, signals[:-1])
    with viewing(keeper.organisation.id):
        recall = curation.recall(keeper, QUALITY, row, RecallReason.NOT_CSAM)
    tracing.trace(recall.pk)
    told = RecallEffect.everywhere.filter(recall=recall).values_list("organisation", "kind")
    assert (viewer.organisation.id, "lookup") in told


def test_what_a_person_hit_is_forgotten_the_day_after(settings: Any) -> None:
    settings.CONFIGURATION = replace(settings.CONFIGURATION, lookup_hits=2)
    viewer = moderator()
    now = 20_000.0 * DAY
    assert [bounds.hit(viewer.person.pk, [mark], now).coarse for mark in (1, 2, 2, 3, 1)] == [False] * 3 + [True] * 2
    assert not bounds.hit(viewer.person.pk, [1, 2], now + DAY).coarse
    (kept,) = bounds.folder().iterdir()
    assert bounds.forget() == 0
    os.utime(kept, (now, now))
    assert bounds.forget() == 1
    assert list(bounds.folder().iterdir()) == []


def test_nothing_that_is_looked_up_by_hand_is_taken_from_an_address() -> None:
    viewer = moderator()
    client = Client()
    sign_in(client, viewer.person)
    page = client.get(reverse("lists:look-up"), {"pasted": "unmistakable.example", "q": "unmistakable.example"})
    (box,) = re.findall(r"<textarea[^>]*name=.pasted.[^>]*>(.*?)</textarea>", page.content.decode(), re.DOTALL)
    assert box.strip() == ""
    assert not LedgerEntry.objects.filter(act="lists.lookups.asked").exists()


@pytest.mark.once
def test_an_entry_of_values_is_found_without_its_value_in_an_address() -> None:
    viewer = curator()
    client = Client()
    sign_in(client, viewer.person)
    for holds in SPELLED:
        made = make_list(viewer, holds, holds=holds)
        kind, value = value_of(holds)
        other = Signal(kind, value[:-1] + bytes([value[-1] ^ 1]))
        add(viewer, made, entry_of(f"entry-{holds}", Signal(kind, value)), entry_of("other-entry", other))
        address, typed = reverse("lists:list", args=[made.pk]), SPELLED[holds][1]
        client.get(address)
        client.post(reverse("casework:reason"), {"kind": "list", "record": made.pk, "next": address, **WHY})
        plain = client.get(address).content.decode()
        assert 'type="search" id="entries-q"' not in plain, "the box in the address is for hashes"
        found = client.post(address, {"q": typed}).content.decode()
        assert f"entry-{holds}" in found
        assert "other-entry" not in found
        assert "other-entry" in client.get(address, {"q": typed}).content.decode(), "an address looks for nothing"
        by_id = client.post(address, {"q": "other-entry"}).content.decode()
        assert "other-entry" in by_id
        assert f"entry-{holds}" not in by_id


@pytest.mark.parametrize("purpose", ["", "upload", "service:", "service:unheard", "removal", "a service: hosting"])
def test_a_purpose_that_a_program_said_is_shown_as_it_said_it(purpose: str) -> None:
    assert purpose_in_words("vaern", purpose) == purpose


@pytest.mark.parametrize("service", SERVICES)
def test_the_kind_of_service_that_stands_for_a_purpose_is_said_in_words(service: str) -> None:
    said = purpose_in_words("hma", f"service:{service}")
    assert str(SERVICES[service]) in said
    assert f"service:{service}" not in said
