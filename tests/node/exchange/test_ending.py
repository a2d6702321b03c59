"""What messages said is erased when its time is over, on both sides; the account of it stays."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.utils import timezone
from tests.node.exchange.nodes import sent_to, taken_of
from tests.node.exchange.notes import put_down, write
from tests.node.exchange.test_passing import desks

from vaern.node.base.jobs import NIGHTLY
from vaern.node.exchange.inbox import ending as came
from vaern.node.exchange.models import Incoming, Outgoing
from vaern.node.exchange.outbox import ending as went
from vaern.node.exchange.rules.entitlement import EXPIRED

if TYPE_CHECKING:
    from tests.node.exchange.nodes import Line, Node
    from tests.node.exchange.notes import Notes


def test_what_is_settled_is_erased_after_its_time_and_its_account_stays(
    pair: tuple[Node, Node], line: Line, notes: Notes
) -> None:
    north, south = pair
    mine, theirs = desks(pair, line)
    notes.waits = {"later"}
    for text in ("one", "later"):
        write(north, mine, theirs, text)
    line.settle((north, south))
    before = timezone.now() - timedelta(days=31)
    with north.on():
        Outgoing.objects.exclude(settled_at=None).update(settled_at=before)
        assert went.erase() > 0
        assert went.erase() == 0
    with south.on():
        Incoming.objects.exclude(done_at=None).update(done_at=before)
        assert came.erase() > 0
        assert came.erase() == 0
    one, later = (row for row in sent_to(north, south) if row.kind == "test.note")
    assert (bytes(one.sealed), one.result, len(one.digest), one.receipt_id is not None) == (b"", "taken_in", 64, True)
    assert bytes(later.sealed)
    notes.waits = set()
    line.settle((north, south))
    assert put_down(south) == ["one", "later"]


def test_what_waits_for_more_than_a_year_is_refused_and_its_sender_told(
    pair: tuple[Node, Node], line: Line, notes: Notes
) -> None:
    north, south = pair
    mine, theirs = desks(pair, line)
    notes.breaks = {"poison"}
    write(north, mine, theirs, "poison")
    line.settle((north, south))
    with south.on():
        Incoming.objects.update(received_at=timezone.now() - timedelta(days=401))
        came.erase()
    line.settle((north, south))
    kept, sent = taken_of(south, north)[-1], sent_to(north, south)[-1]
    assert (kept.state, kept.because) == (sent.result, sent.because) == ("refused", EXPIRED)


def test_a_message_that_was_erased_before_it_left_leaves_no_gap(pair: tuple[Node, Node], line: Line) -> None:
    north, south = pair
    mine, theirs = desks(pair, line)
    for text in ("old", "new"):
        write(north, mine, theirs, text)
    with north.on():
        first = Outgoing.objects.filter(kind="test.note").order_by("id").first()
        Outgoing.objects.filter(pk=first.pk).update(expires_at=timezone.now() - timedelta(days=31))
        assert went.erase() == 1
    line.settle((north, south))
    assert put_down(south) == ["new"]
    assert [row.state for row in taken_of(south, north)][-2:] == ["gone", "taken_in"]


def test_both_run_each_night() -> None:
    assert {went.erase, came.erase} <= set(NIGHTLY.values())
