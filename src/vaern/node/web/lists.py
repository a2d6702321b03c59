"""A list as a page: what an address asks of it, and the page that is a heading, the way to it, and a table.

    class ScanFilters(Filters):
        q = Words()
        state = Choice(State)

    search = Search(**ScanFilters(request.GET).values)
    return list_page(request, title=_("Scans"), table=scans_table(found, search))

An address is written by anybody: what is none of the choices falls away, and never is an error. How rows are sorted,
paged and drawn is in `tables` and `paging`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django import forms
from django.shortcuts import render

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from django.http import HttpRequest, HttpResponse

    from vaern.node.web.tables import Table

LONGEST = 100
"""Characters that a search takes; what is longer is cut."""


class Words(forms.CharField):
    """What is searched for: printable, without spaces around it, cut where it is too long."""

    def __init__(self, *, longest: int = LONGEST, upper: bool = False) -> None:
        super().__init__(required=False)
        self.longest, self.upper = longest, upper

    def to_python(self, value: Any) -> str:
        """Return the words."""
        text = "".join(sign for sign in str(value or "") if sign.isprintable()).strip()[: self.longest]
        return text.upper() if self.upper else text


class Choice(forms.ChoiceField):
    """One of some values, or none of them."""

    def __init__(self, values: Iterable[str]) -> None:
        super().__init__(required=False, choices=[(str(value), str(value)) for value in values])


class Filters(forms.Form):
    """What somebody wants to see of a list, as it stands in an address."""

    def __init__(self, given: Mapping[str, Any]) -> None:
        super().__init__(given)

    @property
    def values(self) -> dict[str, Any]:
        """What is asked, by name; `q`, which is searched for, as `text`. Of what cannot be asked, "" as if unsaid."""
        self.full_clean()
        return {"text" if name == "q" else name: self.cleaned_data.get(name, "") for name in self.fields}


def one_of(given: Mapping[str, Any], name: str, values: Iterable[str]) -> str:
    """Return which of some values an address asks for by one name; "" where it is none of them."""
    found = str(given.get(name, ""))
    return found if found in {str(value) for value in values} else ""


def number(given: str | None, otherwise: int = 0, *, most: int = 10**9) -> int:
    """Return a whole number of an address; another where it is none, below nought or beyond what there can be."""
    try:
        found = forms.IntegerField(min_value=0, max_value=most).clean(given)
    except forms.ValidationError:
        return otherwise
    return int(found)


@dataclass(frozen=True)
class Button:
    """What can be done beside a list."""

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
        title: of the page, and the last of the crumbs.
        table: the list.
        heading: above it, if it is another than the title.
        crumbs: the pages above this one; without any there is no way shown.
        lead: what the list is, in a sentence or two.
        note: stands under it.
        buttons: what can be done.
        extra: what a template of its own shows too.
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
