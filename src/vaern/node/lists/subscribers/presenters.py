"""From the subscribers of a list, or of a subset, to what its page shows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _

from vaern.node.casework.sheets import SheetPart
from vaern.node.lists.base.signed import address
from vaern.node.lists.subscribers import queries
from vaern.node.lists.subscribers.actions import called
from vaern.node.organisations.rules import Permission
from vaern.node.web.components import Chip, Empty
from vaern.node.web.records import Offer, RowActs
from vaern.node.web.tables import Column, Row, Table

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from vaern.node.ledger.rules import Reason
    from vaern.node.lists.base.signed import Signed
    from vaern.node.lists.subscribers.queries import Subscriber
    from vaern.node.organisations.viewers import Viewer

KEPT = 8
"""Characters of a key's id by which keys of one organisation are told apart."""


def offers(viewer: Viewer, signed: Signed) -> Iterable[Offer]:
    """Return what can be done about the subscribers of a list, or a subset, of the viewer's organisation."""
    found = _found(viewer, signed)
    if found is None:
        return
    yield Offer(_("Enrol a subscriber"), address(signed, "enrol-subscriber"))
    if found:
        yield Offer(_("Hand in acknowledgements"), address(signed, "hand-in-acknowledgements"))


def list_part(viewer: Viewer, signed: Signed, _reason: Reason) -> SheetPart | None:
    """Return who uses which signed release of a list, or a subset: a part of its page, for whoever releases it."""
    found = _found(viewer, signed)
    if found is None:
        return None
    return SheetPart(_("Subscribers"), "lists/subscribers_part.html", {"table": table(signed, found)})


def _found(viewer: Viewer, signed: Signed) -> list[Subscriber] | None:
    if signed.organisation_id != viewer.organisation.id or not viewer.may(Permission.HASHLIST_RELEASE):
        return None
    return queries.subscribers_of(signed)


def table(signed: Signed, found: Sequence[Subscriber]) -> Table:
    """Return the subscribers of a list or a subset, by name."""
    return Table(
        caption=_("Who uses which signed release"),
        columns=[
            Column(_("Subscriber")),
            Column(_("Acknowledged release")),
            Column(_("Recalls it lacks"), numeric=True),
            Column(_("State")),
            Column(_("What can be done"), hidden_label=True),
        ],
        rows=[_row(signed, one) for one in found],
        empty=Empty(
            _("Nobody is enrolled"),
            _("Enrol whoever fetches the signed releases: then you see who still uses what was recalled."),
        ),
        id="subscribers",
        fixed=True,
    )


def _row(signed: Signed, one: Subscriber) -> Row:
    key, said_at = one.standing.key, one.standing.said_at
    url = address(signed, "end-subscriber", key.keyid)
    return Row(
        [
            f"{called(key)} · {key.keyid[:KEPT]}",
            f"{one.standing.version} · {date_format(timezone.localtime(said_at), 'SHORT_DATE_FORMAT')}"
            if said_at
            else "–",
            "–" if one.lacking is None else number_format(one.lacking, force_grouping=True),
            _state(one),
            RowActs(called(key), [(_("End"), url)]),
        ],
        tone="bad" if one.late else "",
    )


def _state(one: Subscriber) -> Chip:
    if one.late:
        return Chip(_("Overdue"), "bad")
    if one.standing.since is not None:
        return Chip(_("Awaited"), "warning")
    return Chip(_("Newest"), "good")
