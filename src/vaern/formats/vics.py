"""Project VIC hash sets and cases: VICS JSON 1.1 to 1.3 (OData v3) and 2.0 (OData v4), `#Media` and `#Cases`.

Source: the CSDL of 2.0 (`ProjectVicDataModel.2.0.xml`) and what tools write and read (research: `formats.md`,
(a)). The entry's id is the MD5. The category goes with a scheme that names the version and the country of the
document's context, such as `VICS 2.0 UK`; it is never translated, and 0 is kept as 0: it may mean "not
pertinent" or "nobody looked". Totals of the document are not trusted and not used. Series and flags have fields of
their own; all others are kept as text in `extra`, with the number and the id of their case; pictures (the
non-standard `Miniature`) are not. Keys are read in any case, `Media` also at the top of the document, and one object
where the model has a list of them. A repeated MD5 is one entry: see `vics_repeats`. `vics_write` is the way back.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from vaern.formats.draft import MAX_TEXT, Draft, Spelling, as_text, flag
from vaern.formats.json_stream import BadValue, JsonStream
from vaern.formats.signals import is_hex
from vaern.formats.source import encoding_of
from vaern.formats.vics_repeats import FLAGS, Repeats

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from vaern.formats.signals import Junk
    from vaern.formats.source import Place, Source
    from vaern.records import Entry, Problem

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
    "vpdq": "vpdq",
}
"""Kinds by `HashName` of an `AlternativeHash`, in lower case without signs."""

NAMES = {
    name.lower(): name
    for name in (
        "@odata.context",
        "odata.metadata",
        "value",
        "Media",
        "MD5",
        "SHA1",
        "SHA256",
        "PhotoDNA",
        "AlternativeHashes",
        "HashName",
        "HashValue",
        "Category",
        "MediaFiles",
        "MediaID",
        "CaseID",
        "CaseNumber",
        "ContactOrganization",
        "Series",
        *FLAGS,
    )
}
"""The keys that are read, by their spelling in lower case: tools differ, and a key in other case is the same key."""

_SPELLING = Spelling(NAMES)
_PROPERTIES = {"MD5": "md5", "SHA1": "sha1", "SHA256": "sha256", "PhotoDNA": "pdna"}
_MEDIUM = frozenset({"MediaID", "AlternativeHashes", *_PROPERTIES})
_READ = frozenset({"AlternativeHashes", "Category", "Series", *_PROPERTIES, *FLAGS})
_OF_A_HASH = Spelling({**NAMES, "name": "HashName", "value": "HashValue"})
_NUMBERED = re.compile(r" \(\d+\)\Z")
_CONTEXTS = ("@odata.context", "odata.metadata")
_VERSION = re.compile(r"DataModels/(\d+\.\d+)\.xml(?:/([^/$#]+))?", re.IGNORECASE)
_OF_A_CASE = frozenset({"CaseID", "CaseNumber", "ContactOrganization"})
_KEPT_OF_A_CASE = ("CaseNumber", "CaseID")
_MOST_FIELDS = 256
_LONGEST_NAME = 100  # of a hash that may be known


def read(source: Source, columns: Mapping[str, str], junk: Junk) -> Iterator[Entry | Problem]:
    """Reads a VICS document; see the module."""
    return Repeats(source.place).merge(_rows(source, junk))


def read_bytes(data: bytes, place: Place, junk: Junk) -> Iterator[Entry | Problem]:
    """Reads a document that is in memory; `place` stands at the record of the entry that came last."""
    encoding, mark = encoding_of(data)
    text = data[mark:].decode(encoding, "replace")
    place.undecodable += text.count("\ufffd")
    return _documents(JsonStream(iter([text])), place, junk)


def _rows(source: Source, junk: Junk) -> Iterator[Entry | Problem]:
    return _documents(JsonStream(source.text()), source.place, junk)


def _documents(stream: JsonStream, place: Place, junk: Junk) -> Iterator[Entry | Problem]:
    for _ in stream.documents():
        yield from _document(stream, place, junk)


def _document(stream: JsonStream, place: Place, junk: Junk) -> Iterator[Entry | Problem]:
    """One document. `Media` beside `value`, or instead of it, is a case of which only the inside was written."""
    scheme, media_only = "VICS", False
    fields: dict[str, Any] = {}
    for key in stream.members():
        name = NAMES.get(key.lower(), key)
        if name in _CONTEXTS:
            context = as_text(_value(stream))
            scheme, media_only = scheme_of(context), context.lower().endswith("#media")
        elif name == "value":
            for _ in _each(stream):
                if media_only or stream.peek() != "{":
                    yield from _media_row(stream, place, scheme, {}, junk)
                else:
                    yield from _case_or_media(stream, place, scheme, junk)
        elif name == "Media":
            for _ in _each(stream):
                yield from _media_row(stream, place, scheme, fields, junk)
        elif stream.peek() in {"{", "["}:
            yield place.unread(key)
            stream.skip()
        elif name in _OF_A_CASE:
            fields[name] = _value(stream)
        else:
            stream.skip()


def _each(stream: JsonStream) -> Iterator[None]:
    """Stops before each element of an array, or before the one value that stands instead of an array."""
    if stream.peek() == "[":
        yield from stream.elements()
    elif stream.peek() == "n":  # null
        stream.skip()
    else:
        yield None


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
    try:
        for key in stream.members():
            name = NAMES.get(key.lower(), key)
            if name == "Media":
                is_case = True
                for _ in _each(stream):
                    yield from _media_row(stream, place, scheme, fields, junk)
            elif len(fields) < _MOST_FIELDS:
                fields[key if name in fields else name] = _value(stream)
            else:
                stream.skip()
    finally:  # whose case it is counts also where the document is cut short in it
        if is_case:
            place.contact(fields.get("ContactName"))
    if is_case:
        return
    place.line += 1
    if fields.keys() & _MEDIUM:
        yield from _entry(fields, place, scheme, {}, junk)
    else:
        keys = ", ".join(repr(key[:40]) for key in list(fields)[:10]) or "nothing"
        yield place.problem(f"the record has neither Media nor MD5, MediaID or another hash, but {keys}")


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
        yield from _entry(_SPELLING.of(row), place, scheme, case, junk)
    else:
        yield place.problem("the record is no object; it was passed over")


def _entry(
    row: dict[str, Any], place: Place, scheme: str, case: dict[str, Any], junk: Junk
) -> Iterator[Entry | Problem]:
    draft = Draft(place, junk)
    for name, kind in _PROPERTIES.items():
        if text := _text(row.get(name)):
            draft.add(kind, text)
    if alternatives := row.get("AlternativeHashes"):
        _alternatives(draft, alternatives)
    for key, value in row.items():
        if key in _READ or not (value or value is False or value == 0) or ("odata." in key and _is_noise(key)):
            continue
        draft.keep(key, value)
    for key in _KEPT_OF_A_CASE:
        if key in case:
            draft.keep(key, case[key])
    md5, category = _text(row.get("MD5")), row.get("Category")
    yield from draft.finish(
        md5.lower() if len(md5) == 32 and is_hex(md5) else f"record {place.line}",
        classification=None if category in (None, "") else as_text(category)[:MAX_TEXT],
        scheme=scheme,
        source=_text(case.get("ContactOrganization"))[:MAX_TEXT],
        series=_series(draft, row.get("Series")),
        **{field: flag(draft, name, row[name]) for name, field in FLAGS.items() if name in row},  # type: ignore[arg-type]
    )


def _is_noise(key: str) -> bool:
    """Whether a key is OData's own and says nothing of the file."""
    return key.startswith(("odata.", "@odata.")) or "@odata." in key


def _series(draft: Draft, value: object) -> str:
    """The series; what is no plain text, or longer than one, is kept as it was written too."""
    text = _text(value)
    if len(text) > MAX_TEXT or (value is not None and value != text):
        draft.keep("Series", value)
    return text[:MAX_TEXT]


@lru_cache(maxsize=1024)
def kind_of_hash(name: str) -> str | None:
    """The kind behind a `HashName`, also behind `PDQ (2)`, as the second value of one kind is named."""
    return HASH_NAMES.get(re.sub(r"[^a-z0-9]", "", _NUMBERED.sub("", name).lower()))


def _text(value: object) -> str:
    if value is None:
        return ""
    return value.strip() if isinstance(value, str) and value.isascii() else as_text(value).strip()


def _alternatives(draft: Draft, alternatives: object) -> None:
    """`[{"HashName": …, "HashValue": …}]`: known names become signals, unknown ones are kept."""
    if isinstance(alternatives, dict):
        alternatives = [alternatives]
    if not isinstance(alternatives, list):
        draft.keep("AlternativeHashes", alternatives)
        return
    for alternative in alternatives:
        if not isinstance(alternative, dict):
            draft.complain("an alternative hash is no object; it was left out")
            continue
        fields = _OF_A_HASH.of(alternative)
        name, value = _text(fields.get("HashName")), _text(fields.get("HashValue"))
        kind = kind_of_hash(name) if len(name) <= _LONGEST_NAME else None
        if kind and value:
            draft.add(kind, value)
        elif name and value:
            draft.keep(f"AlternativeHash {name}", value)
        elif name or value or alternative:
            draft.complain("an alternative hash has no HashName or no HashValue; it was kept as text")
            draft.keep("AlternativeHash", alternative)
