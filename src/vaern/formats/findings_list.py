"""What this program writes of files, read as a list: `findings.jsonl`, and the lines of `vaern hash --json`.

One JSON object a line, a `records.Finding` or its `records.Media`. Every signal is taken, as from `vaern hash --csv`;
the file's name is kept in `extra`, the verdict is not asked.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import msgspec

from vaern.formats.draft import Draft
from vaern.formats.lines import TOO_LONG, lines
from vaern.formats.source import FormatError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from vaern.formats.signals import Junk
    from vaern.formats.source import Source
    from vaern.records import Entry, Problem

MAX_LINE = 1 << 26
"""Characters of the longest line: a film of ten hours, hashed in two orientations, takes some six million."""

_BEGIN = re.compile(r'\{\s*(?:"media"\s*:\s*\{\s*)?"name"\s*:\s*"(?:[^"\\]|\\.)*"\s*,\s*"size"\s*:\s*\d')


class _Signal(msgspec.Struct):
    """As much of a `records.Signal` as a list holds."""

    kind: str
    value: str
    quality: int | None = None


class _File(msgspec.Struct):
    """As much of a `records.Media` as a list holds."""

    name: str
    signals: list[_Signal] = []


class _Line(msgspec.Struct):
    """A finding; of a bare file, `media` is missing."""

    media: _File | None = None


def looks_like(head: str) -> bool:
    """Whether a file begins as this program's own do."""
    return _BEGIN.match(head) is not None


def read(source: Source, columns: Mapping[str, str], junk: Junk) -> Iterator[Entry | Problem]:
    """Reads findings, or files with their signals; see the module."""
    if columns:
        raise FormatError(f"{source.path}: findings have no columns to name")
    return _entries(source, junk)


def _entries(source: Source, junk: Junk) -> Iterator[Entry | Problem]:
    place = source.place
    for place.line, raw in enumerate(lines(source.text(), MAX_LINE), start=1):
        if raw is None:
            yield place.problem(TOO_LONG)
            continue
        if not raw.strip():
            continue
        try:
            file = _decoded(raw, _Line).media or _decoded(raw, _File)
        except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
            yield place.problem(f"not a finding, nor a line of `vaern hash --json`: {error}")
            continue
        draft = Draft(place, junk)
        for signal in file.signals:
            draft.add(signal.kind, signal.value, quality=signal.quality)
        draft.keep("name", file.name)
        yield from draft.finish(str(place.line))


def _decoded(raw: str, kind: type[Any]) -> Any:
    return msgspec.json.decode(raw.encode("utf-8", "replace"), type=kind)
