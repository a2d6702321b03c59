"""Turn what the queries return into what the page shows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from vaern.node.web.components import Definitions, Empty, When
from vaern.node.web.tables import Column, Row, Table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vaern.node.crosscheck.hubs.queries import Held, Overview, Told


def told_table(found: Sequence[Told]) -> Table:
    """Return the hubs of this node."""
    return Table(
        caption=_("Hubs of this node"),
        columns=[
            Column(_("Node")),
            Column(_("Records told of"), numeric=True),
            Column(_("To be told again"), numeric=True),
            Column(_("Matches elsewhere"), numeric=True),
        ],
        rows=[Row([one.hub.name, one.records, one.behind, one.met]) for one in found],
        empty=Empty(
            _("No hub"),
            _("Keyed values go to a node once administrators of both have agreed that they do, under Exchange."),
        ),
        id="told",
    )


def held_table(found: Sequence[Held]) -> Table:
    """Return the members of which this node is a hub."""
    return Table(
        caption=_("Members of this hub"),
        columns=[
            Column(_("Node")),
            Column(_("Records"), numeric=True),
            Column(_("Keyed values"), numeric=True),
            Column(_("Matches"), numeric=True),
        ],
        rows=[Row([one.member.name, one.records, one.values, one.met]) for one in found],
        id="held",
    )


def key_facts(found: Overview) -> Definitions:
    """Return what is to be known of the key of the members: never the key."""
    shared = ", ".join(peer.name for peer in found.shared_with) or _("Nobody yet")
    if found.secret is None:
        return Definitions([(_("Key"), _("None yet")), (_("Shared with"), shared)])
    came = found.secret.came_from.name if found.secret.came_from else _("This node")
    return Definitions(
        [
            (_("Key"), found.secret.number),
            (_("Made by"), came),
            (_("Here since"), When(found.secret.made_at)),
            (_("Shared with"), shared),
        ]
    )
