"""A saved mapping: what it says, and what it refuses."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from tests.formats.values import digest

from vaern.formats import FormatError, csv_mapping, read_list
from vaern.records import Entry

if TYPE_CHECKING:
    from pathlib import Path

MAPPING = {
    "format": "vaern-csv-mapping/1",
    "name": "A hotline",
    "columns": {"Fingerprint": "pdq", "Grade": "classification:Example 2020", "Notes": "ignore"},
    "constants": {"source": "A hotline", "jurisdiction": "DK", "distributed": "yes", "series": "S"},
}


def test_columns_and_constants_hold(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    rows = [f"{digest(1, 'pdq')},B,n,,", f"{digest(2, 'pdq')},,n,Own series,no"]
    path.write_text("\n".join(["Fingerprint,Grade,Notes,Series,Distributed", *rows]))
    first, second = read_list(path, mapping=csv_mapping(json.dumps(MAPPING).encode()))
    assert isinstance(first, Entry)
    assert isinstance(second, Entry)
    assert (first.classification, first.scheme, first.source) == ("B", "Example 2020", "A hotline")
    assert (first.jurisdiction, first.series, first.distributed, first.extra) == ("DK", "S", True, {})
    assert (second.classification, second.scheme, second.series, second.distributed) == (
        None,
        None,
        "Own series",
        False,
    )


def test_a_scheme_that_holds_for_all_goes_with_classes_alone(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text(f"md5,grade\n{digest(1)},1\n{digest(2)},\n")
    found = list(read_list(path, mapping=csv_mapping(b'{"constants": {"scheme": "X 1"}}')))
    assert [(one.classification, one.scheme) for one in found if isinstance(one, Entry)] == [("1", "X 1"), (None, None)]
    graded = list(read_list(path, mapping=csv_mapping(b'{"constants": {"scheme": "X 1", "classification": "2"}}')))
    assert [(one.classification, one.scheme) for one in graded if isinstance(one, Entry)] == [
        ("1", "X 1"),
        ("2", "X 1"),
    ]


def test_columns_at_the_call_overrule(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text(f"Fingerprint,Grade,Notes\n{digest(1, 'pdq')},B,n\n")
    mapping = csv_mapping(json.dumps(MAPPING).encode())
    (entry,) = read_list(path, mapping=mapping, columns={"Fingerprint": "sha256"})
    assert isinstance(entry, Entry)
    assert [signal.kind for signal in entry.signals] == ["sha256"]


def test_a_mapping_is_for_csv(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text(f"{digest(1)}\n")
    with pytest.raises(FormatError, match="a mapping is for CSV"):
        read_list(path, mapping=csv_mapping(json.dumps(MAPPING).encode()), format="text")


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"format": "x/9"}, "this version reads"),
        ({"columns": {}, "constants": {}}, "no column and no constant"),
        ({"columns": {"A": "hash value"}}, "'A' cannot be 'hash value'; use one of"),
        ({"columns": {"A": "md5:X"}}, "only a classification has a scheme"),
        ({"columns": {"A": "classification:"}}, "it is not empty"),
        ({"columns": {"A b": "md5", "a-B": "sha1"}}, "are one column"),
        ({"columns": {str(n): "ignore" for n in range(201)}}, "201 columns; 200 are allowed"),
        ({"constants": {"id": "1"}}, "'id' cannot be a constant; use one of"),
        ({"constants": {"distributed": "true"}}, "is yes or no, and not 'true'"),
        ({"constants": {"source": " "}}, "empty or too long"),
        ({"constants": {"source": "x" * 300}}, "empty or too long"),
        ({"constants": {"classification": "1"}}, "says nothing without the constant scheme"),
        ({"constants": {"source": 1}}, "Expected `str`"),
        ({"column": {}}, "unknown field `column`"),
        ({"columns": []}, "Expected `object`"),
    ],
)
def test_what_cannot_be_used_says_why(change: dict[str, object], says: str) -> None:
    with pytest.raises(FormatError, match="mapping") as caught:
        csv_mapping(json.dumps({**MAPPING, **change}).encode())
    assert says in str(caught.value)


@pytest.mark.parametrize("data", [b"", b"{", b"[" * 100_000, b"\xff", b"1"])
def test_what_is_no_mapping_is_refused(data: bytes) -> None:
    with pytest.raises(FormatError, match="mapping"):
        csv_mapping(data)
