"""Rows that are typed or pasted from a spreadsheet: accounts, network addresses, hashes. Pure; no Django.

A row is a line; its cells are separated by tabs, semicolons or commas, whichever the text has in this order.
"""

from __future__ import annotations

import csv
from datetime import datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

MOST = 2_000
"""Rows of one field."""

KINDS = {32: "md5", 40: "sha1", 64: "sha256"}
"""Kinds of digests, by their hexadecimal digits."""


class RowError(ValueError):
    """A row cannot be read.

    Attributes:
        line: its number, from 1.
        what: `time`, `port`, `hash` or `many`.
    """

    def __init__(self, line: int, what: str) -> None:
        super().__init__(f"line {line}: {what}")
        self.line, self.what = line, what


def rows(text: str) -> list[tuple[int, list[str]]]:
    """Return the cells of each row that is not empty, with its number.

    Raises:
        RowError: there are too many.
    """
    sign = next((sign for sign in "\t;," if sign in text), ",")
    found = []
    for number, line in enumerate(text.splitlines(), 1):
        cells = [cell.strip() for cell in next(csv.reader([line], delimiter=sign), [])]
        if any(cells):
            found.append((number, cells))
    if len(found) > MOST:
        raise RowError(found[MOST][0], "many")
    return found


def moment(text: str, zone: ZoneInfo, line: int) -> str | None:
    """Return a time as ISO 8601 with its offset, in this zone where it names none; None for an empty cell.

    Raises:
        RowError: it is no time.
    """
    if not text:
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise RowError(line, "time") from None
    return (found if found.tzinfo else found.replace(tzinfo=zone)).isoformat()


def accounts(text: str, service: str, *, disabled: bool | None) -> list[dict[str, Any]]:
    """Return accounts: name or number, mail address, telephone."""
    found = []
    for _number, cells in rows(text):
        name, mail, phone = (*cells, "", "", "")[:3]
        one: dict[str, Any] = {"role": "suspect", "service": service, "identifier": name}
        one |= {"emails": [mail] if mail else [], "phones": [phone] if phone else [], "disabled": disabled}
        found.append(one)
    return found


def events(text: str, zone: ZoneInfo) -> list[dict[str, Any]]:
    """Return network addresses: address, port, time.

    Raises:
        RowError: a port is no number, or a time none.
    """
    found = []
    for number, cells in rows(text):
        address, port, at = (*cells, "", "")[:3]
        if port and not (port.isascii() and port.isdigit()):
            raise RowError(number, "port")
        found.append({"ip": address, "port": int(port) if port else None, "at": moment(at, zone, number)})
    return found


def files(text: str, zone: ZoneInfo, viewed: str) -> list[dict[str, Any]]:
    """Return files: a hash, its name, when it was uploaded. A PDQ value belongs to the digest in the row before.

    Raises:
        RowError: a row has no hash of a known length, or a time is none.
    """
    found: list[dict[str, Any]] = []
    for number, cells in rows(text):
        first, name, at = (*cells, "", "")[:3]
        kind, _space, value = first.rpartition(" ")
        kind, value = kind.strip().lower(), value.lower()
        if kind not in {"", "pdq", *KINDS.values()} or any(sign not in "0123456789abcdef" for sign in value):
            raise RowError(number, "hash")
        if not kind and len(value) not in KINDS:
            raise RowError(number, "hash")
        signal = {"kind": kind or KINDS[len(value)], "value": value}
        if kind == "pdq" and found:
            found[-1]["signals"].append(signal)
            continue
        found.append({"signals": [signal], "name": name, "viewed": viewed, "uploaded_at": moment(at, zone, number)})
    return found
