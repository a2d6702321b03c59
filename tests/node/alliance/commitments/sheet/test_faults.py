"""Bad spreadsheets: each fault with its cell, and nothing taken."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

import pytest
import xlsxwriter
from tests.node.alliance.commitments.sheet.files import (
    BASE,
    PURPOSE,
    REPLY,
    edited,
    faults_of,
    put,
    rezipped,
    written,
)

from vaern.node.alliance.commitments.sheet import labels, reader
from vaern.node.alliance.commitments.sheet.reader import Reply
from vaern.node.alliance.files.sheet import faults as f
from vaern.node.alliance.files.sheet import packages
from vaern.node.alliance.rules.contents import DeclaredValue

C, A, E, V = "Commitments", "Actions", "Evidence", "Values"


@pytest.mark.once
@pytest.mark.parametrize(
    ("sheet", "cell", "value", "shown", "code"),
    [
        (C, "G2", "1.234,5", "", f.NUMBER_AS_TEXT),
        (C, "G2", "1 234,5", "", f.NUMBER_AS_TEXT),
        (C, "G2", "1\u00a0234", "", f.NUMBER_AS_TEXT),
        (C, "G2", "1.234", "", f.NUMBER_AS_TEXT),
        (C, "G2", "12 %", "", f.NUMBER_AS_TEXT),
        (C, "G2", 0.5, "0%", f.PERCENT),
        (C, "G2", "many", "", f.NO_NUMBER),
        (C, "G2", True, "", f.NO_NUMBER),
        (C, "G2", "=1+1", "", f.FORMULA),
        (C, "C2", "=A1", "", f.FORMULA),
        (C, "J2", "03/04/2026", "", f.AMBIGUOUS_DATE),
        (C, "J2", "3.4.2026", "", f.AMBIGUOUS_DATE),
        (C, "J2", "2026-02-30", "", f.NO_DATE),
        (C, "J2", "soon", "", f.NO_DATE),
        (C, "J2", 46000, "0", f.DATE_AS_NUMBER),
        (C, "J2", 46000.5, "yyyy-mm-dd hh:mm", f.NO_DATE),
        (C, "J2", "=TODAY()", "", f.FORMULA),
        (C, "B2", "g9.9", "", f.NO_CHOICE),
        (C, "B2", "g2.1", "", f.OTHER_GOAL),
        (C, "B2", None, "", "missing"),
        (C, "F2", "made_up", "", f.NO_CHOICE),
        (C, "I2", "more", "", f.NO_CHOICE),
        (C, "A3", 1, "", f.TWO_LINES),
        (C, "A3", None, "", f.NO_LINE),
        (C, "A3", 1.5, "", f.NO_LINE),
        (C, "Q2", "x", "", f.UNKNOWN_COMMITMENT),
        (C, "Q2", str(UUID(int=77)), "", f.UNKNOWN_COMMITMENT),
        (C, "Q3", str(UUID(int=3)), "", f.TWO_COMMITMENTS),
        (C, "C2", "x" * 4_001, "", "too_long"),
        (C, "C2", "a\x0bb", "", f.CONTROL),
        (C, "H3", "euro", "", "other_unit"),
        (A, "A2", 9, "", f.NO_SUCH_LINE),
        (A, "B2", "a9.9", "", f.NO_CHOICE),
        (A, "C3", "x" * 301, "", "too_long"),
        (E, "C2", "ministry.example", "", "no_address"),
        (V, "B2", date(2026, 7, 1), "yyyy-mm", f.NO_TEXT),
        (V, "B2", "July", "", "no_period"),
        (V, "A3", "removal_72h", "", "twice"),
        (V, "D2", "late", "", "value_and_why"),
        (V, "C2", 815, "", "out_of_range"),
        (V, "E2", None, "", "missing"),
        (V, "C2", "#N/A", "", f.ERROR),
    ],
)
def test_a_fault_is_named_with_its_cell(sheet: str, cell: str, value: object, shown: str, code: str) -> None:
    if value == "a\x0bb":  # as spreadsheets write it; openpyxl refuses to
        data = rezipped({"xl/sharedStrings.xml": _strings().replace(b"find more children", b"a_x000B_b")})
    else:
        data = edited(put(sheet, cell, value, shown))
    assert (sheet, cell, code) in faults_of(data)
    assert len(faults_of(data)) <= 2


def _strings() -> bytes:
    with zipfile.ZipFile(io.BytesIO(BASE)) as archive:
        return archive.read("xl/sharedStrings.xml")


def test_a_formula_is_refused_with_its_kept_value_too() -> None:
    with zipfile.ZipFile(io.BytesIO(BASE)) as archive:
        name = "xl/worksheets/sheet2.xml"
        sheet = archive.read(name)
    assert b"<v>120.5</v>" in sheet
    data = rezipped({name: sheet.replace(b"<v>120.5</v>", b"<f>100+20.5</f><v>120.5</v>")})
    assert faults_of(data) == [(C, "G2", f.FORMULA)]


def renamed(book: Any) -> None:
    book[A]["C1"] = "Words"


def twice(book: Any) -> None:
    book[A]["F1"] = "Text"


def shapes() -> list[tuple[Any, set[tuple[str, str, str]]]]:
    return [
        (renamed, {(A, "C1", f.UNKNOWN_COLUMN), (A, "C1", f.NO_COLUMN)}),
        (twice, {(A, "F1", f.TWO_COLUMNS)}),
        (put(A, "C1", None), {(A, "C1", f.NO_COLUMN), (A, "C2", f.OUTSIDE), (A, "C3", f.OUTSIDE)}),
        (put(A, "J2", "note"), {(A, "J2", f.OUTSIDE)}),
        (lambda book: book[C].merge_cells("C2:D2"), {(C, "C2", f.MERGED)}),
        (lambda book: setattr(book[C].row_dimensions[3], "hidden", True), {(C, "A3", f.HIDDEN)}),
        (lambda book: setattr(book[C].column_dimensions["C"], "hidden", True), {(C, "C1", f.HIDDEN)}),
        (lambda book: book.remove(book[E]), {(E, "", f.NO_SHEET)}),
        (lambda book: setattr(book[E], "title", "Proof"), {(E, "", f.NO_SHEET), ("Proof", "", f.EXTRA_SHEET)}),
        (lambda book: book.create_sheet("Scratch"), {("Scratch", "", f.EXTRA_SHEET)}),
        (lambda book: book.remove(book["_vaern"]), {("", "", f.NOT_OURS)}),
        (lambda book: [put(V, f"A{n}", "removal_72h")(book) for n in range(4, 1_100)], {(V, "A1002", f.TOO_MANY_ROWS)}),
    ]


@pytest.mark.once
@pytest.mark.parametrize("number", range(len(shapes())))
def test_what_is_wrong_with_the_shape_is_named(number: int) -> None:
    change, wanted = shapes()[number]
    assert wanted <= set(faults_of(edited(change)))


def test_what_is_not_answered_is_not_declared() -> None:
    found = reader.read(edited(put(V, "D3", None)), PURPOSE)
    assert isinstance(found, Reply)
    assert found.declared == REPLY.declared[:1]
    asked = Reply([], [DeclaredValue("removal_72h", "2026")])
    assert reader.read(written(asked), PURPOSE) == Reply([], [])


def test_an_emptied_row_leaves_its_commitment_out() -> None:
    def clear(book: Any) -> None:
        for column in "ABCDEFGHIJKLMNO":
            book[C][f"{column}3"] = None

    found = reader.read(edited(clear), PURPOSE)
    assert isinstance(found, Reply)
    assert found.lines == REPLY.lines[:1]


@pytest.mark.parametrize(
    ("purpose", "code"),
    [
        (replace(PURPOSE, round=UUID(int=9)), f.OTHER_ROUND),
        (replace(PURPOSE, member=UUID(int=9)), f.OTHER_MEMBER),
        (replace(PURPOSE, revision=4), f.STALE),
    ],
)
def test_what_was_made_for_something_else_is_refused_as_a_whole(purpose: Any, code: str) -> None:
    assert faults_of(BASE, purpose) == [("", "", code)]


def test_days_are_counted_from_1904_where_the_file_says_so() -> None:
    def old(book: Any) -> None:
        from openpyxl.utils.datetime import CALENDAR_MAC_1904

        book.epoch = CALENDAR_MAC_1904

    assert reader.read(edited(old), PURPOSE) == REPLY
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"date_1904": True}) as book:
        sheet = book.add_worksheet("x")
        sheet.write_datetime(0, 0, date(2026, 4, 3), book.add_format({"num_format": "d mmm yyyy"}))
    from vaern.node.alliance.files.sheet import values, workbooks

    other = workbooks.read(out.getvalue())
    assert values.day(other.sheets[0].cells[1, 1], from_1904=other.from_1904) == date(2026, 4, 3)


def bomb() -> bytes:
    return rezipped({"xl/worksheets/sheet9.xml": b" " * 9_000_000})


def entities() -> bytes:
    doctype = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;">]>'
    return rezipped({"xl/sharedStrings.xml": doctype + b"<sst><si><t>&c;</t></si></sst>"})


def with_macros() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(BASE)) as archive:
        types = archive.read("[Content_Types].xml")
    out.write(
        rezipped(
            {
                "[Content_Types].xml": types.replace(
                    b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
                    b"application/vnd.ms-excel.sheet.macroEnabled.main+xml",
                )
            }
        )
    )
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"No.;Goal\n1;g1.1\n", f.TEXT_FILE),
        (b"", f.TEXT_FILE),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), f.OLD_OR_LOCKED),
        (bytes(100), f.NO_WORKBOOK),
        (BASE[: len(BASE) // 2], f.TORN),
        (b"PK\x03\x04", f.TORN),
        (bomb(), f.TOO_LARGE),
        (rezipped({f"x{n}.xml": b"" for n in range(201)}), f.TOO_LARGE),
        (entities(), f.TORN),
        (with_macros(), f.MACROS),
        (rezipped({"xl/vbaProject.bin": b"x"}), f.MACROS),
        (rezipped({"xl/workbook.xml": b"<html/>"}), f.NO_WORKBOOK),
        (rezipped({"xl/workbook.xml": None}), f.TORN),
        (rezipped({"[Content_Types].xml": None}), f.NO_WORKBOOK),
        (rezipped({"xl/sharedStrings.xml": b"<sst/>"}), f.TORN),
        (b"x" * (packages.LARGEST_FILE + 1), f.TOO_LARGE),
    ],
)
def test_what_is_no_spreadsheet_is_refused_as_a_whole(data: bytes, code: str) -> None:
    assert faults_of(data) == [("", "", code)]


@pytest.mark.parametrize(
    "part",
    [
        b'<mergeCells><mergeCell ref=""/></mergeCells>',
        b'<mergeCells><mergeCell ref="A:B"/></mergeCells>',
        b'<mergeCells><mergeCell ref="a1:b2"/></mergeCells>',
        b'<cols><col min="0" max="0" hidden="1"/></cols>',
        b"<sheetData><row>" + b"<c/>" * 20_000 + b'<c t="inlineStr"><is><t>far</t></is></c></row></sheetData>',
    ],
)
def test_a_sheet_that_no_program_writes_is_a_fault_and_breaks_nothing(part: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(BASE)) as archive:
        sheet = archive.read("xl/worksheets/sheet2.xml")
    data = rezipped({"xl/worksheets/sheet2.xml": sheet.replace(b"</worksheet>", part + b"</worksheet>")})
    found = reader.read(data, PURPOSE)
    assert found == REPLY if b"hidden" in part else found


def test_every_torn_file_is_refused_and_none_breaks_the_reader() -> None:
    for end in range(0, len(BASE), 997):
        assert isinstance(reader.read(BASE[:end], PURPOSE), list)
    for at in range(30, len(BASE), 499):  # and one bit turned: it is refused, or was of no meaning
        data = BASE[:at] + bytes([BASE[at] ^ 0x10]) + BASE[at + 1 :]
        found = reader.read(data, PURPOSE)
        assert isinstance(found, list) or found == REPLY


def test_every_code_says_what_was_wrong_and_what_to_do() -> None:
    from vaern.node.alliance.rules import problems

    codes = {value for name, value in vars(f).items() if name.isupper() and isinstance(value, str)}
    assert codes | set(problems.PROBLEMS) == set(labels.FAULTS)
    assert written()  # the file of the tests is one of ours
