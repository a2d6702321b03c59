"""The scene about the alliance's figures: a country tells its sums, and the alliance's number goes up by one."""

from __future__ import annotations

import time
from datetime import timedelta

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from vaern.node.alliance.indicators import across, computation
from vaern.node.alliance.membership import actions as membership
from vaern.node.alliance.models import Value
from vaern.node.demo.alliance import JOINS
from vaern.node.demo.nodes.cast import ASTA, viewer
from vaern.node.demo.nodes.parts import HUB, VESTROVIA
from vaern.node.demo.nodes.scenes.scene import Scene, Seen
from vaern.node.demo.tour import Place
from vaern.node.ledger.models import Pending
from vaern.node.organisations.models import Member

FIGURE = "identified_flow"


def found_alliance() -> None:
    """Let both countries be members, on the node of the secretariat."""
    for member in Member.objects.filter(code__in=["XA", "XV"]):
        joined = timezone.localdate() - timedelta(days=400)
        membership.join(
            viewer(ASTA),
            JOINS,
            member,
            joined=joined,
            endorsed_by=f"Minister of Justice of {member.name} (invented)",
            office="Minister of Justice",
            document=f"Endorsement of {member.name}, no. 1 (invented)",
        )


def _night() -> None:
    """Vestrovia's node counts, and tells the secretariat the sums of its months: what it does each night."""
    while Pending.objects.exists():  # the node puts its deeds in their order each second
        time.sleep(0.1)
    computation.refresh()
    across.tell_all()


def _figure() -> Place | None:
    counted = Value.objects.filter(code=FIGURE, period="year", split="", member=None, numerator__gte=1)
    return Place(reverse("alliance:indicator", args=[FIGURE])) if counted.exists() else None


FIGURES = (
    Scene(
        "figure",
        _("One more in the alliance's figure"),
        _(
            "Each node counts its own deeds, and by night tells the secretariat sums of months: no record, no day, no "
            "desk. The alliance has identified one child more, and counts it once, though two countries had it."
        ),
        VESTROVIA,
        _night,
        (Seen(HUB, ASTA, _("The figure at the secretariat"), _figure),),
    ),
)
