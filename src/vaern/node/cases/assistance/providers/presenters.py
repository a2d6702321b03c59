"""What the table of providers says to somebody who needs data: whom to ask, where, on what paper."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext as _

from vaern.node.cases.assistance import labels
from vaern.node.law.labels import said
from vaern.node.law.records import Basis
from vaern.node.web.components import Definitions

if TYPE_CHECKING:
    from collections.abc import Iterable

    from vaern.node.cases.rules.instruments import DataKind
    from vaern.node.cases.rules.providers import Provider
    from vaern.node.law.data import Entry
    from vaern.node.law.records import Words


def cells(row: Provider) -> list[tuple[object, object]]:
    """Return everything that a row says, names with their values; what it does not say is said too."""
    papers = [(_("On what paper: %(data)s") % {"data": label}, row.paper(data)) for data, label in labels.DATA.items()]
    return [*_whom(row), *_said([*papers, *_texts(row)])]


def provider_says(found: Entry | None, data: DataKind) -> dict[str, Any] | None:
    """Return what the table says of a provider to the authorities of a country; None where it says nothing.

    Args:
        found: the row that speaks for the country (`register.find`).
        data: what is needed of the provider.
    """
    if found is None:
        return None
    row = found.content
    return {
        "title": _("What %(provider)s answers your country") % {"provider": row.name},
        "facts": Definitions([*_whom(row), *_said([(_("On what paper"), row.paper(data)), *_texts(row)])]),
        "url": reverse("law:row", args=[found.row.pk]),
        "uncertain": not found.verified and row.basis is not Basis.READ,
    }


def _whom(row: Provider) -> list[tuple[object, object]]:
    company = _("%(entity)s, %(country)s") % {"entity": row.entity, "country": labels.country_here(row.country)}
    return [(_("Company that answers"), company), (_("Where authorities ask"), row.portal)]


def _texts(row: Provider) -> list[tuple[str, Words]]:
    return [
        (_("Where a life is in danger"), row.emergency),
        (_("Keeps data on request"), row.preserves),
        (_("What it tells the user"), row.notice),
        (_("Addressee under Directive (EU) 2023/1544"), row.addressee),
    ]


def _said(texts: Iterable[tuple[str, Words]]) -> list[tuple[object, object]]:
    return [(label, said(words) or _("The table does not say it: look at its rules.")) for label, words in texts]
