"""The work package as a document: the exact addresses of claimed reports, in memory only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.conf import settings

from vaern.formats import work_package
from vaern.formats.cybertipline_terms import ANNOTATIONS
from vaern.node.base.sealing import Unsealable
from vaern.node.reports.base.content import item_of
from vaern.node.reports.base.known import is_spared
from vaern.node.reports.models import Item, Report
from vaern.proofs.envelopes import enveloped

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from vaern.arrivals import Location
    from vaern.node.reports.base.content import ItemContent
    from vaern.node.reports.models import Scheme, WorkPackage
    from vaern.proofs.checkpoints import SigningKey

MARKS = tuple(ANNOTATIONS.values())
"""The codes that an answer may set."""

HASHES = ("md5", "sha1", "sha256", "pdq")


@dataclass(frozen=True)
class Packed:
    """One report as it goes into a package, with its items that can be looked at.

    Attributes:
        spared: items left out, because they are known or were seen before.
        sealed_away: items left out, because this node cannot unseal them.
    """

    report: Report
    items: list[tuple[Item, ItemContent]]
    spared: int
    sealed_away: int

    @property
    def addresses(self) -> int:
        """How many exact addresses of the network are in it."""
        places = (_place(content) for _item, content in self.items)
        return sum(place is not None and bool(place.url) for place in places)


def packed(reports: Sequence[Report], *, known: bool) -> list[Packed]:
    """Return what a package of these reports would hold.

    Args:
        reports: of one organisation.
        known: items that are known or were seen before go along too.
    """
    by_report: dict[object, list[Item]] = {report.pk: [] for report in reports}
    for item in Item.of(report__in=reports).order_by("number"):
        by_report[item.report_id].append(item)
    return [_packed(report, by_report[report.pk], known=known) for report in reports]


def _packed(report: Report, items: Iterable[Item], *, known: bool) -> Packed:
    found, spared, sealed_away = [], 0, 0
    for item in items:
        if is_spared(item) and not known:
            spared += 1
            continue
        try:
            content = item_of(item)
        except Unsealable:
            sealed_away += 1
            continue
        if _place(content) is not None or content.file is not None:
            found.append((item, content))
    return Packed(report, found, spared, sealed_away)


def document(package: WorkPackage, contents: Sequence[Packed], node: str) -> work_package.Package:
    """Return a package as the plain record that is written.

    Args:
        package: its record, not saved yet.
        contents: what is in it.
        node: name of the key that signs it.
    """
    station, terms = package.station, package.terms
    licence = work_package.Licence(terms.authority, terms.number, terms.valid_until.isoformat())
    return work_package.Package(
        format=work_package.PACKAGE,  # type: ignore[arg-type]
        package=package.pk,
        code=package.code,
        origin=work_package.Origin(node, package.organisation.name),
        station=work_package.Station(station.pk, station.name, licence),
        made_at=package.made_at,
        expires_at=package.expires_at,
        answer_to=f"{settings.CONFIGURATION.address.rstrip('/')}/api/packages/{package.pk}/answers",
        marks=MARKS,
        reports=tuple(_report(one) for one in contents),
        scheme=_scheme(package.scheme) if package.scheme else None,
        synthetic=settings.CONFIGURATION.synthetic,
    )


def signed(document: work_package.Package, key: SigningKey) -> bytes:
    """Return a package in the envelope that says from which node it is."""
    return enveloped(work_package.written(document), work_package.PAYLOAD, key)


def _report(one: Packed) -> work_package.PackageReport:
    report = one.report
    return work_package.PackageReport(
        report=report.code,
        offence=report.offence,
        items=tuple(_item(report.code, item, content) for item, content in one.items),
        due_at=report.still_due,
        urgent=report.urgent,
    )


def _item(code: str, item: Item, content: ItemContent) -> work_package.PackageItem:
    place, file = _place(content), content.file
    hashes: dict[str, list[str]] = {}
    for signal in file.signals if file else ():
        if signal.kind in HASHES:
            hashes.setdefault(signal.kind, []).append(signal.value.hex())
    for kind in ("md5", "sha1", "sha256"):
        if value := getattr(item, kind):
            hashes.setdefault(kind, [bytes(value).hex()])
    return work_package.PackageItem(
        item=item.number,
        ref=work_package.ref(code, item.number),
        url=place.url if place else "",
        service=place.service if place else "",
        account=place.account if place else "",
        ip=place.ip if place else "",
        medium=place.medium if place else "",
        seen_at=place.seen_at if place else None,
        name=file.name if file and not (place and place.url) else "",
        mime=item.mime,
        size=item.size,
        hashes={kind: tuple(dict.fromkeys(values)) for kind, values in hashes.items()},
    )


def _scheme(scheme: Scheme) -> work_package.Classification:
    classes = tuple(work_package.Class(value["code"], dict(value["label"])) for value in scheme.values)
    return work_package.Classification(scheme.code, scheme.version, dict(scheme.name), classes)


def _place(content: ItemContent) -> Location | None:
    return content.location or (content.file.location if content.file else None)
