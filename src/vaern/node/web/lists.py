"""List pages: filters from the query string, and a page with heading, breadcrumbs and table.

    class ScanFilters(Filters):
        q = Words()
        state = Choice(State)

    search = Search(**ScanFilters(request.GET).values)
    return list_page(request, title=_("Scans"), table=scans_table(found, search))

Query strings are untrusted: an invalid choice is ignored, never an error. Sorting, paging and rendering of rows are in
`tables` and `paging`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django import forms
from django.shortcuts import render

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from django.http import HttpRequest, HttpResponse

    from vaern.node.web.tables import Table

LARGEST_ID = 2**63 - 1
"""The largest number that a row of the database can have."""

LONGEST = 100
"""Characters that a search takes; what is longer is cut."""


class Words(forms.CharField):
    """Search text: printable, stripped, truncated to a maximum length."""

    def __init__(self, *, longest: int = LONGEST, upper: bool = False) -> None:
        super().__init__(required=False)
        self.longest, self.upper = longest, upper

    def to_python(self, value: Any) -> str:
        """Return the words."""
        text = "".join(sign for sign in str(value or "") if sign.isprintable()).strip()[: self.longest].rstrip()
        return text.upper() if self.upper else text


class Choice(forms.ChoiceField):
    """One of several values, or ""."""

    def __init__(self, values: Iterable[str]) -> None:
        super().__init__(required=False, choices=[(str(value), str(value)) for value in values])


class Filters(forms.Form):
    """The filters of a list, read from a query string."""

    def __init__(self, given: Mapping[str, Any]) -> None:
        super().__init__(given)

    @property
    def values(self) -> dict[str, Any]:
        """The value of each filter by name, `q` as `text`; "" for invalid values."""
        self.full_clean()
        return {"text" if name == "q" else name: self.cleaned_data.get(name, "") for name in self.fields}


def one_of(given: Mapping[str, Any], name: str, values: Iterable[str]) -> str:
    """Return a query parameter if it is one of several values, else ""."""
    found = str(given.get(name, ""))
    return found if found in {str(value) for value in values} else ""


def number(given: str | None, otherwise: int = 0, *, most: int = 10**9) -> int:
    """Return a non-negative integer from a query parameter, or a default if it is invalid or too large."""
    try:
        found = forms.IntegerField(min_value=0, max_value=most).clean(given)
    except forms.ValidationError:
        return otherwise
    return int(found)


def ids(given: Iterable[str], most: int) -> list[UUID]:
    """Return the ids that ticked boxes sent, in their order, of the first so many; what is no id falls away."""
    found = []
    for text in list(given)[:most]:
        try:
            found.append(UUID(text))
        except ValueError:
            continue
    return found


@dataclass(frozen=True)
class Button:
    """An action beside a list."""

    label: object
    url: str
    primary: bool = False


def list_page(
    request: HttpRequest,
    *,
    title: object,
    table: Table,
    heading: object = "",
    crumbs: Sequence[tuple[object, str]] = (),
    lead: object = "",
    note: object = "",
    buttons: Sequence[Button] = (),
    extra: Mapping[str, Any] | None = None,
    template: str = "web/list.html",
) -> HttpResponse:
    """Answer with a page that is a table.

    Args:
        request: of the page.
        title: of the page, and the last breadcrumb.
        table: the list.
        heading: if it differs from the title.
        crumbs: the pages above this one; none shows no breadcrumbs.
        lead: what the list is, in a sentence or two.
        note: shown below the table.
        buttons: the actions offered.
        extra: further context for the template.
        template: one that extends `web/list.html`.
    """
    context = {
        "title": title,
        "heading": heading or title,
        "crumbs": crumbs,
        "lead": lead,
        "note": note,
        "buttons": buttons,
        "table": table,
    }
    return render(request, template, {**context, **(extra or {})})
