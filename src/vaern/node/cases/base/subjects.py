"""What a page that asks for a decision says of the case that it is about: its code, and the way to it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext as _

from vaern.node.cases.base import labels
from vaern.node.web.components import Definitions, Link, When

if TYPE_CHECKING:
    from vaern.node.cases.models import Case


def at(case: Case) -> str:
    """Return the address of a case's page."""
    return reverse("cases:case", args=[case.pk])


def about(case: Case, back: str = "") -> dict[str, Any]:
    """Return the arguments of `decide` that say which case it is about; `back` if it began on another page."""
    here = at(case)
    return {
        "subject": Definitions([(_("Case"), Link(case.code, here)), (_("Opened"), When(case.created_at))]),
        "crumbs": [(_("Cases"), reverse("cases:cases")), (case.code, here)],
        "back": back or here,
    }


def as_it_is(case: Case) -> Definitions:
    """Return the columns that people change, to show to somebody whose change was overtaken."""
    return Definitions(
        [
            (_("State"), labels.state(case.state)),
            (_("Journal number"), case.reference or "–"),
            (_("Lead"), case.lead.name if case.lead else _("Nobody yet")),
            (_("Urgent"), _("Yes") if case.urgent else _("No")),
        ]
    )
