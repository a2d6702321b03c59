"""Documents of other systems that are read by a mapping, on a page and by the API alike.

The mapping is the organisation's own and the document anybody's: how much may become of one has a bound.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import msgspec
from django.db.models import F
from django.utils import timezone

from vaern.arrivals import Fault, Read
from vaern.faults import say
from vaern.formats import mapped
from vaern.formats.mapping import Mapping, mapping_of, places_of
from vaern.formats.trees import kind_of
from vaern.node.reports.base import originals
from vaern.node.reports.intake import door
from vaern.node.reports.intake.documents import LARGEST, MOST_REPORTS, about_something
from vaern.node.reports.models import SavedMappingVersion

if TYPE_CHECKING:
    from uuid import UUID

    from vaern.formats.trees import Shape
    from vaern.node.reports.intake.door import AtDoor, Kind

TYPES: dict[Shape, tuple[str, ...]] = {
    "json": ("application/json",),
    "jsonl": ("application/x-ndjson", "application/jsonl"),
    "xml": ("application/xml", "text/xml"),
    "csv": ("text/csv", "text/tab-separated-values"),
}
"""Content types of the documents of each shape; what is kept of one has the first."""

LARGEST_READ = 4 * LARGEST
"""Bytes of all reports of one document together: what stands around them is kept in each."""

_KINDS: dict[Shape, Kind] = {"json": "json", "jsonl": "jsonl", "xml": "cybertipline", "csv": "csv"}


@dataclass(frozen=True)
class Came:
    """A document that was read.

    Attributes:
        shape: of it.
        at_door: the document without media.
        reads: its reports; of one that is too large in all, and of those behind it, no arrival.
    """

    shape: Shape
    at_door: AtDoor
    reads: list[Read]

    def sent(self, read: Read, version: SavedMappingVersion) -> originals.Sent:
        """Return what is kept of the document for one of its reports."""
        return originals.Sent(
            TYPES[self.shape][0],
            read.part or self.at_door.kept,
            part=bool(read.part),
            stripped=bool(self.at_door.left_out),
            read_by=version,
        )


@dataclass
class Tally:
    """What became of the reports of one document: numbers, and how often each fault was told.

    Attributes:
        places: the paths that the mapping names; of a fault anywhere else no place is kept, because what others call
            the parts of their documents is theirs.
        taken, refused, faults: see `models.SavedMappingUse`.
    """

    places: frozenset[str]
    taken: int = 0
    refused: int = 0
    faults: dict[str, int] = field(default_factory=dict)

    @classmethod
    def begun(cls, version: SavedMappingVersion) -> Tally:
        """Begin to count what is read by a version."""
        return cls(places_of(content_of(version)))

    def add(self, faults: tuple[Fault, ...], *, taken: bool) -> None:
        """Count one report."""
        self.taken += taken
        self.refused += not taken
        for fault in faults:
            place = kind_of(fault.path)
            told = f"{fault.what.code} {place}" if place in self.places else fault.what.code
            self.faults[told] = self.faults.get(told, 0) + 1


def in_use(id: UUID) -> SavedMappingVersion | None:
    """Return the version by which documents are read by a mapping of the viewer's own organisation, retired or not.

    None for every mapping that is not theirs: there is no such one.
    """
    found = SavedMappingVersion.objects.filter(mapping=id, number=F("mapping__in_use")).select_related("mapping")
    return found.first()  # type: ignore[no-any-return]


def content_of(version: SavedMappingVersion) -> Mapping:
    """Return what a version says."""
    found = mapping_of(version.content)
    assert isinstance(found, Mapping)  # it was one when it was saved
    return found


def read(mapping: Mapping, body: bytes, charset: str = "") -> Came:
    """Read a document: media is taken out of it first, and never more is made of it than the bounds say.

    Args:
        mapping: without faults.
        body: the document.
        charset: the encoding that the sender declares beside it, or "".

    Raises:
        Problem: it holds media that cannot be taken out.
    """
    came = door.take(TYPES[mapping.shape][0], body, charset, _KINDS[mapping.shape])
    reads = [about_something(one) for one in mapped.read(came.body, mapping, now=timezone.now(), most=MOST_REPORTS)]
    size = 0
    for number, one in enumerate(reads):
        size += len(msgspec.json.encode(one.arrival)) + len(one.part)
        told = (*one.faults, *came.left_out)
        if size > LARGEST_READ and one.arrival is not None:
            too_large = Fault("", say("reports_bytes", most=LARGEST_READ))
            reads[number] = msgspec.structs.replace(one, arrival=None, part=b"", faults=(too_large,))
        elif came.left_out:
            reads[number] = msgspec.structs.replace(one, faults=told)
    return Came(mapping.shape, came, reads)
