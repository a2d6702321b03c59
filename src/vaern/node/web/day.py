"""A day as a component: people read it in their language, machines as ISO 8601."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.formats import date_format
from django.utils.html import format_html

from vaern.node.web.components import Component

if TYPE_CHECKING:
    from datetime import date

    from django.utils.safestring import SafeString


@dataclass(frozen=True)
class Day(Component):
    """A day in the viewer's language."""

    on: date | None
    none: object = "–"

    def render(self) -> SafeString:
        """Return the HTML."""
        if self.on is None:
            return format_html("{}", self.none)
        shown = date_format(self.on, "SHORT_DATE_FORMAT")
        return format_html('<time datetime="{}">{}</time>', self.on.isoformat(), shown)
