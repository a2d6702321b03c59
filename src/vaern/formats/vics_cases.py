"""What a VICS document says of its cases, without their media: the number, the contact, when it was seized.

`vics` gives each medium the id and the number of its case; this gives the rest, so that `vics_write` can write the
case again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vaern.formats.json_stream import BadValue, JsonStream
from vaern.formats.source import Source, Torn
from vaern.formats.vics import NAMES

if TYPE_CHECKING:
    import os
    from collections.abc import Iterator

MOST = 10_000
"""Cases of one document, and fields of one case, that are read."""


def cases_of_file(path: str | os.PathLike[str]) -> tuple[dict[str, Any], ...]:
    """The cases of a document, as far as it can be read.

    Raises:
        FormatError: the file cannot be read at all.
    """
    return tuple(cases_of(Source.at(path).text()))


def cases_of(chunks: Iterator[str]) -> Iterator[dict[str, Any]]:
    """The cases of a document's text, each with the fields that stand beside its media."""
    stream = JsonStream(chunks)
    number = 0
    try:
        for _ in stream.documents():
            for key in stream.members():
                if NAMES.get(key.lower(), key) != "value" or stream.peek() != "[":
                    stream.skip()
                    continue
                for _ in stream.elements():
                    if stream.peek() != "{":
                        stream.skip()
                        continue
                    fields, is_case = _fields(stream)
                    number += 1
                    if is_case and number <= MOST:
                        yield fields
    except Torn:
        return


def _fields(stream: JsonStream) -> tuple[dict[str, Any], bool]:
    fields: dict[str, Any] = {}
    is_case = False
    for key in stream.members():
        name = NAMES.get(key.lower(), key)
        if name == "Media":
            is_case = True
            stream.skip()
        elif "odata." in key or len(fields) >= MOST:
            stream.skip()
        else:
            try:
                fields[name] = stream.value()
            except BadValue:
                continue
    return fields, is_case
