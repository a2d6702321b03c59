"""Queries of help lines for a desk's readers. They concern no person, so they are not recorded."""

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
    """A place to turn to for help.

    Attributes:
        name, at: its name, and how it is reached; "" without one.
        says: cost and hours.
        whence: its source: desk, country, union or general.
    """

    name: str
    at: str
    says: str
    whence: Whence


def desk_with_form(viewer: Viewer) -> Desk | None:
    """Return the desk of the viewer's organisation if it has a public form, which shows help to children."""
    own = Desk.of(organisation=viewer.organisation).exclude(public_name="")
    found: Desk | None = own.select_related("organisation__member").first()
    return found


def for_children(desk: Desk, rows: Iterable[HelpLine] | None = None) -> Help:
    """Return the help for children at a desk: the desk's own for children, else its country's, else its union's.

    Without any of these, it is the desk's help for all reporters, or nothing.
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
    """Return a help line of a country or its union; None if none is known."""
    found = line_of(rows, country, whom, timezone.localdate())
    return _help(found, country) if found else None


def _help(one: HelpLine, country: str) -> Help:
    whence = Whence.COUNTRY if one.country == country else Whence.UNION
    return Help(said(one.name), one.at, said(one.says), whence)
