"""The chain of custody: append-only in the database, and any edit that gets round that is found and named."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from tests.node.cases.evidence.worlds import DIGEST, FACTS, WHY, WORDS, desk, make_case, registered
from tests.node.factories import make_person, viewer_for

from vaern.node.base.refusals import Refusal
from vaern.node.base.sealing import seal
from vaern.node.cases.evidence import actions, chain
from vaern.node.cases.evidence.actions import Said
from vaern.node.cases.evidence.facts import Facts, opened, sealed
from vaern.node.cases.models import Case, CustodyEvent, Evidence
from vaern.node.cases.rules.evidence import Event, Held
from vaern.node.ledger.models import Entry
from vaern.node.organisations.rules import Role

pytestmark = pytest.mark.django_db


@pytest.fixture
def viewer():
    return desk()


@pytest.fixture
def evidence(viewer):
    """Evidence with four events."""
    found = registered(viewer)
    actions.happen(viewer, WHY, found, Event.HANDED_OVER, Said("Search team", "Evidence store", seal="S-17"))
    actions.check(viewer, WHY, found, DIGEST)
    actions.happen(viewer, WHY, found, Event.EXAMINED, Said(taker="Forensic laboratory"))
    return found


def told(evidence):
    return [str(one) for one in chain.breaks(Evidence.everywhere.get(pk=evidence.pk))]


def past_the_triggers(sql, *values):
    """What somebody with the whole database in their hands could do."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(sql, values)
        cursor.execute("SET LOCAL session_replication_role = origin")


def test_what_was_done_is_a_whole_chain(viewer, evidence):
    assert told(evidence) == []
    kinds = [one.event["kind"] for one in chain.links(evidence)]
    assert kinds == ["registered", "handed_over", "checked", "examined"]
    assert chain.links(evidence)[1].event["said"]["seal"] == "S-17"
    entries = Entry.objects.filter(subject=evidence.case_id).order_by("id")
    assert [entry.act for entry in entries] == [
        "cases.evidence.registered",
        "cases.evidence.handed_over",
        "cases.evidence.checked",
        "cases.evidence.examined",
    ]
    assert sorted(chain.heads(evidence)) == [1, 2, 3, 4]


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE cases_custodyevent SET number = number",
        "DELETE FROM cases_custodyevent WHERE number = 4; SET CONSTRAINTS ALL IMMEDIATE",
        "SET CONSTRAINTS ALL IMMEDIATE; TRUNCATE cases_custodyevent",
    ],
)
def test_the_database_refuses_to_change_one(evidence, sql):
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)
    assert told(evidence) == []


def test_events_go_with_their_evidence_and_only_so(evidence):
    Case.everywhere.get(pk=evidence.case_id).delete()
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    assert not CustodyEvent.everywhere.exists()


@pytest.mark.parametrize("number", [1, 2, 3, 4])
def test_a_removed_event_is_named(evidence, number):
    past_the_triggers("DELETE FROM cases_custodyevent WHERE number = %s", number)
    assert any(f"event {number} " in one or "event 4 is missing" in one for one in told(evidence))


@pytest.mark.parametrize("number", [1, 2, 3, 4])
def test_a_changed_event_is_named(evidence, number):
    row = CustodyEvent.everywhere.get(evidence=evidence, number=number)
    other = {**chain.link_of(row).event, "said": {"giver": "somebody else"}}
    import msgspec

    past_the_triggers(
        "UPDATE cases_custodyevent SET event = %s WHERE number = %s",
        seal(msgspec.json.encode(other).decode(), "evidence"),
        number,
    )
    assert f"event {number} was changed: its hash is not that of what it says" in told(evidence)


def test_a_changed_column_is_named(evidence):
    past_the_triggers("UPDATE cases_custodyevent SET at = at + interval '1 day' WHERE number = 2")
    assert "event 2 was changed: its hash is not that of what it says" in told(evidence)


def test_two_events_that_changed_places_are_named(evidence):
    past_the_triggers("UPDATE cases_custodyevent SET number = 9 WHERE number = 2")
    past_the_triggers("UPDATE cases_custodyevent SET number = 2 WHERE number = 3")
    past_the_triggers("UPDATE cases_custodyevent SET number = 3 WHERE number = 9")
    assert {one.split(":")[0] for one in told(evidence)} >= {"event 2 was changed", "event 3 was changed"}


def test_a_chain_made_anew_does_not_fit_the_ledger(viewer, evidence):
    """Somebody removes the whole chain and writes a fitting one: each link is whole, and the ledger knows others."""
    past_the_triggers("DELETE FROM cases_custodyevent")
    from vaern.formats import custody

    first = custody.link(
        str(evidence.pk), None, "registered", "2031-01-01T00:00:00.000000+00:00", "x", {"facts": FACTS.hash}, "00"
    )
    assert custody.breaks([first], str(evidence.pk), FACTS.as_json) == []
    found = {str(one) for one in chain.breaks(evidence, [first])}
    assert "event 1 is not the one that was kept elsewhere" in found
    assert "event 4 is missing: it was kept elsewhere and is not here" in found


def test_facts_that_were_changed_alone_are_found(evidence):
    other = Facts("Something else", FACTS.digests)
    Evidence.everywhere.filter(pk=evidence.pk).update(facts=sealed(other))
    assert told(evidence) == ["what is said of the evidence is not what its events say"]


def test_a_correction_is_one_link_more(viewer, evidence):
    corrected = Facts("Image of the second drive (synthetic)", FACTS.digests)
    with pytest.raises(Refusal, match="Say in words"):
        actions.correct(viewer, WHY, evidence, corrected)
    actions.correct(viewer, WORDS, evidence, corrected)
    found = Evidence.everywhere.get(pk=evidence.pk)
    assert opened(found.facts) == corrected
    assert told(found) == []
    with pytest.raises(Refusal, match="A registered digest stays"):
        actions.correct(viewer, WORDS, found, Facts("x", {"sha256": "00" * 32}))


def test_another_digest_is_told_and_written_down(viewer, evidence):
    _event, same = actions.check(viewer, WHY, evidence, f"{'00' * 32}  image.dd")
    assert not same
    assert Entry.objects.filter(act="cases.evidence.differed").count() == 1
    with pytest.raises(Refusal, match="no digest of this kind"):
        actions.check(viewer, WHY, evidence, "0" * 40)
    with pytest.raises(Refusal, match="No digest was found"):
        actions.check(viewer, WHY, evidence, "hello")


def test_what_was_destroyed_is_not_handed_over(viewer, evidence):
    with pytest.raises(Refusal, match="by whose decision"):
        actions.happen(viewer, WHY, evidence, Event.DESTROYED, Said())
    actions.happen(viewer, WORDS, evidence, Event.DESTROYED, Said())
    assert Evidence.everywhere.get(pk=evidence.pk).held == Held.DESTROYED
    with pytest.raises(Refusal):
        actions.happen(viewer, WHY, evidence, Event.HANDED_OVER, Said("a", "b"))
    assert told(evidence) == []


def test_what_is_sent_twice_is_one_event(viewer, evidence):
    """A double click: the chain is append-only, so nobody could take the second away."""
    moved = Said(place="Store 7, shelf 1", happened_at=timezone.now() - timedelta(hours=2))
    before = CustodyEvent.everywhere.count()
    actions.happen(viewer, WHY, evidence, Event.MOVED, moved)
    for _ in range(3):
        with pytest.raises(Refusal, match="last event already"):
            actions.happen(viewer, WHY, evidence, Event.MOVED, moved)
    assert CustodyEvent.everywhere.count() == before + 1
    actions.happen(viewer, WHY, evidence, Event.MOVED, Said(place="Store 7, shelf 1", happened_at=timezone.now()))
    colleague = viewer_for(make_person(Role.INVESTIGATOR, viewer.organisation))
    actions.happen(colleague, WHY, evidence, Event.MOVED, Said(place="Store 7, shelf 1"))
    assert CustodyEvent.everywhere.count() == before + 3
    assert told(evidence) == []


def test_nobody_acts_on_anothers_evidence(evidence):
    with pytest.raises(Refusal, match="not your organisation's"):
        actions.happen(desk(), WHY, evidence, Event.MOVED, Said(place="Elsewhere"))


def test_numbers_run_within_a_case(viewer):
    case = make_case(viewer.organisation)
    assert [registered(viewer, case).number for _ in range(3)] == [1, 2, 3]
    assert registered(viewer).number == 1


def test_nothing_readable_stands_in_the_tables(evidence):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT row_to_json(e)::text FROM cases_evidence e"
            " UNION ALL SELECT row_to_json(c)::text FROM cases_custodyevent c"
        )
        text = " ".join(row[0] for row in cursor.fetchall())
    for word in ("Image of a drive", "Search team", "Evidence store", "S-17", "Example Act"):
        assert word not in text
        assert word.encode().hex() not in text
