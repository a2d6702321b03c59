"""Labels for the codes of this room."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from vaern.node.reports.rules.domains import Obstacle
from vaern.node.reports.rules.zones import STOPPED
from vaern.node.web.components import Chip

if TYPE_CHECKING:
    from vaern.node.reports.models import DomainBlock

REFUSALS: dict[Obstacle, Any] = {
    Obstacle.NO_NAME: _("That is no domain name. Addresses, and names that are too long, cannot be stopped this way."),
    Obstacle.OTHER: _("The location does not lie on that domain."),
    Obstacle.SUFFIX: _("Anybody can have a name below that domain: to stop it would stop all of them."),
    Obstacle.SHARED: _("That domain belongs to a provider that hosts others too: to stop it would stop all of them."),
}
SENTENCES: dict[str, Any] = {STOPPED: _("That host lies on a domain that is stopped.")}
WAITS: dict[str, Any] = {
    "second": _("Somebody else to second it"),
    "answer": _("Our answer to another country"),
    "appeal": _("A decision on an appeal"),
    "wrong": _("Lifting: the conclusion does not stand"),
}


def state(block: DomainBlock, *, in_force: bool) -> Chip:
    """Return the chip of a domain block's progress."""
    if block.ended_at is not None:
        return Chip(_("Block ended"), "neutral")
    if block.wrong:
        return Chip(_("Conclusion does not stand: lift it"), "bad")
    if in_force:
        return Chip(_("In force"), "good")
    if block.seconded_at is None:
        return Chip(_("To be seconded"), "warning")
    if block.confirmed is False:
        return Chip(_("Not confirmed"), "bad")
    return Chip(_("Waits for a second country"), "info")
