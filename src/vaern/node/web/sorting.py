"""By what a list can be sorted: each name of a column stands for one expression, written once beside the list's query.

    SCANS = Order("-created_at", "id", reference=words("reference"), known="known", state=by_rank("state", State))

    page = paginate(Scan.objects.filter(...), SCANS, request.GET)          # ?sort=-known
    Column(_("Known"), sort="known", numeric=True)

Rows that are equal by what was asked for stand as they do without it. What is empty stands last, in both directions.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Case, F, IntegerField, Value, When
from django.db.models.functions import Lower

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from django.db.models import QuerySet

PREFIX = "by_"
"""Before the name of a sort, the name under which its value stands on a row."""


class Order:
    """The order of a list, and how it can be sorted.

    Attributes:
        default: not-null fields of the model itself, `-` for descending; the last is unique.
        by: the expression, or the path of a field, behind each name.
        turned: the names whose smallest values come from the largest of their field: an age, from when it began.
    """

    def __init__(self, *default: str, **by: Any) -> None:
        self.default = default
        self.turned = {name for name, of in by.items() if isinstance(of, str) and of.startswith("-")}
        self.by: dict[str, Any] = {
            name: F(of.removeprefix("-")) if isinstance(of, str) else of for name, of in by.items()
        }

    def standing(self, *default: str) -> Order:
        """Return the same sorts over another default."""
        other = Order(*default, **self.by)
        other.turned = self.turned
        return other

    def asked(self, parameters: Mapping[str, Any]) -> str:
        """Return the sort that an address asks for, with `-` for descending; "" for none and for one there is not."""
        given = str(parameters.get("sort", ""))
        return given if given.removeprefix("-") in self.by else ""

    def over(self, found: QuerySet[Any], sort: str) -> tuple[QuerySet[Any], tuple[str, ...]]:
        """Return the rows with the value that they are sorted by, and the order."""
        if not sort:
            return found, self.default
        name = sort.removeprefix("-")
        sign = "-" if sort.startswith("-") != (name in self.turned) else ""
        return found.annotate(**{PREFIX + name: self.by[name]}), (f"{sign}{PREFIX}{name}", *self.default)


def words(path: str) -> Any:
    """Sort by text without regard to capital letters."""
    return Lower(path)


def by_rank(path: str, values: Iterable[Any]) -> Any:
    """Sort by the place of a code among its values, such as states in the order in which they follow each other."""
    cases = [When(**{path: str(value)}, then=Value(rank)) for rank, value in enumerate(values)]
    return Case(*cases, default=None, output_field=IntegerField())
