"""The page on list formats says what the code does."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from vaern.formats import (
    FORMATS,
    csv_columns,
    draft,
    json_stream,
    lines,
    ncmec_hashes,
    signals,
    source,
    table,
    vics_repeats,
    vpdq,
)
from vaern.formats.text import kind_of_name

PAGE = (Path(__file__).resolve().parents[2] / "docs/reference/list-formats.md").read_text("utf-8")


def section(name: str) -> str:
    return PAGE.split(f"## {name}\n")[1].split("\n## ")[0]


def test_every_format_is_in_the_table_in_the_order_of_the_help_with_its_description() -> None:
    rows = re.findall(r"^\| `([a-z-]+)` \| (.+?) \|", PAGE.split("\n## ")[0], re.MULTILINE)
    assert rows == [(name, entry.description) for name, entry in FORMATS.items()]


@pytest.mark.parametrize(
    ("name", "bounds"),
    [
        ("What holds for all", [source.MAX_EXPANSION, source.FREE_EXPANSION >> 20, draft.MAX_EXTRA, draft.MAX_TEXT]),
        ("What holds for all", [draft.MAX_EXTRA_TEXT]),
        ("Signals", [*signals.PDQ_WEIGHT, 2 * signals.PDNA_BYTES]),
        ("csv", [table.MAX_ROW_LINES, lines.MAX_LINE]),
        ("vics", [vics_repeats.WINDOW, json_stream.MAX_ROW]),
        ("vpdq", [vpdq.MAX_FRAMES]),
        ("ncmec", [ncmec_hashes.MAX_RECORD]),
    ],
)
def test_the_bounds_are_those_of_the_code(name: str, bounds: list[int]) -> None:
    numbers = set(re.findall(r"\d[\d,]*\d|\d", section(name)))
    assert {f"{bound:,}" for bound in bounds} <= numbers


def test_every_named_column_is_known() -> None:
    told = section("csv").split("| Column |")[1].split("A mapping overrules")[0]
    names = re.findall(r"`([^`]+)`", re.sub(r"\| (`classification`, `scheme`|`id`) \|", "|", told))
    unknown = {
        name for name in names if csv_columns.plain(name) not in {*csv_columns.FIELDS, *csv_columns.VALUE_NAMES}
    } - {"ICSE baseline"}
    assert unknown == set()


@pytest.mark.parametrize(
    ("name", "kind"), [("SHA256SUMS", "sha256"), ("list.pdq.txt", "pdq"), ("simple.HASH_PDQ.te", "pdq")]
)
def test_the_names_that_tell_a_kind_do(name: str, kind: str) -> None:
    assert name in PAGE
    assert kind_of_name(name) == kind


@pytest.mark.parametrize("name", ["list.txt", "md5-and-sha1.csv", "shape1.txt", "pdqs.csv"])
def test_other_names_do_not(name: str) -> None:
    assert kind_of_name(name) is None
