"""Every fault of a file has its place, however many there are; and what says so costs a bounded part of the disk."""

from __future__ import annotations

import csv
import io
import os
from contextlib import closing
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from tests.node.factories import sign_in
from tests.node.lists.factories import curator, make_list, send

from vaern.formats import read_bytes
from vaern.formats.csv_write import safe
from vaern.node.ledger.models import Entry as LedgerEntry
from vaern.node.lists.intake import faults, jobs, pieces, reading
from vaern.node.lists.intake.faults import COLUMNS, FaultFile
from vaern.node.lists.models import HashList, IntakeFault, ListIntake, StagedEntry
from vaern.node.lists.sources import fetching
from vaern.records import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator
    from uuid import UUID

pytestmark = pytest.mark.django_db(transaction=True)
REASON = {"why": "list_quality", "words": "made up for a test"}
QUICK = hypothesis_settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture(autouse=True)
def nothing_is_left() -> Iterator[None]:
    """The folder is that of all tests of a process, and another one counts what is erased from it."""
    yield
    pieces.remove_all(pieces.left(float("inf")))


def table(rows: int) -> bytes:
    """A table of which each tenth row can be used."""
    said = (f"n{row},{f'{row + 2**64:032x}' if row % 10 == 0 else 'xyz'}" for row in range(rows))
    return "\n".join(("id,md5", *said)).encode()


def told(content: bytes) -> list[list[str]]:
    """The faults that a reader tells of a file, as a spreadsheet shows them: the oracle."""
    found = [one for one in read_bytes(content, "list", format="csv") if isinstance(one, Problem)]
    return [[str(one.line), str(one.quarantined).lower(), str(safe(one.reason))] for one in found]


def written(intake: UUID) -> list[list[str]]:
    """The rows of a file of faults, as a spreadsheet reads them."""
    text = pieces.faults_of(intake).read_bytes().decode("utf-8-sig")
    head, *rows = csv.reader(io.StringIO(text, newline=""))
    assert tuple(head) == COLUMNS
    return rows


@pytest.mark.once
def test_each_of_thirty_thousand_faults_has_its_place() -> None:
    viewer = curator()
    content = table(17_000)
    expected = told(content)
    assert len(expected) > 30_000
    intake = send(viewer, make_list(viewer), content, take=False)
    assert (intake.state, intake.faults) == ("ready", len(expected))
    assert written(intake.pk) == expected
    kept = list(IntakeFault.everywhere.order_by("line", "id").values_list("line", "junk", "reason"))
    first = [[str(line), str(junk).lower(), safe(reason)] for line, junk, reason in kept]
    assert first == expected[: reading.MOST_FAULTS]


@pytest.mark.once
def test_faults_are_written_while_there_are_more_and_not_held(monkeypatch: pytest.MonkeyPatch) -> None:
    intake = an_intake()
    held: list[int] = []
    write = reading.Stage._write
    monkeypatch.setattr(reading.Stage, "_write", lambda stage: (held.append(len(stage._found)), write(stage)))
    stage = reading.Stage(intake)
    for line in range(12 * reading.AT_ONCE):
        stage.put(Problem("list", line, "made up"), line)
    stage.finish()
    assert held == [*[reading.AT_ONCE] * 10, 0, 0, 0]
    assert ListIntake.everywhere.get(pk=intake.pk).state == "reading"
    assert len(written(intake.pk)) == stage.faults == 12 * reading.AT_ONCE


def an_intake(hash_list: HashList | None = None, **fields: Any) -> ListIntake:
    made = hash_list or make_list(curator(), f"list-{uuid4().hex[:8]}")
    return ListIntake.everywhere.create(list=made, **{"state": "reading", **fields})


@pytest.fixture
def one_intake() -> ListIntake:
    return an_intake()


FAULT = st.tuples(
    st.integers(0, 2**40),
    st.booleans(),
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=40),
)


@QUICK
@given(st.lists(FAULT, max_size=30), st.integers(300, 1_500))
def test_the_file_has_the_first_faults_and_says_how_many_it_has_not(
    one_intake: ListIntake, found: list[tuple[int, bool, str]], largest: int
) -> None:
    """The law of its bound: never larger, each fault named or counted, those named the first."""
    intake = one_intake
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(faults, "LARGEST", largest)
        file = FaultFile(intake)
        for line, junk, reason in found:
            file.put(line, reason, junk=junk)
        file.finish()
    path = pieces.faults_of(intake.pk)
    assert path.exists() == bool(found)
    if not found:
        return
    assert path.stat().st_size <= largest
    assert path.stat().st_mode & 0o777 == 0o600
    rows = written(intake.pk)
    left = int(rows.pop()[2].split()[0]) if rows[-1][0] == "" else 0
    assert rows == [[str(line), str(junk).lower(), safe(reason)] for line, junk, reason in found[: len(rows)]]
    assert len(rows) + left == len(found)
    assert left or path.stat().st_size < largest
    path.unlink()


def test_what_is_read_anew_has_its_faults_once() -> None:
    viewer = curator()
    again = an_intake(make_list(viewer))
    pieces.append(again.pk, table(40), 0)
    with closing(reading.Stage(again)) as broken:  # whose worker was killed
        for line in range(90):
            broken.put(Problem("list", line, "of before"), line)
    reading.read(again.pk)
    assert written(again.pk) == told(table(40))


def test_what_a_source_sent_and_nobody_keeps_leaves_none() -> None:
    intake = an_intake(fetched=True)
    file = FaultFile(intake)
    file.put(1, "made up", junk=False)
    file.finish()
    fetching._finish(intake.list_id)
    assert not ListIntake.everywhere.exists()
    assert not pieces.faults_of(intake.pk).exists()


def lies(intake: ListIntake, days: float) -> ListIntake:
    """Let an intake have faults that were written so many days ago."""
    file = FaultFile(intake)
    file.put(1, "made up", junk=False)
    file.finish()
    os.utime(pieces.faults_of(intake.pk), ((timezone.now() - timedelta(days=days)).timestamp(),) * 2)
    return intake


@pytest.mark.parametrize("state", ["ready", "taken", "rejected"])
def test_faults_go_after_a_month_whatever_became_of_the_list(state: str) -> None:
    days = faults.KEPT_FOR.days
    old, young = (lies(an_intake(state=state), age) for age in (days + 1, days - 1))
    jobs.erase_old()
    assert [pieces.faults_of(one.pk).exists() for one in (old, young)] == [False, True]
    assert ListIntake.everywhere.count() == 2


def test_faults_go_with_their_intake() -> None:
    kept, stray = lies(an_intake(), 2), lies(an_intake(), 2)
    stray.list.delete()
    jobs.erase_old()
    assert [pieces.faults_of(one.pk).exists() for one in (kept, stray)] == [True, False]


def test_of_a_list_the_last_files_are_kept() -> None:
    other = lies(an_intake(), 0)
    hash_list = make_list(curator(), "many")
    began = timezone.now() - timedelta(days=1)
    made = [
        lies(an_intake(hash_list, started_at=began + timedelta(minutes=number)), 0) for number in range(faults.KEPT + 3)
    ]
    there = [pieces.faults_of(one.pk).exists() for one in made]
    assert there == [*[False] * 3, *[True] * faults.KEPT]
    assert pieces.faults_of(other.pk).exists()


def test_whoever_keeps_the_list_downloads_them_and_reads_when_they_are_gone() -> None:
    viewer = curator()
    intake = send(viewer, make_list(viewer), table(120))
    assert not StagedEntry.everywhere.exists()
    client = Client()
    sign_in(client, viewer.person)  # type: ignore[arg-type]
    there = reverse("lists:intake", args=[intake.list_id, intake.pk])
    given_reason = {"kind": "list", "record": str(intake.list_id), "reason-why": "list_quality", "reason-words": "x"}
    client.post(reverse("casework:reason"), {**given_reason, "next": there})
    address = reverse("lists:intake-faults", args=[intake.list_id, intake.pk])
    assert address in client.get(there).content.decode()
    assert client.get(address).status_code == 200
    sent = client.post(address, REASON)
    assert sent["Content-Type"] == "text/csv; charset=utf-8"
    assert sent["Content-Disposition"] == f'attachment; filename="vaern-{intake.list.name}-faults.csv"'
    assert b"".join(sent.streaming_content) == pieces.faults_of(intake.pk).read_bytes()  # type: ignore[attr-defined]
    sent.close()
    (kept,) = LedgerEntry.objects.filter(act="lists.intake.faults_taken_out")
    assert kept.count == len(written(intake.pk)) == len(told(table(120)))
    pieces.remove_faults(intake.pk)
    assert address not in client.get(there).content.decode()
    gone = client.post(address, REASON, follow=True)
    assert "Send the list again to have it" in gone.content.decode()
    assert LedgerEntry.objects.filter(act="lists.intake.faults_taken_out").count() == 1
