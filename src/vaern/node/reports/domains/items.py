"""What the front page says of domain blocks: what waits for the viewer's organisation."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from vaern.node.organisations.rules import Permission
from vaern.node.reports.base.labels import named
from vaern.node.reports.domains import queries
from vaern.node.web.items import Button, Item, items_of


def waiting_items(viewer: Any) -> list[Item]:
    """Return what waits for a viewer who works on takedowns."""
    if not viewer.may(Permission.REPORT_TAKEDOWN):
        return []
    says = {
        "appeal": (_("Appeals against blocked domains"), _("Somebody appeals against a blocked domain."), "bad"),
        "wrong": (
            _("Domains whose conclusion does not stand"),
            _("The conclusion behind a blocked domain does not stand: lift it."),
            "bad",
        ),
        "answer": (
            _("Domains that another country asks us to confirm"),
            _("Another country asks us to confirm a domain."),
            "warning",
        ),
        "second": (_("Domains to be seconded"), _("A domain waits for a second person."), "warning"),
    }
    here, items = reverse("reports:domains"), []
    for what, rows in queries.waiting(viewer).items():
        title, text, tone = says[what]
        each = partial(_item, viewer, what=text, tone=tone)
        items += items_of(rows, each, title, f"{here}?waits={what}")
    return items


def _item(viewer: Any, row: dict[str, Any], what: str, tone: str) -> Item:
    own = row["organisation"] == viewer.organisation.pk
    return Item(
        name=named(row["location__report__offence"], row["location__report__code"]) if own else _("Blocked domain"),
        what=what,
        button=Button(pgettext("button", "Open"), reverse("reports:domain", args=[row["id"]])),
        about=f"report/{row['location__report']}" if own else f"domain/{row['id']}",
        tone=tone,
        since=row["asked_at"],
    )
