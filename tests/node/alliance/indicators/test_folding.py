"""Indicators equal a second, naive implementation on random histories, in whatever steps the ledger was folded."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.node.alliance.indicators.naive import Event, Naive
from tests.node.factories import make_member, make_organisation

from vaern.node.alliance.indicators import computing, derived, populations
from vaern.node.alliance.indicators.reproducing import reproduce
from vaern.node.alliance.models import Value
from vaern.node.ledger.models import Entry, Fold, Leaf
from vaern.node.ledger.tags import written

BEGAN = datetime(2030, 11, 20, 22, 0, tzinfo=UTC)
ACTS = sorted({act for population in populations.POPULATIONS.values() for act in population.acts})
TAGS: dict[str, list[str]] = {
    "children": ["1", "2", "5"], "urgent": ["0", "1"], "copy": ["0", "1"], "new": ["0", "1", "3"],
    "item": ["1", "2"], "country": ["xv", "xt"], "host": ["aaaaaaaa", "bbbbbbbb"], "instrument": ["mla", "eio"],
    "how": ["answered", "secured", "let_go"],
    "outcome": ["in_progress", "opened", "charged", "dropped", "needs_more", "convicted", "passed_on"],
}  # fmt: skip

SAID_OF = {
    "victims": ("children",), "cases": ("instrument", "item", "how"),
    "reports": ("urgent", "copy", "new", "item", "country", "host", "outcome"),
}  # fmt: skip
"""Which tags the entries of an app carry."""

steps = st.one_of(st.integers(0, 40), st.integers(0, 60 * 24 * 40))
"""Minutes to the next entry: often few, so that limits of minutes and hours are met and missed."""

event = st.fixed_dictionaries(
    {
        "act": st.sampled_from(ACTS), "step": steps, "subject": st.integers(1, 6), "owner": st.integers(0, 3),
        "by": st.integers(0, 3), "count": st.none() | st.integers(0, 5),
        "tags": st.fixed_dictionaries({}, optional={name: st.sampled_from(said) for name, said in TAGS.items()}),
    }
)  # fmt: skip


def write(histories: list[dict[str, Any]], organisations: list[Any]) -> list[Event]:
    """Write entries; return the same for the naive one."""
    at, events, entries = BEGAN, [], []
    for said in histories:
        at += timedelta(minutes=said["step"])
        names = SAID_OF.get(
            said["act"].partition(".")[0], ("urgent", "copy", "new", "item", "country", "host", "outcome")
        )
        tags = {name: tag for name, tag in said["tags"].items() if name in names}
        events.append(
            Event(
                said["act"], at, UUID(int=said["subject"]), organisations[said["owner"]].pk,
                organisations[said["by"]].pk, said["count"], tags,
            )
        )  # fmt: skip
        one = events[-1]
        entries.append(
            Entry(
                at=at, act=one.act, verb="alteration", kind="tests", why="assessment", subject=one.subject,
                owner=one.owner, organisation=one.organisation, count=one.count, tags=written(one.tags),
            )
        )  # fmt: skip
    Entry.objects.bulk_create(entries)
    return events


def computed() -> dict[Any, tuple[float | None, int | None, int | None]]:
    """Return what was computed, by the naive one's keys."""
    rows = Value.objects.exclude(code__in=derived.DERIVED)
    return {
        (row.code, row.member_id, row.period, row.start, row.split): (row.value, row.numerator, row.denominator)
        for row in rows
    }


def fold_in_steps(cuts: list[int]) -> None:
    """Give entries their places and fold, in some steps, as if the ledger was read on its way."""
    entries = list(Entry.objects.order_by("id"))
    done = 0
    for cut in [*sorted({cut % (len(entries) + 1) for cut in cuts}), len(entries)]:
        Leaf.objects.bulk_create(Leaf(position=n, entry=entries[n], hash=bytes(32)) for n in range(done, cut))
        done = cut
        computing.refresh()


@pytest.mark.django_db
def test_every_indicator_equals_the_naive_one() -> None:
    members = [make_member("XA"), make_member("XV")]
    organisations = [
        make_organisation(member=members[0]), make_organisation(member=members[0]),
        make_organisation(member=members[1]), make_organisation(member=None),
    ]  # fmt: skip
    member_of = {one.pk: one.member_id for one in organisations}

    @settings(suppress_health_check=list(HealthCheck))
    @given(st.lists(event, min_size=1, max_size=40), st.lists(st.integers(0, 40), max_size=3))
    def holds(histories: list[dict[str, Any]], cuts: list[int]) -> None:
        with transaction.atomic():
            events = write(histories, organisations)
            expected = Naive(events, member_of).values()
            fold_in_steps(cuts)
            found = computed()
            assert {k: v for k, v in found.items() if k not in expected} == {}
            for key, value in expected.items():
                assert found.get(key) == pytest.approx(value), key
            assert reproduce().differences == []
            transaction.set_rollback(True)

    holds()
    assert not Fold.objects.exists()


@pytest.mark.django_db
def test_a_value_that_was_changed_by_hand_is_named() -> None:
    desk = make_organisation(member=make_member("XA"))
    Entry.objects.create(
        at=BEGAN, act="reports.report.received", verb="collection", kind="report", why="assessment",
        subject=UUID(int=1), owner=desk.pk, count=4, tags="new=1",
    )  # fmt: skip
    fold_in_steps([])
    assert reproduce().differences == []
    changed = Value.objects.filter(code="known_material_share", member=desk.member, period="year")
    assert changed.update(value=99.0, numerator=4) == 1
    (difference,) = reproduce().differences
    assert difference[0][1:4] == ("known_material_share", "XA", "year")
    assert (difference[1][0], difference[2][0]) == (99.0, 75.0)
    assert changed.get().value == 99.0  # nothing was changed by looking
