"""Reports that are taken in together come to what each by itself comes to, whatever they have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from unittest import mock

import psycopg
import pytest
from django.db import transaction
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from tests.node.factories import make_organisation

from vaern.arrivals import Account, Arrival, File, Location
from vaern.node.ledger.models import Entry
from vaern.node.ledger.rules import Reason, Why
from vaern.node.organisations.models import Organisation
from vaern.node.organisations.rules import OrganisationKind
from vaern.node.organisations.viewers import Viewer
from vaern.node.reports.arrival.actions import draft_of, receive, receive_each
from vaern.node.reports.models import Item, NearSignal, Report, Tie
from vaern.records import Signal

if TYPE_CHECKING:
    from collections.abc import Sequence

pytestmark = pytest.mark.django_db
WHY = Reason(Why.ASSESSMENT)

PLACES = tuple(Location(url=f"https://host.example/synthetic/{n}") for n in range(3))
LOOKS = (bytes(32), bytes([3]) + bytes(31), bytes([255]) * 32)
"""PDQ values: the first two are near, the third is far."""

hashed = st.one_of(
    st.builds(Signal, st.sampled_from(["md5"]), st.sampled_from([bytes([n]) * 16 for n in range(2)])),
    st.builds(Signal, st.sampled_from(["sha256"]), st.sampled_from([bytes([n]) * 32 for n in range(3)])),
    st.builds(Signal, st.sampled_from(["pdq"]), st.sampled_from(LOOKS)),
)
files = st.builds(File, signals=st.lists(hashed, min_size=1, max_size=2, unique_by=lambda one: one.kind).map(tuple))
NAMED = Account("suspect", emails=("one@mail.example",))
accounts = st.sampled_from([NAMED, replace(NAMED, emails=("other@mail.example",))])
arrivals = st.builds(
    Arrival,
    document=st.just("forward"),
    offence=st.sampled_from(["material", "unclear"]),
    danger_now=st.sampled_from([None, True]),
    locations=st.lists(st.sampled_from(PLACES), max_size=2, unique=True).map(tuple),
    files=st.lists(files, max_size=2).map(tuple),
    accounts=st.lists(accounts, max_size=1).map(tuple),
)


@pytest.fixture
def desks() -> tuple[Organisation, ...]:
    """Two desks, and two that send them reports."""
    return tuple(make_organisation(OrganisationKind.HOTLINE) for _number in range(4))


Sent = tuple[Organisation, Organisation, Arrival]
"""A desk, who sends it something, and what."""


def alone(sent: Sequence[Sent]) -> list[Report]:
    """Take in each by itself."""
    reports = []
    for desk, sender, arrival in sent:
        viewer = Viewer(sender, frozenset())
        report, made = receive(viewer, WHY, desk, arrival, sender=sender, synthetic=True)
        assert made
        reports.append(report)
    return reports


def together(sent: Sequence[Sent]) -> list[Report]:
    """Take in all of them together."""
    return receive_each(WHY, [draft_of(desk, arrival, sender=sender, synthetic=True) for desk, sender, arrival in sent])


def known_of(reports: Sequence[Report]) -> list[dict[str, Any]]:
    """What is known of reports, with their order instead of their ids."""
    order = {report.pk: number for number, report in enumerate(reports)}
    items = list(Item.everywhere.order_by("report", "number"))
    places = {item.pk: (order[item.report_id], item.number) for item in items}
    signals = list(NearSignal.everywhere.order_by("id").values_list("item_id", "value"))
    return [
        {
            "state": (now.state, now.urgent, now.review_date, now.priority, now.completeness),
            "said": (bytes(now.digest), now.sender_reference, now.sender_id, now.organisation_id),
            "repeats": order.get(now.duplicate_of_id),
            "is tied to": order.get(now.same_as_id),
            "ties": sorted(
                bytes(digest) for digest in Tie.everywhere.filter(report=now).values_list("digest", flat=True)
            ),
            "counts": (now.items_total, now.items_known, now.items_seen, report.items_new),
            "items": [
                (
                    item.number,
                    places.get(item.seen_in_id),
                    item.seen_by,
                    [bytes(value) for of, value in signals if of == item.pk],
                )
                for item in items
                if item.report_id == now.pk
            ],
            "entries": list(
                Entry.objects.filter(subject=now.pk)
                .order_by("id")
                .values_list("act", "organisation", "owner", "why", "count", "tags")
            ),
        }
        for report in reports
        for now in [Report.everywhere.get(pk=report.pk)]
    ]


@pytest.mark.once
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@example([(0, 2, Arrival("forward", accounts=(NAMED,)))] * 2)
@example([(0, 2, Arrival("forward", files=(File((Signal("pdq", look),)),))) for look in LOOKS])
@example([(0, 2, Arrival("forward", locations=PLACES[:1]))] * 2)
@given(drawn=st.lists(st.tuples(st.integers(0, 1), st.integers(2, 3), arrivals), min_size=1, max_size=6))
def test_together_comes_to_what_each_by_itself_comes_to(
    desks: tuple[Organisation, ...], drawn: list[tuple[int, int, Arrival]]
) -> None:
    sent = [
        (desks[desk], desks[sender], replace(arrival, reference=f"{number}"))
        for number, (desk, sender, arrival) in enumerate(drawn)
    ]
    found = []
    for way in (alone, together):
        mark = transaction.savepoint()
        found.append(known_of(way(sent)))
        transaction.savepoint_rollback(mark)
    assert found[0] == found[1]


def test_what_shares_nothing_costs_no_statement_more(desks: tuple[Organisation, ...]) -> None:
    counts = []
    for many in (1, 2, 12):  # the first makes the desk itself
        places = [Location(url=f"https://host.example/synthetic/{many}/{number}") for number in range(many)]
        sent = [(desks[0], desks[2], Arrival("forward", reference=one.url, locations=(one,))) for one in places]
        with mock.patch.object(psycopg.Cursor, "execute", autospec=True, side_effect=psycopg.Cursor.execute) as ran:
            together(sent)
        counts.append(ran.call_count)
    assert counts[1] == counts[2]
