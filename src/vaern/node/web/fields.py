"""Form fields shared by several apps."""

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
    """The browser's native date input."""

    input_type = "date"

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(format="%Y-%m-%d", **kwargs)


class SuggestedInput(forms.TextInput):
    """A text input with suggestions, which accepts any value.

    Attributes:
        suggestions: the values offered; set by the form on creation.
    """

    template_name = "web/fields/suggested.html"
    suggestions: Sequence[str] = ()

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """Return the template context, with the suggestions."""
        found: dict[str, Any] = super().get_context(name, value, attrs)
        widget = found["widget"]
        widget["attrs"]["list"] = f"{widget['attrs'].get('id', name)}_known"
        return {**found, "suggestions": self.suggestions}


class MomentInput(forms.DateTimeInput):
    """The browser's native date and time input.

    Args:
        seconds: include seconds.
    """

    input_type = "datetime-local"

    def __init__(self, *, seconds: bool = False) -> None:
        if seconds:
            super().__init__(format="%Y-%m-%dT%H:%M:%S", attrs={"step": "1"})
        else:
            super().__init__(format="%Y-%m-%dT%H:%M")


class LineField(forms.CharField):
    """A single-line text such as a name: each run of white space becomes one space.

    Browsers send no line breaks from such a field; a crafted request could otherwise put paragraphs into our mail.
    """

    def to_python(self, value: Any) -> str:
        """Return the line."""
        return " ".join((super().to_python(value) or "").split())


def _said_zone(help_text: object) -> str:
    zone = _("Time zone: %(zone)s.") % {"zone": timezone.get_current_timezone_name()}
    return f"{help_text} {zone}".strip()


class MomentField(forms.DateTimeField):
    """A date and time in the page's time zone, which the field names.

    An ambiguous time (clocks set back) means the first occurrence; a skipped time is rejected. Changes are detected by
    comparing text, so that a moment in the second occurrence survives being submitted unchanged.

    Args:
        seconds: include seconds.
    """

    def __init__(self, *, seconds: bool = False, help_text: object = "", **options: Any) -> None:
        formats = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"]
        said: Any = lazy(_said_zone, str)(help_text)  # when it is shown: who looks decides on language and zone
        super().__init__(widget=MomentInput(seconds=seconds), input_formats=formats, help_text=said, **options)

    def to_python(self, value: Any) -> datetime | None:
        """Return the aware datetime."""
        try:
            found: datetime | None = super().to_python(value)
        except forms.ValidationError as error:
            if error.code != "ambiguous_timezone":
                raise
            return _first(error.params["datetime"], error.params["current_timezone"])  # type: ignore[index,arg-type]
        return found

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Whether the text differs from what was shown."""
        shown = self.widget.format_value(self.prepare_value(initial)) if initial else None
        return (shown or "") != (data or "")


def _first(wall: datetime, here: tzinfo) -> datetime:
    """Return the first moment at which local clocks show a time, in UTC because of PEP 495's comparison rules.

    Raises:
        ValidationError: the time is skipped.
    """
    found = wall.replace(tzinfo=here, fold=0).astimezone(UTC)
    if found.astimezone(here).replace(tzinfo=None, fold=0) != wall:
        raise forms.ValidationError(_("Clocks went forward over that time: give one that they showed."))
    return found


class ManyInput(forms.FileInput):
    """A field that takes several files."""

    allow_multiple_selected = True


class ManyFiles(forms.FileField):
    """Several files."""

    widget = ManyInput

    def clean(self, data: Any, initial: Any = None) -> Any:
        """Return the files."""
        given = data if isinstance(data, list) and data else [None]
        return [super(ManyFiles, self).clean(one, initial) for one in given]
