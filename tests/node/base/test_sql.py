"""Many rows are written in one statement as one by one, and what does not fit is refused, not cut."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from django.db import DataError, IntegrityError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.node.factories import make_organisation

from vaern.node.base import sql
from vaern.node.exchange.models import Outgoing, Peer
from vaern.node.organisations.models import Person

if TYPE_CHECKING:
    from uuid import UUID

pytestmark = pytest.mark.django_db

WHEN = st.none() | st.integers(0, 10**9).map(
    lambda seconds: datetime(2020, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
)
WORDS = st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), max_size=40)


@pytest.fixture
def rows() -> list[Outgoing]:
    """Three messages to a node."""
    organisation = make_organisation()
    by = Person.everybody.create(organisation=organisation, email="ada@organisation.example")
    peer = Peer.objects.create(name="south.example", card=b"", issued=1, met_by=by)
    until = datetime(2031, 1, 1, tzinfo=UTC) + timedelta(days=1)
    return [Outgoing.objects.create(peer=peer, kind="test.note", version=1, expires_at=until) for _ in range(3)]


def test_many_rows_are_written_as_one_by_one(rows: list[Outgoing]) -> None:
    @settings(max_examples=8, suppress_health_check=list(HealthCheck))
    @given(st.lists(st.tuples(WHEN, WORDS, st.none() | st.uuids()), min_size=3, max_size=3), st.integers(0, 3))
    def holds(values: list[tuple[datetime | None, str, UUID | None]], among: int) -> None:
        with transaction.atomic():
            before = {row.pk: (row.read_at, row.because, row.about) for row in Outgoing.objects.all()}
            for row, (at, words, about) in zip(rows, values, strict=True):
                row.read_at, row.because, row.about = at, words, about
            sql.update(rows[:among], ["read_at", "because", "about"])
            found = {row.pk: (row.read_at, row.because, row.about) for row in Outgoing.objects.all()}
            assert found == before | {row.pk: given for row, given in zip(rows[:among], values, strict=False)}

    holds()


@pytest.mark.parametrize("rows_each", [1, 2, 3, 5])
def test_rows_are_inserted_in_their_order_however_many_a_statement_holds(
    rows: list[Outgoing], monkeypatch: pytest.MonkeyPatch, rows_each: int
) -> None:
    first = rows[0]
    width = len(Outgoing._meta.concrete_fields) - 1  # the key is generated
    monkeypatch.setattr(sql, "MOST_VALUES", rows_each * width + 1)
    given = [
        Outgoing(peer_id=first.peer_id, kind=f"test.{n}", version=1, expires_at=first.expires_at) for n in range(5)
    ]
    sql.insert(given)
    assert [(row.pk, row.kind) for row in given] == list(
        Outgoing.objects.exclude(pk__in=[row.pk for row in rows]).order_by("pk").values_list("pk", "kind")
    )
    assert len(given) == len({row.pk for row in given})


def test_what_is_too_long_is_refused_and_not_cut(rows: list[Outgoing]) -> None:
    rows[0].because = "x" * 401
    with pytest.raises(DataError), transaction.atomic():
        sql.update(rows[:1], ["because"])


def test_what_breaks_a_constraint_is_refused(rows: list[Outgoing]) -> None:
    for row in rows:
        row.stream, row.sequence = 1, 7
    with pytest.raises(IntegrityError), transaction.atomic():
        sql.update(rows, ["stream", "sequence"])


def test_rows_are_found_by_their_keys_and_locked(rows: list[Outgoing]) -> None:
    locked: set[int] = set()
    for wanted in ([], [rows[2].pk], [-1, rows[0].pk, rows[0].pk], [row.pk for row in rows]):
        found = sql.find_locked(Outgoing, wanted)
        assert found == {row.pk: row for row in rows if row.pk in wanted}
        assert all((row.kind, row.peer_id) == ("test.note", rows[0].peer_id) for row in found.values())
        locked |= set(found)
        assert {pk for (pk,) in sql.run("SELECT id FROM exchange_outgoing WHERE xmax::text <> '0'", [])} == locked
