"""Whether the node is well: what its public page says, and what it never tells a stranger."""

from __future__ import annotations

import shutil
import uuid
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

import pytest
from django.db import transaction
from django.test import Client
from django.utils import timezone
from tests.node.ledger.recording import OPENED, ORGANISATION, PERSON, without_triggers

from vaern.node.ledger.record import record
from vaern.node.ledger.rules import Actor, Reason, Subject, Why
from vaern.node.operations import queries
from vaern.node.operations.queries import LEAST_FREE_BYTES, ledger_lag

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.django_db

STRANGER, SOMEBODY = Actor(organisation=ORGANISATION), Actor(person=PERSON, organisation=ORGANISATION)
HOUR = datetime(2026, 3, 1, 12, tzinfo=UTC)
"""A moment of the past, at which the entries of these tests are put."""


class Usage(NamedTuple):
    """Of a disk, as Python tells it."""

    total: int
    used: int
    free: int


def acts(by: Actor, at: datetime) -> None:
    """Let somebody act at a moment; the ledger keeps it as it would have then."""
    with transaction.atomic():
        entry = record(OPENED, Subject("scan", uuid.uuid4(), ORGANISATION), by, Reason(Why.ASSESSMENT))
    with without_triggers() as cursor:
        cursor.execute(
            "UPDATE ledger_entry SET at = CASE WHEN at = date_trunc('hour', at, 'UTC') THEN %s ELSE %s END "
            "WHERE id = %s",
            [at.replace(minute=0, second=0, microsecond=0), at, entry],
        )


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Callable[[datetime], None]:
    """Set the node's clock."""
    return lambda moment: monkeypatch.setattr(timezone, "now", lambda: moment)


def said() -> dict[str, bool]:
    """What the public page says to anybody."""
    return Client().get("/health", headers={"Host": "localhost"}).json()


@pytest.mark.parametrize("minutes", [0, 1, 31, 59])
def test_nobody_sees_a_strangers_act_arrive(at: Callable[[datetime], None], minutes: int) -> None:
    moment = HOUR + timedelta(minutes=minutes, seconds=40)
    at(moment)
    assert said()["ledger"]
    acts(STRANGER, moment)
    assert ledger_lag() == (1, 0.0)
    assert said()["ledger"]


def test_of_a_strangers_act_the_wait_is_counted_from_the_end_of_its_hour(at: Callable[[datetime], None]) -> None:
    acts(STRANGER, HOUR + timedelta(minutes=59, seconds=59))
    for seconds in (0, 1, 29, 31):
        at(HOUR + timedelta(hours=1, seconds=seconds))
        assert ledger_lag() == (1, float(seconds))
        assert said()["ledger"] == (seconds < 30)


def test_of_what_somebody_does_the_wait_is_counted_from_its_moment(at: Callable[[datetime], None]) -> None:
    began = HOUR + timedelta(minutes=7)
    acts(SOMEBODY, began)
    acts(STRANGER, began)
    for seconds in (0, 29, 31):
        at(began + timedelta(seconds=seconds))
        assert ledger_lag() == (2, float(seconds))
        assert said()["ledger"] == (seconds < 30)


@pytest.mark.parametrize("missing", [0, 1])
def test_a_full_disk_is_said(monkeypatch: pytest.MonkeyPatch, missing: int) -> None:
    total = 1 << 45
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: Usage(total, 0, LEAST_FREE_BYTES - missing))
    assert queries.health().disk == (not missing)
    found = Client().get("/health", headers={"Host": "localhost"})
    assert found.json()["disk"] == (not missing)
    assert not missing or (found.status_code, found.json()["well"]) == (503, False)
