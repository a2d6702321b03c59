"""The sequencer: everything that was recorded gets one place, in a tree that only grows, however many are at it."""

from __future__ import annotations

import datetime as dt
import itertools
import signal
import threading
import time
import uuid

import pytest
from django.db import OperationalError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st
from tests.node.ledger.recording import OPENED, enter, rows, without_triggers

from vaern.node.ledger import sequencer
from vaern.node.ledger.keys import key_path, signing_key, verifier_key
from vaern.node.ledger.leaf import LEAF_SQL, leaf_bytes
from vaern.node.ledger.models import Checkpoint, Entry, Leaf, Pending, Subtree
from vaern.node.ledger.nodes import LedgerDamaged
from vaern.node.ledger.proofs import (
    NoProof,
    consistency_proof,
    inclusion_proof,
    latest_checkpoint,
    position_of,
    position_of_hash,
)
from vaern.node.ledger.record import record
from vaern.node.ledger.rules import NODE, Reason, Subject, Verb, Why
from vaern.node.ledger.sequencer import TAKEN, WAITING, run_sequencer, sequence_once
from vaern.node.lists.lookups import draining
from vaern.node.runtime.serving import programs
from vaern.proofs.checkpoints import SigningKey, open_checkpoint
from vaern.proofs.merkle import Frontier, hash_leaf, verify_consistency, verify_inclusion

EARLIEST = dt.datetime(1900, 1, 1)  # noqa: DTZ001 - Hypothesis adds the zone
ids = st.none() | st.uuids()
codes = st.from_regex(r"[a-z][a-z0-9_]{0,9}(\.[a-z0-9_]{1,9}){0,2}", fullmatch=True)


@pytest.mark.django_db
def test_sql_and_python_write_the_same_leaf() -> None:
    @given(
        st.datetimes(EARLIEST, EARLIEST.replace(year=2200), timezones=st.timezones()),
        st.fixed_dictionaries(dict.fromkeys(("act", "kind", "why"), codes)),
        st.sampled_from(Verb),
        st.fixed_dictionaries(
            dict.fromkeys(("person", "organisation", "key", "session", "subject", "owner", "recipient"), ids)
        ),
        st.none() | st.integers(0, 2**31 - 1),
        st.none() | st.from_regex(r"[a-z]{1,9}=[a-z0-9_.:-]{1,9}(;[a-z]{1,9}=[a-z0-9_.:-]{1,9}){0,3}", fullmatch=True),
        st.none() | st.binary(min_size=32, max_size=32),
        st.integers(1, 2**53 - 1),
    )
    def holds(at, named, verb, ids, count, tags, note, number) -> None:
        with transaction.atomic():
            Entry.objects.create(id=number, at=at, verb=verb.value, count=count, tags=tags, note=note, **named, **ids)
            entry = Entry.objects.get(pk=number)
            ((text,),) = rows(f"SELECT {LEAF_SQL} FROM ledger_entry e WHERE id = %s", number)
            assert text.encode("ascii") == leaf_bytes(entry)
            transaction.set_rollback(True)

    holds()


@pytest.mark.django_db
def test_what_was_recorded_gets_a_place_in_a_signed_tree() -> None:
    assert latest_checkpoint() is None
    assert sequence_once() == 0
    entries = enter(5) + enter(3, words="why")
    assert sequence_once(batch=3) == 8
    assert not Pending.objects.exists()
    assert list(Leaf.objects.order_by("position").values_list("position", "entry")) == list(enumerate(entries))
    assert list(Checkpoint.objects.order_by("size").values_list("size", flat=True)) == [3, 6, 8]
    frontier = Frontier()
    for leaf in Leaf.objects.order_by("position").select_related("entry"):
        assert bytes(leaf.hash) == hash_leaf(leaf_bytes(leaf.entry))
        frontier.append(bytes(leaf.hash))
    latest = latest_checkpoint()
    said = open_checkpoint(latest.note, verifier_key())
    assert (said.origin, said.size, said.root) == ("localhost", 8, frontier.root())
    assert bytes(latest.root) == said.root
    assert sequence_once() == 0
    assert latest_checkpoint() == latest


@pytest.mark.django_db
def test_the_order_is_that_of_the_numbers_within_a_step() -> None:
    entries = enter(20)
    with without_triggers() as cursor:
        cursor.execute("DELETE FROM ledger_pending")
        for entry in reversed(entries):
            cursor.execute("INSERT INTO ledger_pending VALUES (%s)", [entry])
    sequence_once()
    assert list(Leaf.objects.order_by("position").values_list("entry", flat=True)) == entries


@pytest.mark.django_db
def test_proofs_lead_to_every_checkpoint() -> None:
    many(700)
    for batch in (1, 2, 253, 1, 200, 243):
        leave_waiting(batch)
    checkpoints = {c.size: bytes(c.root) for c in Checkpoint.objects.all()}
    assert sorted(checkpoints) == [1, 3, 256, 257, 457, 700]
    assert list(Subtree.objects.order_by("level", "index").values_list("level", "index")) == [
        *((4, index) for index in range(43)),
        (8, 0),
        (8, 1),
    ]
    hashes = [bytes(hash_) for hash_ in Leaf.objects.order_by("position").values_list("hash", flat=True)]
    for size, root in checkpoints.items():
        for position in {0, 1, 255, 256, 300, size - 1, size // 2}:
            if position < size:
                assert verify_inclusion(hashes[position], position, size, inclusion_proof(position, size), root)
        for old, old_root in checkpoints.items():
            if old <= size:
                assert verify_consistency(old, size, consistency_proof(old, size), old_root, root)
    assert position_of_hash(hashes[300]) == 300
    assert position_of(Leaf.objects.get(position=300).entry_id) == 300
    for wrong in (
        lambda: inclusion_proof(700, 700),
        lambda: inclusion_proof(0, 701),
        lambda: consistency_proof(0, 700),
    ):
        with pytest.raises(NoProof):
            wrong()
    for wrong in (lambda: position_of(0), lambda: position_of_hash(bytes(32))):
        with pytest.raises(NoProof, match=r"\(yet\)"):
            wrong()


def many(count: int) -> None:
    """Write entries and a queue of them fast."""
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH e AS (INSERT INTO ledger_entry (at, act, verb, kind, why, subject) SELECT clock_timestamp(), "
            "'tests.record.opened', 'consultation', 'scan', 'assessment', gen_random_uuid() "
            "FROM generate_series(1, %s) RETURNING id) INSERT INTO ledger_pending SELECT id FROM e",
            [count],
        )


def leave_waiting(count: int) -> None:
    """Sequence the first `count` of those that wait, in one step."""
    rest = list(Pending.objects.order_by("entry").values_list("entry", flat=True))[count:]
    Pending.objects.filter(entry__in=rest).delete()
    assert sequence_once() == count
    Pending.objects.bulk_create([Pending(entry_id=entry) for entry in rest])


def touched(plan: dict) -> float:
    """Return how many rows all the nodes of an executed plan handed on or threw away."""
    seen = sum(plan.get(name, 0) for name in ("Actual Rows", "Rows Removed by Filter", "Rows Removed by Join Filter"))
    return seen * plan["Actual Loops"] + sum(map(touched, plan.get("Plans", ())))


@pytest.mark.django_db
def test_a_step_is_linear_whatever_the_statistics_say() -> None:
    many(4_000)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE pg_class SET reltuples = 0, relpages = 40 WHERE relname IN ('ledger_entry', 'ledger_pending')"
        )
        cursor.execute("SET LOCAL statement_timeout = '60s'")  # one that is not linear would run for hours
        entries = [entry for (entry,) in rows("SELECT entry FROM ledger_pending LIMIT 2000")]
        for statement, value in ((WAITING, 2_000), (TAKEN, entries)):
            cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {statement}", [value])
            ((described,),) = cursor.fetchone()
            assert touched(described["Plan"]) <= 10 * 4_000


@pytest.mark.django_db
@pytest.mark.slow
def test_subtrees_of_level_16() -> None:
    many(66_000)
    sequence_once()
    counts = [Subtree.objects.filter(level=level).count() for level in (4, 8, 12, 16, 20)]
    assert counts == [4125, 257, 16, 1, 0]
    hashes = [bytes(hash_) for hash_ in Leaf.objects.order_by("position").values_list("hash", flat=True)]
    root = bytes(latest_checkpoint().root)
    for position in (0, 65_535, 65_536, 65_999):
        proof = inclusion_proof(position, 66_000)
        assert verify_inclusion(hashes[position], position, 66_000, proof, root)
    frontier = Frontier()
    list(frontier.extend(hashes))
    assert frontier.root() == root


@pytest.mark.django_db
@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE ledger_leaf SET hash = sha256('x') WHERE position = 299",
        "DELETE FROM ledger_leaf WHERE position = 298",
        "DELETE FROM ledger_leaf WHERE position = 299",
        "UPDATE ledger_subtree SET hash = sha256('x')",
        "DELETE FROM ledger_subtree",
        "DELETE FROM ledger_checkpoint",
        "UPDATE ledger_checkpoint SET root = sha256('x')",
    ],
)
def test_nothing_is_put_on_top_of_a_damaged_tree(damage: str) -> None:
    many(300)
    sequence_once()
    enter(1)
    with without_triggers() as cursor:
        cursor.execute(damage)
    with pytest.raises(LedgerDamaged):
        sequence_once()
    assert Pending.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_nothing_is_lost_and_nothing_is_twice_while_eight_write_and_three_sequence() -> None:
    written: list[list[int]] = [[] for _ in range(8)]
    stop = threading.Event()

    def write(mine: list[int]) -> None:
        for number in range(40):
            if number % 10 == 9:
                with transaction.atomic():
                    record(OPENED, Subject("scan"), NODE, Reason(Why.ASSESSMENT))
                    transaction.set_rollback(True)
            else:
                mine.extend(enter(1, words="why" if number % 3 else ""))
        connection.close()

    writers = [threading.Thread(target=write, args=[mine]) for mine in written]
    sequencers = [threading.Thread(target=run_sequencer, args=[stop, 0.01]) for _ in range(3)]
    for thread in writers + sequencers:
        thread.start()
    for thread in writers:
        thread.join()
    stop.set()
    for thread in sequencers:
        thread.join()
    sequence_once()
    entries = sorted(entry for mine in written for entry in mine)
    assert len(entries) == 8 * 36
    assert sorted(Leaf.objects.values_list("entry", flat=True)) == entries
    assert sorted(Leaf.objects.values_list("position", flat=True)) == list(range(len(entries)))
    roots = [(c.size, bytes(c.root)) for c in Checkpoint.objects.order_by("at")]
    assert roots == sorted(roots)
    for (old, old_root), (new, new_root) in itertools.pairwise(roots):
        assert verify_consistency(old, new, consistency_proof(old, new), old_root, new_root)


@pytest.mark.django_db(transaction=True)
def test_an_open_transaction_holds_nobody_back_and_loses_nothing() -> None:
    opened, close = threading.Event(), threading.Event()

    def slow() -> None:
        with transaction.atomic():
            early.append(record(OPENED, Subject("scan"), NODE, Reason(Why.ASSESSMENT)))
            opened.set()
            close.wait(20)
        connection.close()

    early: list[int] = []
    thread = threading.Thread(target=slow)
    thread.start()
    opened.wait(20)
    later = enter(3)
    assert later[0] > early[0]
    assert sequence_once() == 3
    close.set()
    thread.join()
    assert sequence_once() == 1
    assert list(Leaf.objects.order_by("position").values_list("entry", flat=True)) == later + early


@pytest.mark.django_db(transaction=True)
def test_who_is_late_leaves_the_round_to_the_other() -> None:
    enter(2)
    seen = []

    def second() -> None:
        seen.append(sequence_once())
        connection.close()

    with transaction.atomic():
        assert sequence_once() == 2
        thread = threading.Thread(target=second)
        thread.start()
        thread.join()
    assert seen == [0]
    assert Leaf.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_the_sequencer_sequences_once_more_when_it_is_told_to_stop() -> None:
    stop = threading.Event()
    stop.set()
    enter(2)
    run_sequencer(stop)
    assert Leaf.objects.count() == 2


FULL_DISK = """
    CREATE SEQUENCE full_disk;
    CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF nextval('full_disk') <= 3 THEN
            RAISE EXCEPTION 'could not extend file' USING ERRCODE = 'disk_full';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER full_disk BEFORE INSERT ON ledger_leaf FOR EACH ROW EXECUTE FUNCTION full_disk();
"""


@pytest.mark.django_db(transaction=True)
def test_the_sequencer_goes_on_after_the_disk_was_full() -> None:
    stop = threading.Event()
    with connection.cursor() as cursor:
        cursor.execute(FULL_DISK)
    try:
        enter(2)
        with pytest.raises(OperationalError):
            sequence_once()
        running = threading.Thread(target=run_sequencer, args=(stop, 0.01))
        running.start()
        while running.is_alive() and Leaf.objects.count() < 2:
            time.sleep(0.01)
        stop.set()
        running.join()
        assert Leaf.objects.count() == 2
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DROP FUNCTION full_disk CASCADE; DROP SEQUENCE full_disk")


def test_a_sequencer_that_ends_ends_its_process(monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(*_: object, **__: object) -> None:
        raise RuntimeError("the sequencer ended")

    monkeypatch.setattr(sequencer, "run_sequencer", breaks)
    monkeypatch.setattr(signal, "signal", lambda *_: None)
    monkeypatch.setattr(draining, "run", lambda stop: stop.wait())
    with pytest.raises(RuntimeError):
        programs.run_sequencer()
    assert "lookups" not in {thread.name for thread in threading.enumerate()}


def test_the_key_is_the_nodes_alone() -> None:
    key = signing_key()
    assert signing_key() == key
    assert key.name == "localhost"
    assert key_path().stat().st_mode & 0o777 == 0o600
    assert SigningKey.parse(key_path().read_text("utf-8")) == key
    assert [path.name for path in key_path().parent.glob("ledger*")] == ["ledger.key"]


@pytest.mark.django_db
def test_equal_entries_have_different_leaves() -> None:
    """A salt is in each, so that a public hash of a leaf confirms nobody's guess."""
    enter(2)
    first, second = Entry.objects.order_by("id")
    assert first.salt != second.salt
    assert uuid.UUID(str(first.salt)).version == 4
    assert str(first.salt).encode() in leaf_bytes(first)
