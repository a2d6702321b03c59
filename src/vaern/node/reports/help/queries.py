"""Which help a desk's readers get. Nothing here is about anybody, so nothing is recorded."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils import timezone

from vaern.node.law.labels import said
from vaern.node.reports.help.register import current
from vaern.node.reports.models import Desk
from vaern.node.reports.rules.help_lines import HelpLine, Whence, line_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from vaern.node.organisations.viewers import Viewer
    from vaern.node.reports.rules.help_lines import Whom


@dataclass(frozen=True)
class Help:
    """Whom somebody can turn to.

    Attributes:
        name, at: what it is called, and how it is reached; "" where there is none.
        says: cost and hours.
        whence: who says it.
    """

    name: str
    at: str
    says: str
    whence: Whence


def desk_with_form(viewer: Viewer) -> Desk | None:
    """Return the desk of the viewer's organisation if it has a public form, on which children read of help."""
    own = Desk.of(organisation=viewer.organisation).exclude(public_name="")
    found: Desk | None = own.select_related("organisation__member").first()
    return found


def for_children(desk: Desk, rows: Iterable[HelpLine] | None = None) -> Help:
    """Return what a child reads at a desk: what the desk says for children, else its country's, else its union's.

    Where there is none of these it is what the desk names for all who report, or nothing.
    """
    if desk.child_help_at:
        return Help(desk.child_help_name, desk.child_help_at, "", Whence.DESK)
    country = desk.organisation.member.code if desk.organisation.member else ""
    if found := line_of(current() if rows is None else rows, country, "child", timezone.localdate()):
        return _help(found, country)
    if desk.help_name or desk.help_at:
        return Help(desk.help_name, desk.help_at, "", Whence.REPORTERS)
    return Help("", "", "", Whence.NOBODY)


def of_country(country: str, whom: Whom, rows: Iterable[HelpLine]) -> Help | None:
    """Return a help line of a country, or of its union; None where none is known."""
    found = line_of(rows, country, whom, timezone.localdate())
    return _help(found, country) if found else None


def _help(one: HelpLine, country: str) -> Help:
    whence = Whence.COUNTRY if one.country == country else Whence.UNION
    return Help(said(one.name), one.at, said(one.says), whence)
