"""Reads of error rates: by whoever keeps a list, and, once published, by everybody."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Case, Count, F, Sum, When
from django.db.models.functions import Least

from vaern.node.ledger.record import record
from vaern.node.lists.figures import acts
from vaern.node.lists.models import EntryMonth, HashList
from vaern.node.lists.rules.figures import Rate, rate

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from django.db.models import QuerySet

    from vaern.node.ledger.rules import Reason
    from vaern.node.organisations.viewers import Viewer

FALSE = Case(When(recalled=True, then=F("hits")), default=Least("disputed", "hits"))
"""`rules.figures.false_hits`, in the database; a test holds them together."""


@dataclass(frozen=True)
class Month:
    """How often a list was wrong in a month; attributes as of `EntryMonth`, of all entries together.

    Attributes:
        month: its first day.
        entries: how many entries had a hit.
    """

    month: date
    entries: int
    hits: int
    false: int

    @property
    def rate(self) -> Rate | None:
        """The share of false hits with its interval; None for no hit."""
        return rate(self.false, self.hits)


def months(hash_list: HashList) -> list[Month]:
    """Return the closed months of a list with a hit, the latest first."""
    found = _closed(hash_list).order_by("-month").values_list("month")
    return [Month(*row) for row in found.annotate(n=Count("pk"), all=Sum("hits"), false=Sum(FALSE))]


def entries(hash_list: HashList) -> Iterator[EntryMonth]:
    """Yield what the months are made of."""
    yield from _closed(hash_list).order_by("month", "digest").iterator(5_000)


def _closed(hash_list: HashList) -> QuerySet[EntryMonth]:
    return EntryMonth.of(list=hash_list).filter(month__lte=hash_list.figures_closed or "0001-01-01")


@transaction.atomic
def opened(viewer: Viewer, hash_list: HashList, reason: Reason) -> list[Month]:
    """Return the closed months of a list to whoever keeps it; recorded."""
    record(acts.CONSULTED, hash_list.subject, viewer.actor, reason)
    return months(hash_list)


def published() -> list[HashList]:
    """Return the lists whose error rates are published."""
    return list(HashList.everywhere.filter(figures=True).select_related("organisation").order_by("title", "name"))


def find(name: str) -> HashList | None:
    """Return a list whose error rates are published; None for any other, and for none."""
    found: HashList | None = HashList.everywhere.filter(figures=True, name=name).first()
    return found
