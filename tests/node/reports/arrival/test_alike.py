"""What looks alike and arrived at one moment: missed at arrival, found by the job, exactly as brute force would."""

from __future__ import annotations

import struct
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from uuid import uuid4

import numpy as np
import psycopg
import pytest
from django.db import connection, connections
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.node.factories import make_organisation, make_person, viewer_for
from tests.node.reports.factories import make_report

from vaern.arrivals import Arrival, File
from vaern.node.ledger import folds
from vaern.node.ledger.models import Entry
from vaern.node.ledger.rules import Reason, Why
from vaern.node.organisations.rules import OrganisationKind, Role
from vaern.node.reports.arrival import alike, lookups
from vaern.node.reports.arrival.actions import receive
from vaern.node.reports.models import Item, NearSignal, Report
from vaern.records import Signal

LOOK = np.random.default_rng(1).bytes(32)
WHY = Reason(Why.INVESTIGATION)


@pytest.fixture(autouse=True)
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """Transactions of other databases of one server count too: a test that runs there may be longer than a round is."""
    monkeypatch.setattr(alike, "PATIENCE", 300.0)


def bent(bits: int, base: bytes = LOOK) -> bytes:
    return (int.from_bytes(base) ^ ((1 << bits) - 1)).to_bytes(32)


def distance(one: bytes, other: bytes) -> int:
    return (int.from_bytes(one) ^ int.from_bytes(other)).bit_count()


def entries(report: Report) -> list[int | None]:
    found = Entry.objects.filter(act=alike.acts.FOUND_ALIKE.code, subject=report.pk)
    return list(found.values_list("count", flat=True))


def still(bits: int, digest: int) -> File:
    return File(signals=(Signal("sha256", bytes([digest]) * 32), Signal("pdq", bent(bits), quality=100)))


def film(bits: int, digest: int) -> File:
    value = b"".join(bent(bits + at, LOOK[::-1]) + struct.pack("<if", 100, at) for at in range(4))
    return File(signals=(Signal("sha256", bytes([digest]) * 32), Signal("vpdq", value)), mime="video/mp4")


def bring_in(desk, person, files: tuple[File, ...]) -> Report:
    arrival = Arrival("api", files=files, reference=str(uuid4()))
    return receive(viewer_for(person), WHY, desk, arrival, sender=person.organisation, synthetic=True)[0]


@pytest.mark.django_db(transaction=True)
def test_two_that_overlap_miss_each_other_and_the_job_finds_them(monkeypatch: pytest.MonkeyPatch) -> None:
    desk, other = make_organisation(OrganisationKind.HOTLINE), make_organisation(OrganisationKind.HOTLINE)
    person = make_person(Role.MODERATOR, make_organisation(OrganisationKind.PLATFORM))
    both, searched = Barrier(3), lookups.nearest_videos

    def search(*args):  # both have searched before either ends
        found = searched(*args)
        both.wait(timeout=30)
        return found

    def bring(number: int) -> Report:
        try:
            return bring_in((desk, desk, other)[number], person, (still(5 * number, number), film(number, 9 + number)))
        finally:
            connections.close_all()

    with monkeypatch.context() as patch, ThreadPoolExecutor(3) as pool:
        patch.setattr(lookups, "nearest_videos", search)
        brought = list(pool.map(bring, range(3)))
    assert not Item.everywhere.exclude(seen_in=None).exists(), "missed at arrival"
    first, second = sorted(
        brought[:2], key=lambda report: Item.everywhere.filter(report=report).order_by("id").values_list("id")[0]
    )
    before = {report.pk: report.priority for report in brought}

    assert alike.find_alike() == 2
    earlier, later = (list(Item.everywhere.filter(report=report).order_by("number")) for report in (first, second))
    assert [(item.seen_in_id, item.seen_by) for item in later] == [(earlier[0].pk, "pdq"), (earlier[1].pk, "vpdq")]
    second.refresh_from_db()
    assert (second.items_seen, second.state, second.duplicate_of, second.touched_at) == (0, "arrived", None, None)
    assert second.priority == before[second.pk], "what is only alike counts as new until a person says the same"
    assert entries(second) == [2]
    assert entries(first) == entries(brought[2]) == [], "one stays to look at, and no other organisation is told"
    assert [alike.find_alike() for _ in range(3)] == [0, 0, 0]
    assert entries(second) == [2]


@pytest.mark.django_db(transaction=True)
def test_one_that_ends_long_after_is_found_and_a_round_that_cannot_wait_skips_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    desk = make_organisation()
    reports = [make_report(desk), make_report(desk), make_report(desk)]
    items = [Item.everywhere.get(report=report) for report in reports]
    write = "INSERT INTO reports_nearsignal (item_id, organisation_id, kind, value) VALUES (%s, %s, 'pdq', %s)"
    with psycopg.connect(**parameters()) as slow:
        slow.execute("SELECT pg_current_xact_id()")
        NearSignal.everywhere.create(item=items[0], organisation=desk, kind="pdq", value=LOOK)
        slow.execute(write, [items[1].pk, desk.pk, bent(3)])
        NearSignal.everywhere.create(item=items[2], organisation=desk, kind="pdq", value=bent(200))
        with monkeypatch.context() as patch:
            patch.setattr(alike, "PATIENCE", 0.1)
            assert [alike.find_alike(), folds.folded(alike.LAST)] == [0, 0], "the marks wait for it"
        slow.commit()
    assert alike.find_alike() == 1
    assert Item.everywhere.get(pk=items[1].pk).seen_in_id == items[0].pk
    ids = list(NearSignal.everywhere.order_by("id").values_list("id", flat=True))
    assert (folds.folded(alike.BEFORE), folds.folded(alike.LAST)) == (0, ids[-1])
    # One that began before that round ended, and took its id after: the round before the last is compared again.
    late = Item.everywhere.get(report=make_report(desk))
    NearSignal.everywhere.create(item=late, organisation=desk, kind="pdq", value=bent(203))
    assert alike.find_alike() == 1
    assert Item.everywhere.get(pk=late.pk).seen_in_id == items[2].pk
    assert [folds.folded(alike.BEFORE), alike.find_alike(), folds.folded(alike.BEFORE)] == [ids[-1], 0, ids[-1] + 1]


def parameters() -> dict[str, object]:
    found = connection.get_connection_params()
    return {key: value for key, value in found.items() if key in {"dbname", "user", "password", "host", "port"}}


things = st.tuples(
    st.integers(0, 1),  # whose
    st.integers(0, 2),  # in which report
    st.lists(st.sampled_from([0, 5, 20, 31, 32, 60, 90]), min_size=1, max_size=2, unique=True),
    st.none() | st.integers(0, 7),  # seen at arrival, in which
)


@pytest.mark.once
@pytest.mark.django_db
@settings(max_examples=12)
@given(st.lists(things, max_size=8))
def test_it_is_brute_force(drawn: list[tuple[int, int, list[int], int | None]]) -> None:
    after = NearSignal.everywhere.order_by("-id").values_list("id", flat=True).first() or 0
    owners = [make_organisation(), make_organisation()]
    reports = [[make_report(owner, urls=[]) for _ in range(3)] for owner in owners]
    items: list[Item] = []
    for number, (own, of, looks, _) in enumerate(drawn):
        report = reports[own][of]
        item = Item.everywhere.create(report=report, organisation=owners[own], number=number + 1, sealed=_sealed())
        for bits in looks:
            NearSignal.everywhere.create(item=item, organisation=owners[own], kind="pdq", value=bent(bits))
        items.append(item)
    seen: dict[int, int] = {}
    for item, (own, _, _, at) in zip(items, drawn, strict=True):
        if at is not None and at < len(items) and drawn[at][0] == own and item.pk not in _chain(seen, items[at].pk):
            seen[item.pk] = items[at].pk
            Item.everywhere.filter(pk=item.pk).update(seen_in=items[at], seen_by="pdq")
    at_arrival = dict(seen)
    looks = {n: _near(drawn, n) for n in range(len(items)) if items[n].pk not in seen}
    first: dict[tuple[int, int], int] = {}  # reports are noted whole, in the order of their first item that has looks
    for n in sorted(n for n in looks if looks[n]):
        first.setdefault(drawn[n][:2], n)
    for n in sorted((n for n in looks if looks[n]), key=lambda n: (first[drawn[n][:2]], n)):
        stays = [items[m].pk for _, m in looks[n] if items[n].pk not in _chain(seen, items[m].pk)]
        if stays:
            seen[items[n].pk] = stays[0]
    assert alike.compare(after) == len(seen) - len(at_arrival)
    stored = Item.everywhere.filter(pk__in=[item.pk for item in items]).exclude(seen_in=None)
    assert dict(stored.values_list("id", "seen_in_id")) == seen
    for row in [report for those in reports for report in those]:
        found = sum(item.report_id == row.pk and item.pk in seen.keys() - at_arrival.keys() for item in items)
        row.refresh_from_db()
        assert (row.items_seen, entries(row)) == (0, [found] if found else [])
    assert alike.compare(after) == 0
    assert all(item.pk not in _chain(seen, seen[item.pk]) for item in items if item.pk in seen), "one always stays"


def _near(drawn: list[tuple[int, int, list[int], int | None]], n: int) -> list[tuple[int, int]]:
    """The earlier things of the same owner and another report that look like one: distance and place, best first."""
    own, of, mine, _ = drawn[n]
    found = [
        (min(distance(bent(one), bent(other)) for one in mine for other in theirs), m)
        for m, (whose, where, theirs, _) in enumerate(drawn[:n])
        if whose == own and where != of
    ]
    return sorted(pair for pair in found if pair[0] <= 31)


def _chain(seen: dict[int, int], item: int) -> set[int]:
    found = set()
    at: int | None = item
    while at is not None and at not in found:
        found.add(at)
        at = seen.get(at)
    return found


def _sealed() -> bytes:
    from vaern.node.base.sealing import seal
    from vaern.node.reports.models.report import SEALED

    return seal("{}", SEALED)
