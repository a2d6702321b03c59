"""Tables whose columns nobody recognises: said once for a list, and read so from then on."""

from __future__ import annotations

import csv
import hashlib
import io
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from lxml import html
from tests.node.factories import sign_in
from tests.node.lists.factories import QUALITY, curator, make_list, send, vics

from vaern.formats.csv_mappings import CsvMapping
from vaern.node.base.refusals import Refusal
from vaern.node.base.scope import viewing
from vaern.node.ledger.models import Entry as LedgerEntry
from vaern.node.lists.intake import actions, reading
from vaern.node.lists.models import HashList, ListEntry

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vaern.node.organisations.viewers import Viewer

pytestmark = pytest.mark.django_db(transaction=True)
REASON = {"why": "list_quality", "words": "made up for a test"}
QUICK = hypothesis_settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def md5(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


def table(*rows: Sequence[str], delimiter: str = ";") -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter).writerows(rows)
    return out.getvalue().encode()


def save(viewer: Viewer, hash_list: HashList, columns: dict[str, str], **constants: str) -> None:
    with viewing(viewer.organisation.id):
        actions.save_mapping(viewer, QUALITY, hash_list, CsvMapping(columns, constants))


UNKNOWN = table(["Fingeraftryk", "Karakter", "Rækkenavn"], [md5("a"), "2", "One"], [md5("b"), "", ""])


def test_a_table_of_unknown_columns_says_what_to_do_and_is_read_once_they_are_said() -> None:
    viewer = curator()
    hash_list = make_list(viewer)
    failed = send(viewer, hash_list, UNKNOWN)
    assert (failed.state, ListEntry.everywhere.count()) == ("failed", 0)
    client = Client()
    sign_in(client, viewer.person)  # type: ignore[arg-type]
    given_reason = {"kind": "list", "record": str(hash_list.pk), "reason-why": "list_quality", "reason-words": "x"}
    there = reverse("lists:intake", args=[hash_list.pk, failed.pk])
    client.post(reverse("casework:reason"), {**given_reason, "next": there})
    address = reverse("lists:mapping", args=[hash_list.pk])
    failed_page = client.get(there).content.decode()
    assert address in failed_page
    assert f'href="{reverse("lists:send", args=[hash_list.pk])}"' in failed_page, "it leads on"
    page = client.post(address, {"do": "read", "file": SimpleUploadedFile("a.csv", UNKNOWN, "text/csv")})
    assert page.status_code == 200
    (carried,) = html.fromstring(page.content.decode()).xpath("//input[@name='sample']/@value")
    fields = {"do": "save", "sample": carried, "scheme": "Example 2020", "source": "A hotline (synthetic)", **REASON}
    none = client.post(address, {**fields, "column_1": "classification"})
    assert none.status_code == 422
    assert "Say of at least one column that it holds hashes" in none.content.decode()
    assert "Example 2020" in none.content.decode()  # nothing typed is lost
    said = {"column_0": "md5", "column_1": "classification", "column_2": "series"}
    twice = client.post(address, {**fields, **said, "column_2": "classification"})
    assert "Another column holds this already" in twice.content.decode()
    assert client.post(address, {**fields, **said}).status_code == 302
    assert LedgerEntry.objects.filter(act="lists.list.mapped").count() == 1
    intake = send(viewer, hash_list, UNKNOWN)
    assert (intake.state, intake.added, intake.faults, intake.format) == ("taken", 2, 0, "csv")
    rows = {row.record.signals[0].value.hex(): row for row in ListEntry.everywhere.all()}
    first, second = rows[md5("a")], rows[md5("b")]
    assert (first.scheme, first.classification, first.series) == ("Example 2020", "2", "One")
    assert (second.classification, second.source) == ("", "A hotline (synthetic)")
    changed = client.get(address).content.decode()  # what is saved can be changed without a table
    chosen = html.fromstring(changed).xpath("//select[starts-with(@name, 'column_')]/option[@selected]/@value")
    assert sorted(chosen) == ["classification", "md5", "series"]


_NAMES = st.lists(
    st.text("abcdeæø -", min_size=3, max_size=12).map(lambda text: f"x{text.strip()}"),
    min_size=3,
    max_size=5,
    unique_by=lambda text: "".join(one for one in text.lower() if one in "abcdefghijklmnopqrstuvwxyz0123456789"),
)


@pytest.mark.once
@QUICK
@given(
    names=_NAMES,
    places=st.permutations([0, 1, 2]),
    grades=st.lists(st.sampled_from(["", "1", "2"]), min_size=1, max_size=4),
)
def test_what_was_said_of_columns_holds_for_every_table_in_whatever_order(
    names: list[str], places: list[int], grades: list[str]
) -> None:
    """The oracle is the table itself, written by the meaning of each column."""
    viewer = curator()
    hash_list = make_list(viewer, f"known-{HashList.everywhere.count()}")
    hashes, graded, series = (names[at] for at in places)
    save(viewer, hash_list, {hashes: "md5", graded: "classification:S", series: "series"}, jurisdiction="DK")
    rows = [{hashes: md5(f"{n}"), graded: grade, series: f"series {n}"} for n, grade in enumerate(grades)]
    content = table(names, *([row.get(name, f"text {name}") for name in names] for row in rows))
    assert send(viewer, hash_list, content).state == "taken"
    found = {row.record.signals[0].value.hex(): row for row in ListEntry.everywhere.filter(list=hash_list)}
    assert found.keys() == {row[hashes] for row in rows}
    for row in rows:
        entry = found[row[hashes]]
        wanted = (row[graded], "S" if row[graded] else "", row[series], "DK")
        assert (entry.classification, entry.scheme, entry.series, entry.jurisdiction) == wanted


def test_only_tables_are_read_by_it_and_what_is_said_with_a_file_comes_first() -> None:
    viewer = curator()
    hash_list = make_list(viewer)
    save(viewer, hash_list, {"Fingeraftryk": "md5"})
    assert send(viewer, hash_list, vics([{"MD5": md5("v"), "MediaID": 1}])).format == "vics"
    other = table(["Aftryk", "Note"], [md5("c"), "words"])
    missing = send(viewer, hash_list, other)
    assert missing.state == "failed"
    assert "Fingeraftryk" in missing.why
    with viewing(viewer.organisation.id):
        intake = actions.begin(viewer, QUALITY, hash_list, len(other), whole=False, columns={"Aftryk": "md5"})
        actions.add_piece(intake, other, 0)
        reading.read(intake.pk)
        intake.refresh_from_db()
    assert (intake.state, intake.added) == ("ready", 1)


def test_a_page_without_columns_and_a_stranger_change_nothing() -> None:
    viewer = curator()
    hash_list = make_list(viewer)
    client = Client()
    sign_in(client, viewer.person)  # type: ignore[arg-type]
    address = reverse("lists:mapping", args=[hash_list.pk])
    for content in (b"\n\n", b"   "):
        answer = client.post(address, {"do": "read", "file": SimpleUploadedFile("a.csv", content, "text/csv")})
        assert answer.status_code == 422
        assert "There is no row with columns in it" in answer.content.decode()
    for carried in ("", "{}", "[[1, 2]]", "[]"):
        assert client.post(address, {"do": "save", "sample": carried, **REASON}).status_code == 422
    other = Client()
    sign_in(other, curator().person)  # type: ignore[arg-type]
    assert other.get(address).status_code == 404
    key = replace(viewer, person=None)
    with viewing(viewer.organisation.id), pytest.raises(Refusal):
        actions.save_mapping(key, QUALITY, hash_list, CsvMapping({"x": "md5"}))
    assert HashList.everywhere.get().csv_mapping == {}
