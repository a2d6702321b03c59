"""Spreadsheets of a reply, and what other programs make of them."""

from __future__ import annotations

import io
import zipfile
from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID

import openpyxl

from vaern.node.alliance.commitments.sheet import reader, writer
from vaern.node.alliance.commitments.sheet.reader import Purpose, Reply
from vaern.node.alliance.rules.contents import ActionLine, Baseline, Content, DeclaredValue, Evidence, Line, Target

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

ROUND, MEMBER, FIRST, SECOND = (UUID(int=n) for n in range(1, 5))
GOALS = {FIRST: "g1.1", SECOND: "g4.2"}
PURPOSE = Purpose(ROUND, MEMBER, 3, "2012", GOALS)
REPLY = Reply(
    [
        Line(
            Content(
                "2012",
                "g1.1",
                "find more children",
                "staff",
                owner="Police",
                language="da",
                target=Target(
                    None,
                    "20 more",
                    120.5,
                    "children",
                    "at_least",
                    date(2027, 6, 30),
                    Baseline(100.0, date(2025, 12, 31), "yearbook"),
                ),
                actions=(ActionLine("a unit", "a1.2", "done", date(2026, 2, 1)), ActionLine("a course")),
                evidence=(Evidence("the law", "https://ministry.example/law", date(2026, 1, 2)),),
            ),
            FIRST,
        ),
        Line(
            Content(
                "2012",
                "g4.2",
                "remove sooner",
                "notices",
                owner="Hotline",
                target=Target("removal_72h", "nine of ten", 90.0, "percent", "at_most", date(2027, 1, 1)),
            ),
            SECOND,
        ),
    ],
    [
        DeclaredValue("removal_72h", "2026", 81.25, "", "hotline"),
        DeclaredValue("removal_24h", "2026", None, "not kept"),
    ],
)


def written(reply: Reply = REPLY, purpose: Purpose = PURPOSE) -> bytes:
    """A file as it is fetched."""
    return writer.write(reply, purpose, "Nordland, first round (synthetic)", free_rows=3)


BASE = written()


def edited(change: Callable[[Any], object], data: bytes = BASE) -> bytes:
    """The same file after another program changed it and saved it."""
    book = openpyxl.load_workbook(io.BytesIO(data))
    change(book)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def put(sheet: str, cell: str, value: object, number_format: str = "") -> Callable[[Any], object]:
    """A change of one cell."""

    def change(book: Any) -> None:
        book[sheet][cell] = value
        if number_format:
            book[sheet][cell].number_format = number_format

    return change


def rezipped(change: Mapping[str, bytes | None], data: bytes = BASE) -> bytes:
    """The same file with other parts; None removes one."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        kept = {info.filename: old.read(info) for info in old.infolist()}
        for name, content in {**kept, **change}.items():
            if content is not None:
                new.writestr(name, content)
    return out.getvalue()


def faults_of(data: bytes, purpose: Purpose = PURPOSE) -> list[tuple[str, str, str]]:
    """What is wrong with a file, without what was found."""
    found = reader.read(data, purpose)
    assert isinstance(found, list), "it was taken"
    return [(one.sheet, one.cell, one.code) for one in found]
