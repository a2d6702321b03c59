"""What a platform did to accounts because of a recalled entry: said in numbers, open until none stands on it alone."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from lxml import html
from tests.node.factories import make_organisation, make_person, sign_in, viewer_for
from tests.node.lists.factories import QUALITY, add, curator, entry_of, make_list
from tests.node.lists.test_recalls import looked_up, recall

from vaern.node.base.refusals import Conflict, Refusal
from vaern.node.base.scope import viewing
from vaern.node.ledger.models import Entry as LedgerEntry
from vaern.node.lists.models import EntryRecall, RecallEffect
from vaern.node.lists.recalls import actions, queries
from vaern.node.lists.rules.effects import Accounts
from vaern.node.organisations.rules import OrganisationKind, Role

if TYPE_CHECKING:
    from collections.abc import Sequence

pytestmark = pytest.mark.django_db(transaction=True)
REASON = {"why": "list_quality", "words": "made up for a test"}
QUICK = hypothesis_settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


class Concerned:
    """A platform whose program was told of an entry that was recalled since."""

    def __init__(self) -> None:
        self.owner = curator()
        name = f"known-{uuid4().hex[:8]}"
        (row,) = add(self.owner, make_list(self.owner, name), entry_of("a"))
        self.platform = make_organisation(OrganisationKind.PLATFORM)
        self.moderator = viewer_for(make_person(Role.MODERATOR, self.platform))
        looked_up(self.platform, name, "a")
        self.recall = recall(self.owner, row)
        self.told = RecallEffect.everywhere.get(recall=self.recall, kind="lookup")

    def accounts(self) -> RecallEffect:
        found: RecallEffect = RecallEffect.everywhere.get(recall=self.recall, kind="account")
        return found


def opened(client: Client, address: str) -> str:
    """Open the page of a record, with a reason where it is asked for."""
    answer = client.get(address)
    for form in html.fromstring(answer.content.decode()).xpath("//main//form[.//input[@name='reason-why']]"):
        given = {"reason-why": REASON["why"], "reason-words": REASON["words"]}
        client.post(form.action, {**dict(form.fields), **given})
    return client.get(address).content.decode()


COUNTS = st.tuples(st.integers(-1, 4), st.integers(-1, 4), st.integers(-1, 4))


@given(counts=COUNTS)
def test_numbers_go_together_when_each_is_one_and_the_parts_are_within_the_whole(counts: tuple[int, int, int]) -> None:
    measures, lifted, kept = counts
    assert Accounts(*counts).possible == (min(counts) >= 0 and lifted + kept <= measures)


@pytest.mark.once
@QUICK
@given(said=st.lists(COUNTS, min_size=1, max_size=5))
def test_measures_are_closed_once_none_stands_on_the_entry_alone(said: Sequence[tuple[int, int, int]]) -> None:
    """The oracle: what is impossible changes nothing; the last possible numbers stand, until none is open."""
    world, stands, closed = Concerned(), Accounts(), False
    with viewing(world.platform.id):
        for counts in said:
            accounts = Accounts(*counts)
            before = LedgerEntry.objects.count()
            refused = closed or not accounts.possible or (not accounts.measures and bool(stands.measures))
            try:
                if not stands.measures:
                    actions.acknowledge(world.moderator, QUALITY, world.told, accounts)
                else:
                    actions.settle(world.moderator, QUALITY, world.accounts(), accounts)
            except Refusal:
                assert LedgerEntry.objects.count() == before
                continue
            assert not refused
            if not accounts.measures:
                assert not RecallEffect.everywhere.filter(kind="account", recall=world.recall).exists()
                return  # nothing was done to accounts: it is acknowledged, and that is the end of it
            stands, closed = accounts, accounts.open == 0
            row = world.accounts()
            assert (row.matches, row.lifted, row.kept, row.organisation_id) == (*counts, world.platform.pk)
            assert (row.state == "acknowledged") == closed
            waits = [
                one.kind for one in queries.waiting(world.moderator).mine.first if one.recall_id == world.recall.pk
            ]
            assert waits == ([] if closed else ["account"])


def test_the_curator_reads_the_numbers_and_who_is_late_with_them() -> None:
    world = Concerned()
    client = Client()
    sign_in(client, world.moderator.person)
    address = reverse("lists:acknowledge-effect", args=[world.told.pk])
    assert "Measures against accounts that rested on it" in client.get(address).content.decode()
    wrong = client.post(address, {**REASON, "measures": "2", "lifted": "2", "kept": "1"})
    assert wrong.status_code == 422
    assert 'value="1"' in wrong.content.decode()  # nothing typed is lost
    assert client.post(address, {**REASON, "measures": "5", "lifted": "2", "kept": "1"}).status_code == 302
    EntryRecall.everywhere.filter(pk=world.recall.pk).update(
        at=timezone.now() - queries.ACKNOWLEDGED_WITHIN - timedelta(hours=1)
    )
    with viewing(world.owner.organisation.id):
        late = queries.waiting(world.owner).overdue.first
        assert [(one.organisation_id, one.kind) for one in late] == [(world.platform.pk, "account")]
    keeper = Client()
    sign_in(keeper, world.owner.person)
    page = reverse("lists:recall", args=[world.recall.pk])
    assert "2 lifted, 1 on another ground, 2 open" in opened(keeper, page)
    settling = reverse("lists:acknowledge-effect", args=[world.accounts().pk])
    assert 'value="5"' in client.get(settling).content.decode()
    assert client.post(settling, {**REASON, "measures": "5", "lifted": "4", "kept": "1"}).status_code == 302
    assert "4 lifted, 1 on another ground, 0 open" in opened(keeper, page)
    with viewing(world.owner.organisation.id):
        assert queries.waiting(world.owner).overdue.first == []
    said = LedgerEntry.objects.filter(act="lists.recall.accounts_said").order_by("pk")
    assert [one.count for one in said] == [5, 5]


def test_measures_are_said_once_a_recall_and_only_of_what_came_to_a_program() -> None:
    world = Concerned()
    given_more = {"recall": world.recall, "organisation": world.platform}
    subscriber = RecallEffect.everywhere.create(kind="subscriber", **given_more)
    scan = RecallEffect.everywhere.create(kind="scan", **given_more)
    with viewing(world.platform.id):
        with pytest.raises(Refusal):
            actions.acknowledge(world.moderator, QUALITY, scan, Accounts(1))
        actions.acknowledge(world.moderator, QUALITY, world.told, Accounts(1))
        with pytest.raises(Refusal):  # what is open is settled, and not waved through
            actions.acknowledge(world.moderator, QUALITY, world.accounts())
        with pytest.raises(Conflict):
            actions.acknowledge(world.moderator, QUALITY, subscriber, Accounts(1))
        actions.acknowledge(world.moderator, QUALITY, subscriber)
        with pytest.raises(Refusal):
            actions.settle(world.moderator, QUALITY, scan, Accounts(1))
    for wrong in ({"kind": "scan", "lifted": 1}, {"kind": "account", "matches": 1, "lifted": 1, "kept": 1}):
        with pytest.raises(IntegrityError), transaction.atomic():
            RecallEffect.everywhere.create(**{**given_more, "organisation": make_organisation(), **wrong})
