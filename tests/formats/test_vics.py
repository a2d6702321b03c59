"""Project VIC: every quirk of real files that the research found (`formats.md`, (a), "What real files do")."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from tests.formats.reading import read
from tests.formats.values import digest

from vaern.formats import vics
from vaern.formats.draft import MAX_EXTRA, MAX_EXTRA_TEXT

if TYPE_CHECKING:
    from vaern.records import Entry, Problem

SET = "http://github.com/VICSDATAMODEL/ProjectVic/DataModels/2.0.xml/{}/$metadata#Media"


def document(*rows: object, context: str = SET.format("US"), key: str = "@odata.context") -> str:
    return json.dumps({key: context, "value": list(rows)})


def one(row: dict[str, object]) -> tuple[Entry, list[Problem]]:
    (entry,), problems = read(document({"MediaID": 1, "MD5": digest(1), **row}))
    return entry, problems


def test_a_byte_order_mark_does_not_matter() -> None:
    content = document({"MD5": digest(1)})
    assert read(content.encode("utf-8-sig")) == read(content)


@pytest.mark.parametrize("value", [True, False, "true", "False", "TRUE"])
def test_flags_are_kept_as_written(value: object) -> None:
    entry, problems = one({"IsDistributed": value})
    assert problems == []
    assert entry.extra["IsDistributed"] == (value if isinstance(value, str) else str(value).lower())


@pytest.mark.parametrize("value", [2**63 - 1, "9007199254740993", 9007199254740993])
def test_large_numbers_stay_exact(value: object) -> None:
    assert one({"MediaSize": value})[0].extra["MediaSize"] == str(value)


def test_upper_and_lower_case_of_a_value_are_one_entry() -> None:
    entries, problems = read(document({"MD5": digest(1).upper()}, {"MD5": digest(1)}))
    assert [entry.id for entry in entries] == [digest(1)]
    assert [p.line for p in problems] == [2]


@pytest.mark.parametrize(
    ("category", "expected"), [(None, None), ("", None), (0, "0"), (1, "1"), ("2", "2"), ("A", "A"), (7, "7")]
)
def test_a_category_is_carried_with_the_scheme_of_its_country_and_never_translated(
    category: object, expected: str | None
) -> None:
    for country in ("US", "UK", "CUSTOM"):
        (entry,), _ = read(document({"MD5": digest(1), "Category": category}, context=SET.format(country)))
        assert entry.classification == expected
        assert entry.scheme == (None if expected is None else f"VICS 2.0 {country}")


def test_a_category_that_is_absent_is_none() -> None:
    assert one({})[0].classification is None


def test_the_older_model_names_no_country() -> None:
    context = "http://github.com/ICMEC/ProjectVic/DataModels/1.3.xml#Media"
    (entry,), _ = read(document({"MD5": digest(1), "Category": 1}, context=context, key="odata.metadata"))
    assert entry.scheme == "VICS 1.3"


@pytest.mark.parametrize(
    "date", ["2026-01-02T03:04:05+00:00", "/Date(1767323045000)/", "02/01/2026 03:04", "2026-01-02T03:04:05+01:00Z"]
)
def test_dates_are_kept_as_written(date: str) -> None:
    assert one({"DateUpdated": date})[0].extra["DateUpdated"] == date


def test_tags_series_and_paths_are_text() -> None:
    row = {"Tags": "a, b", "Series": "x,y", "RelativeFilePath": "..\\..\\Files\\1.png", "Comments": 'a "b"\n\\'}
    assert row.items() <= one(row)[0].extra.items()


def test_totals_are_not_trusted() -> None:
    case = {"CaseNumber": "T-1", "TotalMediaFiles": 99, "Media": [{"MD5": digest(n)} for n in range(3)]}
    entries, problems = read(document(case, context=SET.format("US").replace("#Media", "#Cases")))
    assert (len(entries), problems) == (3, [])


def test_photodna_is_read_in_every_place_and_spelling() -> None:
    value = digest(1, "pdna")
    spellings = [value, value.upper(), __import__("base64").b64encode(bytes.fromhex(value)).decode()]
    for spelling in spellings:
        for row in (
            {"PhotoDNA": spelling},
            {"AlternativeHashes": [{"HashName": "PhotoDNA", "HashValue": spelling}]},
        ):
            entry, problems = one(row)
            assert problems == []
            assert [s.value.hex() for s in entry.signals if s.kind == "pdna"] == [value]


def test_unknown_hashes_and_keys_are_kept_and_noise_is_not() -> None:
    entry, problems = one(
        {
            "odata.id": "x", "odata.editLink": "x", "MediaFiles@odata.navigationLinkUrl": "x", "@odata.id": "x",
            "AlternativeHashes": [{"HashName": "eDonkey", "HashValue": "abc"}, "nonsense"],
            "Exifs": [{"PropertyName": "Make", "PropertyValue": "Example"}], "SomethingNew": {"a": [1]},
        }
    )  # fmt: skip
    assert len(problems) == 1
    assert entry.extra == {
        "MediaID": "1",
        "AlternativeHash eDonkey": "abc",
        "Exifs": '[{"PropertyName":"Make","PropertyValue":"Example"}]',
        "SomethingNew": '{"a":[1]}',
    }


@pytest.mark.parametrize("start", ["/9j/", "iVBORw0KGgo", "data:image/png;base64,", "ffd8ff", "AAAAIGZ0eXBpc29t"])
def test_a_picture_never_enters(start: str) -> None:
    entry, problems = one({"Miniature": start + "A" * 5000})
    assert "Miniature" not in entry.extra
    assert [p.quarantined for p in problems] == [False]
    assert "picture" in problems[0].reason


def test_a_repeated_md5_keeps_the_first_and_adds_the_files() -> None:
    rows = [
        {"MD5": digest(1), "Category": 1, "MediaFiles": [{"FileName": "a"}]},
        {"MD5": digest(2)},
        {"MD5": digest(1), "Category": 2, "MediaFiles": [{"FileName": "b"}]},
        {"MD5": digest(1)},
    ]
    entries, problems = read(document(*rows))
    assert [(entry.id, entry.classification) for entry in entries] == [(digest(1), "1"), (digest(2), None)]
    assert entries[0].extra["MediaFiles"] == '[{"FileName":"a"},{"FileName":"b"}]'
    assert [p.line for p in problems] == [3, 4]


def test_a_repetition_far_away_is_noticed_and_reported() -> None:
    rows = [{"MD5": digest(n)} for n in range(vics.WINDOW * 3)]
    entries, problems = read(document(*rows, {"MD5": digest(0)}))
    assert [entry.id for entry in entries] == [row["MD5"] for row in rows]
    assert [p.line for p in problems] == [len(rows) + 1]


def test_what_is_remembered_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vics, "REMEMBERED", 10)
    monkeypatch.setattr(vics, "WINDOW", 2)
    rows = [{"MD5": digest(n)} for n in range(20)]
    entries, problems = read(document(*rows, {"MD5": digest(3)}, {"MD5": digest(15)}))
    assert [entry.id for entry in entries] == [*(row["MD5"] for row in rows), digest(15)]
    assert [p.line for p in problems] == [21]


def test_an_md5_that_is_none_does_not_make_two_entries_one() -> None:
    rows = [{"MD5": "zz", "SHA1": digest(n, "sha1")} for n in range(3)]
    entries, problems = read(document(*rows))
    assert [entry.id for entry in entries] == ["record 1", "record 2", "record 3"]
    assert [(p.line, p.quarantined) for p in problems] == [(1, True), (2, True), (3, True)]


@pytest.mark.parametrize("row", [1, "x", None, [], [{"MD5": digest(1)}]])
def test_a_row_that_is_no_object_is_a_problem(row: object) -> None:
    entries, problems = read(document({"MD5": digest(1)}, row, {"MD5": digest(2)}))
    assert (len(entries), [p.line for p in problems]) == (2, [2])


def test_the_context_may_be_missing_or_come_last() -> None:
    rows = [{"MediaID": n, "MD5": digest(n)} for n in range(3)]
    entries, problems = read(json.dumps({"value": rows, "@odata.context": SET.format("US")}))
    assert ([entry.id for entry in entries], problems) == ([row["MD5"] for row in rows], [])


def test_two_cases_in_one_document_keep_their_numbers() -> None:
    cases = [{"CaseNumber": f"T-{n}", "ContactOrganization": "Example", "Media": [{"MD5": digest(n)}]} for n in (1, 2)]
    entries, _ = read(document(*cases, context=SET.format("US").replace("#Media", "#Cases")))
    assert [(e.extra["CaseNumber"], e.source) for e in entries] == [("T-1", "Example"), ("T-2", "Example")]


def test_half_characters_do_not_break_what_comes_after() -> None:
    content = document({"MD5": digest(1), "Comments": "@"}).replace('@"', '\\ud800"')
    (entry,), _ = read(content.replace('"@', '"\\ud800'))
    json.dumps(entry.extra).encode()
    "".join(entry.extra.values()).encode("utf-8")


def test_what_is_kept_beside_the_signals_is_bounded_and_the_bound_is_reported() -> None:
    entry, problems = one({f"k{n}": "x" * 100 for n in range(10 * MAX_EXTRA)})
    assert len(entry.extra) <= MAX_EXTRA
    assert len(problems) == 1
    entry, problems = one({f"k{n}": "x" * 10_000 for n in range(100)})
    assert sum(map(len, entry.extra.values())) <= MAX_EXTRA_TEXT
    assert len(problems) == 1
    assert one({"Comments": "x" * 50_000})[0].extra["Comments"].endswith("[cut: 50000 characters in the source]")
