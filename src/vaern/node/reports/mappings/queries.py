"""Queries of mappings. Mappings hold no casework, so reading one is not recorded; using one is."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.db.models import Count, F, Max, Sum

from vaern.node.reports.models import Original, SavedMapping, SavedMappingUse, SavedMappingVersion

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from vaern.node.organisations.viewers import Viewer

MOST_USES = 50


@dataclass(frozen=True)
class Listed:
    """A mapping in the list.

    Attributes:
        saved, version: the mapping, and the version in use.
        taken, last: number of reports read by all its versions, and the moment of the last document.
    """

    saved: SavedMapping
    version: SavedMappingVersion
    taken: int
    last: datetime | None


@dataclass(frozen=True)
class Sheet:
    """The page of a mapping.

    Attributes:
        saved: the mapping.
        versions: the newest first, each with the number of stored documents that it read.
        uses: the latest first.
        faults: faults in documents that the version in use read: code, path in the mapping or "", and count, the most
            frequent first.
    """

    saved: SavedMapping
    versions: list[tuple[SavedMappingVersion, int]] = field(default_factory=list)
    uses: list[SavedMappingUse] = field(default_factory=list)
    faults: list[tuple[str, str, int]] = field(default_factory=list)

    @property
    def in_use(self) -> SavedMappingVersion:
        """The version in use."""
        return next(one for one, _read in self.versions if one.number == self.saved.in_use)


def mappings(viewer: Viewer) -> list[Listed]:
    """Return the mappings of the viewer's organisation, by name; retired ones come last."""
    own = SavedMapping.objects.all()
    used = SavedMappingUse.objects.all().values_list("version__mapping")
    sums = {id: (taken, last) for id, taken, last in used.annotate(taken=Sum("taken"), last=Max("at")).order_by()}
    versions = {version.mapping_id: version for version in _in_use(viewer)}
    return [
        Listed(saved, versions[saved.pk], *sums.get(saved.pk, (0, None)))
        for saved in own.order_by(F("retired_at").asc(nulls_first=True), "name")
    ]


def _in_use(viewer: Viewer) -> list[SavedMappingVersion]:
    own = SavedMappingVersion.objects.filter(number=F("mapping__in_use"))
    return list(own.select_related("mapping"))


def readable(viewer: Viewer) -> list[SavedMappingVersion]:
    """Return the versions in use, by name."""
    return sorted((one for one in _in_use(viewer) if one.mapping.retired_at is None), key=lambda one: one.name)


def find(viewer: Viewer, id: UUID) -> SavedMapping | None:
    """Return a mapping of the viewer's own organisation."""
    found: SavedMapping | None = SavedMapping.objects.filter(pk=id).first()
    return found


def version(viewer: Viewer, id: UUID, number: int) -> SavedMappingVersion | None:
    """Return one version of a mapping of the viewer's own organisation."""
    found = SavedMappingVersion.objects.filter(mapping=id, number=number)
    return found.select_related("mapping").first()  # type: ignore[no-any-return]


def sheet(viewer: Viewer, saved: SavedMapping) -> Sheet:
    """Return the contents of a mapping's page: counts of reports, and nothing of any report."""
    versions = list(SavedMappingVersion.objects.filter(mapping=saved).select_related("made_by").order_by("-number"))
    read = dict(Original.of(read_by__in=versions).values_list("read_by").annotate(n=Count("pk")).order_by())
    uses = list(SavedMappingUse.of(version__in=versions).select_related("version").order_by("-at")[:MOST_USES])
    counted: dict[str, int] = {}
    for use in uses:
        if use.version.number == saved.in_use:
            for told, times in use.faults.items():
                counted[told] = counted.get(told, 0) + times
    often = sorted(counted.items(), key=lambda one: (-one[1], one[0]))
    faults = [(code, place, times) for told, times in often for code, _, place in [told.partition(" ")]]
    return Sheet(saved, [(one, read.get(one.pk, 0)) for one in versions], uses, faults)
