"""Which properties a medium and a case of VICS 2.0 have, and of what type: out of `ProjectVicDataModel.2.0.xml`.

A test compares this with the model. 1.3 has the same names as far as anybody has seen (research: `formats.md`, (a)).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vaern.formats.moments import moment_of

if TYPE_CHECKING:
    from collections.abc import Callable

MEDIA = {
    "MediaID": "Int32",
    "MD5": "String",
    "Category": "Byte",
    "SHA1": "String",
    "VictimIdentified": "Boolean",
    "OffenderIdentified": "Boolean",
    "IsDistributed": "Boolean",
    "Comments": "String",
    "Tags": "String",
    "Series": "String",
    "MediaSize": "Int64",
    "RelativeFilePath": "String",
    "DateUpdated": "DateTimeOffset",
    "IsPrecategorized": "Boolean",
    "PrecategorizationSource": "String",
    "IsSuspected": "Boolean",
    "MimeType": "String",
    "SelfGenerated": "Boolean",
    "PhotoDNA": "String",
}
"""Properties of a medium, in the order in which they are written."""

COLLECTIONS = (
    "AlternativeHashes",
    "Exifs",
    "MediaFiles",
    "Repositories",
    "Cases",
    "Segments",
    "MediaMetadata",
    "Identifiers",
)
"""What a medium has several of."""

CASE = {
    "CaseID": "Guid",
    "CaseNumber": "String",
    "ContactOrganization": "String",
    "ContactName": "String",
    "ContactPhone": "String",
    "ContactEmail": "String",
    "ContactTitle": "String",
    "TotalMediaFiles": "Int32",
    "TotalPrecategorized": "Int32",
    "SeizureDate": "DateTimeOffset",
    "SourceApplicationName": "String",
    "SourceApplicationVersion": "String",
}
"""Properties of a case."""

_BOUNDS = {"Byte": (0, 255), "Int32": (-(2**31), 2**31 - 1), "Int64": (-(2**63), 2**63 - 1)}
_WORDS = {"true": True, "false": False}


def typed(kind: str, text: str) -> Any:
    """A text as the value of a property; where it is none of that type, the text: nothing is lost."""
    return _TYPED[kind](text) if kind in _TYPED else _whole(kind, text) if kind in _BOUNDS else text


def is_typed(kind: str, value: object) -> bool:
    """Whether a value is of a property's type."""
    if kind == "Boolean":
        return isinstance(value, bool)
    if kind in _BOUNDS:
        least, most = _BOUNDS[kind]
        return isinstance(value, int) and not isinstance(value, bool) and least <= value <= most
    if kind == "DateTimeOffset":
        return isinstance(value, str) and moment_of(value) is not None
    return isinstance(value, str)


def _boolean(text: str) -> bool | str:
    return _WORDS.get(text.strip().lower(), text)


def _whole(kind: str, text: str) -> int | str:
    """A whole number within the bounds of its type, if that is how the text writes it."""
    least, most = _BOUNDS[kind]
    if len(text) > 20 or not text.removeprefix("-").isdigit() or not text.isascii():
        return text
    number = int(text)
    return number if str(number) == text and least <= number <= most else text


_TYPED: dict[str, Callable[[str], Any]] = {"Boolean": _boolean}
