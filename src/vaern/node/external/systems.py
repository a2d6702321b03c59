"""The systems whose identifiers are noted: what the file says, and the rows that count on this node."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
from django.utils import timezone

from vaern.node.external.records import System
from vaern.node.law.data import entries

if TYPE_CHECKING:
    from datetime import date

TABLE = "identifier_system"
FILE = Path(__file__).with_name("systems.toml")


@cache
def of_file() -> tuple[System, ...]:
    """Return the rows of the file.

    Raises:
        msgspec.ValidationError: a row has another shape.
    """
    return tuple(msgspec.convert(tomllib.loads(FILE.read_text("utf-8"))["system"], list[System]))


def known() -> dict[str, System]:
    """Return every system by its code, in the order of the file; a row that a person corrected counts."""
    found: dict[str, System] = {entry.content.code: entry.content for entry in entries([TABLE])}
    order = [one.code for one in of_file()]
    return {code: found[code] for code in order if code in found}


def open_on(day: date | None = None) -> dict[str, System]:
    """Return the systems of which identifiers are noted on a day, today if none is given."""
    on = day or timezone.localdate()
    return {code: one for code, one in known().items() if one.covers(on)}
