"""CSV out: one row an entry, with a header that `csv_lists` reads back without a mapping, and nothing lost.

The strongest signal of each kind has a column of its own; further ones, and what a signal says beside its value, are
in *More signals*. What is no hash of a file stands in *Value*, with its kind beside it; a keyword is its digest. Votes
and what only the source understands are JSON in one cell each. No cell reads as a formula (`csv_write`); what a cell
cannot show as it is (a formula, a line break, an apostrophe at its start) stands in *As written* again, or a value in
*More signals*, and the reader takes that.
"""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING
from urllib.parse import quote

import msgspec

from vaern.formats.csv_write import CsvWriter, safe
from vaern.formats.left import Left
from vaern.formats.signals import render
from vaern.formats.spellings import spellings, without_spellings
from vaern.records import KINDS, VALUE_KINDS, Signal

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from vaern.records import Entry

HEADER = (
    "Id",
    *KINDS,
    "Kind",
    "Value",
    "More signals",
    "Classification",
    "Scheme",
    "Source",
    "Recalled",
    "Series",
    "Victim identified",
    "Offender identified",
    "Distributed",
    "Jurisdiction",
    "Legal basis",
    "Licence",
    "Viewed by",
    "Entry ends",
    "Entry updated",
    "Votes",
    "Further values",
    "As written",
)

_JSON = msgspec.json.Encoder()
_CONTROL = re.compile(r"[\x00-\x1f\x7f]+")

_UNQUOTED = ":/?&=#+@!$()*~"
"""What stands in *More signals* as it is; a comma, a semicolon or a space would end the value."""

_FLAGS = {True: "yes", False: "no", None: ""}
_ROWS = 1000


def write(entries: Iterable[Entry], left: Left | None = None) -> Iterator[bytes]:
    """A CSV file in pieces, in UTF-8."""
    left = left or Left()
    out = io.StringIO(newline="")
    writer = CsvWriter(out)
    writer.row(HEADER)
    for number, entry in enumerate(entries, start=1):
        writer.row(_row(entry))
        left.written += 1
        if number % _ROWS == 0:
            yield _taken(out)
    yield _taken(out)


def _taken(out: io.StringIO) -> bytes:
    text = out.getvalue()
    out.seek(0)
    out.truncate()
    return text.encode()


def _row(entry: Entry) -> list[str]:
    spelled = spellings(entry)
    texts: dict[str, str] = {}
    more: list[str] = []
    value = ("", "")
    for signal in entry.signals:
        text = render(signal, spelled.get(signal, ""))
        if signal.kind in VALUE_KINDS:
            if value[1] or not _is_plain(text):
                more.append(f"{signal.kind}:{quote(text, safe=_UNQUOTED)}")
            else:
                value = (signal.kind, text)
        elif signal.kind not in texts and signal == Signal(signal.kind, signal.value):
            texts[signal.kind] = text
        else:
            more.append(_packed(signal, text))
    extra = without_spellings(entry.extra)
    viewed = "; ".join(entry.viewed_by)
    if any(";" in name or name != name.strip() or not name for name in entry.viewed_by) or viewed.startswith("["):
        viewed = _json(entry.viewed_by)
    said = {
        "id": entry.id,
        "classification": entry.classification or "",
        "scheme": entry.scheme or "",
        "source": entry.source,
        "series": entry.series,
        "jurisdiction": entry.jurisdiction,
        "basis": entry.basis,
        "licence": entry.licence,
        "viewed_by": viewed,
        "ends": entry.ends,
        "updated": entry.updated,
    }
    exact = {role: text for role, text in said.items() if not _is_plain(text)}
    shown = {role: _CONTROL.sub(" ", text) for role, text in said.items()}
    return [
        shown["id"],
        *(texts.get(kind, "") for kind in KINDS),
        *value,
        " ".join(more),
        shown["classification"],
        shown["scheme"],
        shown["source"],
        "yes" if entry.recalled else "",
        shown["series"],
        _FLAGS[entry.victim_identified],
        _FLAGS[entry.offender_identified],
        _FLAGS[entry.distributed],
        shown["jurisdiction"],
        shown["basis"],
        shown["licence"],
        shown["viewed_by"],
        shown["ends"],
        shown["updated"],
        _json(entry.votes) if entry.votes else "",
        _json(extra) if extra else "",
        _json(exact) if exact else "",
    ]


def _json(value: object) -> str:
    """JSON without a semicolon, at which spreadsheets of some languages would split, and guard what follows."""
    return _JSON.encode(value).decode().replace(";", "\\u003b")


def _is_plain(text: str) -> bool:
    """Whether a reader gets the text back out of a plain cell."""
    return safe(text) == text == text.strip() and not text.startswith(("'", '="')) and not _CONTROL.search(text)


def _packed(signal: Signal, text: str) -> str:
    """`pdq:0a1b…,quality=80,orientation=mirrored`."""
    details = {
        "quality": "" if signal.quality is None else str(signal.quality),
        "orientation": "" if signal.orientation == "upright" else signal.orientation,
        "region": "" if signal.region == "whole" else signal.region,
        "frame": str(signal.frame) if signal.frame else "",
    }
    return ",".join([f"{signal.kind}:{text}", *(f"{name}={said}" for name, said in details.items() if said)])
