"""Lists of organisations of two peers that come at one moment."""

from __future__ import annotations

import threading
import time
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection, transaction
from tests.node.factories import make_organisation, make_person
from tests.node.threads import at_once

from vaern.node.exchange.base.kinds import Delivery
from vaern.node.exchange.models import Peer
from vaern.node.exchange.peers.directories import take_directory
from vaern.node.exchange.rules.directory import Directory, Listed
from vaern.node.organisations.models import Organisation
from vaern.node.organisations.rules import OrganisationKind, Regime, Role

PATIENCE = 20.0


def listing(peer: Peer) -> Any:
    """What a peer says that lists one organisation, of a name that others have too."""
    listed = Listed(id=uuid4(), name="The national police", kind=OrganisationKind.POLICE, regime=Regime.LED, country="")
    return Delivery(peer, None, Directory(number=1, organisations=[listed]), None, None, None)  # type: ignore[arg-type]


@pytest.mark.once
@pytest.mark.django_db(transaction=True)
def test_two_peers_list_one_name_at_once() -> None:
    by = make_person(Role.ADMINISTRATOR, make_organisation(OrganisationKind.SECRETARIAT, runs_node=True))
    north, south = (
        Peer.objects.create(name=f"{one}.example", card=b"", issued=1, met_by=by) for one in ("north", "south")
    )
    taken = threading.Event()

    def first() -> None:
        with transaction.atomic():
            take_directory(listing(north))
            taken.set()
            begun = time.monotonic()
            while not _somebody_waits():
                assert time.monotonic() - begun < PATIENCE

    def second() -> None:
        assert taken.wait(PATIENCE)
        with transaction.atomic():
            take_directory(listing(south))

    assert at_once(first, second) == [None, None]
    names = set(Organisation.all_nodes.exclude(node="").values_list("node", "name"))
    assert names == {
        ("north.example", "The national police"),
        ("south.example", "The national police (south.example)"),
    }


def _somebody_waits() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_clear_snapshot()")  # else a transaction sees what it saw first
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )
        return bool(cursor.fetchone()[0])
