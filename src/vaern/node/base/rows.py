"""The one row that a query can find."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from django.db.models import Model

if TYPE_CHECKING:
    from django.db.models import QuerySet

Row = TypeVar("Row", bound=Model)


def one_or_none(found: QuerySet[Row]) -> Row | None:
    """Return the row of a query that finds one at most, as by an id.

    `first` would sort that row, for which Django compares all of its columns.
    """
    return next(iter(found), None)
