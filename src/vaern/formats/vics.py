"""Project VIC hash sets and cases: VICS JSON 1.1 to 1.3 (OData v3) and 2.0 (OData v4), `#Media` and `#Cases`.

Source: the CSDL of 2.0 (`ProjectVicDataModel.2.0.xml`) and what tools write and read (research: `formats.md`,
(a)). The entry's id is the MD5. The category goes with a scheme that names the version and the country of the
document's context, such as `VICS 2.0 UK`; it is never translated, and 0 is kept as 0: it may mean "not
pertinent" or "nobody looked". Totals and flags of the document are not trusted and not used. All other fields
are kept as text in `extra`; pictures (the non-standard `Miniature`) are not.
"""

from __future__ import annotations

import json
import re
from collections import OrderedDict
from typing import TYPE_CHECKING, Any

import msgspec

from vaern.formats.draft import MAX_TEXT, Draft, as_text
from vaern.formats.json_stream import BadValue, JsonStream
from vaern.formats.signals import is_hex
from vaern.formats.source import Torn
from vaern.records import Entry

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from vaern.formats.signals import Junk
    from vaern.formats.source import Place, Source
    from vaern.records import Problem

HASH_NAMES = {
    "md5": "md5",
    "sha1": "sha1",
    "sha256": "sha256",
    "pdq": "pdq",
    "photodna": "pdna",
    "pdna": "pdna",
    "tmk": "tmk",
    "tmkpdqf": "tmk",
    "netclean": "netclean",
    "videntifier": "videntifier",
    "ssvh": "ssvh",
}
"""Kinds by `HashName` of an `AlternativeHash`, in lower case without signs."""

WINDOW = 100
"""Entries held back, so that the files of a repeated MD5 can still be added to the first."""

REMEMBERED = 1_000_000
"""MD5 values of which a repetition anywhere in the file is noticed (about 100 MB); of later ones only within
`WINDOW`."""

_CONTEXTS = ("@odata.context", "odata.metadata")
_VERSION = re.compile(r"DataModels/(\d+\.\d+)\.xml(?:/([^/$#]+))?", re.IGNORECASE)


def read(source: Source, columns: Mapping[str, str], junk: Junk) -> Iterator[Entry | Problem]:  # noqa: ARG001
    """Reads a VICS document; see the module."""
    return _Repeats(source.place).merge(_rows(source, junk))


def _rows(source: Source, junk: Junk) -> Iterator[Entry | Problem]:
    stream = JsonStream(source.text())
    for _ in stream.documents():
        yield from _document(stream, source.place, junk)


def _document(stream: JsonStream, place: Place, junk: Junk) -> Iterator[Entry | Problem]:
    scheme, media_only = "VICS", False
    for key in stream.members():
        if key in _CONTEXTS:
            context = as_text(_value(stream))
            scheme, media_only = scheme_of(context), context.endswith("#Media")
        elif key == "value" and stream.peek() == "[":
            for _ in stream.elements():
                if media_only or stream.peek() != "{":
                    yield from _media_row(stream, place, scheme, {}, junk)
                else:
                    yield from _case_or_media(stream, place, scheme, junk)
        else:
            stream.skip()


def scheme_of(context: str) -> str:
    """The category scheme that a context implies: `VICS 1.3`, `VICS 2.0 US`, or only `VICS`."""
    found = _VERSION.search(context)
    return " ".join(["VICS", *(part for part in found.groups() if part)]) if found else "VICS"


def _value(stream: JsonStream) -> Any:
    try:
        return stream.value()
    except BadValue:
        return None


def _case_or_media(stream: JsonStream, place: Place, scheme: str, junk: Junk) -> Iterator[Entry | Problem]:
    """One element of `value`: a case, whose media are streamed, or a medium if the context is missing."""
    fields: dict[str, Any] = {}
    is_case = False
    for key in stream.members():
        if key == "Media" and stream.peek() == "[":
            is_case = True
            for _ in stream.elements():
                yield from _media_row(stream, place, scheme, fields, junk)
        elif len(fields) < 256:
            fields[key] = _value(stream)
        else:
            stream.skip()
    if not is_case and ("MD5" in fields or "MediaID" in fields):
        place.line += 1
        yield from _entry(fields, place, scheme, {}, junk)


def _media_row(
    stream: JsonStream, place: Place, scheme: str, case: dict[str, Any], junk: Junk
) -> Iterator[Entry | Problem]:
    place.line += 1
    try:
        row = stream.value()
    except BadValue as error:
        yield place.problem(f"the record is {error}; it was passed over")
        return
    if isinstance(row, dict):
        yield from _entry(row, place, scheme, case, junk)
    else:
        yield place.problem("the record is no object; it was passed over")


def _entry(
    row: dict[str, Any], place: Place, scheme: str, case: dict[str, Any], junk: Junk
) -> Iterator[Entry | Problem]:
    draft = Draft(place, junk)
    md5 = _text(row.pop("MD5", None))
    for kind, value in (("md5", md5), ("sha1", row.pop("SHA1", None)), ("pdna", row.pop("PhotoDNA", None))):
        if text := _text(value):
            draft.add(kind, text)
    _alternatives(draft, row.pop("AlternativeHashes", None))
    category = row.pop("Category", None)
    for key, value in row.items():
        if not key.startswith(("odata.", "@odata.")) and "@odata." not in key and value != []:
            draft.keep(key, value)
    draft.keep("CaseNumber", case.get("CaseNumber"))
    entry_id = md5.lower() if len(md5) == 32 and is_hex(md5) else f"record {place.line}"
    yield from draft.finish(
        entry_id,
        classification=None if category in (None, "") else as_text(category)[:MAX_TEXT],
        scheme=scheme,
        source=_text(case.get("ContactOrganization"))[:MAX_TEXT],
    )


def _text(value: object) -> str:
    return "" if value is None else as_text(value).strip()


def _alternatives(draft: Draft, alternatives: object) -> None:
    """`[{"HashName": …, "HashValue": …}]`: known names become signals, unknown ones are kept."""
    if not isinstance(alternatives, list):
        draft.keep("AlternativeHashes", alternatives)
        return
    for alternative in alternatives:
        if not isinstance(alternative, dict):
            draft.complain("an alternative hash is no object; it was left out")
            continue
        name, value = _text(alternative.get("HashName")), _text(alternative.get("HashValue"))
        kind = HASH_NAMES.get(re.sub(r"[^a-z0-9]", "", name.lower()))
        if kind and value:
            draft.add(kind, value)
        else:
            draft.keep(f"AlternativeHash {name}", value)


class _Repeats:
    """Keeps the first entry of a repeated MD5, with the files of later ones while it is held back."""

    def __init__(self, place: Place) -> None:
        self._place = place
        self._held: OrderedDict[str, Entry] = OrderedDict()
        self._seen: set[bytes] = set()

    def merge(self, rows: Iterator[Entry | Problem]) -> Iterator[Entry | Problem]:
        """The same entries in the same order, without repetitions."""
        try:
            for row in rows:
                if not isinstance(row, Entry):
                    yield row
                elif row.id in self._held:
                    self._held[row.id] = _with_files_of(self._held[row.id], row)
                    yield self._place.problem(f"MD5 {row.id} came before; its files were added to the first")
                elif self._is_new(row.id):
                    self._held[row.id] = row
                    if len(self._held) > WINDOW:
                        yield self._held.popitem(last=False)[1]
                else:
                    yield self._place.problem(f"MD5 {row.id} came long before; only the first was kept")
        except Torn:
            yield from self._held.values()
            raise
        yield from self._held.values()

    def _is_new(self, entry_id: str) -> bool:
        if len(entry_id) != 32 or not is_hex(entry_id):  # a record without MD5 has a number of its own
            return True
        digest = bytes.fromhex(entry_id)
        if digest in self._seen:
            return False
        if len(self._seen) < REMEMBERED:
            self._seen.add(digest)
        return True


def _with_files_of(first: Entry, later: Entry) -> Entry:
    """The first entry with the later one's `MediaFiles` added, if the bound of one text allows."""
    files = [*_files(first), *_files(later)]
    text = as_text(files)
    if len(text) > MAX_TEXT or not files:
        return first
    return msgspec.structs.replace(first, extra={**first.extra, "MediaFiles": text})


def _files(entry: Entry) -> list[Any]:
    try:
        files = json.loads(entry.extra.get("MediaFiles", "[]"))
    except (ValueError, RecursionError):  # it was cut, or is nested absurdly
        return []
    return files if isinstance(files, list) else []
