"""What of a record goes to a workstation, how it has to be handled, and what VICS has no place for."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import groupby, islice
from typing import TYPE_CHECKING, Any, TypeVar

from django.db.models import Q

from vaern import __version__
from vaern.formats.left import Left
from vaern.formats.vics_write import Document, write
from vaern.node.casework.releases.queries import given_sight
from vaern.node.casework.releases.terms import Handling, bounds
from vaern.node.casework.releases.transfers import bounds_of, written

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Callable, Iterable, Iterator

    from django.db.models import QuerySet

    from vaern.formats.vics_write import Version
    from vaern.node.casework.models import Casework
    from vaern.node.casework.releases.transfers import Bounds
    from vaern.node.organisations.viewers import Viewer
    from vaern.records import Entry

VERSIONS: tuple[Version, ...] = ("2.0", "1.3")

LOOKED_AT = 2_000
"""Entries that are written on trial, to say before what a document leaves out."""

OWN = Handling.AMBER_STRICT.value
"""How an organisation handles what it takes out of its own, until it says otherwise to whom it gives it."""

Row = TypeVar("Row")


@dataclass(frozen=True)
class Goods:
    """What a record has for a workstation.

    Attributes:
        total: how many entries there are, at most.
        entries: yields them, given the document that is written and what counts that which is left out.
        case: number of the case that the document can be; "" where it can only be a hash set.
        country: whose categories its classes are in, as far as that is known.
        stays: why it cannot leave the organisation at all; "" where it can.
    """

    total: int
    entries: Callable[[Document, Left], Iterable[Entry]]
    case: str = ""
    country: str = "Default"
    stays: str = ""


@dataclass(frozen=True)
class Trial:
    """What documents of the first entries leave out, by version of VICS.

    Attributes:
        looked_at: entries that were written on trial.
        entries: entries that would be missing, by reason.
        fields: fields without a place, by name.
    """

    looked_at: int = 0
    entries: dict[str, Counter[str]] = field(default_factory=dict)
    fields: dict[str, Counter[str]] = field(default_factory=dict)


def document_of(record: Casework, goods: Goods, version: Version, country: str, *, of_cases: bool) -> Document:
    """Return what a document of a record is as a whole."""
    case: dict[str, Any] = {
        "CaseID": str(record.pk),
        "CaseNumber": goods.case,
        "ContactOrganization": record.organisation.name,
        "SourceApplicationName": "vaern",
        "SourceApplicationVersion": __version__,
    }
    return Document(version, country, of_cases, cases=(case,) if of_cases else ())


def trial(record: Casework, goods: Goods) -> Trial:
    """Write the first entries in both versions, and return what is left out; nothing of them is kept."""
    found = Trial(min(goods.total, LOOKED_AT))
    for version in VERSIONS:
        document, left = document_of(record, goods, version, goods.country, of_cases=bool(goods.case)), Left()
        for _piece in write(islice(goods.entries(document, left), LOOKED_AT), document, left):
            pass
        found.entries[version], found.fields[version] = left.entries, left.fields
    return found


def held(viewer: Viewer, record: Casework) -> Bounds:
    """Return how strictly a viewer has to handle a record: as it was released to them, or as it came to their own."""
    sight = given_sight(viewer, record)
    return bounds_of([(sight.handling, sight.europol, sight.restriction)]) if sight else bounds(record)


def label_of(bound: Bounds) -> str:
    """Return the label under which a document leaves: no wider than the record came."""
    return OWN if OWN in bound.labels else bound.handling


def marking(bound: Bounds, *, synthetic: bool) -> str:
    """Return the marking of a document in words: label, Europol's codes, the restriction behind them."""
    codes = " ".join([written(bound.codes, always=False), *bound.restrictions]).strip()
    made = ["SYNTHETIC"] if synthetic else []
    return "; ".join([f"TLP:{label_of(bound).upper()}", *([f"Europol {codes}"] if codes else []), *made])


def by_content(rows: QuerySet[Any], number: str, at_once: int) -> Iterator[list[Any]]:
    """Yield rows of one content together, in the order of their MD5; those without one come last, each alone.

    Args:
        rows: with a column `md5`.
        number: column that tells rows of one MD5 apart.
        at_once: rows that are read at once.
    """

    def page(last: Any) -> list[Any]:
        if last is None:
            found = rows.filter(md5__isnull=False)
        elif last.md5 is not None:
            same = Q(md5=last.md5, **{f"{number}__gt": getattr(last, number)})
            found = rows.filter(Q(md5__gt=last.md5) | same)
        else:
            found = rows.filter(md5=None, **{f"{number}__gt": getattr(last, number)})
        read = list(found.order_by("md5", number)[:at_once])
        if not read and (last is None or last.md5 is not None):
            read = list(rows.filter(md5=None).order_by(number)[:at_once])
        return read

    return by_md5(paged(page), md5_of)


def md5_of(row: Any) -> bytes | None:
    """Return the MD5 of a row; None where it has none."""
    return None if row.md5 is None else bytes(row.md5)


def by_md5(rows: Iterable[Row], md5_of: Callable[[Row], bytes | None]) -> Iterator[list[Row]]:
    """Yield the rows of one content together, given in the order of their MD5; those without one each alone."""
    for md5, same in groupby(rows, md5_of):
        if md5 is None:
            yield from ([row] for row in same)
        else:
            yield list(same)


def paged(page: Callable[[Row | None], list[Row]]) -> Iterator[Row]:
    """Yield rows page by page: no cursor stays open while a document is sent.

    Args:
        page: returns the rows after the last one of the page before, None at first; an empty page ends it.
    """
    last: Row | None = None
    while found := page(last):
        yield from found
        last = found[-1]
