"""All law that comes with Værn says where it stands and on which day somebody read it there, or wrote it down."""

from __future__ import annotations

import json
import tomllib
from datetime import date
from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from vaern.node.cases.rules import term_files as incoming
from vaern.node.cases.rules.instrument_files import book
from vaern.node.cases.rules.provider_files import providers
from vaern.node.casework.releases import transfers
from vaern.node.external.systems import of_file as systems
from vaern.node.lists.lookups.grounds import REGISTER as LOOKUPS
from vaern.node.organisations import sources, unions
from vaern.node.reports.rules import duties, help_files, law_files
from vaern.node.reports.rules import national_files as national
from vaern.node.reports.rules.law_rows import GroundRow, SchemeRow

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

FIRST = date(2026, 11, 24)
"""The day on which this repository begins: nothing in it was read or written down before."""

BOOK, INCOMING = book(), incoming.table()
LAW = law_files.read(law_files.SCHEMES, law_files.GROUNDS, synthetic=False)
FIGURES = ("expects", "emergency", "holds", "prolongs")
TABLES: dict[str, Callable[[], Iterable[Any]]] = {
    "treaties": BOOK.treaties.values,
    "whole lists": lambda: [one.complete for one in BOOK.treaties.values() if one.complete],
    "instruments": BOOK.instruments.values,
    "figures": lambda: [
        getattr(one, name) for one in BOOK.instruments.values() for name in FIGURES if getattr(one, name)
    ],
    "countries": lambda: BOOK.parties,
    "terms": lambda: INCOMING.terms,
    "refusals": lambda: INCOMING.grounds,
    "receipts": lambda: INCOMING.receipts,
    "providers": providers,
    "identifiers": systems,
    "grounds": lambda: [GroundRow.of_file(one, synthetic=False) for one in LAW.grounds],
    "national texts": lambda: national.of_node(None, synthetic=False),
    "help lines": lambda: help_files.of_node(None, synthetic=False),
    "look-ups": LOOKUPS.tables[0].of_files,
    "schemes": lambda: [SchemeRow.of_file(one) for one in LAW.schemes],
}


@pytest.mark.parametrize("table", TABLES)
def test_every_row_has_a_source_and_a_day(table: str) -> None:
    rows = list(TABLES[table]())
    assert rows
    for one in rows:
        assert one.source.strip(), one
        assert isinstance(one.day, date), one
        assert one.day >= FIRST, one


def test_what_a_request_has_to_say_has_a_source_and_a_day() -> None:
    for code, form in BOOK.forms.items():
        assert form.source, code
        assert form.day >= FIRST, code


@pytest.mark.parametrize("table", TABLES)
def test_what_is_still_to_be_read_is_not_called_read(table: str) -> None:
    for one in TABLES[table]():
        if str(one.basis) == "read":
            assert "still to be read" not in one.source, one
            assert getattr(one, "recalled", None) is None, one


@pytest.mark.parametrize("path", sorted(law_files.SCHEMES.glob("*.json")), ids=lambda path: path.stem)
def test_each_scheme_has_a_source_and_one_day_or_is_marked_synthetic(path: Path) -> None:
    given = json.loads(path.read_bytes())
    days = [given[name] for name in ("read", "recalled") if given.get(name)]
    assert given.get("synthetic") or (given["source"] and len(days) == 1 and date.fromisoformat(days[0]) >= FIRST)


def raw_transfers() -> list[dict[str, Any]]:
    given = tomllib.loads((transfers.FOLDER / "transfers.toml").read_text("utf-8"))
    return [row for kind in ("ground", "area", "adequate") for row in given[kind]]


def raw_unions() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = tomllib.loads(unions.FILE.read_text("utf-8"))["union"]
    return found


@pytest.mark.parametrize("rows", [raw_transfers, raw_unions])
def test_transfers_and_unions_were_read_or_recalled_on_one_day(rows: Callable[[], list[dict[str, Any]]]) -> None:
    for row in rows():
        sources.read_on(row, "here")
        assert row.get("read", row.get("recalled")) >= FIRST
        for wrong in (
            {name: value for name, value in row.items() if name not in {"read", "recalled"}},
            {**row, "read": FIRST, "recalled": FIRST},
            {**row, "source": ""},
        ):
            with pytest.raises(ValueError, match="here"):
                sources.read_on(wrong, "here")


def test_what_a_notice_cites_was_read_on_a_day() -> None:
    assert all(one.source and one.read >= FIRST for one in duties.texts())


@pytest.mark.parametrize(
    "row",
    [
        next(iter(BOOK.treaties.values())),
        next(iter(BOOK.instruments.values())),
        BOOK.parties[0],
        INCOMING.terms[0],
        INCOMING.grounds[0],
        INCOMING.receipts[0],
        providers()[0],
        systems()[0],
        next(iter(BOOK.forms.values())),
    ],
    ids=lambda row: type(row).__name__,
)
def test_a_row_without_a_day_is_a_fault_with_its_place(row: Any) -> None:
    plain = msgspec.to_builtins(row)
    del plain["day"]
    with pytest.raises(msgspec.ValidationError, match=r"`day` - at `\$\[1\]`"):
        msgspec.convert([row, plain], list[type(row)], from_attributes=True, strict=False)  # type: ignore[misc]
