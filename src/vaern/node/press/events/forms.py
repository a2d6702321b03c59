"""The form for an event."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from vaern.node.press.base.times import PlaceForm, WallField, wall_value
from vaern.node.press.events.actions import Plan
from vaern.node.web.fields import LineField

if TYPE_CHECKING:
    from vaern.node.press.models import PressEvent

TIMES = ("begins", "ends", "deadline")
TEXTS = ("name", "title", "place", "contact", "about", "capacity", "zone")


class EventForm(PlaceForm):
    """An event, as it is planned or changed."""

    wall = TIMES
    title = LineField(label=_("Title"), max_length=200)
    name = forms.SlugField(
        label=_("Short name"),
        max_length=50,
        help_text=_("In the address of the page, and in the mail address for registrations: letters, digits, dashes."),
    )
    place = LineField(label=_("Place"), max_length=300, help_text=_("As a visitor finds it."))
    begins = WallField(label=_("Event begins"))
    ends = WallField(label=_("Event ends"))
    deadline = WallField(
        label=_("Registration until"),
        help_text=_("Up to and with this second. What comes later is kept, and marked as late."),
    )
    capacity = forms.IntegerField(label=_("Places"), min_value=1, max_value=100_000)
    contact = LineField(label=_("Whom journalists ask"), max_length=300)
    about = forms.CharField(
        label=_("What it is about"), max_length=2_000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    field_order = (
        "title",
        "name",
        "place",
        "zone",
        "begins",
        "ends",
        "deadline",
        "which",
        "capacity",
        "contact",
        "about",
    )

    def clean_name(self) -> str:
        """Return the name in small letters: mail servers may change them."""
        return str(self.cleaned_data["name"]).lower()

    @property
    def plan(self) -> Plan:
        """The event that was filled in; only after `is_valid()`."""
        return Plan(**{name: self.cleaned_data[name] for name in (*TEXTS, *TIMES)})


def initial_of(event: PressEvent) -> dict[str, Any]:
    """Return the initial form values of an existing event."""
    found: dict[str, Any] = {name: getattr(event, name) for name in TEXTS}
    for name in TIMES:
        found[name], which = wall_value(getattr(event, name), event.zone)
        found["which"] = found.get("which") or which
    return found
