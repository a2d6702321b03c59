"""What a page showed when it was opened: who saves over what somebody else changed meanwhile is told.

The page carries a mark of the values that it showed; the action compares it with what stands there, under its lock.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any

from django import forms

OF_NO_PAGE = "-"
"""The mark of a form that came without one, from a page that was to carry one: it is taken for an old page."""


def mark_of(*values: Any) -> str:
    """Return a short mark that differs where the values do."""
    return hashlib.sha256(json.dumps(values, default=str).encode()).hexdigest()[:32]


def overtaken(shown: str, now: str) -> bool:
    """Whether a page that showed another mark than that of now is being saved; a program without a page gives none."""
    return bool(shown) and shown != now


class ShownForm(forms.Form):
    """A form that carries the mark of what its page showed; give it as the initial value of `shown`."""

    shown = forms.CharField(required=False, max_length=32, widget=forms.HiddenInput)

    def clean_shown(self) -> str:
        """Return the mark that the page showed; where it was to show one and says none, that of no page."""
        given = str(self.cleaned_data["shown"])
        return given or (OF_NO_PAGE if self.get_initial_for_field(self.fields["shown"], "shown") else "")

    def show(self, mark: str) -> None:
        """Carry another mark from here on: what was typed stays, and whoever was told of the change may save it."""
        given: Any = self.data
        given = given.copy()  # a request's own is not changed
        given[self.add_prefix("shown")] = mark
        self.data = given
