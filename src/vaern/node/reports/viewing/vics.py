"""Graded VICS of a viewing station (Project VIC 1.1 to 2.0): which medium is which item, and in which category.

A medium names its item by the item's word (`K3M9QD7R-3`) in a tag, a comment, a file name or a path, or by a hash that
the package had. What a category means in the desk's scheme a person says; nothing is converted. A category that comes
from a list is nobody's view.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING, Any

import msgspec
from django.utils.translation import gettext as _

from vaern.formats import vics, work_package
from vaern.formats.reading import Reading
from vaern.formats.signals import KNOWN_JUNK
from vaern.formats.source import Place
from vaern.records import Entry

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from vaern.node.reports.models import PackedItem

LARGEST = 2_000_000
"""Bytes of a file; a package has 5,000 items at most."""

REF = re.compile(r"(?<![0-9A-Za-z])([2-9A-HJKMNP-Z]{8})-(\d{1,9})(?![0-9A-Za-z])")
KINDS = ("md5", "sha1", "sha256", "pdq")


class Problem(msgspec.Struct, frozen=True):
    """One thing that is wrong with a file, and at which record."""

    record: int
    what: str


class Medium(msgspec.Struct, frozen=True):
    """One graded item of a file.

    Attributes:
        record: number of the (first) record in the file.
        report, item: which item it is.
        category: the category with its scheme, as the file says them: `VICS 2.0 US 1`; "" for none.
        listed: the category comes from a list, so that nobody looked.
        at: when it was graded, if the file says so.
        files: hashes.
    """

    record: int
    report: str
    item: int
    category: str
    listed: bool = False
    at: datetime | None = None
    files: tuple[work_package.FoundFile, ...] = ()


class Graded(msgspec.Struct, frozen=True):
    """A file that was read against a package."""

    media: tuple[Medium, ...]
    problems: tuple[Problem, ...] = ()

    @property
    def categories(self) -> list[str]:
        """The categories in it, each once."""
        return sorted({one.category for one in self.media if not one.listed})


class Meaning(msgspec.Struct, frozen=True):
    """What a person says that a category means.

    Attributes:
        looked: somebody looked; False: the category says that nobody graded.
        baseline: of INTERPOL's baseline; None where the category does not say.
        value: class of the package's scheme; "" for none.
    """

    looked: bool = True
    baseline: bool | None = None
    value: str = ""


def read(data: bytes, packed: Mapping[tuple[str, int], PackedItem]) -> Graded:
    """Return what a file says of the items of a package, and every fault with its place."""
    place = Place("VICS")
    by_hash = _by_hash(packed)
    media: dict[tuple[str, int], Medium] = {}
    problems: list[Problem] = []
    for row in Reading("vics", place, vics.read_bytes(data, place, KNOWN_JUNK)):
        if not isinstance(row, Entry):
            problems.append(Problem(row.line, row.reason))
            continue
        record = place.line
        which = _which(row, packed, by_hash)
        if len(which) != 1:
            several = _("names several items of this package")
            problems.append(Problem(record, several if which else _("is none of the items of this package")))
            continue
        ((report, item),) = which
        found = _medium(record, report, item, row)
        before = media.get((report, item))
        if before is None:
            media[report, item] = found
        elif (joined := _joined(before, found)) is not None:
            media[report, item] = joined
        else:
            said = _("has another category than record %(record)s of the same item: the first stays")
            problems.append(Problem(record, said % {"record": before.record}))
    return Graded(tuple(media.values()), tuple(problems))


def answers(graded: Graded, meanings: Mapping[str, Meaning], by: str, at: datetime) -> list[work_package.Answer]:
    """Return the answers of a file.

    Args:
        graded: the file.
        meanings: of each category in it.
        by: the station's pseudonym of who graded.
        at: when, where the file does not say.
    """
    found = []
    for one in graded.media:
        meaning = Meaning(looked=False) if one.listed else meanings[one.category]
        found.append(
            work_package.Answer(
                report=one.report,
                item=one.item,
                at=one.at or at,
                found="there",
                looked="whole" if meaning.looked else "nothing",
                by=by if meaning.looked else "",
                baseline=meaning.baseline if meaning.looked else None,
                value=meaning.value if meaning.looked else "",
                files=one.files,
            )
        )
    return found


def _by_hash(packed: Mapping[tuple[str, int], PackedItem]) -> dict[tuple[str, bytes], set[tuple[str, int]]]:
    found: dict[tuple[str, bytes], set[tuple[str, int]]] = {}
    for key, row in packed.items():
        for kind in ("md5", "sha1", "sha256"):
            if value := getattr(row.item, kind):
                found.setdefault((kind, bytes(value)), set()).add(key)
    return found


def _which(
    row: Entry, packed: Mapping[tuple[str, int], PackedItem], by_hash: dict[tuple[str, bytes], set[tuple[str, int]]]
) -> set[tuple[str, int]]:
    """Return the items that a medium names; by its hashes where it names none."""
    named = {(report, int(item)) for text in _texts(row) for report, item in REF.findall(text.upper())}
    if named := {key for key in named if key in packed}:
        return named
    found: set[tuple[str, int]] = set()
    for signal in row.signals:
        found |= by_hash.get((signal.kind, signal.value), set())
    return found


def _texts(row: Entry) -> Iterable[str]:
    yield row.id
    yield row.series
    yield from row.extra.values()


def _medium(record: int, report: str, item: int, row: Entry) -> Medium:
    category = f"{row.scheme} {row.classification}" if row.classification is not None else ""
    return Medium(
        record,
        report,
        item,
        category,
        listed=row.extra.get("IsPrecategorized", "").lower() == "true",
        at=_moment(row.extra.get("DateUpdated", "")),
        files=_files(row),
    )


def _files(row: Entry) -> tuple[work_package.FoundFile, ...]:
    hashes: dict[str, Any] = {}
    for signal in row.signals:
        if signal.kind in KINDS:
            hashes.setdefault(signal.kind, signal.value.hex())
    if not hashes:
        return ()
    size, mime = row.extra.get("MediaSize", ""), row.extra.get("MimeType", "")
    whole = int(size) if size.isascii() and size.isdigit() and len(size) < 16 else 0
    return (work_package.FoundFile(**hashes, mime=mime if _is_mime(mime) else "", size=whole),)


def _is_mime(text: str) -> bool:
    return re.fullmatch(r"[A-Za-z0-9.+-]{1,40}/[A-Za-z0-9.+-]{1,50}", text) is not None


def _moment(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo is not None else None


def _joined(first: Medium, other: Medium) -> Medium | None:
    """Return two files of one item as one; None where they are graded differently."""
    if (first.category, first.listed) != (other.category, other.listed):
        return None
    files = (*first.files, *(file for file in other.files if file not in first.files))
    return msgspec.structs.replace(first, files=files[: work_package.MOST_FILES])
