"""What an examiner said of a medium beside its category: what a document says of it that did not go out of here.

A workstation writes back what it was given, so a field counts where it says something else than the record says when
the document is read. What the node itself writes for a workstation (the verdict as a tag, numbers of findings as a
comment, hits as metadata) is nobody's word, also where the record says otherwise by now. Pure.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec

from vaern.formats.spellings import without_spellings
from vaern.formats.vics_model import COLLECTIONS
from vaern.formats.vics_repeats import FLAGS
from vaern.formats.vics_write import IDENTIFIER

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from vaern.records import Entry

Key = TypeVar("Key", str, int)

HASHES = "AlternativeHashes"
"""How hashes of a file are counted that are nothing of the record."""

METADATA = "MediaMetadata"
LONGEST_NAME = 60
LONGEST_TEXT = 2_000
MOST_KEPT = 20
"""Characters of a name and of a text, and fields of one file, that are kept beside its grade."""

_OF_THE_DOCUMENT = {"MediaID", "CaseID", "CaseNumber", "IsPrecategorized", "PrecategorizationSource"}
_NUMBERED = re.compile(r" \(\d+\)\Z")
_OURS = {
    "Tags": re.compile(r"vaern:[a-z]+\Z"),
    "Comments": re.compile(r"(finding|file) #?\d+(, #?\d+)*\Z"),
}
_HIT = re.compile(r"Match \d+\Z")
_FLAGS = {"true", "false"}
_FACTS = {
    *COLLECTIONS,
    "Category",
    "DateUpdated",
    "MD5",
    "MediaSize",
    "MimeType",
    "PhotoDNA",
    "RelativeFilePath",
    "SHA1",
}
"""What is of the file, or of the document, and no person's word."""

_WORDS = {True: "true", False: "false"}


def said_of(medium: Entry, sent: Entry) -> dict[str, str]:
    """Return what a document says of a medium and the record does not, by the name of the field.

    Args:
        medium: as it was read.
        sent: as the record sends it now.
    """
    known = dict(_fields(sent))
    if sent.classification is not None:  # as it stands in a document of another scheme
        known.setdefault(f"Class, {sent.scheme or ''}", sent.classification)
    return {name: text for name, text in _fields(medium) if known.get(name) != text and not _is_ours(name, text)}


def kept_of(said: Mapping[str, str]) -> dict[str, str]:
    """Return what of it is kept beside a grade: what a person says of a file, within bounds, and no facts of it."""
    able = [name for name, text in said.items() if _is_kept(named(name)) and len(text) <= LONGEST_TEXT]
    return {name: said[name] for name in able[:MOST_KEPT]}


def overlaid(sent: Entry, said: Mapping[str, str]) -> Entry:
    """Return what a record sends of a file, with what an examiner said of it in the place of its own.

    A yes of the record stays: a workstation writes *no* by itself, and the child may have been identified since.
    """
    flags = {name: field for name, field in FLAGS.items() if said.get(name) in _FLAGS}
    fields: dict[str, Any] = {
        field: bool(getattr(sent, field)) or said[name] == "true" for name, field in flags.items()
    }
    if "Series" in said:
        fields["series"] = said["Series"]
    own = {"Series", *flags}
    extra = {**sent.extra, **{name: text for name, text in said.items() if name not in own}}
    return msgspec.structs.replace(sent, extra=extra, **fields)


def alike(keys: Iterable[Key], said: Mapping[Key, Mapping[str, str]]) -> list[tuple[dict[str, str], list[Key]]]:
    """Return keys together of which the same is said, with that; nothing said of most of them."""
    found: dict[tuple[tuple[str, str], ...], list[Key]] = {}
    for key in keys:
        found.setdefault(tuple(sorted(said.get(key, {}).items())), []).append(key)
    return [(dict(words), together) for words, together in sorted(found.items())]


def has_further_hashes(medium: Entry, sent: Entry) -> bool:
    """Return whether a document has hashes of a medium that the record has not."""
    known = {(one.kind, one.value) for one in sent.signals}
    return any((one.kind, one.value) not in known for one in medium.signals)


def named(name: str) -> str:
    """Return how a field is counted: the second of one name is called `Comments (2)`; "" for what is no name."""
    plain = _NUMBERED.sub("", name)
    return plain if len(plain) <= LONGEST_NAME and plain.isprintable() else ""


def _is_kept(name: str) -> bool:
    return bool(name) and name not in _FACTS and not name.startswith(("AlternativeHash", "Class, "))


def _fields(entry: Entry) -> Iterator[tuple[str, str]]:
    """Yield what an entry says, each field once: one of its own, a property of VICS, or one of its metadata."""
    found: dict[str, str] = {"Series": entry.series} if entry.series else {}
    found |= {name: _WORDS[flag] for name, field in FLAGS.items() if (flag := getattr(entry, field)) is not None}
    for name, text in without_spellings(entry.extra).items():
        for one, said in _properties(text) if name == METADATA else [(name, text)]:
            found.setdefault(one, said)
    if entry.updated:
        found.setdefault("DateUpdated", entry.updated)
    for name, text in found.items():
        if text and name not in _OF_THE_DOCUMENT and not name.startswith(IDENTIFIER):
            yield name, text


def _properties(text: str) -> list[tuple[str, str]]:
    """Return the properties among metadata, each with its value; the text as one where it is something else."""
    try:
        rows: Any = msgspec.json.decode(text)
        return [(_text(row["PropertyName"]), _text(row["PropertyValue"])) for row in rows]
    except (ValueError, RecursionError, LookupError, TypeError):
        return [(METADATA, text)]


def _text(value: object) -> str:
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()


def _is_ours(name: str, text: str) -> bool:
    """Whether the node writes this itself, so that a workstation that gives it back said nothing."""
    return bool((ours := _OURS.get(name)) and ours.match(text)) or _HIT.match(name) is not None
