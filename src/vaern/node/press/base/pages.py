"""What every page about an event needs: the event or 404, its facts, and what a decision says of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext as _

from vaern.node.organisations.viewers import viewer_of
from vaern.node.press.base import labels
from vaern.node.press.base.events import find
from vaern.node.press.base.times import in_place
from vaern.node.web.components import Definitions
from vaern.node.web.lookups import or_404

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest

    from vaern.node.press.models import PressEvent


def event_facts(event: PressEvent) -> Definitions:
    """Return what an event is, in the time of its place."""
    return Definitions(
        [
            (_("Place"), event.place),
            (_("Event begins"), in_place(event.begins, event.zone)),
            (_("Event ends"), in_place(event.ends, event.zone)),
            (_("Registration until"), in_place(event.deadline, event.zone)),
            (_("Contact"), event.contact),
        ]
    )


def about(event: PressEvent) -> dict[str, Any]:
    """Return what `decide` says of the event that it is about."""
    here = reverse("press:event", args=[event.pk])
    return {
        "subject": Definitions([(_("Press event"), event.title), (_("State"), labels.event_state(event.now))]),
        "crumbs": [(_("Events for the press"), reverse("press:events")), (event.title, here)],
        "back": here,
    }


def event_or_404(request: HttpRequest, id: UUID) -> PressEvent:
    """Return an event of the viewer's organisation."""
    return or_404(find(viewer_of(request), id))
