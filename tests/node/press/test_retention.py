"""Thirty days after an event its list is gone, and the ledger shows that, and how many there were."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone
from tests.node.factories import sign_in
from tests.node.press.factories import make_event, make_officer, shift
from tests.node.press.journalist import accredited, confirmed, page_of, registered, says

from vaern.node.base.jobs import NIGHTLY
from vaern.node.base.refusals import Refusal
from vaern.node.ledger.models import Entry
from vaern.node.press.events.retention import destroy_lists
from vaern.node.press.journalists.queries import counts
from vaern.node.press.models import Badge, CheckIn, Registration, Verification
from vaern.node.press.rules.states import KEPT

if TYPE_CHECKING:
    from django.test import Client


def test_a_list_is_destroyed_to_the_second_and_provably(client: Client, db: None) -> None:
    officer = make_officer()
    event, other = make_event(officer), make_event(officer)
    one = accredited(officer, event, 1)
    confirmed(event, 2)
    registered(event, 3)
    accredited(officer, other, 1)
    page, before = page_of(one), counts(event)
    shift(
        event,
        deadline=event.deadline - timedelta(days=60),
        begins=event.begins - timedelta(days=60),
        ends=event.ends - timedelta(days=60),
    )
    assert NIGHTLY["press_lists"] is destroy_lists
    assert destroy_lists(event.ends + KEPT - timedelta(microseconds=1)) == 0
    assert destroy_lists(event.ends + KEPT) == 3
    assert destroy_lists(event.ends + KEPT) == 0
    event.refresh_from_db()
    assert (event.state, event.counts["registered"]) == ("destroyed", before["registered"])
    assert Registration.everywhere.get().event_id == Badge.objects.get().event_id == other.pk
    assert not CheckIn.everywhere.exists()
    assert set(Verification.everywhere.values_list("registration__event", flat=True)) == {other.pk}
    erased = Entry.objects.filter(act="press.registration.erased")
    assert erased.count() == 3
    assert Entry.objects.get(act="press.event.destroyed").count == 3
    assert client.get(page).status_code == 404
    assert officer.person
    sign_in(client, officer.person)
    shown = client.get(reverse("press:event", args=[event.pk])).content.decode()
    assert "numbers are what remains" in shown
    with pytest.raises(Refusal):
        registered(event, 4)


def test_nothing_of_anybody_stands_in_the_database_but_sealed(db: None) -> None:
    officer = make_officer()
    accredited(officer, make_event(officer), 1)
    said = [value for value in says(1).values() if len(value) > 3]
    with connection.cursor() as cursor:
        cursor.execute("SELECT table_name FROM information_schema.tables WHERE table_name LIKE 'press_%'")
        tables = [name for (name,) in cursor.fetchall()]
        assert len(tables) == 7
        for table in [*tables, "procrastinate_jobs", "ledger_note"]:
            cursor.execute(f'SELECT t::text FROM "{table}" t')
            text = " ".join(row for (row,) in cursor.fetchall())
            assert not [value for value in said if value in text], table
    assert timezone.now() > Registration.everywhere.get().arrived_at
