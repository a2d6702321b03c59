"""Recording: one entry in the transaction of the act itself, and nothing else."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

import pytest
from django.db import connection, transaction
from django.db.utils import DatabaseError, IntegrityError
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from vaern.node.ledger.models import Entry, Note, Pending
from vaern.node.ledger.notes import commitment
from vaern.node.ledger.record import Entered, record, record_each
from vaern.node.ledger.rules import NODE, Act, Actor, Reason, Subject, Verb, Why
from vaern.proofs.tags import MOST, read, written

if TYPE_CHECKING:
    from collections.abc import Iterable

OPENED = Act("tests.record.opened", Verb.CONSULTATION, "{person} opened {subject}")
OUGHT = Reason(Why.ASSESSMENT)

ids = st.none() | st.uuids()
texts = st.text(max_size=50)
names = st.from_regex(r"[a-z][a-z0-9_]{0,19}", fullmatch=True)
tags = st.dictionaries(names, st.from_regex(r"[a-z0-9_.:-]{1,40}", fullmatch=True), max_size=MOST)


class Recording(TestCase):
    """With a transaction around each example of Hypothesis."""

    @pytest.mark.once
    @given(
        by=st.builds(Actor, ids, ids, ids, ids),
        subject=st.builds(Subject, st.sampled_from(["person", "scan"]), ids, ids),
        reason=st.builds(Reason, st.sampled_from([why for why in Why if why is not Why.OTHER]), texts),
        recipient=ids,
        count=st.none() | st.integers(0, 2**31 - 1),
        details=texts,
        said=tags,
    )
    def test_what_was_recorded_is_read_back(self, by, subject, reason, recipient, count, details, said) -> None:
        number = record(OPENED, subject, by, reason, recipient=recipient, count=count, details=details, tags=said)
        entry = Entry.objects.get(pk=number)
        assert (entry.act, entry.verb) == (OPENED.code, "consultation")
        assert (entry.person, entry.organisation, entry.key, entry.session) == (
            by.person,
            by.organisation,
            by.key,
            by.session,
        )
        assert (entry.kind, entry.subject, entry.owner) == (subject.kind, subject.id, subject.owner)
        assert (entry.why, entry.recipient, entry.count) == (reason.why.value, recipient, count)
        assert read(entry.tags) == said
        assert Pending.objects.filter(entry=number).exists()
        note = Note.objects.filter(entry=number).first()
        if reason.words or details:
            replaced = (reason.words.replace("\0", "\ufffd"), details.replace("\0", "\ufffd"))
            assert (note.words, note.details) == replaced
            assert bytes(entry.note) == commitment(bytes(note.salt), note.words, note.details)
        else:
            assert entry.note is None
            assert note is None

    @given(
        st.lists(
            st.builds(
                Entered,
                st.builds(Subject, st.sampled_from(["person", "scan"]), ids, ids),
                st.builds(Actor, ids, ids, ids, ids),
                st.builds(
                    Reason,
                    st.sampled_from([why for why in Why if why is not Why.OTHER]),
                    st.sampled_from(["", "of a person"]),
                ),
                st.none() | tags,
                ids,
                st.none() | st.integers(0, 2**31 - 1),
            ),
            max_size=6,
        )
    )
    def test_many_are_recorded_as_one_by_one(self, many: list[Entered]) -> None:
        record_each(OPENED, many)
        together = columns_of(Entry.objects.order_by("id"))
        before = Entry.objects.count()
        for one in many:
            said = {"recipient": one.recipient, "count": one.count, "tags": one.tags}
            record(OPENED, one.subject, one.by, one.reason, **said)
        assert together == columns_of(Entry.objects.order_by("id")[before:])
        pending = list(Pending.objects.order_by("entry").values_list("entry", flat=True))
        assert pending == list(Entry.objects.order_by("id").values_list("id", flat=True))


def columns_of(entries: Iterable[Entry]) -> list[list[object]]:
    """What entries say beside number, salt and moment, with whether that is the hour alone, and their words."""
    left_out = {"id", "at", "salt", "note"}
    names = [field.attname for field in Entry._meta.concrete_fields if field.attname not in left_out]
    words = dict(Note.objects.values_list("entry_id", "words"))
    found = []
    for one in entries:
        hour = (one.at.minute, one.at.second, one.at.microsecond) == (0, 0, 0)
        found.append([hour, words.get(one.pk), one.note is None, *(getattr(one, name) for name in names)])
    return found


@pytest.mark.django_db
def test_of_a_stranger_the_hour_is_kept() -> None:
    """Who came to a public door is in no row to the second; who is known, and the node itself, are."""
    one = uuid.uuid4()
    actors = {
        True: [Actor(organisation=one)],
        False: [NODE, Actor(one, one), Actor(organisation=one, key=one), Actor(person=one)],
    }
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp(), date_trunc('hour', clock_timestamp(), 'UTC')")
        begun, hour = cursor.fetchone()
    for coarse, who in actors.items():
        for actor in who:
            at = Entry.objects.get(pk=record(OPENED, Subject("scan"), actor, OUGHT)).at
            assert (at.minute, at.second, at.microsecond) == (0, 0, 0) if coarse else at >= begun
            assert at >= hour


@pytest.mark.django_db(transaction=True)
def test_recording_without_a_transaction_is_refused() -> None:
    with pytest.raises(transaction.TransactionManagementError, match=r"tests\.record\.opened"):
        record(OPENED, Subject("scan"), NODE, OUGHT)
    assert not Entry.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_an_act_that_fails_leaves_nothing() -> None:
    def act() -> None:
        with transaction.atomic():
            record(OPENED, Subject("scan"), NODE, Reason(Why.ASSESSMENT, "words"))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        act()
    assert not Entry.objects.exists()
    assert not Pending.objects.exists()
    assert not Note.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("column", ["act", "kind", "why"])
@pytest.mark.parametrize("value", ["Jane Doe", "", "a b", 'a"', "a\n", "æ", "a.", ".a", "A"])
def test_no_free_text_gets_into_a_column_of_codes(column: str, value: str) -> None:
    good = {"act": "tests.record.opened", "verb": "consultation", "kind": "scan", "why": "assessment"}
    with pytest.raises(IntegrityError, match=f"entry_{column}_is_code"), transaction.atomic():
        Entry.objects.create(at="2026-01-01T00:00:00Z", **good | {column: value})


@given(st.dictionaries(names | texts, texts | st.integers() | st.none(), max_size=MOST + 2))
def test_tags_are_codes_or_are_refused(said: dict) -> None:
    try:
        text = written(said)
    except ValueError:
        return
    assert read(text) == {name: str(value) for name, value in said.items() if value is not None}
    assert text is None or text.isascii()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "wrong",
    [{"tags": "who=Jane"}, {"tags": ""}, {"tags": 'a="'}, {"verb": "reading"}, {"count": -1}, {"note": b"short"}],
    ids=str,
)
def test_what_an_entry_may_not_hold(wrong: dict) -> None:
    good = {"act": "tests.record.opened", "verb": "consultation", "kind": "scan", "why": "assessment"}
    with pytest.raises(IntegrityError), transaction.atomic():
        Entry.objects.create(at="2026-01-01T00:00:00Z", **good | wrong)


FILLED = {
    "ledger_entry": "act = act",
    "ledger_leaf": "entry = entry",
    "ledger_subtree": "level = level",
    "ledger_checkpoint": "note = note",
    "ledger_note": "words = ''",
}


@pytest.mark.django_db
@pytest.mark.parametrize("table", FILLED)
@pytest.mark.parametrize("statement", ["UPDATE {} SET {}", "DELETE FROM {}", "TRUNCATE {}", "TRUNCATE {} CASCADE"])
def test_what_was_recorded_stays_also_for_the_owner(table: str, statement: str) -> None:
    record(OPENED, Subject("scan", uuid.uuid4()), NODE, Reason(Why.ASSESSMENT, "words"))
    with connection.cursor() as cursor:
        cursor.execute("SELECT tableowner = current_user FROM pg_tables WHERE tablename = %s", [table])
        assert cursor.fetchone() == (True,)
        for setting in ("", "SET LOCAL pgtrigger.ignore = '{append_only,not_changed,erased_with_entry}';"):
            with pytest.raises(DatabaseError, match=r"append-only|a note is removed only"), transaction.atomic():
                cursor.execute(setting + statement.format(table, FILLED[table]))


@pytest.mark.django_db
def test_the_queue_is_cleaned_by_number() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT reloptions FROM pg_class WHERE relname = 'ledger_pending'")
        assert "autovacuum_vacuum_threshold=10000" in cursor.fetchone()[0]
