"""A person's look-up: the answer of the service by the same policy, for every kind of value, and nothing of it kept."""

from __future__ import annotations

import inspect
import re
from typing import TYPE_CHECKING

import pytest
from django.apps import apps
from django.test import Client
from django.urls import reverse
from tests.node.factories import sign_in
from tests.node.lists.factories import QUALITY, add, curator, digest, entry_of, make_list
from tests.node.lists.test_kinds import SPELLED, rows_of, value_of
from tests.node.lists.test_lookups import let_have, moderator

from vaern.lookup import judging, policy
from vaern.lookup.policy import Need
from vaern.node.base.scope import viewing
from vaern.node.ledger.models import Entry as LedgerEntry
from vaern.node.lists.base.labels import WHYS
from vaern.node.lists.lookups import actions, asking, callers
from vaern.node.lists.lookups.forms_asking import AskForm
from vaern.records import Signal, Vote

if TYPE_CHECKING:
    from vaern.node.organisations.viewers import Viewer

pytestmark = pytest.mark.django_db(transaction=True)

REASON = {"why": "list_quality", "words": "in a test"}


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
