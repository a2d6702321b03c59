"""Project VIC: every quirk of real files that the research found (`formats.md`, (a), "What real files do")."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.formats.reading import read
from tests.formats.values import digest

from vaern.formats import vics_repeats
from vaern.formats.draft import MAX_EXTRA, MAX_EXTRA_TEXT
from vaern.formats.vics_repeats import FLAGS

if TYPE_CHECKING:
    from collections.abc import Callable

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


@pytest.mark.parametrize("name", FLAGS)
@pytest.mark.parametrize("value", [True, False, "true", "False", "TRUE", " true", 1, "yes", None, ""])
def test_flags_are_fields_and_an_odd_spelling_is_kept(name: str, value: object) -> None:
    entry, problems = one({name: value})
    assert problems == []
    plain = str(value).strip().lower()
    assert getattr(entry, FLAGS[name]) == {"true": True, "false": False}.get(plain)
    kept = {} if value in (None, "", "true") or isinstance(value, bool) else {name: str(value)}
    assert entry.extra == {"MediaID": "1", **kept}


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
    row = {"Tags": "a, b", "RelativeFilePath": "..\\..\\Files\\1.png", "Comments": 'a "b"\n\\'}
    assert row.items() <= one(row)[0].extra.items()


@pytest.mark.parametrize(
    ("value", "series", "kept"),
    [
        ("x,y", "x,y", None),
        (" x ", "x", " x "),
        (["a"], '["a"]', '["a"]'),
        (7, "7", "7"),
        (None, "", None),
        ("", "", None),
    ],
)
def test_series_is_a_field_and_what_is_no_plain_text_is_kept(value: object, series: str, kept: str | None) -> None:
    entry, _ = one({"Series": value})
    assert (entry.series, entry.extra.get("Series")) == (series, kept)


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
            "odata.id": "x",
            "odata.editLink": "x",
            "MediaFiles@odata.navigationLinkUrl": "x",
            "@odata.id": "x",
            "AlternativeHashes": [{"HashName": "eDonkey", "HashValue": "abc"}, "nonsense"],
            "Exifs": [{"PropertyName": "Make", "PropertyValue": "Example"}],
            "SomethingNew": {"a": [1]},
        }
    )
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


def test_a_repeated_md5_is_one_entry_with_all_that_was_said() -> None:
    rows = [
        {"MD5": digest(1), "Category": 0, "MediaFiles": [{"FileName": "a"}]},
        {"MD5": digest(2)},
        {
            "MD5": digest(1),
            "Category": 1,
            "SHA1": digest(1, "sha1"),
            "MediaFiles": [{"FileName": "b"}],
            "Series": "S",
            "AlternativeHashes": [{"HashName": "PDQ", "HashValue": digest(1, "pdq")}],
            "VictimIdentified": True,
        },
        {"MD5": digest(1)},
    ]
    entries, problems = read(document(*rows))
    assert [(entry.id, entry.classification) for entry in entries] == [(digest(1), "1"), (digest(2), None)]
    assert [signal.kind for signal in entries[0].signals] == ["md5", "sha1", "pdq"]
    assert entries[0].extra == {
        "MediaFiles": '[{"FileName":"a"},{"FileName":"b"}]',
        "Category": "VICS 2.0 US 0",
    }
    assert (entries[0].series, entries[0].victim_identified, entries[0].distributed) == ("S", True, None)
    assert [p.line for p in problems] == [3, 4]
    assert "sha1, pdq, Series, VictimIdentified, MediaFiles, Category added" in problems[0].reason
    assert "category 1 taken for 0, because it is graver" in problems[0].reason
    assert problems[1].reason.endswith("it says nothing new")


@pytest.mark.parametrize(
    ("first", "later", "counts"),
    [
        (None, 0, "0"),
        (0, None, "0"),
        (0, 4, "4"),
        (4, 0, "4"),
        (1, 2, "1"),
        (2, 1, "1"),
        (2, "1", "1"),
        ("A", 1, "A"),
        (1, "A", "1"),
        (1, "9" * 5000, "1"),
        (10**9, 0, str(10**9)),
    ],
)
def test_of_two_categories_the_graver_one_counts_and_the_other_is_kept(
    first: object, later: object, counts: str
) -> None:
    (entry,), (problem,) = read(document({"MD5": digest(1), "Category": first}, {"MD5": digest(1), "Category": later}))
    assert entry.classification == counts
    if first is not None and later is not None:
        other = str(first) if counts == str(later) else str(later)
        assert entry.extra["Category"] == f"VICS 2.0 US {other}"
        assert other[:20] in problem.reason


records = st.lists(
    st.fixed_dictionaries(
        {"MD5": st.integers(0, 3).map(digest)},
        optional={
            "Category": st.integers(0, 5),
            "SHA1": st.integers(0, 2).map(lambda n: digest(n, "sha1")),
            "PhotoDNA": st.tuples(st.integers(0, 3), st.booleans()).map(
                lambda two: digest(two[0], "pdna").upper() if two[1] else digest(two[0], "pdna")
            ),
            "Series": st.sampled_from(["a", "b"]),
            "VictimIdentified": st.booleans(),
            "MediaFiles": st.lists(st.builds(dict, FileName=st.sampled_from("abc")), max_size=2),
            "AlternativeHashes": st.lists(
                st.builds(dict, HashName=st.just("PDQ"), HashValue=st.integers(0, 3).map(lambda n: digest(n, "pdq"))),
                max_size=2,
            ),
        },
    ),
    min_size=1,
    max_size=12,
)


@given(records, st.sampled_from([2, 100]))
def test_nothing_that_a_document_says_of_a_file_is_lost(rows: list[dict[str, Any]], window: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(vics_repeats, "WINDOW", window)
        entries, problems = read(document(*rows))
    for md5 in {row["MD5"] for row in rows}:
        said = [row for row in rows if row["MD5"] == md5]
        found = [entry for entry in entries if entry.id == md5]
        assert found
        signals = {(signal.kind, signal.value.hex()) for entry in found for signal in entry.signals}
        assert signals >= {("sha1", row["SHA1"]) for row in said if "SHA1" in row}
        assert signals >= {("pdna", row["PhotoDNA"].lower()) for row in said if "PhotoDNA" in row}
        assert signals >= {("pdq", one["HashValue"]) for row in said for one in row.get("AlternativeHashes", ())}
        text = json.dumps([[entry.extra, entry.series] for entry in found])
        assert all(row["Series"] in text for row in said if "Series" in row)
        assert all(file["FileName"] in text for row in said for file in row.get("MediaFiles", ()))
        flags = {row["VictimIdentified"] for row in said if "VictimIdentified" in row}
        assert {entry.victim_identified for entry in found} - {None} >= {any(flags)} if flags else True
        graver = {row["Category"] for row in said} - {0} if all("Category" in row for row in said) else set()
        assert not graver or str(min(graver)) in {entry.classification for entry in found}
        for entry in found:
            written = entry.extra.get("pdna written as", "")
            assert len(written.split(",")) == max(1, sum(signal.kind == "pdna" for signal in entry.signals))
    assert len(problems) == len(rows) - len({row["MD5"] for row in rows})


def test_a_repetition_far_away_is_an_entry_of_its_own_and_reported() -> None:
    rows = [{"MD5": digest(n)} for n in range(vics_repeats.WINDOW * 3)]
    entries, problems = read(document(*rows, {"MD5": digest(0), "Category": 1}))
    assert [entry.id for entry in entries if entry.classification is None] == [row["MD5"] for row in rows]
    assert [entry.id for entry in entries if entry.classification == "1"] == [digest(0)]
    assert [p.line for p in problems] == [len(rows) + 1]


def test_what_is_remembered_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vics_repeats, "REMEMBERED", 10)
    monkeypatch.setattr(vics_repeats, "WINDOW", 2)
    rows = [{"MD5": digest(n)} for n in range(20)]
    entries, problems = read(document(*rows, {"MD5": digest(3)}, {"MD5": digest(15)}))
    assert sorted(entry.id for entry in entries) == sorted([*(row["MD5"] for row in rows), digest(3), digest(15)])
    assert [p.line for p in problems] == [21]


def respelled(value: Any, change: Callable[[str], str]) -> Any:
    """The same document with other keys."""
    if isinstance(value, dict):
        return {change(key): respelled(one, change) for key, one in value.items()}
    return [respelled(one, change) for one in value] if isinstance(value, list) else value


@pytest.mark.parametrize("change", [str.lower, str.upper, str.title, str.capitalize, str.swapcase])
@pytest.mark.parametrize("kind", ["Media", "Cases"])
def test_keys_are_the_same_keys_in_any_case(change: Callable[[str], str], kind: str) -> None:
    media = {
        "MD5": digest(1),
        "SHA1": digest(1, "sha1"),
        "PhotoDNA": digest(1, "pdna"),
        "Category": 2,
        "AlternativeHashes": [{"HashName": "PDQ", "HashValue": digest(1, "pdq")}],
    }
    row = media if kind == "Media" else {"CaseNumber": "T-1", "ContactOrganization": "Example", "Media": [media]}
    whole = {"@odata.context": SET.format("US").replace("Media", kind), "value": [row]}
    entries, problems = read(json.dumps(respelled(whole, change)))
    plain, _ = read(json.dumps(whole))
    assert ([(e.id, e.signals, e.classification, e.scheme, e.source) for e in entries], problems) == (
        [(e.id, e.signals, e.classification, e.scheme, e.source) for e in plain],
        [],
    )


MEDIUM = {"MD5": digest(1), "Category": 1}
SHAPES = {
    "Media at the top": {"CaseNumber": "T-1", "Media": [MEDIUM]},
    "media at the top": {"CaseNumber": "T-1", "media": [MEDIUM]},
    "value as one medium": {"@odata.context": SET.format("US"), "value": MEDIUM},
    "value as one case": {"@odata.context": "x#Cases", "value": {"CaseNumber": "T-1", "Media": MEDIUM}},
    "media in a case": {"@odata.context": "x#Cases", "value": [{"CaseNumber": "T-1", "media": [MEDIUM]}]},
}


@pytest.mark.parametrize("shape", SHAPES)
def test_other_shapes_of_the_document_are_read(shape: str) -> None:
    (entry,), problems = read(json.dumps(SHAPES[shape]))
    assert (entry.id, entry.classification, problems) == (digest(1), "1", [])
    assert entry.extra.get("CaseNumber") == ("T-1" if "CaseNumber" in str(SHAPES[shape]) else None)


def test_what_is_not_read_is_named() -> None:
    context = {"@odata.context": SET.format("US").replace("#Media", "#Cases")}
    rows = [{"CaseNumber": "T-1", "Files": [MEDIUM]}, {"Media": [MEDIUM]}]
    entries, problems = read(json.dumps({**context, "value": rows, "Objects": [MEDIUM]}))
    assert len(entries) == 1
    assert ["'Files'" in problems[0].reason, "'Objects'" in problems[1].reason, len(problems)] == [True, True, 2]
    entries, problems = read(json.dumps({**context, "Items": [MEDIUM]}))
    assert entries == []
    assert ["'Items'" in p.reason for p in problems] == [True]
    entries, (problem,) = read(json.dumps({**context, "value": []}))
    assert "nothing was loaded" in problem.reason


@pytest.mark.parametrize("name", ["HashName", "hashname", "Name", "name", "HASHNAME"])
@pytest.mark.parametrize("value", ["HashValue", "hashvalue", "Value", "value"])
def test_an_alternative_hash_is_read_under_each_of_its_names(name: str, value: str) -> None:
    entry, problems = one({"AlternativeHashes": [{name: "SHA256", value: digest(2, "sha256")}]})
    assert ([signal.kind for signal in entry.signals], problems) == (["md5", "sha256"], [])


def test_alternative_hashes_that_cannot_be_told_are_kept_and_reported() -> None:
    hashes = [
        {"Algorithm": "PDQ", "Hash": "x"},
        {"HashName": "a", "HashValue": "1"},
        {"HashName": "a", "HashValue": "2"},
    ]
    entry, problems = one({"AlternativeHashes": hashes})
    assert len(problems) == 1
    assert entry.extra["AlternativeHash"] == '{"Algorithm":"PDQ","Hash":"x"}'
    assert (entry.extra["AlternativeHash a"], entry.extra["AlternativeHash a (2)"]) == ("1", "2")


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
