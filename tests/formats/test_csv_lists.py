"""CSV: columns by name, by mapping and by look."""

from __future__ import annotations

import zipfile
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.formats.reading import read
from tests.formats.values import digest

from vaern.formats import FormatError, csv_columns, read_list
from vaern.records import KINDS, Entry

if TYPE_CHECKING:
    from pathlib import Path

ICSE = (
    "MD5;SHA1;PhotoDNA;Image ID;Is distributed;Victim identified;Offender identified;Series name;"
    "Number of submissions;File Available;Media Type;Baseline"
)


@pytest.mark.parametrize("order", [1, -1])
def test_the_export_of_icse_is_read_by_name_in_any_order(order: int) -> None:
    row = f"{digest(1).upper()};{digest(1, 'sha1')};{digest(1, 'pdna')};17;n;yes;F;A series;3;true;Image;1"
    content = "\n".join(";".join(line.split(";")[::order]) for line in (ICSE, row))
    (entry,), problems = read(content)
    assert problems == []
    assert (entry.id, entry.classification, entry.scheme) == ("17", "1", "ICSE baseline")
    assert {signal.kind: signal.value.hex() for signal in entry.signals} == {
        kind: digest(1, kind) for kind in ("md5", "sha1", "pdna")
    }
    assert (entry.series, entry.distributed, entry.victim_identified, entry.offender_identified) == (
        "A series",
        False,
        True,
        False,
    )
    assert entry.extra == {  # what a field says in other words than the source stands beside it
        "Is distributed": "n",
        "Offender identified": "F",
        "Number of submissions": "3",
        "File Available": "true",
        "Media Type": "Image",
        "pdna written as": "hex",
    }


@pytest.mark.parametrize("kind", ["md5", "sha1", "sha256", "pdq"])
@pytest.mark.parametrize("spelling", ["{}", "{} hash", "Hash-{}", "{}_HASH"])
def test_a_column_is_known_in_any_case_with_any_signs(kind: str, spelling: str) -> None:
    for name in (spelling.format(kind), spelling.format(kind).upper()):
        entries, problems = read(f"x,{name},y\n1,{digest(2, kind)},2\n")
        assert problems == []
        assert [signal.kind for signal in entries[0].signals] == [kind]


@pytest.mark.once
@pytest.mark.parametrize("names", ["md5,a", "md5," + "a," * 40_000, "md5," + "a," * 600_000])
@pytest.mark.parametrize("before", ["", "\n\n", '"never closed\n'])
def test_every_row_but_the_header_is_an_entry_or_a_problem(before: str, names: str) -> None:
    """Also where the header is longer than the head, or than any line may be."""
    entries, problems = read(f"{before}{names}\n{digest(1)},b\n{digest(2)},c\n", format="csv")
    assert [entry.signals[0].value.hex() for entry in entries] == [digest(1), digest(2)]
    first = before.count("\n") + 1
    assert [problem.line for problem in problems] == [1] * ("never" in before) + [first] * (len(names) > 2**20)


def test_a_recall_without_an_id_withdraws_no_line_of_another_file() -> None:
    """Where a source has no ids an entry's id is its line number, which other files have too."""
    (entry,), _ = read(f"md5\n{digest(1)}\n")
    (recalled,), problems = read(f"md5,recalled\n{digest(2)},yes\n")
    assert recalled.recalled
    assert recalled.id != entry.id
    assert ["without an id" in problem.reason for problem in problems] == [True]


def test_a_mapping_names_kind_and_scheme() -> None:
    content = f"Fingerprint A\tGrade\tNote\tDrop\n{digest(1, 'pdq')}\tB\tn\td\n"
    columns = {"Fingerprint A": "pdq", "Grade": "classification:Example 2020", "Drop": "ignore"}
    (entry,), problems = read(content, columns=columns)
    assert problems == []
    assert (entry.signals[0].kind, entry.classification, entry.scheme) == ("pdq", "B", "Example 2020")
    assert entry.extra == {"Note": "n"}


def test_without_a_header_columns_have_numbers_and_sure_lengths_are_known() -> None:
    entries, problems = read(f"a,{digest(1)},{digest(1, 'sha1')}\nb,{digest(2)},{digest(2, 'sha1')}\n")
    assert problems == []
    assert [entry.id for entry in entries] == ["1", "2"]
    assert [[signal.kind for signal in entry.signals] for entry in entries] == [["md5", "sha1"]] * 2
    assert entries[0].extra == {"1": "a"}
    (entry,), _ = read(f"a,{digest(1, 'sha256')}\n", columns={"2": "pdq", "1": "id"})
    assert (entry.id, entry.signals[0].kind) == ("a", "pdq")


def test_a_column_of_several_kinds_goes_by_its_own_column_for_the_kind() -> None:
    rows = [("md5", digest(1)), ("PDQ", digest(1, "pdq")), ("SHA-256", digest(1, "sha256"))]
    content = "Hash,Type\n" + "".join(f"{value},{kind}\n" for kind, value in rows)
    entries, problems = read(content + f"{digest(9)},aHash\n{digest(9, 'sha256')},\n")
    assert [entry.signals[0].kind for entry in entries] == ["md5", "pdq", "sha256"]
    assert {p.line for p in problems} == {5, 6}


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        ({"Nothing": "md5"}, "no column 'Nothing'"),
        ({"x": "phash"}, "cannot be 'phash'"),
        ({"x": "id"}, "no column is known to hold hash values"),
    ],
)
def test_a_mapping_that_does_not_fit_says_what_the_file_has(columns: dict[str, str], said: str) -> None:
    with pytest.raises(FormatError, match=said) as refusal:
        read("x,y\n1,2\n", "csv", columns=columns)
    assert "'x'" in str(refusal.value)


def test_rows_that_are_too_short_or_too_long_are_read_as_far_as_they_go() -> None:
    entries, problems = read(f"md5,sha1,note\n{digest(1)}\n{digest(2)},,n,more,{'x'}\n")
    assert problems == []
    assert [entry.extra for entry in entries] == [{}, {"note": "n", "4": "more", "5": "x"}]


def test_a_doubtful_recall_recalls() -> None:
    entries, problems = read(f"id,md5,withdrawn\na,{digest(1)},maybe\nb,{digest(2)},NO\nc,{digest(3)},Y\n")
    assert [entry.recalled for entry in entries] == [True, False, True]
    assert [p.line for p in problems] == [2]


def test_quality_goes_with_pdq() -> None:
    entries, _ = read(f"pdq,md5,quality\n{digest(1, 'pdq')},{digest(1)},87\n{digest(2, 'pdq')},,many\n")
    assert [(s.kind, s.quality) for s in entries[0].signals] == [("pdq", 87), ("md5", None)]
    assert (entries[1].signals[0].quality, entries[1].extra) == (None, {"quality": "many"})


def test_the_table_of_names_is_consistent() -> None:
    assert all(name == csv_columns.plain(name) for name in csv_columns.FIELDS)
    assert set(KINDS) <= csv_columns.TARGETS


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_byte_order_marks_and_line_ends_do_not_matter(encoding: str, end: str) -> None:
    content = f"md5,note\n{digest(1)},æ\n{digest(2)},\n"
    assert read(content.replace("\n", end).encode(encoding)) == read(content)


@pytest.mark.parametrize("header", ["hash", "Hash", "HASH "])
def test_a_mapping_need_not_spell_as_the_header_does(header: str) -> None:
    (entry,), problems = read(f"{header},x\n{digest(1, 'pdq')},1\n", columns={"hash": "pdq"})
    assert (entry.signals[0].kind, problems) == ("pdq", [])


def test_without_a_mapping_a_column_of_64_digits_is_a_problem_each() -> None:
    entries, problems = read(f"hash,x\n{digest(1, 'pdq')},1\n{digest(2)},2\n")
    assert [entry.signals[0].kind for entry in entries] == ["md5"]
    assert {p.line for p in problems} == {2}


@pytest.mark.parametrize("first", ["sep=;", '"sep=;"', "SEP=;", "sep=|", "sep=\t"])
def test_the_line_by_which_excel_says_its_delimiter_is_no_row(first: str) -> None:
    delimiter = first.strip('"')[-1]
    entries, problems = read(f"{first}\r\nid{delimiter}md5\r\na,b{delimiter}{digest(1)}\r\n", name="x.csv")
    assert [(entry.id, entry.signals[0].value.hex()) for entry in entries] == [("a,b", digest(1))]
    assert problems == []


EXCEL = {
    "plain": "{}",
    "apostrophe": "'{}",
    "formula": '="{}"',
    "quoted formula": '"=""{}"""',
    "quoted apostrophe": '"\'{}"',
    "spaces": " {} ",
}


@pytest.mark.parametrize("way", EXCEL)
@pytest.mark.parametrize("header", ["md5,pdq,hash,hash type\n", ""])
def test_a_cell_that_a_spreadsheet_keeps_as_text_is_its_text(way: str, header: str) -> None:
    values = [digest(1), digest(1, "pdq"), digest(1, "sha1"), "sha1"] if header else [digest(1)]
    entries, problems = read(header + ",".join(EXCEL[way].format(value) for value in values) + "\n", "csv")
    assert [signal.value.hex() for entry in entries for signal in entry.signals] == values[:3]
    assert problems == []


@pytest.mark.parametrize("text", ["'", "'t Veer", '="1"'])
def test_free_text_loses_an_apostrophe_only_where_the_hash_has_one(text: str) -> None:
    def sources(hash_: str) -> list[str]:
        entries, problems = read(f"md5;source\n{hash_};{text}\n", "csv")
        assert problems == []
        return [entry.source for entry in entries]

    assert sources(digest(1)) == [text]
    assert sources(f"'{digest(1)}") == [csv_columns.as_meant(text)]


def test_a_column_of_digests_that_is_not_read_is_told() -> None:
    rows = [f"{digest(n)},{digest(n, 'sha256')},{digest(n, 'sha256') if n else 'text'},{n}" for n in range(3)]
    entries, problems = read("md5,Fingerprint B,Mixed,n\n" + "\n".join(rows))
    assert len(entries) == 3
    assert ["'Fingerprint B'" in p.reason and "(3)" in p.reason for p in problems] == [True]
    assert read("md5,Fingerprint B\n" + "\n".join(rows), columns={"Fingerprint B": "ignore"})[1] == []
    (entry, *_), problems = read("md5,SHA 256 (hex)\n" + "\n".join(rows))
    assert ([signal.kind for signal in entry.signals], problems) == (["md5", "sha256"], [])


@pytest.mark.parametrize("note", ["a\0b", '"a\0b"', '"a\n\0b"'])
def test_a_nul_costs_its_row(note: str) -> None:
    content = f"md5,note\n{digest(1)},x\n{digest(2)},{note}\n{digest(3)},y\n"
    entries, problems = read(content)
    assert [entry.signals[0].value.hex() for entry in entries] == [digest(1), digest(3)]
    assert [(p.line, "NUL" in p.reason) for p in problems] == [(3, True)]


NAMES = {"md5": "MD5 hash", "sha1": "SHA-1", "sha256": "SHA 256 (hex)", "pdq": "PDQ", "": "Further", "n": "Number"}


@pytest.mark.once
@given(st.data())
def test_no_value_of_any_table_is_lost_in_silence(data: st.DataObject) -> None:
    """Whatever the order of columns, the delimiter, the way of writing, what repeats and what is spoilt."""
    kinds = data.draw(st.permutations(list(NAMES)).map(lambda all_: all_[: data.draw(st.integers(3, 6))]))
    kinds = kinds if {"md5", "sha1", "sha256", "pdq"} & set(kinds) else ["md5", *kinds]
    delimiter = data.draw(st.sampled_from(",;\t|"))
    rows = []
    for number in range(data.draw(st.integers(1, 5))):
        cells = []
        for kind in kinds:
            value = str(number) if kind == "n" else digest(data.draw(st.integers(0, 3)), kind or "sha256")
            spoilt = data.draw(st.sampled_from(["", "", "", "\0", "zz"]))
            cells.append((value + spoilt, EXCEL[data.draw(st.sampled_from(sorted(EXCEL)))].format(value + spoilt)))
        rows.append(cells)
    head = data.draw(st.sampled_from(["", f"sep={delimiter}\n"]))
    lines = [delimiter.join(NAMES[kind] for kind in kinds), *(delimiter.join(text for _, text in row) for row in rows)]
    entries, problems = read(head + "\n".join(lines), "csv")
    first = 2 + bool(head)
    for number, row in enumerate(rows, start=first):
        told = " ".join(p.reason for p in problems if p.line == number)
        kept = {signal.value.hex() for entry in entries if entry.id == str(number) for signal in entry.signals}
        kept |= {text for entry in entries if entry.id == str(number) for text in entry.extra.values()}
        for kind, (value, _) in zip(kinds, row, strict=True):
            assert told or any(value in one for one in kept), (kind, value)


def test_what_a_mac_packs_beside_a_list_is_no_second_list(tmp_path: Path) -> None:
    path = tmp_path / "list.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("__MACOSX/._list.csv", "\0\5\x16\7")
        archive.writestr("list.csv", f"md5\n{digest(1)}\n")
        archive.writestr(".DS_Store", "x")
    (entry,) = read_list(path)
    assert isinstance(entry, Entry)
    assert entry.signals[0].value.hex() == digest(1)
