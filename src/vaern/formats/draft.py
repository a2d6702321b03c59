"""One entry while it is being read: signals are tried one by one, the rest is kept as text within bounds."""

from __future__ import annotations

import hashlib
import itertools
import json
import re
from typing import TYPE_CHECKING, Any, TypedDict

import msgspec

from vaern.formats.moments import written
from vaern.formats.signals import KNOWN_JUNK, Junk, Refused, parse, refuse_junk
from vaern.formats.spellings import WRITTEN
from vaern.formats.values import ValueRefused, normal
from vaern.records import VALUE_KINDS, Entry, Problem, Signal, Vote

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from typing_extensions import Unpack

    from vaern.formats.source import Place

MAX_TEXT = 16_384
"""Characters kept of one value in `Entry.extra`; what is beyond is cut, and the cut says so."""

MAX_EXTRA = 128
"""Values kept in `Entry.extra`."""

MAX_EXTRA_TEXT = 65_536
"""Characters kept in `Entry.extra` altogether."""

MAX_ID = 256
"""Characters of an entry's id. A longer one cannot be cut without risking that two entries become one."""

MAX_VALUE_ID = 200
"""Characters of an id that holds the value itself; of a longer one it holds the digest."""

_SHORT = 200
"""Characters that are no picture."""

TO_FETCH = "to be fetched: "
"""Prefix in `Entry.extra` of a signal that the list names by its address only."""

_PICTURE = re.compile(
    r"\s*(?:data:(?:image|video)/|/9j/|iVBORw0KGgo|R0lGOD|UklGR|SUkqA|TU0AK|ffd8ff|89504e47|.{4,6}Z0eXB)",
    re.IGNORECASE,
)


_COMPACT = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))
_FAST = msgspec.json.Encoder()
_WORDS = {True: "true", False: "false"}


def looks_like_picture(text: str) -> bool:
    """Whether a long text is a picture or video in base64 or hexadecimal: such a value is never kept."""
    return len(text) > _SHORT and _PICTURE.match(text) is not None


def as_text(value: object) -> str:
    """A JSON value as the text that `Entry.extra` keeps: strings as they are, the rest as compact JSON.

    Half characters (lone surrogates, which JSON can write and UTF-8 cannot) become `?`.
    """
    if isinstance(value, str):
        if value.isascii():
            return value
    else:
        if isinstance(value, int):
            return _WORDS[value] if isinstance(value, bool) else str(value)
        try:
            if "null" not in (text := _FAST.encode(value).decode()):  # which may stand for a number that is none
                return text
        except (ValueError, OverflowError, TypeError, RecursionError):  # half characters, long numbers, depth
            pass
        try:
            value = _COMPACT.encode(value)
        except RecursionError:
            return "[nested too deeply]"
    return value.encode("utf-8", "replace").decode("utf-8")


class Spelling:
    """The format's own spelling of the keys that are read, for records that come by the million.

    Args:
        names: the format's spelling by the same in lower case.
    """

    def __init__(self, names: Mapping[str, str]) -> None:
        self._names = names
        self._right: set[str] = set(names.values())

    def of(self, record: dict[str, Any]) -> dict[str, Any]:
        """The record, with its keys spelled so; where two are one key, the first is it."""
        if record.keys() <= self._right:
            return record
        found: dict[str, Any] = {}
        for key, value in record.items():
            name = self._names.get(key.lower(), key)
            if name == key and len(self._right) < _MOST_SPELLINGS:
                self._right.add(key)
            found[key if name in found else name] = value
        return found


_MOST_SPELLINGS = 1024
"""Keys that are remembered as spelled right."""


def value_id(kind_name: str, value: str) -> str:
    """The id of an entry whose source knows it by type and value: `ImagePDQ/f8f8…`.

    Values of videos are long and begin alike, so of a long one the id holds the SHA-256 of all of it.
    """
    whole = f"{kind_name}/{value}"
    if len(whole) <= MAX_VALUE_ID:
        return whole
    return f"{kind_name[:100]}/sha256:{hashlib.sha256(whole.encode('utf-8', 'replace')).hexdigest()}"


class Draft:
    """Collects one entry.

    Attributes:
        place: where the reader is.
        problems: what could not be used, in the order met.
    """

    def __init__(self, place: Place, junk: Junk = KNOWN_JUNK) -> None:
        self.place = place
        self._junk = junk
        self._signals: list[Signal] = []
        self._extra: dict[str, str] = {}
        self._extra_text = 0
        self._full = False
        self.problems: list[Problem] = []

    def add(self, kind: str, text: str, *, quality: int | None = None, **details: Any) -> bool:
        """Tries one signal, and says whether it is usable; a refused one becomes a quarantined problem.

        Args:
            kind, text, quality: see `signals.parse`; of `VALUE_KINDS` see `values.normal`.
            details: orientation, region and frame, where the list says them.
        """
        try:
            if kind in VALUE_KINDS:
                signal, encoding = self._value(kind, text), ""
            else:
                signal, encoding = parse(kind, text, self._junk, quality=quality)
        except (Refused, ValueRefused) as refusal:
            self.complain(str(refusal), quarantined=True)
            return False
        if details:
            signal = msgspec.structs.replace(signal, **details)
        if signal not in self._signals:
            self._signals.append(signal)
            if encoding:
                name = kind + WRITTEN
                self._extra[name] = f"{self._extra[name]},{encoding}" if name in self._extra else encoding
        return True

    def _value(self, kind: str, text: str) -> Signal:
        """What is no hash of a file, in its normal form."""
        signal = Signal(kind, normal(kind, text))
        if kind == "keyword":
            refuse_junk(kind, signal.value, self._junk)
        return signal

    def keep(self, name: str, value: object) -> None:
        """Keeps what no field of `Entry` holds; not what is empty, and no picture: none enters."""
        if value is None or value == "" or self._full:
            return
        if len(name) > MAX_ID or not name.isascii():
            name = as_text(name)[:MAX_ID]
        text = as_text(value)
        if len(text) > _SHORT and looks_like_picture(text):
            self.complain(f"{name!r} holds a picture; it was left out, because no picture enters")
            return
        if len(text) > MAX_TEXT:
            text = f"{text[:MAX_TEXT]}… [cut: {len(text)} characters in the source]"
        self._extra_text += len(name) + len(text)
        if len(self._extra) >= MAX_EXTRA or self._extra_text > MAX_EXTRA_TEXT:
            self._full = True
            self.complain(f"more further values than are kept; {name!r} and what comes after it were left out")
            return
        if name in self._extra:  # two values of one name: both are kept
            name = next(each for number in itertools.count(2) if (each := f"{name} ({number})") not in self._extra)
        self._extra[name] = text

    def complain(self, reason: str, *, quarantined: bool = False) -> None:
        """Notes a problem of this entry."""
        self.problems.append(self.place.problem(reason, quarantined=quarantined))

    def finish(
        self,
        entry_id: str,
        *,
        classification: str | None = None,
        scheme: str | None = None,
        source: str = "",
        updated: datetime | None = None,
        **said: Unpack[Said],
    ) -> Iterator[Entry | Problem]:
        """Yields the problems, then the entry; an entry that nothing could ever match is a problem itself."""
        yield from self.problems
        entry_id = as_text(entry_id)
        if not 1 <= len(entry_id) <= MAX_ID:
            yield self.place.problem(f"the entry's id has {len(entry_id)} characters; 1 to {MAX_ID} are allowed")
        elif not (self._signals or said.get("recalled") or any(name.startswith(TO_FETCH) for name in self._extra)):
            yield self.place.problem(f"entry {entry_id!r} has no usable signal; it was not loaded")
        else:
            yield Entry(
                entry_id,
                tuple(self._signals),
                None if classification is None else as_text(classification)[:MAX_TEXT],
                None if scheme is None or classification is None else as_text(scheme)[:MAX_ID],
                source=as_text(source)[:MAX_ID],
                extra=self._extra,
                updated="" if updated is None else written(updated),
                **said,
            )


class Said(TypedDict, total=False):
    """What a source says of an entry and a field of `Entry` holds, but for what `Draft.finish` names."""

    votes: tuple[Vote, ...]
    recalled: bool
    series: str
    victim_identified: bool | None
    offender_identified: bool | None
    distributed: bool | None
    jurisdiction: str
    basis: str
    licence: str
    viewed_by: tuple[str, ...]
    ends: str


_FLAGS = {"true": True, "false": False}


def flag(draft: Draft, name: str, value: object) -> bool | None:
    """A field that is yes, no or not said; a spelling that the field loses is kept as it was written."""
    if value is None or value == "":
        return None
    if isinstance(value, bool):
        return value
    text = as_text(value)
    found = _FLAGS.get(text.strip().lower())
    if text not in _FLAGS:
        draft.keep(name, value)
    return found
