"""Reads of how two releases of a list differ; each is recorded."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db import transaction

from vaern.node.ledger.record import record
from vaern.node.lists.comparing import acts, statements
from vaern.node.lists.comparing.statements import Changed, Span
from vaern.node.lists.models import ReleaseDay
from vaern.node.lists.rules.releases import Difference, differences
from vaern.node.organisations.actions import allow
from vaern.node.organisations.rules import Permission
from vaern.node.web.lists import number
from vaern.node.web.paging import SIZE, Page

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from vaern.node.ledger.rules import Reason
    from vaern.node.lists.models import HashList
    from vaern.node.lists.rules.releases import Pair
    from vaern.node.organisations.viewers import Viewer

OFFERED = 60
"""Days with a release that the page offers; others are asked for by their address."""

AT_ONCE = 2_000
LARGEST = 2**63 - 1


@dataclass(frozen=True)
class Asked:
    """Which releases are compared, as an address says it: a day, or a release's number; "" for what is usual.

    Attributes:
        old: from which; "" for the last release of the day before the newer one's.
        new: to which; "" for the last there is.
        difference: which entries are listed; "" for all that differ.
    """

    old: str = ""
    new: str = ""
    difference: str = ""


@dataclass(frozen=True)
class Comparison:
    """How two releases differ.

    Attributes:
        days: the last days with a release, the latest first.
        counts: how many entries there are of each difference; one that has two counts in both.
        total: how many entries differ.
        page: of those that were asked for.
    """

    hash_list: HashList
    asked: Asked
    span: Span
    days: list[ReleaseDay]
    counts: dict[Difference, int]
    total: int
    page: Page[Any]


def span_of(hash_list: HashList, asked: Asked) -> Span:
    """Return which two releases are asked for; the earlier one is the older, in whichever order they are named."""
    new = hash_list.published if (found := _release(hash_list, asked.new)) is None else found
    old = _release(hash_list, asked.old)
    if old is None:
        before = ReleaseDay.of(list=hash_list).filter(release__lt=new).order_by("-day")
        last_day = ReleaseDay.of(list=hash_list).filter(release__gte=new).order_by("day").first()
        before = before.filter(day__lt=last_day.day) if last_day else before
        old = before.values_list("release", flat=True).first() or 0
    return Span(hash_list.pk, min(old, new), max(old, new))


def _release(hash_list: HashList, text: str) -> int | None:
    """Return the number of a release that is named by itself or by a day; None where neither is."""
    if text.isascii() and text.isdigit():
        return min(int(text[:18]), hash_list.published)
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    found = ReleaseDay.of(list=hash_list).filter(day__lte=day).order_by("-day").values_list("release", flat=True)
    return found.first() or 0


@transaction.atomic
def compare(
    viewer: Viewer, hash_list: HashList, reason: Reason, asked: Asked, parameters: Mapping[str, Any]
) -> Comparison:
    """Return how two releases of a list differ, with a page of the entries; recorded with how many were shown."""
    span = span_of(hash_list, asked)
    pairs = statements.counts(span)
    page = _page(span, wanted(pairs, asked), parameters)
    days = list(ReleaseDay.of(list=hash_list).order_by("-day")[:OFFERED])
    record(acts.COMPARED, hash_list.subject, viewer.actor, reason, count=len(page.rows), details=_said(span, asked))
    return Comparison(hash_list, asked, span, days, counted(pairs), sum(pairs.values()), page)


@transaction.atomic
def take_out(viewer: Viewer, hash_list: HashList, reason: Reason, asked: Asked) -> Iterator[Changed]:
    """Return all entries that differ, for a file; recorded with how many they are before the first leaves."""
    allow(viewer, Permission.HASHLIST_RELEASE)
    span = span_of(hash_list, asked)
    pairs = wanted(statements.counts(span), asked)
    count = sum(pairs.values())
    record(acts.TAKEN_OUT, hash_list.subject, viewer.actor, reason, count=count, details=_said(span, asked))
    return statements.every(span, pairs, AT_ONCE)


def wanted(pairs: dict[Pair, int], asked: Asked) -> dict[Pair, int]:
    """Return of some pairs those with the difference that is asked for."""
    return {pair: n for pair, n in pairs.items() if not asked.difference or asked.difference in differences(pair)}


def counted(pairs: dict[Pair, int]) -> dict[Difference, int]:
    """Return how many entries have each difference."""
    found: Counter[Difference] = Counter()
    for pair, count in pairs.items():
        found.update(dict.fromkeys(differences(pair), count))
    return {one: found[one] for one in Difference}


def _page(span: Span, pairs: dict[Pair, int], parameters: Mapping[str, Any]) -> Page[Any]:
    after, before = (number(parameters.get(name), -1, most=LARGEST) for name in ("after", "before"))
    backwards = before >= 0 > after
    rows = statements.changed(span, pairs, before if backwards else after, SIZE + 1, backwards=backwards)
    more = len(rows) > SIZE
    rows = rows[-SIZE:] if backwards else rows[:SIZE]
    further, back = (True, more) if backwards else (more, after >= 0)
    return Page(
        rows,
        str(rows[-1].entry) if rows and further else "",
        str(rows[0].entry) if rows and back else "",
        total=sum(pairs.values()),
    )


def _said(span: Span, asked: Asked) -> str:
    return " ".join(filter(None, (f"{span.old} to {span.new}", asked.difference)))
