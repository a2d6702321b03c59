"""Indicators equal a second, naive implementation on random histories, in whatever steps the ledger was folded."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.node.alliance.indicators.naive import Event, Naive
from tests.node.factories import make_member, make_organisation

from vaern.node.alliance.indicators import computation
from vaern.node.alliance.indicators.reproduction import reproduce
from vaern.node.alliance.models import Membership, Value
from vaern.node.alliance.rules import definitions, populations
from vaern.node.ledger.models import Entry, Fold, Leaf
from vaern.proofs.tags import written

BEGAN = datetime(2030, 11, 20, 22, 0, tzinfo=UTC)
JOINED = date(2031, 6, 1)
REMOVAL = {"removal_24h", "removal_72h", "removal_7d"}
ACTS = sorted({act for population in populations.POPULATIONS.values() for act in population.acts})
REPORT = ("reports.report", "reports.assessment", "reports.outcome", "reports.law")
PLACES = ("reports.location", "reports.notice", "reports.hold")
CASE = ("cases.case", "cases.outcome")
KINDS = (("victims",), REPORT, REPORT, PLACES, PLACES, ("cases.assistance",), ("cases.clock",), CASE)
"""What each record is, by its number: a series, a report, one with locations, a request, a case with clocks, a case."""

TAGS: dict[str, list[str]] = {
    "children": ["1", "2", "5"],
    "twice": ["0", "0", "1"],
    "urgent": ["0", "1"],
    "copy": ["0", "1"],
    "new": ["0", "1", "3"],
    "from": ["public", "platform"],
    "item": ["1", "2"],
    "told": ["1"],
    "back": ["0", "1"],
    "country": ["xv", "xt"],
    "host": ["aaaaaaaa", "bbbbbbbb"],
    "instrument": ["mla", "eio"],
    "kind": ["preserve", "produce", "mla"],
    "how": ["answered", "secured", "let_go"],
    "outcome": [
        "in_progress",
        "opened",
        "suspect_identified",
        "charged",
        "dropped",
        "needs_more",
        "convicted",
        "passed_on",
        "victim_safeguarded",
    ],
}

PLACE = ("item", "told", "back", "country", "host")
SAID_OF = {
    "victims.series": ("children", "twice"),
    "victims.country": (),
    "victims.copy": ("children",),
    "cases.assistance": ("instrument", "kind"),
    "cases.clock": ("item", "how"),
    "reports.report": ("urgent", "copy", "new", "from"),
    "reports.assessment": (),
    "reports.law": (),
    "reports.outcome": ("outcome",),
    "cases.case": (),
    "cases.outcome": ("outcome",),
    "reports.location": PLACE,
    "reports.notice": PLACE,
    "reports.hold": PLACE,
}
"""Which tags the entries of a room carry."""

steps = st.one_of(st.integers(0, 40), st.integers(0, 60 * 24 * 40))
"""Minutes to the next entry: often few, so that limits of minutes and hours are met and missed."""

event = st.fixed_dictionaries(
    {
        "act": st.integers(0, 99),
        "step": steps,
        "subject": st.integers(0, 9),
        "owner": st.integers(0, 3),
        "by": st.integers(0, 3),
        "count": st.none() | st.integers(3, 5),
        "tags": st.fixed_dictionaries({}, optional={name: st.sampled_from(said) for name, said in TAGS.items()}),
    }
)


def story(chance: random.Random, length: int) -> list[dict[str, Any]]:
    """Events by chance, as `event` draws them, but mostly on of the record before, with most tags of real entries."""
    subject, told = 0, []
    for _ in range(length):
        subject = subject if chance.random() < 0.8 else chance.randrange(1_200)
        told.append(
            {
                "act": chance.randrange(100),
                "step": chance.randrange(chance.choice((20, 60 * 60, 60 * 24 * 4))),
                "subject": subject,
                "owner": chance.randrange(4),
                "by": chance.randrange(4),
                "count": chance.randrange(3, 6),
                "tags": {name: chance.choice(said) for name, said in TAGS.items() if chance.random() < 0.9},
            }
        )
    return told


def write(histories: list[dict[str, Any]], organisations: list[Any]) -> list[Event]:
    """Write entries; return the same for the naive one."""
    at, events, entries = BEGAN, [], []
    for said in histories:
        at += timedelta(minutes=said["step"])
        acts = [act for act in ACTS if act.startswith(KINDS[said["subject"] % len(KINDS)])]
        act = acts[said["act"] % len(acts)]
        tags = {name: tag for name, tag in said["tags"].items() if name in SAID_OF[act.rpartition(".")[0]]}
        one = Event(
            act,
            at,
            UUID(int=said["subject"]),
            organisations[said["owner"]].pk,
            organisations[said["by"]].pk,
            said["count"],
            tags,
        )
        events.append(one)
        entries.append(
            Entry(
                at=at,
                act=one.act,
                verb="alteration",
                kind="tests",
                why="assessment",
                subject=one.subject,
                owner=one.owner,
                organisation=one.organisation,
                count=one.count,
                tags=written(one.tags),
            )
        )
    Entry.objects.bulk_create(entries)
    return events


def computed() -> dict[Any, tuple[Any, ...]]:
    """Return what was computed, by the naive one's keys."""
    return {
        (row.code, row.member_id, row.period, row.start, row.split): (
            row.missing or row.value,
            row.numerator,
            row.denominator,
            row.rest,
            row.extra,
        )
        for row in Value.objects.all()
    }


def fold_in_steps(cuts: list[int]) -> None:
    """Give entries their places and fold, in some steps, as if the ledger was read on its way."""
    entries = list(Entry.objects.order_by("id"))
    done = 0
    for cut in [*sorted({cut % (len(entries) + 1) for cut in cuts}), len(entries)]:
        Leaf.objects.bulk_create(Leaf(position=n, entry=entries[n], hash=bytes(32)) for n in range(done, cut))
        done = cut
        computation.refresh()


@pytest.fixture
def organisations() -> list[Any]:
    """Two of one member, one of another that joined while the history went on, and one of no member."""
    members = [make_member("XA"), make_member("XV")]
    said = {"endorsed_by": "A minister (invented)", "office": "Justice", "document": "No. 1"}
    Membership.objects.create(member=members[1], joined=JOINED, **said)
    return [
        make_organisation(member=members[0]),
        make_organisation(member=members[0]),
        make_organisation(member=members[1]),
        make_organisation(member=None),
    ]


def hold(histories: list[dict[str, Any]], cuts: list[int], organisations: list[Any]) -> dict[Any, tuple[Any, ...]]:
    """Assert that what is folded in steps equals the naive values, and comes out again from nothing; return them."""
    joined = {organisations[2].member_id: JOINED}
    events = write(histories, organisations)
    expected = Naive(events, {one.pk: one.member_id for one in organisations}, joined).values()
    fold_in_steps(cuts)
    found = computed()
    assert {k: v for k, v in found.items() if k not in expected} == {}
    for key, value in expected.items():
        assert found.get(key) == value, key
    assert reproduce().differences == []
    return expected


@pytest.mark.once
@pytest.mark.django_db
def test_every_indicator_equals_the_naive_one(organisations: list[Any]) -> None:
    @settings(suppress_health_check=list(HealthCheck), max_examples=8)
    @given(st.lists(event, min_size=1, max_size=40), st.lists(st.integers(0, 40), max_size=3))
    def holds(histories: list[dict[str, Any]], cuts: list[int]) -> None:
        with transaction.atomic():
            hold(histories, cuts, organisations)
            transaction.set_rollback(True)

    holds()
    assert not Fold.objects.exists()


@pytest.mark.once
@pytest.mark.django_db
def test_long_histories_reach_every_indicator(organisations: list[Any]) -> None:
    """No definition is compared with nothing: each has values between none and all, and each reason for none occurs."""
    chance = random.Random(7)
    found = hold(story(chance, 6_000), [300, 301], organisations)
    telling = {key[0] for key, (value, top, of, *_) in found.items() if value not in (0, 100) and top != of}
    assert telling == {one.code for one in definitions.current().indicators if one.kind != "declared"}
    assert {"nothing", "no_comparison", "from_zero", "joined_meanwhile"} <= {value[0] for value in found.values()}
    assert {key[0] for key, value in found.items() if value[3] and value[3]["value"]} == REMOVAL
    assert {key[0] for key in found if key[4]} == REMOVAL | {"assistance_days"}


@pytest.mark.django_db
def test_a_value_that_was_changed_by_hand_is_named() -> None:
    desk = make_organisation(member=make_member("XA"))
    Entry.objects.create(
        at=BEGAN,
        act="reports.report.received",
        verb="collection",
        kind="report",
        why="assessment",
        subject=UUID(int=1),
        owner=desk.pk,
        count=4,
        tags="new=1",
    )
    fold_in_steps([])
    assert reproduce().differences == []
    changed = Value.objects.filter(code="known_material_share", member=desk.member, period="year")
    assert changed.update(value=99.0, numerator=4) == 1
    (difference,) = reproduce().differences
    assert difference[0][1:4] == ("known_material_share", "XA", "year")
    assert (difference[1][0], difference[2][0]) == (99.0, 75.0)
    assert changed.get().value == 99.0  # nothing was changed by looking
