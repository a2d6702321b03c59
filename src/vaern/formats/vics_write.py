"""VICS out: entries as a hash set (`#Media`) or cases (`#Cases`), version 1.3 (OData 3) or 2.0 (OData 4), as a stream.

What a medium says is written as 2.0's model has it (`vics_model`), hashes in upper case as tools write them. A value
that is not of its property's type is written as it came, so that nothing is lost. VICS knows a file by its MD5: an
entry without one is left out and counted, and so is a recalled one, since VICS cannot withdraw. A class goes into
`Category` only where it is of the document's own scheme, for no category is converted; others, and what only the
source understands, become `MediaMetadata` in 2.0. `Left` counts what has no place.
"""

from __future__ import annotations

import json
import re
import uuid
from collections import Counter
from typing import TYPE_CHECKING, Any, Literal

import msgspec

from vaern.formats.left import Left
from vaern.formats.signals import render
from vaern.formats.spellings import spellings, without_spellings
from vaern.formats.vics_model import CASE, COLLECTIONS, MEDIA, typed
from vaern.formats.vics_repeats import FLAGS
from vaern.records import KINDS, OPAQUE_KINDS, Entry, Signal

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

Version = Literal["1.3", "2.0"]

HASH_NAMES = {
    "md5": "MD5",
    "sha1": "SHA1",
    "sha256": "SHA256",
    "pdq": "PDQ",
    "vpdq": "vPDQ",
    "pdna": "PhotoDNA",
    "tmk": "TMK+PDQF",
    "ssvh": "SSVH",
    "netclean": "NetClean",
    "videntifier": "Videntifier",
}
"""`HashName` by kind."""

IDENTIFIER = "External identifier, "
"""What the name of a further value begins with that is what another system calls the entry; its code follows."""

NO_MD5 = "no MD5, by which VICS knows a file"
RECALLED = "recalled, and VICS cannot withdraw an entry"

_CONTEXTS: dict[Version, tuple[str, str]] = {
    "1.3": ("odata.metadata", "http://github.com/ICMEC/ProjectVic/DataModels/1.3.xml#{}"),
    "2.0": (
        "@odata.context",
        "http://github.com/VICSDATAMODEL/ProjectVic/DataModels/2.0.xml/{country}/$metadata#{}",
    ),
}
_COUNTRY = re.compile(r"[A-Za-z]{2,20}\Z")
_NUMBERED = re.compile(r" \(\d+\)\Z")
_ALTERNATIVE = "AlternativeHash"
_OF_A_CASE = ("CaseID", "CaseNumber")
_NAMESPACE = uuid.UUID("7d1c3c0e-7f5c-5f0c-9a39-2b6b1d8f6b1a")
_ENCODE = msgspec.json.Encoder().encode
_PIECE = 1 << 16
_ROOM = ("votes", "jurisdiction", "basis", "licence", "viewed_by", "ends")
"""Fields of an entry that VICS has no place for."""


class Document(msgspec.Struct, frozen=True):
    """What a document is as a whole.

    Attributes:
        version: of the data model.
        country: whose scheme the categories are of, as 2.0 names it in its context: US, UK, Default …
        of_cases: cases with their media, rather than media.
        scheme: the scheme of the entries whose class goes into `Category`; that of the context unless said otherwise.
            To say another is a person's decision that the two mean the same.
        cases: what is known of cases, each as the document has it, with `CaseID` or `CaseNumber`.
        application: name and version of the program, in a case.
    """

    version: Version = "2.0"
    country: str = "Default"
    of_cases: bool = False
    scheme: str = ""
    cases: tuple[dict[str, Any], ...] = ()
    application: tuple[str, str] = ("vaern", "")

    def __post_init__(self) -> None:
        if self.version not in _CONTEXTS:
            raise ValueError(f"VICS is written as {' or '.join(_CONTEXTS)}, not as {self.version!r}")
        if not _COUNTRY.match(self.country):
            raise ValueError(f"{self.country!r} is no country of a VICS context, such as US, UK or Default")

    @property
    def own_scheme(self) -> str:
        """The scheme that its categories are in."""
        return self.scheme or ("VICS 1.3" if self.version == "1.3" else f"VICS 2.0 {self.country}")


def write(entries: Iterable[Entry], document: Document, left: Left | None = None) -> Iterator[bytes]:
    """A VICS document in pieces, in memory that does not grow with it."""
    writer = _Writer(document, left or Left())
    return pieces(document, ((writer.medium(entry), entry) for entry in entries), writer.left)


def pieces(document: Document, media: Iterable[tuple[dict[str, Any] | None, Entry]], left: Left) -> Iterator[bytes]:
    """The document around media that are made already; what is None was left out."""
    key, context = _CONTEXTS[document.version]
    context = context.format("Cases" if document.of_cases else "Media", country=document.country)
    out = bytearray(_ENCODE({key: context})[:-1] + b',"value":[')
    case: _Case | None = None
    first = True
    for medium, entry in media:
        if medium is None:
            continue
        if document.of_cases and (case is None or not case.has(entry)):
            out += (case.end() + b",") if case else b""
            case = _Case(document, entry)
            out += case.begin()
            first = True
        if case:
            case.count(medium)
        out += (b"\n" if first else b",\n") + _ENCODE(medium)
        first = False
        left.written += 1
        if len(out) > _PIECE:
            yield bytes(out)
            out.clear()
    if document.of_cases:
        case = case or _Case(document, Entry(""))
        out += case.end() if left.written else case.begin() + case.end()
    yield bytes(out + b"]}\n")


class _Case:
    """One case while its media are written; its totals come behind them, where they are known."""

    def __init__(self, document: Document, entry: Entry) -> None:
        self._key = _key(entry)
        self._media = self._graded = 0
        case_id, number, source = self._key
        of_it = [
            one
            for one in document.cases
            if (case_id and one.get("CaseID") == case_id) or (not case_id and one.get("CaseNumber") == number)
        ]
        told = of_it[0] if of_it else document.cases[0] if len(document.cases) == 1 and not (case_id or number) else {}
        made = str(uuid.uuid5(_NAMESPACE, f"{number}\n{source}"))
        fields = {"CaseID": case_id or made, "CaseNumber": number, "ContactOrganization": source, **told}
        if not told:
            fields["SourceApplicationName"], fields["SourceApplicationVersion"] = document.application
        totals = ("TotalMediaFiles", "TotalPrecategorized")
        plain = {name: fields.pop(name) for name in CASE if name in fields and name not in totals}
        self._fields = {name: value for name, value in plain.items() if value not in (None, "")}
        self._others = {name: value for name, value in fields.items() if name not in {*totals, "Media"}}

    def has(self, entry: Entry) -> bool:
        return _key(entry) == self._key

    def count(self, medium: dict[str, Any]) -> None:
        self._media += 1
        self._graded += medium.get("IsPrecategorized") in {True, "true"}

    def begin(self) -> bytes:
        return b"\n" + _ENCODE(self._fields)[:-1] + b',"Media":['

    def end(self) -> bytes:
        totals = {"TotalMediaFiles": self._media, "TotalPrecategorized": self._graded}
        return b"]," + _ENCODE({**totals, **self._others})[1:]


def _key(entry: Entry) -> tuple[str, str, str]:
    return entry.extra.get("CaseID", ""), entry.extra.get("CaseNumber", ""), entry.source


class _Writer:
    """Makes media out of entries."""

    def __init__(self, document: Document, left: Left) -> None:
        self._document, self.left = document, left
        self._new = document.version == "2.0"
        self._number = 0

    def medium(self, entry: Entry) -> dict[str, Any] | None:
        """One medium; None where the entry was left out."""
        md5 = _key_of(entry)
        if entry.recalled or md5 is None:
            self.left.entry(RECALLED if entry.recalled else NO_MD5)
            return None
        self._number += 1
        extra = dict(entry.extra)
        known = {"MediaID": str(self._number), "IsPrecategorized": "false"}
        known |= {name: text for name in MEDIA if (text := extra.pop(name, None)) is not None}
        metadata = self._fields(entry, known)
        hashes = _hashes(entry, md5, self._new, self.left)
        row = {name: typed(kind, known[name]) for name, kind in MEDIA.items() if name in known}
        row |= {name: flag for name, field in FLAGS.items() if (flag := getattr(entry, field)) is not None}
        row["MD5"] = md5.value.hex().upper()
        row |= {name: value for name, value in hashes.items() if name in {"SHA1", "PhotoDNA"}}
        self._collections(row, extra, hashes.get("AlternativeHashes", []))
        self._others(row, extra, metadata, from_vics="MediaID" in entry.extra)
        return row if self._new else as_text_of_old(row)

    def _fields(self, entry: Entry, known: dict[str, str]) -> dict[str, str]:
        """Puts an entry's own fields among the properties; what none of them holds comes back as metadata."""
        metadata: dict[str, str] = {}
        if (other := known.pop("Category", None)) is not None:  # of another record of the same file
            metadata["Category"] = other
        if (series := known.pop("Series", "")) and series.strip() != entry.series:
            metadata["Series"] = series
        elif entry.series:
            known["Series"] = series or entry.series
        for name, field in FLAGS.items():
            if getattr(entry, field) is not None:
                known.pop(name, None)
        self._class(entry, known, metadata)
        if entry.updated:
            known.setdefault("DateUpdated", entry.updated)
        for field in _ROOM:
            self.left.field(field, getattr(entry, field))
        return metadata

    def _class(self, entry: Entry, known: dict[str, str], metadata: dict[str, str]) -> None:
        """The class and where it is from; a class of another scheme is no category."""
        if entry.classification is not None:
            if entry.scheme == self._document.own_scheme:
                known["Category"] = entry.classification
                if not {"MediaID", "IsPrecategorized"} & entry.extra.keys():
                    known["IsPrecategorized"] = "true"
            else:
                metadata[f"Class, {entry.scheme}"] = entry.classification
        if self._document.of_cases or not entry.source:
            return
        if "Category" in known:
            known.setdefault("PrecategorizationSource", entry.source)
        else:
            self.left.field("source")

    def _collections(self, row: dict[str, Any], extra: dict[str, str], hashes: list[dict[str, str]]) -> None:
        named = [name for name in extra if name == _ALTERNATIVE or name.startswith(_ALTERNATIVE + " ")]
        for name in named:
            text = extra.pop(name)
            literal = _as_json(text) if name == _ALTERNATIVE or _NUMBERED.fullmatch(name, len(_ALTERNATIVE)) else None
            whole = {"MD5": row["MD5"], "HashName": name.removeprefix(_ALTERNATIVE + " "), "HashValue": text}
            hashes.append(literal if isinstance(literal, dict) else whole)
        if hashes:
            row["AlternativeHashes"] = hashes
        for collection in COLLECTIONS[1:]:
            if collection in extra:
                row[collection] = _as_json(extra.pop(collection))

    def _others(self, row: dict[str, Any], extra: dict[str, str], metadata: dict[str, str], *, from_vics: bool) -> None:
        """What no property holds: a key of its own where it had one in VICS, else metadata, which only 2.0 has."""
        for name, text in without_spellings(extra).items():
            if self._document.of_cases and name in _OF_A_CASE:
                continue
            if from_vics and not _NUMBERED.search(name) and not name.startswith(IDENTIFIER):
                row[name] = _as_json(text)
            else:
                metadata[name] = text
        if not metadata:
            return
        if not self._new:
            for name in metadata:
                self.left.field(name if name.startswith("Class, ") else "further values")
            return
        before = row.get("MediaMetadata")
        row["MediaMetadata"] = [
            *(before if isinstance(before, list) else []),
            *({"MD5": row["MD5"], "PropertyName": name, "PropertyValue": text} for name, text in metadata.items()),
        ]


def as_text_of_old(row: dict[str, Any]) -> dict[str, Any]:
    """A medium as 1.3 is distributed: 64-bit numbers as text, as in OData 3; and flags too: IPED reads no others."""
    return {
        name: str(value).lower() if isinstance(value, bool) or name == "MediaSize" else value
        for name, value in row.items()
    }


def _key_of(entry: Entry) -> Signal | None:
    """The MD5 by which VICS knows the file: that of the entry's id, else the first."""
    found = [signal for signal in entry.signals if signal.kind == "md5"]
    return next((one for one in found if one.value.hex() == entry.id), found[0] if found else None)


def _hashes(entry: Entry, md5: Signal, new: bool, left: Left) -> dict[str, Any]:
    """`SHA1`, in 2.0 `PhotoDNA`, and all other hashes by name; the second of one kind is called `PDQ (2)`."""
    spelled = spellings(entry)
    found: dict[str, Any] = {}
    others: list[dict[str, str]] = []
    numbers: Counter[str] = Counter(md5=1)
    for signal in entry.signals:
        if signal is md5:
            continue
        if signal.kind not in KINDS:
            left.field(f"{signal.kind}: no hash of a file")
            continue
        numbers[signal.kind] += 1
        text = _written(signal, spelled)
        left.field("quality, orientation, region and frame of a signal", signal != Signal(signal.kind, signal.value))
        name = HASH_NAMES[signal.kind]
        if numbers[signal.kind] == 1 and (name == "SHA1" or (new and name == "PhotoDNA")):
            found[name] = text
        else:
            number = numbers[signal.kind]
            numbered = name if number == 1 else f"{name} ({number})"
            others.append({"MD5": md5.value.hex().upper(), "HashName": numbered, "HashValue": text})
    return {**found, "AlternativeHashes": others}


def _written(signal: Signal, spelled: dict[Signal, str]) -> str:
    if signal.kind == "vpdq":
        return render(signal, spelled.get(signal) or "HEX")
    return render(signal, (spelled.get(signal) or "base64") if signal.kind in OPAQUE_KINDS else "HEX")


def _as_json(text: str) -> Any:
    """What a text of JSON says, where it is an object or a list; else the text."""
    if not text.startswith(("{", "[")):
        return text
    try:
        return json.loads(text)  # as it came: msgspec takes no numbers that are none
    except (ValueError, RecursionError):
        return text
