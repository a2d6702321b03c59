"""Asking witnesses: what is published is cosigned and kept, silence stops nobody, and a rewrite is an alarm."""

from __future__ import annotations

import itertools
from contextlib import ExitStack
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.test import Client
from django.utils import timezone
from tests.client.serving import Said
from tests.node.ledger.recording import enter, without_triggers
from tests.node.ledger.witnesses.foreign import Foreign, an_hour_later, listening
from tests.proofs.ledgers import Ledger, cosigners

from vaern.node.ledger.models import Cosignature, Entry, Witness
from vaern.node.ledger.proofs import latest_checkpoint, published_checkpoint
from vaern.node.ledger.sequencer import sequence_once
from vaern.node.ledger.witnesses import asking, queries, registry
from vaern.node.ledger.witnesses.asking import AGAIN, ask_all, prune
from vaern.node.ledger.witnesses.rules import Problem
from vaern.node.ledger.witnesses.submissions import Submission
from vaern.proofs.notes import SignedNote

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_django.fixtures import SettingsWrapper


pytestmark = pytest.mark.django_db

TOLD = "peer.test"


def told_of(witness: Foreign) -> Foreign:
    """Let this node ask a witness."""
    registry.register_witness(witness.url, [witness.key.verifier], TOLD)
    return witness


@pytest.fixture
def witness() -> Iterator[Foreign]:
    with listening() as found:
        yield told_of(found)


def only() -> Witness:
    return Witness.objects.get()


def alarms_recorded() -> int:
    return Entry.objects.filter(act="ledger.witness.contradicts").count()


def test_what_is_published_is_cosigned_and_shown_with_its_cosignature(witness: Foreign) -> None:
    an_hour_later(3)
    for more in (4, 1, 9):
        assert ask_all() == 1
        newest = published_checkpoint()
        note = Client(headers={"host": "localhost"}).get("/ledger/checkpoint").text
        assert note.startswith(newest.note)
        signed = SignedNote.parse(note).signed_by([*witness.known.keys, witness.key.verifier])
        assert set(signed) == {*witness.known.keys, witness.key.verifier}
        assert (only().size, only().problem) == (newest.size, "")
        assert ask_all() == 0, "it is asked for each checkpoint once"
        an_hour_later(more)


def test_what_is_newer_than_this_hour_is_sent_to_nobody(witness: Foreign) -> None:
    """A witness shows what it cosigned to everybody: else one sees there that somebody reports now."""
    an_hour_later(3)
    ask_all()
    enter(2)
    sequence_once()
    assert latest_checkpoint().size > published_checkpoint().size
    sent = len(witness.asked)
    ask_all(now=True)
    assert len(witness.asked) == sent
    assert {Submission.parse(one.body).checkpoint.size for one in witness.asked} == {published_checkpoint().size}


def test_nothing_is_asked_before_there_is_anything(witness: Foreign) -> None:
    assert ask_all(now=True) == 0
    assert witness.asked == []


def test_the_proof_begins_where_the_witness_is_also_when_the_node_forgot(witness: Foreign) -> None:
    an_hour_later(5)
    ask_all()
    an_hour_later(6)
    Witness.objects.update(size=0)
    assert ask_all() == 1
    assert [Submission.parse(one.body).old for one in witness.asked] == [0, 0, witness.known.size - 6]
    assert only().size == published_checkpoint().size


def test_an_answer_that_was_lost_is_asked_for_again(witness: Foreign) -> None:
    an_hour_later(5)
    ask_all()
    with without_triggers() as cursor:
        cursor.execute("DELETE FROM ledger_cosignature")
    assert ask_all() == 1
    assert Cosignature.objects.count() == 1


def test_one_that_does_not_answer_stops_nobody(witness: Foreign) -> None:
    with listening() as other:
        registry.register_witness(other.url, [other.key.verifier], "peer.gone")
    an_hour_later(5)
    assert ask_all() == 1
    rows = {one.url: one for one in Witness.objects.all()}
    assert rows[witness.url].problem == ""
    assert rows[other.url].problem == Problem.SILENT
    assert queries.alarms() == 0
    late = {one.url: one.behind for one in queries.standings()}
    assert late == {witness.url: 0, other.url: published_checkpoint().size}
    asked = rows[other.url].asked_at
    ask_all()
    assert Witness.objects.get(url=other.url).asked_at == asked, "it is left alone for a while"
    Witness.objects.filter(url=other.url).update(asked_at=timezone.now() - AGAIN)
    ask_all()
    assert Witness.objects.get(url=other.url).asked_at > asked


@pytest.mark.once
@pytest.mark.parametrize(
    ("said", "problem"),
    [
        (Said(b"unknown\n", 404), Problem.UNKNOWN),
        (Said(b"no\n", 403), Problem.UNKNOWN),
        (Said(b"what\n", 400), Problem.REFUSED),
        (Said(b"broken\n", 500), Problem.REFUSED),
        (Said(b"", 302, {"Location": "http://127.0.0.1:9/"}), Problem.REFUSED),
        (Said(b"x" * 300_000), Problem.SILENT),
        (Said(b"1\n", 409), Problem.REFUSED),
        (Said(b"01\n", 409, {"Content-Type": "text/x.tlog.size"}), Problem.REFUSED),
        (Said(b"1\n", 409, {"Content-Type": "text/x.tlog.size"}), Problem.REFUSED),
        (Said(b""), Problem.UNSIGNED),
        (Said(b"\xff"), Problem.UNSIGNED),
        (Said("— w.example/witness AAAAAAA=\n".encode()), Problem.UNSIGNED),
        (Said(b"9000\n", 409, {"Content-Type": "text/x.tlog.size"}), Problem.LARGER),
        (Said(b"no\n", 422), Problem.OTHER),
    ],
)
def test_every_other_answer_is_a_problem_with_a_name(witness: Foreign, said: Said, problem: Problem) -> None:
    an_hour_later(5)
    witness.instead = lambda _asked: said
    assert ask_all() == 0
    assert only().problem == problem
    assert only().since is not None
    assert Cosignature.objects.count() == 0
    assert queries.alarms() == alarms_recorded() == (problem in {Problem.LARGER, Problem.OTHER})
    ask_all(now=True)
    assert alarms_recorded() == queries.alarms(), "an alarm is recorded once"
    witness.instead = lambda _asked: None
    assert ask_all(now=True) == 1
    assert (only().problem, only().since, only().claimed) == ("", None, None)


def test_cosignatures_of_others_are_ignored_and_one_that_does_not_hold_spoils_all(witness: Foreign) -> None:
    an_hour_later(5)
    text = SignedNote.parse(published_checkpoint().note).text
    stranger = cosigners(1)[0]
    witness.instead = lambda _asked: Said(stranger.cosign(text, 5).encode())
    ask_all()
    assert only().problem == Problem.UNSIGNED
    other = Ledger.of(5).text(5)
    witness.instead = lambda _asked: Said((witness.key.cosign(text, 5) + witness.key.cosign(other, 5)).encode())
    ask_all(now=True)
    assert only().problem == Problem.UNSIGNED
    witness.instead = lambda _asked: Said((stranger.cosign(text, 5) + witness.key.cosign(text, 5)).encode())
    assert ask_all(now=True) == 1
    assert list(Cosignature.objects.values_list("witness", flat=True)) == [witness.key.verifier.identity]


def cut_off(size: int) -> None:
    """Leave the beginning of the ledger, as who has the database, the node's folder and its key can."""
    with without_triggers() as cursor:
        cursor.execute("DELETE FROM ledger_pending")
        cursor.execute("DELETE FROM ledger_entry e USING ledger_leaf l WHERE l.entry = e.id AND position >= %s", [size])
        cursor.execute("DELETE FROM ledger_leaf WHERE position >= %s", [size])
        cursor.execute("DELETE FROM ledger_subtree WHERE (index + 1) << level > %s", [size])
        cursor.execute("DELETE FROM ledger_checkpoint WHERE size > %s", [size])
        cursor.execute("DELETE FROM ledger_cosignature")


def two_hours(witness: Foreign) -> int:
    """Let a ledger be cosigned twice; return its first size."""
    an_hour_later(20)
    ask_all()
    first = published_checkpoint().size
    an_hour_later(20)
    ask_all()
    assert witness.known.size == published_checkpoint().size == first + 20
    return first


@pytest.mark.once
@pytest.mark.parametrize("forgotten", [False, True])
def test_a_ledger_whose_end_was_cut_off_is_an_alarm(witness: Foreign, forgotten: bool) -> None:
    first = two_hours(witness)
    cut_off(first)
    if forgotten:  # who has the database changes that too
        Witness.objects.update(size=0)
    ask_all()
    assert (only().problem, only().claimed) == (Problem.LARGER, first + 20)
    (standing,) = queries.standings()
    assert standing.alarming
    assert alarms_recorded() == 1


@pytest.mark.once
@pytest.mark.parametrize("more", [20, 40])
def test_a_ledger_that_was_rewritten_is_an_alarm(witness: Foreign, more: int) -> None:
    """Also where it has as many entries as before."""
    first = two_hours(witness)
    cut_off(first)
    an_hour_later(more)
    ask_all()
    assert only().problem == Problem.OTHER
    assert alarms_recorded() == 1


def test_this_machine_itself_is_asked_by_a_synthetic_node_alone(witness: Foreign, settings: SettingsWrapper) -> None:
    an_hour_later(5)
    settings.CONFIGURATION = replace(settings.CONFIGURATION, synthetic=False)
    assert ask_all() == 0
    assert only().problem == Problem.SILENT
    assert witness.asked == []


def test_of_old_cosignatures_the_last_of_each_day_stays() -> None:
    now = timezone.now().replace(hour=12, minute=0, second=0, microsecond=0)
    hours = [now - timedelta(hours=hour) for hour in range(60 * 24)]
    rows = [
        Cosignature(size=5_000 - number, root=bytes(32), witness=name, line="", at=at)
        for (number, at), name in itertools.product(enumerate(hours), ("a", "b"))
    ]
    Cosignature.objects.bulk_create(rows)
    old = [at for at in hours if at < now - timedelta(days=asking.WHOLE_DAYS)]
    days = {}
    for at in hours:  # the newest first
        days.setdefault(at.date(), at)
    kept = {at for at in hours if at not in old or days[at.date()] == at}
    assert prune(now) == 2 * (len(hours) - len(kept))
    assert set(Cosignature.objects.values_list("at", flat=True)) == kept
    assert prune(now) == 0


def test_many_witnesses_are_asked_each() -> None:
    with ExitStack() as stack:
        several = [stack.enter_context(listening(Foreign(cosigners(4)[number]))) for number in range(4)]
        for one in several:
            told_of(one)
        an_hour_later(8)
        assert ask_all() == 4
        note = SignedNote.parse(queries.cosigned(published_checkpoint()))
        assert len(note.signed_by(one.key.verifier for one in several)) == 4
