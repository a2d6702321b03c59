"""Findings as JSON lines: one `Finding` a line, the whole truth of a scan.

Field names are those of `records`. Signal values are lower-case hexadecimal, fields with their default are
left out, names are printable (`scanning.names`), and a line ends with a line feed and holds no other.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from vaern.records import Finding

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


class FindingsError(ValueError):
    """A file is not findings as this program writes them."""


def encode(finding: Finding) -> bytes:
    """One line, with its line feed."""
    plain = msgspec.to_builtins(finding, builtin_types=(bytes,))
    for signal in plain["media"].get("signals", ()):
        signal["value"] = signal["value"].hex()
    return msgspec.json.encode(plain) + b"\n"


def decode(line: bytes) -> Finding:
    """The finding of one line.

    Raises:
        ValueError: it is not one; the message says where.
    """
    try:
        plain: Any = msgspec.json.decode(line)
        for signal in plain["media"].get("signals", ()):
            signal["value"] = bytes.fromhex(signal["value"])
        return msgspec.convert(plain, Finding, builtin_types=(bytes,))
    except (msgspec.MsgspecError, KeyError, TypeError, AttributeError, ValueError) as error:
        raise ValueError(f"not a finding: {error}") from None


def read(path: Path, on_finding: Callable[[], None] = lambda: None) -> Iterator[Finding]:
    """All findings of a file, in constant memory.

    Args:
        path: the file.
        on_finding: called after each, for a progress bar.

    Raises:
        FindingsError: a line is not a finding; the message has its number.
    """
    with path.open("rb") as lines:
        for number, line in enumerate(lines, 1):
            try:
                finding = decode(line)
            except ValueError as error:
                raise FindingsError(f"{path}, line {number}: {error}") from None
            yield finding
            on_finding()
