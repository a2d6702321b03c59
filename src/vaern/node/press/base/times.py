"""Local times on pages: a field for the wall-clock time of a place, and how moments are shown there."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from vaern.node.press.rules.deadlines import NoSuchTime, TwiceThatDay, Which, moment, shows, zone, zones

if TYPE_CHECKING:
    from collections.abc import Iterable

WHICH = [("", gettext_lazy("They do not")), ("0", gettext_lazy("The first time")), ("1", gettext_lazy("The second"))]


class WallInput(forms.DateTimeInput):
    """The browser's own field for a day and a time, to the second."""

    input_type = "datetime-local"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%dT%H:%M:%S", attrs={"step": "1"})

    def format_value(self, value: Any) -> str | None:
        """Return what stands in the field: without seconds where there are none to read."""
        shown = super().format_value(value)
        return shown.removesuffix(":00") if shown and shown.count(":") > 1 else shown


class WallField(forms.Field):
    """A wall-clock time: a day and a time without a zone."""

    widget = WallInput

    def to_python(self, value: Any) -> datetime | None:
        """Return it, without fractions of a second."""
        if value in self.empty_values:
            return None
        try:
            found = datetime.fromisoformat(str(value).strip())
            if found.tzinfo is not None or not 1970 < found.year < 2200:
                raise ValueError(value)
        except ValueError:
            raise forms.ValidationError(_("Write the day and the time as 2012-06-20 17:00.")) from None
        return found.replace(microsecond=0)


class WhichField(forms.ChoiceField):
    """Which of two times is meant where clocks are set back; asked only for such a time."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(choices=WHICH, required=False, widget=forms.HiddenInput, **kwargs)

    def ask(self) -> None:
        """Show it."""
        self.widget = forms.Select(choices=WHICH)


class PlaceForm(forms.Form):
    """A form with times of a place: the zone, and which of two where clocks are set back.

    Attributes:
        wall: names of the fields that hold such times; they are moments after `is_valid()`.
    """

    wall: tuple[str, ...] = ()
    zone = forms.ChoiceField(
        label=gettext_lazy("Time zone of the place"),
        help_text=gettext_lazy("All times of the event are those that clocks show there, also when they change."),
    )
    which = WhichField(
        label=gettext_lazy("Do clocks show one of these times twice, because they are set back that night?")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["zone"].choices = [(name, name) for name in sorted(zones())]  # type: ignore[attr-defined]
        self.fields["zone"].initial = timezone.get_default_timezone_name()
        if self.initial.get("which"):
            self.fields["which"].ask()  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Make moments of the times."""
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("zone"):
            to_moments(self, self.wall, cleaned["zone"], cleaned.get("which", ""))
        return cleaned


def to_moments(form: forms.Form, names: Iterable[str], place: str, which: str) -> None:
    """Turn the entered times into moments, or add an error to their field."""
    chosen = Which(int(which)) if which else None
    for name in names:
        wall = form.cleaned_data.get(name)
        if wall is None:
            continue
        try:
            if is_twice(wall, place):
                form.fields["which"].ask()  # type: ignore[attr-defined]
            form.cleaned_data[name] = moment(wall, place, chosen)
        except NoSuchTime as wrong:
            words = _("Clocks in %(place)s never show this: that night they are set forward from %(a)s to %(b)s.")
            said = {"place": place, "a": f"{wrong.before:%H:%M}", "b": f"{wrong.after:%H:%M}"}
            form.add_error(name, words % said)
        except TwiceThatDay:
            words = _("Clocks in %(place)s show this twice, because they are set back: choose which is meant.")
            form.add_error(name, words % {"place": place})


def is_twice(wall: datetime, place: str) -> bool:
    """Whether the clocks of a place show a time twice.

    Raises:
        NoSuchTime: they never show it.
    """
    try:
        moment(wall, place)
    except TwiceThatDay:
        return True
    return False


def in_place(at: datetime, place: str) -> str:
    """Return a moment as people read it at a place: weekday, day, time, and whose clocks show it.

    Args:
        at: the moment.
        place: IANA name of the time zone; its city is named, as people know it.
    """
    wall = shows(at, place)
    day = f"{date_format(wall, 'l')} {date_format(wall, 'DATE_FORMAT')}"
    abbreviation = at.astimezone(zone(place)).strftime("%Z")
    city = place.rpartition("/")[2].replace("_", " ")
    return f"{day} {_clock(wall)} ({city}, {abbreviation})"


def short_in_place(at: datetime, place: str) -> str:
    """Return a moment in the time of a place as a table shows it, where the zone is known."""
    wall = shows(at, place)
    return f"{date_format(wall, 'SHORT_DATE_FORMAT')} {_clock(wall)}"


def _clock(wall: datetime) -> str:
    """Return a time of day, to the second where it is no whole minute: somebody may be late by one."""
    return f"{wall:%H:%M:%S}" if wall.second else f"{wall:%H:%M}"


def wall_value(at: datetime, place: str) -> tuple[datetime, str]:
    """Return the form value of a moment: the wall-clock time, and which of two it is where it is ambiguous."""
    wall = shows(at, place)
    try:
        moment(wall, place)
    except TwiceThatDay as twice:
        return wall, "1" if at.astimezone(UTC) == twice.second else "0"
    return wall, ""
