"""Media of a workstation as files of a series, and what was said of these before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Count

from vaern.node.victims.models import Member
from vaern.records import DIGEST_KINDS

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence
    from uuid import UUID

    from vaern.node.victims.models import Series
    from vaern.records import Entry

MOST_GRADES = 50
"""Grades that the page of the files counts."""


def members_of(series: Series, media: Sequence[Entry]) -> list[set[str]]:
    """Return of each medium the numbers of the files of a series that have one of its exact digests."""
    there: dict[tuple[str, bytes], set[str]] = {}
    for kind in DIGEST_KINDS:
        values = {one.value for row in media for one in row.signals if one.kind == kind}
        rows = Member.of(series=series).filter(**{"organisation": series.organisation_id, f"{kind}__in": values})
        for number, value in rows.values_list("pk", kind) if values else ():
            there.setdefault((kind, bytes(value)), set()).add(str(number))
    return [set().union(*(there.get((one.kind, one.value), ()) for one in row.signals)) for row in media]


def numbers(keys: Iterable[str]) -> list[int]:
    """Return the numbers of files among texts that came back from a page."""
    return [int(key) for key in keys if key.isascii() and key.isdecimal() and len(key) < 19]


def standing(series: Series, _organisation: UUID, keys: Collection[str]) -> dict[str, str]:
    """Return of files of a series, by their numbers, how they are graded now; what nobody graded is left out."""
    rows = Member.of(series=series).filter(pk__in=numbers(keys)).exclude(graded="")
    return {str(number): graded for number, graded in rows.values_list("pk", "graded")}


def grades(series: Series) -> list[tuple[str, int]]:
    """Return the grades that people at workstations gave, and how many files have each."""
    found = Member.of(series=series).exclude(graded="").values_list("graded").annotate(count=Count("id"))
    return list(found.order_by("graded")[:MOST_GRADES])
