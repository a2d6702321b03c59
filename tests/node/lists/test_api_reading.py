"""What a curator's program reads: all of it, in whichever pieces; of its own lists alone; and no key of a source."""

from __future__ import annotations

import json
import random
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from tests.node.factories import make_key, make_organisation
from tests.node.lists.factories import add, curator, entry_of, make_list

from vaern.node.ledger.models import Entry as LedgerEntry
from vaern.node.lists.figures.queries import months
from vaern.node.lists.models import (
    EntryFeedback,
    EntryMonth,
    EntryRecall,
    HashList,
    IntakeFault,
    ListIntake,
    ListSource,
    RecallEffect,
)
from vaern.node.lists.rules.effects import EffectKind, EffectState
from vaern.node.organisations.rules import Permission

pytestmark = pytest.mark.django_db(transaction=True)
AT = datetime(2026, 5, 4, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def without_a_rate(settings: Any) -> None:
    settings.KEY_RATE = 10**9


class Program:
    """A program of a curator, with a list that it reads."""

    def __init__(self, name: str = "known") -> None:
        self.viewer = curator()
        self.list: HashList = make_list(self.viewer, name)
        _key, text = make_key(self.viewer.person, Permission.HASHLIST_WORK)
        self.client = Client(headers={"authorization": f"Bearer {text}", "vaern-reason": "list_quality"})

    def read(self, what: str = "", **query: Any) -> Any:
        """Read something of the list."""
        answer = self.client.get(f"/api/hash-lists/{self.list.name}{what}", query)
        assert answer.status_code == 200, answer.content
        return answer.json()

    def all(self, what: str, limit: int, **query: Any) -> list[dict[str, Any]]:
        """Read a list of things, page by page."""
        found, after = [], ""
        while True:
            page = self.read(what, limit=limit, after=after, **query)
            assert len(page["items"]) <= limit
            found += page["items"]
            after = page["next"]
            if after is None:
                return found


@pytest.mark.parametrize("limit", [1, 3, 500])
def test_every_fault_comes_once_in_the_order_of_its_place(limit: int) -> None:
    program = Program()
    intake = ListIntake.everywhere.create(list=program.list, state="ready")
    other = ListIntake.everywhere.create(list=program.list, state="rejected")
    draw = random.Random(limit)
    made = [(draw.randrange(9), f"reason {number}", number % 3 == 0) for number in range(11)]
    IntakeFault.everywhere.bulk_create(
        IntakeFault(intake=intake, line=line, reason=reason, junk=junk) for line, reason, junk in made
    )
    IntakeFault.everywhere.create(intake=other, line=1, reason="of another file")
    found = program.all(f"/intakes/{intake.pk}/faults", limit)
    assert [(one["line"], one["reason"], one["junk"]) for one in found] == sorted(made, key=lambda one: one[0])


@pytest.mark.parametrize("limit", [1, 2, 500])
def test_recalls_say_how_many_they_concern_and_who_has_not_acknowledged(limit: int) -> None:
    program, draw = Program(), random.Random(limit)
    them = [make_organisation() for _ in range(3)]
    for number in range(5):
        made = EntryRecall.everywhere.create(
            list=program.list, ident=f"e{number}", why="not_csam", at=AT + timedelta(hours=number)
        )
        for organisation in draw.sample(them, draw.randrange(4)):
            state, kind = draw.choice(list(EffectState)), draw.choice(list(EffectKind))
            RecallEffect.everywhere.create(
                recall=made, organisation=organisation, kind=kind.value, state=state.value, code="never said"
            )
    found = program.all("/recalls", limit)
    assert [one["entry"] for one in found] == [f"e{number}" for number in reversed(range(5))]
    for one in found:
        effects = list(RecallEffect.everywhere.filter(recall=one["id"]).select_related("organisation"))
        assert one["concerned"] == len(effects)
        assert one["waiting"] == sum(effect.state != EffectState.ACKNOWLEDGED for effect in effects)
        read = program.read(f"/recalls/{one['id']}")
        assert sorted((each["organisation"], each["kind"], each["state"]) for each in read["items"]) == sorted(
            (each.organisation.name, each.kind, each.state) for each in effects
        )
        assert "never said" not in json.dumps(read), "how another organisation calls its record stays there"


def test_where_a_list_stands_and_no_key_of_its_source() -> None:
    program = Program()
    add(program.viewer, program.list, entry_of("a"), entry_of("b"))
    read = program.read()
    assert (read["live"], read["recalled"], read["change"], read["published"], read["source"]) == (2, 0, 2, 2, None)
    ListSource.everywhere.create(
        list=program.list, kind="ncmec", address="https://ncmec.example/v2", account="x", secret=b"of nobody"
    )
    answer = program.client.get("/api/hash-lists/known")
    source = answer.json()["source"]
    assert (source["kind"], source["outcome"], source["fetched_at"]) == ("ncmec", "never", None)
    assert not {"secret", "account", "checkpoint"} & source.keys()
    assert b"of nobody" not in answer.content


def test_figures_are_those_of_the_page() -> None:
    program = Program()
    for nth, (hits, disputed, recalled) in enumerate([(10, 2, False), (4, 0, True), (7, 0, False)]):
        EntryMonth.everywhere.create(
            list=program.list,
            month=date(2026, 3 + nth % 2, 1),
            digest=f"{nth:064x}",
            hits=hits,
            disputed=disputed,
            recalled=recalled,
        )
    assert program.read("/figures") == {"items": []}, "nothing is counted for good yet"
    HashList.everywhere.update(figures_closed=date(2026, 4, 1))
    program.list.refresh_from_db()
    found = [(one["month"], one["entries"], one["hits"], one["false"]) for one in program.read("/figures")["items"]]
    assert found == [(str(one.month), one.entries, one.hits, one.false) for one in months(program.list)]
    assert found == [("2026-04-01", 1, 4, 4), ("2026-03-01", 2, 17, 2)]


@pytest.mark.parametrize("limit", [1, 2, 500])
def test_feedback_of_the_list_comes_once_and_by_its_state(limit: int) -> None:
    program, ends = Program(), timezone.localdate() + timedelta(days=9)
    for number, (opinion, outcome) in enumerate([("negative", ""), ("positive", ""), ("negative", "kept"), ("", "")]):
        EntryFeedback.everywhere.create(
            organisation=make_organisation(),
            list="known",
            entry=f"e{number}",
            kind="md5",
            value=bytes([number]) * 16,
            opinion=opinion,
            outcome=outcome,
            answered_at=AT if outcome else None,
            at=AT + timedelta(hours=number),
            ends=ends,
        )
    EntryFeedback.everywhere.create(
        organisation=make_organisation(), list="another", entry="z", opinion="negative", ends=ends
    )
    found = program.all("/feedback", limit)
    assert [(one["entry"], one["value"]) for one in found] == [(f"e{n}", f"{n:02x}" * 16) for n in (3, 2, 1, 0)]
    assert [one["entry"] for one in program.all("/feedback", limit, state="open")] == ["e3", "e0"]
    assert [one["entry"] for one in program.all("/feedback", limit, state="answered")] == ["e2", "e1"]


def test_a_list_of_another_is_answered_as_none_and_each_read_is_one_entry() -> None:
    program, other = Program(), Program("theirs")
    intake = ListIntake.everywhere.create(list=other.list, state="ready")
    recall = EntryRecall.everywhere.create(list=other.list, ident="a", why="not_csam")
    whats = ("", f"/intakes/{intake.pk}/faults", "/recalls", f"/recalls/{recall.pk}", "/feedback", "/figures")
    for what in whats:
        answers = [program.client.get(f"/api/hash-lists/{name}{what}") for name in ("theirs", "nobodys")]
        assert [one.status_code for one in answers] == [404, 404], what
        assert answers[0].content == answers[1].content
    for what in (f"/intakes/{intake.pk}/faults", f"/recalls/{recall.pk}"):
        assert program.client.get(f"/api/hash-lists/known{what}").status_code == 404
    for what in whats:
        before = LedgerEntry.objects.count()
        assert other.client.get(f"/api/hash-lists/theirs{what}", headers={"vaern-reason": ""}).status_code >= 400
        assert LedgerEntry.objects.count() == before
        other.read(what)
        assert LedgerEntry.objects.count() == before + 1, what
    assert other.client.get("/api/hash-lists/theirs/recalls", {"after": "made-up"}).status_code == 422
