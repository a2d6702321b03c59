"""Fields of forms that more than one app asks with."""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils import timezone
from django.utils.functional import lazy
from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime, tzinfo


class DayInput(forms.DateInput):
    """The browser's own field for a day."""

    input_type = "date"

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(format="%Y-%m-%d", **kwargs)


class SuggestedInput(forms.TextInput):
    """A line in which anything may be typed, and known values are offered.

    Attributes:
        suggestions: what is offered; a form sets it when it is made.
    """

    template_name = "web/fields/suggested.html"
    suggestions: Sequence[str] = ()

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """Return what the template shows: the values, in a list of their own."""
        found: dict[str, Any] = super().get_context(name, value, attrs)
        widget = found["widget"]
        widget["attrs"]["list"] = f"{widget['attrs'].get('id', name)}_known"
        return {**found, "suggestions": self.suggestions}


class MomentInput(forms.DateTimeInput):
    """The browser's own field for a moment.

    Args:
        seconds: ask for them too.
    """

    input_type = "datetime-local"

    def __init__(self, *, seconds: bool = False) -> None:
        if seconds:
            super().__init__(format="%Y-%m-%dT%H:%M:%S", attrs={"step": "1"})
        else:
            super().__init__(format="%Y-%m-%dT%H:%M")


class LineField(forms.CharField):
    """A text of one line, as a name is: line breaks and other white space in it become one space each.

    A browser sends no line break from such a field; who sends one by hand would write paragraphs into our mail.
    """

    def to_python(self, value: Any) -> str:
        """Return the line."""
        return " ".join((super().to_python(value) or "").split())


def _said_zone(help_text: object) -> str:
    zone = _("Time zone: %(zone)s.") % {"zone": timezone.get_current_timezone_name()}
    return f"{help_text} {zone}".strip()


class MomentField(forms.DateTimeField):
    """A moment in the time zone of the page; the field says which that is.

    In the hour that clocks show twice it is the first; a time over which they jump is refused. Whether it was changed
    is asked of the text, so that a moment of the second hour that is sent back as it was shown counts as what it was.

    Args:
        seconds: ask for them too.
    """

    def __init__(self, *, seconds: bool = False, help_text: object = "", **options: Any) -> None:
        formats = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"]
        said: Any = lazy(_said_zone, str)(help_text)  # when it is shown: who looks decides on language and zone
        super().__init__(widget=MomentInput(seconds=seconds), input_formats=formats, help_text=said, **options)

    def to_python(self, value: Any) -> datetime | None:
        """Return it, with its zone."""
        try:
            found: datetime | None = super().to_python(value)
        except forms.ValidationError as error:
            if error.code != "ambiguous_timezone":
                raise
            return _first(error.params["datetime"], error.params["current_timezone"])  # type: ignore[index,arg-type]
        return found

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Whether the text is another than was shown."""
        shown = self.widget.format_value(self.prepare_value(initial)) if initial else None
        return (shown or "") != (data or "")


def _first(wall: datetime, here: tzinfo) -> datetime:
    """Return the first moment at which clocks show a time; in UTC, where it equals what it is (PEP 495).

    Raises:
        ValidationError: they never do.
    """
    found = wall.replace(tzinfo=here, fold=0).astimezone(UTC)
    if found.astimezone(here).replace(tzinfo=None, fold=0) != wall:
        raise forms.ValidationError(_("Clocks went forward over that time: give one that they showed."))
    return found
