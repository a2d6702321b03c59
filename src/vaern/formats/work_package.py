"""Work packages for licensed viewing stations, and their answers: version 1 of both, as JSON.

A package says where the items of claimed reports lie, for one station: exactly, so that a licensed person finds them
there. An answer says what was found, in codes and hashes; it has no field for words, names or material. The format is
described for other vendors in `docs/reference/work-package.md`.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

import msgspec
from msgspec import Meta

PACKAGE = "vaern-work-package/1"
ANSWERS = "vaern-answers/1"
PAYLOAD = "application/vnd.vaern.work-package+json"
"""The payload type under the signature (DSSE)."""

Found = Literal["there", "gone", "other"]
"""What was found at an address: what was reported, nothing, or something else."""

Looked = Literal["whole", "part", "nothing"]

MOST_ANSWERS = 5_000
MOST_FILES = 50
"""Files at one item that an answer names."""

Hex = Annotated[str, Meta(pattern="^[0-9a-fA-F]+$")]
Md5 = Annotated[str, Meta(pattern="^[0-9a-fA-F]{32}$")]
Sha1 = Annotated[str, Meta(pattern="^[0-9a-fA-F]{40}$")]
Sha256 = Annotated[str, Meta(pattern="^[0-9a-fA-F]{64}$")]
Pdq = Annotated[str, Meta(pattern="^[0-9a-fA-F]{64}$")]


class PackageError(ValueError):
    """A package or its answers cannot be used; the message says why, and repeats no address."""


class Licence(msgspec.Struct, frozen=True):
    """The licence under which a station shows material."""

    authority: str
    number: str
    valid_until: str


class Station(msgspec.Struct, frozen=True):
    """For whom a package is."""

    id: UUID
    name: str
    licence: Licence


class Origin(msgspec.Struct, frozen=True):
    """From whom it is; `node` is the name of the key that signed."""

    node: str
    organisation: str


class Class(msgspec.Struct, frozen=True):
    """One class of a classification scheme."""

    code: str
    label: dict[str, str]


class Classification(msgspec.Struct, frozen=True):
    """The scheme in which the station grades."""

    code: str
    version: str
    name: dict[str, str]
    classes: tuple[Class, ...]


class PackageItem(msgspec.Struct, frozen=True, omit_defaults=True):
    """One item to look at: where it is, and what is known of it.

    Attributes:
        item: its number in the report; with the report's code it names the item.
        ref: both in one word, for a folder or a tag: `K3M9QD7R-3`.
        url, service, account, ip, medium: where it is or was, exactly as it was reported.
        seen_at: when whoever reported it saw it there.
        name: of the file, where there is no address to find it by.
        mime, size: of the file.
        hashes: known ones, by kind, in lower-case hexadecimal.
    """

    item: int
    ref: str
    url: str = ""
    service: str = ""
    account: str = ""
    ip: str = ""
    medium: str = ""
    seen_at: datetime | None = None
    name: str = ""
    mime: str = ""
    size: int = 0
    hashes: dict[str, tuple[str, ...]] = {}


class PackageReport(msgspec.Struct, frozen=True, omit_defaults=True):
    """One claimed report: until when it is to be assessed, and its items."""

    report: str
    offence: str
    items: tuple[PackageItem, ...]
    due_at: datetime | None = None
    urgent: bool = False


class Package(msgspec.Struct, frozen=True, omit_defaults=True):
    """One work package.

    Attributes:
        package, code: its id, and how people call it.
        expires_at: from then on nobody opens it, and no answer is taken.
        answer_to: the address to which answers are posted.
        marks: codes that an answer may set.
        synthetic: everything in it is made up.
    """

    format: Literal["vaern-work-package/1"]
    package: UUID
    code: str
    origin: Origin = msgspec.field(name="from")
    station: Station = msgspec.field(name="to")
    made_at: datetime
    expires_at: datetime
    answer_to: str
    marks: tuple[str, ...]
    reports: tuple[PackageReport, ...]
    scheme: Classification | None = None
    synthetic: bool = False


class FoundFile(msgspec.Struct, frozen=True, omit_defaults=True):
    """One file that was found at an item: its hashes, never the file."""

    md5: Md5 | None = None
    sha1: Sha1 | None = None
    sha256: Sha256 | None = None
    pdq: Pdq | None = None
    mime: Annotated[str, Meta(max_length=100)] = ""
    size: Annotated[int, Meta(ge=0, le=2**53)] = 0


class Answer(msgspec.Struct, frozen=True, omit_defaults=True, rename={"value": "class"}):
    """What was found at one item, by whom.

    Attributes:
        at: when, with zone.
        by: the station's own pseudonym of the licensed person; "" where nobody looked.
        severity: how heavy it was for that person, 1 to 3, as they say; for their own welfare.
        baseline: of INTERPOL's baseline; None where it cannot be told.
        value: class of the package's scheme; "" for none. `class` in JSON.
    """

    report: Annotated[str, Meta(max_length=20)]
    item: Annotated[int, Meta(ge=1, le=2**31 - 1)]
    at: Annotated[datetime, Meta(tz=True)]
    found: Found
    looked: Looked
    by: Annotated[str, Meta(pattern="^[A-Za-z0-9._-]*$", max_length=40)] = ""
    severity: Annotated[int, Meta(ge=1, le=3)] = 1
    baseline: bool | None = None
    value: Annotated[str, Meta(max_length=40)] = ""
    marks: Annotated[tuple[str, ...], Meta(max_length=20)] = ()
    files: Annotated[tuple[FoundFile, ...], Meta(max_length=50)] = ()


class Answers(msgspec.Struct, frozen=True):
    """Answers to some or all items of one package."""

    format: Literal["vaern-answers/1"]
    package: UUID
    answers: Annotated[tuple[Answer, ...], Meta(max_length=5_000)]


_package = msgspec.json.Decoder(Package)


def written(package: Package) -> bytes:
    """Return a package as JSON."""
    return msgspec.json.encode(package)


def read(data: bytes) -> Package:
    """Return a package; whose signature was checked before.

    Raises:
        PackageError: it is none, or of another version.
    """
    try:
        return _package.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise PackageError("This is no work package of version 1.") from None


def check_time(package: Package, now: datetime) -> None:
    """Refuse a package before its time or after it.

    Raises:
        PackageError: it has expired, or the clock of this machine is wrong.
    """
    if now >= package.expires_at:
        raise PackageError(f"This package expired at {package.expires_at.isoformat(timespec='minutes')}.")


def ref(report: str, item: int) -> str:
    """Return the one word that names an item: `K3M9QD7R-3`."""
    return f"{report}-{item}"
