"""vPDQ of videos in files of their own: one video as text or JSON, as its reference publishes and writes them.

- Lines `frame,quality,hash,seconds`, one frame each (the samples of facebook/ThreatExchange, `vpdq/`): one video;
- `["<pdq>,<quality>,<seconds>", …]`, as ThreatExchange writes it: one video, or several one after another.

The id is the file's name without its ending, with the number of the video behind it where there are several. A
frame that is none costs that frame, and is reported.
"""

from __future__ import annotations

import re
from pathlib import PurePath
from typing import TYPE_CHECKING

from vaern.formats import vpdq_text
from vaern.formats.draft import MAX_ID, Draft
from vaern.formats.json_stream import BadValue, JsonStream
from vaern.formats.lines import lines
from vaern.formats.signals import MAX_VALUE
from vaern.formats.source import Torn
from vaern.records import FRAME_BYTES, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from vaern.formats.signals import Junk
    from vaern.formats.source import Source
    from vaern.records import Entry

MAX_FRAMES = MAX_VALUE // (2 * FRAME_BYTES)
"""Frames of the longest video that is read."""

_HEADER = ["frame", "quality", "hash", "time"]
_LINE = re.compile(r"\s*\d+\s*,\s*\d+\s*,\s*[0-9a-fA-F]{64}\s*,\s*[\d.]+\s*$", re.MULTILINE)
_LIST = re.compile(r'\s*\[\s*"\s*[0-9a-fA-F]{64}\s*,\s*\d+\s*,')


def looks_like(head: str) -> bool:
    """Whether a file begins with a frame in one of the two forms."""
    first, _, rest = head.partition("\n")
    text = rest if _names(first) == _HEADER else head
    return _LINE.match(text) is not None or _LIST.match(head) is not None


def read(source: Source, columns: Mapping[str, str], junk: Junk) -> Iterator[Entry | Problem]:
    """Reads the frames of one or several videos; see the module."""
    name = PurePath(source.name).stem[: MAX_ID - 20] or "video"
    if source.head_text().lstrip().startswith("["):
        return _lists(source, name, junk)
    return _one(source, name, _lines(source), junk)


def _names(line: str) -> list[str]:
    return [cell.strip().lower() for cell in line.split(",")]


def _lines(source: Source) -> Iterator[bytes | Problem]:
    place = source.place
    for place.line, line in enumerate(lines(source.text()), start=1):
        cells = _names(line or "")
        if line is not None and (not line.strip() or (place.line == 1 and cells == _HEADER)):
            continue
        try:
            _, quality, pdq, seconds = cells
            yield vpdq_text.pack(pdq, quality, seconds)
        except ValueError:
            yield place.problem("no frame: expected frame, quality, hash and seconds; it was passed over")


def _lists(source: Source, name: str, junk: Junk) -> Iterator[Entry | Problem]:
    stream = JsonStream(source.text())
    number = 0
    while stream.peek():
        number += 1
        if stream.peek() != "[":
            raise Torn(f"no valid JSON: {stream.peek()!r} where a list of frames or the end was expected")
        yield from _one(source, name if number == 1 else f"{name}/{number}", _items(stream, source), junk)


def _items(stream: JsonStream, source: Source) -> Iterator[bytes | Problem]:
    for _ in stream.elements():
        source.place.line += 1
        try:
            yield vpdq_text.from_item(stream.value())
        except (BadValue, ValueError):
            yield source.place.problem('no frame: expected "PDQ value,quality,seconds"; it was passed over')


def _one(source: Source, name: str, frames: Iterator[bytes | Problem], junk: Junk) -> Iterator[Entry | Problem]:
    """One video. What was read before a tear is an entry too."""
    value = bytearray()
    more, torn = 0, None
    try:
        for frame in frames:
            if isinstance(frame, Problem):
                yield frame
            elif len(value) < MAX_FRAMES * FRAME_BYTES:
                value += frame
            else:
                more += 1
    except Torn as error:
        torn = error
    if more:
        yield source.place.problem(f"more than {MAX_FRAMES} frames; the last {more} were left out")
    if value:
        draft = Draft(source.place, junk)
        draft.add("vpdq", value.hex())
        yield from draft.finish(name)
    if torn:
        raise torn
