"""Read documents of other systems by a mapping, on the page and by the API alike.

The mapping is the organisation's own, but the document is untrusted, so what it may expand to is bounded.
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
    """A document read by a mapping.

    Attributes:
        shape: of it.
        at_door: the document stripped of media.
        reads: its reports; once they are too large in total, that one and those after it have no arrival.
    """

    shape: Shape
    at_door: AtDoor
    reads: list[Read]

    def sent(self, read: Read, version: SavedMappingVersion) -> originals.Sent:
        """Return the source document to store with one of its reports."""
        return originals.Sent(
            TYPES[self.shape][0],
            read.part or self.at_door.kept,
            part=bool(read.part),
            stripped=bool(self.at_door.left_out),
            read_by=version,
        )


@dataclass
class Tally:
    """Counts for the reports of one document: accepted, refused, and how often each fault occurred.

    Attributes:
        places: the paths that the mapping names; of other faults no path is stored, because it may hold the sender's
            own content.
        taken, refused, faults: see `models.SavedMappingUse`.
    """

    places: frozenset[str]
    taken: int = 0
    refused: int = 0
    faults: dict[str, int] = field(default_factory=dict)

    @classmethod
    def begun(cls, version: SavedMappingVersion) -> Tally:
        """Return an empty tally for a version."""
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
    """Return the version in use of a mapping of the viewer's own organisation, retired or not.

    None for any mapping that is not theirs, as if it did not exist.
    """
    found = SavedMappingVersion.objects.filter(mapping=id, number=F("mapping__in_use")).select_related("mapping")
    return found.first()  # type: ignore[no-any-return]


def content_of(version: SavedMappingVersion) -> Mapping:
    """Return the mapping of a version."""
    found = mapping_of(version.content)
    assert isinstance(found, Mapping)  # it was one when it was saved
    return found


def read(mapping: Mapping, body: bytes, charset: str = "") -> Came:
    """Read a document: strip media first, and stop at the bounds.

    Args:
        mapping: without faults.
        body: the document.
        charset: the encoding that the sender declares, or "".

    Raises:
        Problem: it holds media that cannot be removed.
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
