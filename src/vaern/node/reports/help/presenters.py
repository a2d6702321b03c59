"""Presentation of help lines: as a child reads them, and for the card of a desk without one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from vaern.node.reports.rules.help_lines import Whence, dialled

if TYPE_CHECKING:
    from vaern.node.reports.help.queries import Help


@dataclass(frozen=True)
class Shown:
    """A help line on a page.

    Attributes:
        name, at: its name, and how it is reached.
        number: the number to dial; "" if it is not reached by a number alone.
        says: cost and hours, or what to do instead.
    """

    name: str
    at: str
    number: str
    says: str

    @property
    def known(self) -> bool:
        """Whether there is a help line at all."""
        return bool(self.name or self.at)

    def __str__(self) -> str:
        named = f"{self.name} {self.at}".strip()
        return f"{named}. {self.says}".strip() if named else self.says


def line(found: Help) -> Shown:
    """Return a help line in its own words."""
    return Shown(found.name, found.at, dialled(found.at), found.says)


def child_line(found: Help, emergency: str) -> Shown:
    """Return the help shown to a child: the country's help line, or what there is instead."""
    says = found.says
    if found.whence is Whence.UNION:
        instead = _("If nobody answers there, call %(emergency)s.") % {"emergency": emergency}
        says = f"{says} {instead}".strip()
    elif found.whence is Whence.NOBODY:
        says = _(
            "If there is no grown-up whom you can tell, call %(emergency)s. They are there for children too, day and "
            "night."
        ) % {"emergency": emergency}
    number = dialled(found.at) if found.whence is not Whence.REPORTERS else ""
    return Shown(found.name, found.at, number, says)
