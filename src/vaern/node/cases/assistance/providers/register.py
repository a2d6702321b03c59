"""The register of providers, and what it says to somebody who needs data: dated and verified as all rows of law are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from vaern.node.cases.assistance import labels
from vaern.node.cases.assistance.providers.forms import ProviderForm
from vaern.node.cases.assistance.providers.presenters import cells
from vaern.node.cases.rules.provider_files import providers
from vaern.node.cases.rules.providers import Provider, problems, speaks_for
from vaern.node.law.data import entries
from vaern.node.law.registers import LawTable, Register

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from vaern.node.law.data import Entry

TABLE = "provider"
MOST_NAMED = 3
"""Countries that a row names one by one in its line; of more it says how many."""


def key_of(row: Provider) -> str:
    """Return how a row is named in all its versions: provider, country of the company, first day."""
    return f"{row.code} {row.country} {row.since.isoformat()}"


def current() -> list[Entry]:
    """Return the rows that count."""
    return entries([TABLE])


def find(named: str, country: str, on: date | None = None) -> Entry | None:
    """Return the row that speaks for the authorities of a country, of a provider that somebody calls so.

    Args:
        named: code, name or a service of it, in any case.
        country: of who asks.
        on: the day; today if left out.
    """
    word = named.strip().casefold()
    if not word:
        return None
    rows = current()
    known = {one.content.code for one in rows if word in _words(one.content)}
    if len(known) != 1:
        return None
    found = speaks_for([one.content for one in rows], known.pop(), country, on or timezone.localdate())
    return next((one for one in rows if one.content is found), None)


def names() -> list[str]:
    """Return what providers and their services are called, to choose from."""
    return sorted({word for one in current() for word in (one.content.name, *one.content.services)}, key=str.casefold)


def _words(row: Provider) -> set[str]:
    return {word.casefold() for word in (row.code, row.name, *row.services)}


def _says(row: Provider) -> str:
    few = ", ".join(row.serves) if len(row.serves) <= MOST_NAMED else ""
    whom = few or (_("%(count)s countries") % {"count": len(row.serves)} if row.serves else _("every other country"))
    return _("%(name)s: %(entity)s (%(country)s) answers %(whom)s") % {
        "name": row.name,
        "entity": row.entity,
        "country": row.country,
        "whom": whom,
    }


def _abouts() -> Iterable[tuple[str, str]]:
    return sorted({(one.code, one.name) for one in providers()})


def _form(data: Any = None, *, content: Provider | None = None) -> ProviderForm:
    return ProviderForm(data, content=content)


REGISTER = Register(
    "providers",
    gettext_lazy("Providers, and what they give on what paper"),
    gettext_lazy("Which company answers your country, where to ask, and what it tells the user."),
    tables=(
        LawTable(
            TABLE,
            gettext_lazy("Providers"),
            Provider,
            key=key_of,
            of_files=providers,
            says=_says,
            about=lambda one: one.code,
            cells=cells,
            form=_form,
        ),
    ),
    about_label=gettext_lazy("Provider"),
    abouts=_abouts,
    country_name=labels.country_here,
    problems=lambda: problems(one.content for one in current()),
)
