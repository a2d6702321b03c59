"""Presentation of the parties that an organisation can notify."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _

from vaern.node.organisations import countries
from vaern.node.organisations.queries import country_names
from vaern.node.reports.base.labels import language_name
from vaern.node.reports.takedown import labels
from vaern.node.web.components import Chip, Definitions, Empty
from vaern.node.web.tables import Column, Row, Table

if TYPE_CHECKING:
    from vaern.node.reports.models import Host
    from vaern.node.web.paging import Page


def host_facts(host: Host) -> Definitions:
    """Return the current facts about a host, under the labels of the list."""
    return Definitions(
        [
            (_("Name"), host.name),
            (_("What it is"), labels.KINDS[host.kind]),
            (_("Mail address for notices"), host.abuse or "–"),
            (_("Country"), countries.named(host.country, country_names())),
            (_("Network"), host.network or "–"),
            (_("Language"), language_name(host.language)),
        ]
    )


def hosts_table(page: Page[Host]) -> Table:
    """Return the table of a page of hosts."""
    known = country_names()
    return Table(
        caption=_("Hosts"),
        columns=[
            Column(_("Name"), sort="name"),
            Column(_("What it is"), sort="kind"),
            Column(_("Mail address for notices"), sort="abuse"),
            Column(_("Country"), sort="country"),
            Column(_("Network"), sort="network"),
            Column(_("Language"), sort="language"),
        ],
        rows=[
            Row(
                [
                    host.name,
                    labels.KINDS[host.kind],
                    host.abuse or Chip(_("None: no notice can be sent"), "warning"),
                    countries.named(host.country, known),
                    host.network or "–",
                    language_name(host.language),
                ],
                url=reverse("reports:host", args=[host.pk]),
            )
            for host in page.rows
        ],
        page=page,
        empty=Empty(
            _("No hosts"),
            _("Whoever can be notified is listed here: hosting providers, owners of sites, registrars."),
            reverse("reports:new-host"),
            _("Add a host"),
        ),
        id="hosts",
    )
