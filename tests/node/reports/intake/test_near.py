"""Near signals: the memory of a process answers exactly what comparing with every row of the table answers."""

from __future__ import annotations

import time

import psycopg
import pytest
from django.db import connection
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule, run_state_machine_as_test
from tests.node.factories import make_organisation
from tests.node.reports.factories import make_report

from vaern.node.reports.intake import near
from vaern.node.reports.models import Item, NearSignal

BASES = [bytes([n * 37 % 256]) * 32 for n in range(3)]


def flipped(base: bytes, bits: list[int]) -> bytes:
    value = int.from_bytes(base)
    for bit in bits:
        value ^= 1 << bit
    return value.to_bytes(32)


VALUES = st.builds(flipped, st.sampled_from(BASES), st.lists(st.integers(0, 255), max_size=40, unique=True))


def distance(one: bytes, other: bytes) -> int:
    return (int.from_bytes(one) ^ int.from_bytes(other)).bit_count()


def by_brute_force(organisation, value: bytes) -> near.Near | None:
    rows = NearSignal.everywhere.filter(organisation=organisation, kind="pdq").values_list("item_id", "value")
    hits = [(distance(bytes(stored), value), item) for item, stored in rows]
    best = min((hit for hit in hits if hit[0] <= 31), default=None)
    return near.Near(best[1], best[0]) if best else None


class Memory(RuleBasedStateMachine):
    """Writers whose transactions end in any order, rows that are erased, and one memory that reads between."""

    @initialize()
    def begin(self):
        self.owners = [make_organisation(), make_organisation()]
        self.items = {}
        for owner in self.owners:
            report = make_report(owner, urls=["https://h.example/a", "https://h.example/b"])
            self.items[owner.pk] = list(Item.everywhere.filter(report=report).order_by("id"))
        self.memory = near.Memory()
        self.before, near.STILLS = near.STILLS, self.memory
        self.open = []

    def _write(self, cursor, owner, item, value):
        # An id is taken only after the transaction has written, as intake does it.
        cursor.execute("UPDATE reports_report SET synthetic = true WHERE id = %s", [item.report_id])
        cursor.execute(
            "INSERT INTO reports_nearsignal (item_id, organisation_id, kind, value) VALUES (%s, %s, 'pdq', %s)",
            [item.pk, owner.pk, value],
        )

    @rule(owner=st.integers(0, 1), item=st.integers(0, 1), value=VALUES, wait=st.booleans())
    def write(self, owner, item, value, wait):
        own = self.owners[owner]
        found = self.items[own.pk][item]
        if any(report == found.report_id for _, report in self.open):
            return
        if not wait:
            with connection.cursor() as cursor:
                self._write(cursor, own, found, value)
            return
        other = psycopg.connect(**parameters())
        with other.cursor() as cursor:
            self._write(cursor, own, found, value)
        self.open.append((other, found.report_id))

    @precondition(lambda self: self.open)
    @rule(which=st.integers(0, 1), commit=st.booleans())
    def end(self, which, commit):
        other, _ = self.open.pop(which % len(self.open))
        if commit:
            other.commit()
        other.close()

    @rule(owner=st.integers(0, 1), which=st.integers(0, 30))
    def erase(self, owner, which):
        rows = list(NearSignal.everywhere.filter(organisation=self.owners[owner]).order_by("id")[which : which + 1])
        for row in rows:  # items are erased with all their signals, so the item goes and another comes
            found = self.items[self.owners[owner].pk]
            if len(found) > 1 and not self.open and row.item_id in {item.pk for item in found}:
                item = Item.everywhere.get(pk=row.item_id)
                item.delete()
                item.pk = None
                item.save(force_insert=True)
                self.items[self.owners[owner].pk] = [x for x in found if x.pk != row.item_id] + [item]

    @rule(value=VALUES)
    def ask(self, value):
        for owner in self.owners:
            stored = NearSignal.everywhere.filter(organisation=owner).values_list("value", flat=True)
            values = [value, *map(bytes, stored)]
            expected = {one: by_brute_force(owner, one) for one in values}
            assert near.nearest(owner.pk, values) == {one: hit for one, hit in expected.items() if hit}

    def teardown(self):
        for other, _ in getattr(self, "open", []):
            other.close()
        if hasattr(self, "before"):
            near.STILLS = self.before


def parameters():
    found = connection.get_connection_params()
    return {key: value for key, value in found.items() if key in {"dbname", "user", "password", "host", "port"}}


@pytest.mark.once
@pytest.mark.django_db(transaction=True)
def test_it_is_brute_force():
    run_state_machine_as_test(Memory, settings=settings(max_examples=10, stateful_step_count=25, deadline=None))


@pytest.mark.django_db(transaction=True)
def test_a_row_whose_transaction_ends_late_is_found():
    own = make_organisation()
    report = make_report(own, urls=["https://h.example/a"])
    item = Item.everywhere.get(report=report)
    memory = near.Memory()
    with psycopg.connect(**parameters()) as slow:
        slow.execute("CREATE TEMPORARY TABLE written (x int)")  # gives the transaction its number
        slow.execute(
            "INSERT INTO reports_nearsignal (item_id, organisation_id, kind, value) VALUES (%s, %s, 'pdq', %s)",
            [item.pk, own.pk, BASES[0]],
        )
        for _ in range(3):
            NearSignal.everywhere.create(item=item, organisation=own, kind="pdq", value=BASES[1])
            memory.refresh()
        assert len(memory._flats[own.pk]) == 3
        slow.commit()
    memory.refresh()
    assert len(memory._flats[own.pk]) == 4
    memory.refresh()
    assert len(memory._flats[own.pk]) == 4
    for _ in range(6_000):  # transactions of other databases of one server count too: other tests run there
        if not memory._above:
            break
        time.sleep(0.05)
        memory.refresh()
    assert memory._above == set(), "once all have ended, nothing is read twice"


@pytest.mark.django_db(transaction=True)
def test_a_table_that_is_longer_than_a_chunk_is_read_whole(monkeypatch):
    monkeypatch.setattr(near, "CHUNK", 4)
    own = make_organisation()
    item = Item.everywhere.get(report=make_report(own, urls=["https://h.example/a"]))
    for count in range(1, 13):
        NearSignal.everywhere.create(item=item, organisation=own, kind="pdq", value=BASES[count % 3])
        memory = near.Memory()
        for _ in range(3):
            memory.refresh()
            assert len(memory._flats[own.pk]) == count
