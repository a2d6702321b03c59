"""Verifying: a sound ledger is accepted, and whatever was done to it behind its back is found and named."""

from __future__ import annotations

import json

import pytest
from django.db import connection, transaction
from django.db.utils import DatabaseError
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.node.ledger.recording import PERSON, enter, rows, without_triggers
from tests.node.ledger.test_sequencer import leave_waiting, many, touched

from vaern.node.ledger import chunks
from vaern.node.ledger.actions import erase_notes
from vaern.node.ledger.findings import Finding, Verified
from vaern.node.ledger.keys import signing_key, verifier_key
from vaern.node.ledger.models import Checkpoint, Entry, Leaf, Note
from vaern.node.ledger.proofs import latest_checkpoint
from vaern.node.ledger.queries import entries_with_notes
from vaern.node.ledger.rules import NODE, Why
from vaern.node.ledger.sequencer import sequence_once
from vaern.node.ledger.verify import verify_ledger
from vaern.proofs.checkpoints import CheckpointError, SigningKey, sign_checkpoint

pytestmark = pytest.mark.django_db


def verified(**options) -> Verified:
    return verify_ledger(verifier_key(), **options)


def names(findings: list[Finding], entry: int = 0, position: int = -1) -> bool:
    """Whether some finding speaks of an entry or of a position."""
    return any(entry in f.entries or f.positions[0] <= position < f.positions[1] for f in findings)


def texts() -> list[str]:
    return [finding.text for finding in verified().findings]


def test_an_empty_ledger_is_sound() -> None:
    assert verified() == Verified(0, verified().root, 0, [])


@pytest.mark.once
@pytest.mark.parametrize("size", [1, 255, 256, 257, 600])
def test_a_sound_ledger_is_accepted(size: int) -> None:
    many(size)
    leave_waiting(size // 2 or 1)
    enter(3, words="why")
    sequence_once()
    found = verified()
    assert found.findings == []
    assert (found.size, found.root) == (size + 3, bytes(latest_checkpoint().root))
    steps: list[tuple[int, int]] = []
    verified(on_progress=lambda done, total: steps.append((done, total)))
    assert steps == [(size + 3, size + 3)]


@pytest.mark.slow
def test_a_ledger_of_several_chunks_and_the_same_by_processes() -> None:
    many(140_000)
    sequence_once()
    assert verified().findings == []
    with without_triggers() as cursor:
        cursor.execute("UPDATE ledger_leaf SET position = -1 WHERE position = 70000")
        cursor.execute("UPDATE ledger_leaf SET position = 70000 WHERE position = 70001")
        cursor.execute("UPDATE ledger_leaf SET position = 70001 WHERE position = -1")
    entry = Leaf.objects.get(position=70_000).entry_id
    (finding,) = verified().findings
    assert entry in finding.entries
    assert finding.positions == (70_000, 70_016)


def test_reading_a_chunk_is_linear_whatever_the_statistics_say() -> None:
    many(2_000)
    sequence_once()
    first, last = rows("SELECT min(entry), max(entry) FROM ledger_leaf")[0]
    query = chunks._rows(0, 2_000, first, last).removeprefix("COPY (").removesuffix(") TO STDOUT")
    with connection.cursor() as cursor:
        named = "('ledger_entry', 'ledger_leaf', 'ledger_note')"
        cursor.execute(f"UPDATE pg_class SET reltuples = 0, relpages = 40 WHERE relname IN {named}")
        cursor.execute(chunks.planned())
        cursor.execute("SET LOCAL statement_timeout = '60s'")  # one that is not linear would run for hours
        cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {query}")
        ((described,),) = cursor.fetchone()
    assert touched(described["Plan"]) <= 10 * 2_000


# What somebody can do who has taken over the database. Each returns what a finding must name: entry or position.
TAMPERING = {}


def tampering(function):
    TAMPERING[function.__name__] = function
    return function


@tampering
def change_an_entry(cursor, draw, leaf):
    column, value = draw(
        st.sampled_from(
            [
                ("at", "at + interval '1 microsecond'"),
                ("act", "'tests.record.closed'"),
                ("verb", "'erasure'"),
                ("person", "gen_random_uuid()"),
                ("organisation", "gen_random_uuid()"),
                ("key", "gen_random_uuid()"),
                ("session", "gen_random_uuid()"),
                ("kind", "'person'"),
                ("subject", "NULL"),
                ("owner", "gen_random_uuid()"),
                ("why", "'removal'"),
                ("recipient", "gen_random_uuid()"),
                ("count", "coalesce(count, 0) + 1"),
                ("salt", "gen_random_uuid()"),
                ("note", "sha256(salt::text::bytea)"),
            ]
        )
    )
    cursor.execute(f"UPDATE ledger_entry SET {column} = {value} WHERE id = %s", [leaf.entry_id])
    return leaf.entry_id, -1


@tampering
def remove_an_entry(cursor, draw, leaf):
    cursor.execute("DELETE FROM ledger_entry WHERE id = %s", [leaf.entry_id])
    return leaf.entry_id, -1


@tampering
def remove_an_entry_and_its_leaf(cursor, draw, leaf):
    for table, column in [("entry", "id"), ("leaf", "entry"), ("note", "entry")]:
        cursor.execute(f"DELETE FROM ledger_{table} WHERE {column} = %s", [leaf.entry_id])
    return 0, leaf.position


def shift(cursor, start: int, by: int) -> None:
    cursor.execute("UPDATE ledger_leaf SET position = -1000 - position WHERE position >= %s", [start])
    cursor.execute("UPDATE ledger_leaf SET position = %s - 1000 - position WHERE position < 0", [by])


@tampering
def remove_and_close_the_gap(cursor, draw, leaf):
    remove_an_entry_and_its_leaf(cursor, draw, leaf)
    shift(cursor, leaf.position, -1)
    return 0, leaf.position


@tampering
def swap_two(cursor, draw, leaf):
    other = draw(st.sampled_from([at for at in range(Leaf.objects.count()) if at != leaf.position]))
    for old, new in [(leaf.position, -1), (other, leaf.position), (-1, other)]:
        cursor.execute("UPDATE ledger_leaf SET position = %s WHERE position = %s", [new, old])
    return leaf.entry_id, -1


@tampering
def put_an_entry_in(cursor, draw, leaf):
    cursor.execute(f"INSERT INTO ledger_entry (at, act, verb, kind, why) {SOME} RETURNING id")
    return cursor.fetchone()[0], -1


SOME = "SELECT at, act, verb, kind, why FROM ledger_entry LIMIT 1"


@tampering
def put_an_entry_in_at_the_end(cursor, draw, leaf):
    entry, _ = put_an_entry_in(cursor, draw, leaf)
    cursor.execute("INSERT INTO ledger_leaf (position, entry, hash) SELECT 300, %s, sha256('x')", [entry])
    return entry, -1


@tampering
def put_an_entry_in_anywhere(cursor, draw, leaf):
    shift(cursor, leaf.position, 1)
    entry, _ = put_an_entry_in(cursor, draw, leaf)
    cursor.execute(
        "INSERT INTO ledger_leaf (position, entry, hash) VALUES (%s, %s, sha256('x'))", [leaf.position, entry]
    )
    return entry, -1


@tampering
def put_another_in_its_place_with_a_fitting_leaf(cursor, draw, leaf):
    from vaern.node.ledger.leaf import LEAF_SQL

    entry, _ = put_an_entry_in(cursor, draw, leaf)
    cursor.execute(
        f"UPDATE ledger_leaf SET entry = e.id, hash = sha256('\\x00'::bytea || convert_to({LEAF_SQL}, 'UTF8')) "
        "FROM ledger_entry e WHERE e.id = %s AND position = %s",
        [entry, leaf.position],
    )
    return entry, -1


@tampering
def change_a_leaf(cursor, draw, leaf):
    cursor.execute("UPDATE ledger_leaf SET hash = sha256('x') WHERE position = %s", [leaf.position])
    return leaf.entry_id, -1


@tampering
def change_an_entry_and_its_leaf(cursor, draw, leaf):
    from vaern.node.ledger.leaf import LEAF_SQL

    change_an_entry(cursor, draw, leaf)
    cursor.execute(
        f"UPDATE ledger_leaf SET hash = sha256('\\x00'::bytea || convert_to({LEAF_SQL}, 'UTF8')) "
        "FROM ledger_entry e WHERE e.id = entry AND position = %s",
        [leaf.position],
    )
    return leaf.entry_id, -1


def tampered(draw, tamper) -> None:
    """Do one thing to a fresh ledger of 300 entries, and see it found and named."""
    with transaction.atomic():
        many(300)
        for batch in draw(st.lists(st.integers(1, 100), max_size=3).filter(lambda batches: sum(batches) < 300)):
            leave_waiting(batch)
        sequence_once()
        assert verified().findings == []
        leaf = Leaf.objects.get(position=draw(st.integers(0, 299)))
        with without_triggers() as cursor:
            entry, position = tamper(cursor, draw, leaf)
        assert names(verified().findings, entry, position), texts()
        transaction.set_rollback(True)


@pytest.mark.once
@pytest.mark.parametrize("name", TAMPERING)
def test_whatever_is_done_to_entries_and_their_order_is_found_and_named(name: str) -> None:
    @given(st.data())
    @settings(max_examples=3, derandomize=True)
    def holds(data: st.DataObject) -> None:
        tampered(data.draw, TAMPERING[name])

    holds()


@pytest.mark.slow
@given(st.data(), st.sampled_from(sorted(TAMPERING)))
@settings(max_examples=100)
def test_the_same_at_length(data: st.DataObject, name: str) -> None:
    tampered(data.draw, TAMPERING[name])


@pytest.mark.slow
@given(st.data())
@settings(max_examples=30)
def test_several_at_once_are_each_named(data: st.DataObject) -> None:
    with transaction.atomic():
        many(600)
        sequence_once()
        places = data.draw(st.lists(st.integers(0, 599), min_size=2, max_size=4, unique=True))
        expected = []
        for place in places:
            leaf = Leaf.objects.get(position=place)
            kind = data.draw(
                st.sampled_from(["change_an_entry", "remove_an_entry", "change_a_leaf", "put_an_entry_in"])
            )
            with without_triggers() as cursor:
                expected.append(TAMPERING[kind](cursor, data.draw, leaf))
        found = verified().findings
        assert all(names(found, entry, position) for entry, position in expected), texts()
        transaction.set_rollback(True)


@pytest.mark.once
@pytest.mark.parametrize(
    ("sql", "sentence"),
    [
        ("UPDATE ledger_note SET words = 'other' WHERE entry = {entry}", "The note of entry {entry} was changed."),
        ("UPDATE ledger_note SET details = 'x' WHERE entry = {entry}", "The note of entry {entry} was changed."),
        ("UPDATE ledger_note SET salt = '\\x00' WHERE entry = {entry}", "The note of entry {entry} was changed."),
        ("DELETE FROM ledger_note WHERE entry = {entry}", "The note of entry {entry} was removed, and no erasure"),
        ("INSERT INTO ledger_note VALUES ({bare}, '', 'x', '')", "The note of entry {bare} was put in later: "),
        ("INSERT INTO ledger_note VALUES (999999999, '', 'x', '')", "Entry 999999999 is not there, and its note is."),
        ("INSERT INTO ledger_pending VALUES ({entry})", "Entry {entry} was put into the queue although"),
        ("INSERT INTO ledger_pending VALUES (999999999)", "Entry 999999999 waited for its place and was removed."),
        ("UPDATE ledger_subtree SET hash = sha256('x')", "The stored subtree 4/18 does not fit its leaves."),
        ("DELETE FROM ledger_subtree", "The stored subtree 4/0 does not fit its leaves."),
        ("UPDATE ledger_subtree SET hash = sha256('') WHERE level = 8", "The stored subtree 8/0 does not fit"),
        ("INSERT INTO ledger_subtree VALUES (8, 1, sha256('x'))", "The stored subtree 8/1 was put in."),
        ("UPDATE ledger_checkpoint SET root = sha256('x') WHERE size = 3", "of 3 entries was changed: the row"),
        ("UPDATE ledger_checkpoint SET size = 4 WHERE size = 3", "The checkpoint of 4 entries was changed: the row"),
        ("UPDATE ledger_checkpoint SET note = note || 'x' WHERE size = 3", "The checkpoint of 3 entries was changed: "),
        ("DELETE FROM ledger_checkpoint WHERE size = 305", "no checkpoint that holds covers it"),
    ],
)
def test_notes_queue_subtrees_and_checkpoints(sql: str, sentence: str) -> None:
    (entry,), (bare,) = enter(1, words="why", details="what"), enter(1)
    enter(1)
    sequence_once()
    many(302)
    sequence_once()
    assert verified().findings == []
    with without_triggers() as cursor:
        cursor.execute(sql.format(entry=entry, bare=bare))
    assert any(sentence.format(entry=entry, bare=bare) in text for text in texts()), texts()


def test_a_checkpoint_that_another_key_signed_is_named() -> None:
    enter(3)
    sequence_once()
    root = bytes(latest_checkpoint().root)
    with without_triggers() as cursor:
        note = sign_checkpoint(3, root, SigningKey.fresh("localhost"))
        cursor.execute("UPDATE ledger_checkpoint SET note = %s", [note])
    assert any("The checkpoint of 3 entries was changed: localhost (key" in text for text in texts())


def test_a_checkpoint_that_the_stolen_key_signed_is_named() -> None:
    enter(3)
    sequence_once()
    enter(3)
    sequence_once()
    with without_triggers() as cursor:
        note = sign_checkpoint(2, bytes(32), signing_key())
        cursor.execute("INSERT INTO ledger_checkpoint VALUES (2, %s, %s, now())", [bytes(32), note])
    assert texts() == ["The checkpoint of 2 entries was forged: a later one that holds says otherwise."]


def test_entries_that_wait_too_long_are_named() -> None:
    (entry,) = enter(1)
    assert verified().findings == []
    with without_triggers() as cursor:
        cursor.execute("UPDATE ledger_entry SET at = at - interval '11 seconds'")
    assert texts() == [f"Entry {entry} has waited for its place for more than 10 seconds: does the node run?"]


def test_a_cut_end_is_seen_by_who_kept_a_checkpoint() -> None:
    enter(3)
    sequence_once()
    enter(3)
    sequence_once()
    kept = latest_checkpoint().note
    assert verified(against=kept).findings == []
    with without_triggers() as cursor:
        cursor.execute("DELETE FROM ledger_entry USING ledger_leaf WHERE entry = id AND position > 2")
        cursor.execute("DELETE FROM ledger_leaf WHERE position > 2")
        cursor.execute("DELETE FROM ledger_checkpoint WHERE size > 3")
    assert verified().findings == [], "nothing that is left in the database says that there was more"
    (finding,) = verified(against=kept).findings
    assert finding.text == "The checkpoint that was kept speaks of 6 entries, and there are 3: the end was cut off."
    enter(5)
    sequence_once()
    (finding,) = verified(against=kept).findings
    assert finding.text.endswith("it was rewritten.")


def test_a_checkpoint_of_somebody_else_proves_nothing() -> None:
    enter(1)
    sequence_once()
    with pytest.raises(CheckpointError):
        verified(against=sign_checkpoint(1, bytes(32), SigningKey.fresh("localhost")))


# Erasure -----------------------------------------------------------------------------------------------------------


def test_an_erasure_removes_the_words_and_keeps_the_fact() -> None:
    spoken, silent, others = enter(2, words="Jane Doe"), enter(1), enter(1, words="stays")
    sequence_once()
    before = list(Entry.objects.order_by("id").values_list())
    assert entries_with_notes(touching=[PERSON]) == spoken + others
    assert erase_notes([*spoken, *silent], NODE, Why.DATA_SUBJECT) == 2
    assert erase_notes(spoken, NODE, Why.DATA_SUBJECT) == 0
    assert entries_with_notes() == others
    assert list(Entry.objects.order_by("id").values_list())[:4] == before
    erasure = Entry.objects.order_by("-id").first()
    assert (erasure.act, erasure.verb, erasure.count) == ("ledger.note.erased", "erasure", 2)
    assert json.loads(erasure.free_text.details) == spoken
    assert verified().findings == [], "while the erasure waits for its place"
    sequence_once()
    assert verified().findings == []
    assert not rows("SELECT 1 FROM ledger_note WHERE words LIKE '%%Jane%%'")


def test_the_note_of_an_erasure_stays() -> None:
    (entry,) = enter(1, words="why")
    erase_notes([entry], NODE, Why.RETENTION)
    erasure = Note.objects.get().entry_id
    assert erase_notes([erasure], NODE, Why.RETENTION) == 0
    assert entries_with_notes() == []


def test_an_erasure_has_no_words() -> None:
    (entry,) = enter(1, words="why")
    with pytest.raises(ValueError, match="in words"):
        erase_notes([entry], NODE, Why.OTHER)
    assert Note.objects.filter(entry=entry).exists()


def test_no_note_goes_without_an_entry_of_the_same_transaction() -> None:
    (first, second) = enter(2, words="why")
    erase_notes([first], NODE, Why.RETENTION)
    for setting in ("", str(first), "999999999"):
        rows("SELECT set_config('vaern.erasing', %s, true)", setting)
        with pytest.raises(DatabaseError, match="only together"), transaction.atomic():
            Note.objects.filter(entry=second).delete()


@pytest.mark.django_db(transaction=True)
def test_an_old_erasure_covers_no_later_one() -> None:
    first, second = enter(2, words="why")
    erase_notes([first], NODE, Why.RETENTION)
    erasure = Entry.objects.get(act="ledger.note.erased").pk

    def again() -> None:
        with transaction.atomic():
            rows("SELECT set_config('vaern.erasing', %s, true)", str(erasure))
            Note.objects.filter(entry=second).delete()

    with pytest.raises(DatabaseError, match="only together"):
        again()


def test_an_erased_note_that_is_back_is_named() -> None:
    (entry,) = enter(1, words="why")
    note = Note.objects.get()
    erase_notes([entry], NODE, Why.RETENTION)
    sequence_once()
    Note.objects.create(entry_id=entry, salt=note.salt, words=note.words, details=note.details)
    assert any(f"The note of entry {entry} is back" in text for text in texts())


def test_a_forged_list_of_erased_notes_excuses_nothing() -> None:
    first, second = enter(2, words="why")
    erase_notes([first], NODE, Why.RETENTION)
    sequence_once()
    with without_triggers() as cursor:
        cursor.execute("DELETE FROM ledger_note WHERE entry = %s", [second])
        cursor.execute("UPDATE ledger_note SET details = %s", [json.dumps([first, second])])
    assert names(verified().findings, second)


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_processes_find_the_same() -> None:
    many(66_000)
    sequence_once(batch=70_000)
    assert verified(processes=2).findings == []
    with without_triggers() as cursor:
        cursor.execute("UPDATE ledger_entry SET count = 1 FROM ledger_leaf WHERE entry = id AND position = 65999")
    (finding,) = verified(processes=2).findings
    assert finding.positions == (65_999, 66_000)
    assert Checkpoint.objects.count() == 1
