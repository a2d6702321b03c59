"""What the pages of members show."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _

from vaern.node.alliance.membership import labels
from vaern.node.alliance.rules.membership import Backing
from vaern.node.web.components import Chip, Definitions, Empty
from vaern.node.web.tables import Column, Row, Table

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from vaern.node.alliance.models import Backing as BackingRow
    from vaern.node.alliance.models import Membership


def members_context(rows: Iterable[Membership]) -> dict[str, Any]:
    """Return what the list of members shows."""
    found = sorted(rows, key=lambda row: str(row.member))
    now, gone = [row for row in found if row.left is None], [row for row in found if row.left is not None]
    return {"now": _now(now), "gone": _gone(gone) if gone else None}


def _now(rows: Sequence[Membership]) -> Table:
    return Table(
        caption=_("Members"),
        id="members",
        columns=[Column(_("Country")), Column(_("Member since")), Column(_("Endorsed by")), Column(_("Backing"))],
        rows=[
            Row(
                [
                    str(row.member),
                    row.joined,
                    f"{row.endorsed_by}, {row.office}",
                    Chip(_("Backed"), "good") if row.backings.all() else Chip(_("None recorded")),
                ],
                url=reverse("alliance:member", args=[row.member_id]),
            )
            for row in rows
        ],
        empty=Empty(_("No country is a member yet"), _("A country joins by endorsing the principles.")),
    )


def _gone(rows: Sequence[Membership]) -> Table:
    return Table(
        caption=_("Countries that left"),
        id="left",
        show_caption=True,
        columns=[Column(_("Country")), Column(_("Member since")), Column(_("Left on")), Column(_("Why"))],
        rows=[
            Row(
                [str(row.member), row.joined, row.left, row.left_why],
                url=reverse("alliance:member", args=[row.member_id]),
            )
            for row in rows
        ],
    )


def about(row: Membership) -> dict[str, Any]:
    """Return the arguments of `decide` that say which membership it is about."""
    here = reverse("alliance:member", args=[row.member_id])
    return {
        "subject": Definitions([(_("Country"), row.member), (_("Member since"), row.joined)]),
        "crumbs": [(_("Members"), reverse("alliance:members")), (row.member, here)],
        "back": here,
    }


def member_context(rows: Sequence[Membership]) -> dict[str, Any]:
    """Return what the page of a country shows; `rows` are its memberships, the latest first."""
    latest = rows[0]
    return {
        "member": latest.member,
        "active": latest.left is None,
        "memberships": [(Definitions(_facts(row)), _backings(row)) for row in rows],
    }


def _facts(row: Membership) -> list[tuple[object, object]]:
    facts: list[tuple[object, object]] = [
        (_("Member since"), row.joined),
        (_("Endorsed by"), f"{row.endorsed_by}, {row.office}"),
        (_("Document"), row.document),
    ]
    return facts if row.left is None else [*facts, (_("Left on"), row.left), (_("Why"), row.left_why)]


def _backings(row: Membership) -> Table:
    return Table(
        caption=_("Political backing"),
        id=f"backing-{row.pk}",
        show_caption=True,
        columns=[Column(_("Kind")), Column(_("Date")), Column(_("Document"))],
        rows=[Row([labels.BACKINGS[Backing(one.kind)], one.date, _document(one)]) for one in row.backings.all()],
        empty=Empty(_("No backing recorded"), ""),
    )


def _document(row: BackingRow) -> object:
    return format_html('<a href="{}" rel="noreferrer">{}</a>', row.url, row.document) if row.url else row.document
