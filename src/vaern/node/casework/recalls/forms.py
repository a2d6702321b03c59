"""What is asked of somebody who acknowledges a recall."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from vaern.node.casework.forms import PlainReasonForm


class AcknowledgeForm(PlainReasonForm):
    """Why a recall is acknowledged, and what happens to the recipient's own copy on which work had begun."""

    copy = forms.ChoiceField(
        label=_("Your copy"),
        widget=forms.RadioSelect,
        choices=[("erase", _("Erase it")), ("keep", _("Keep it, for the reason below"))],
    )
    field_order: tuple[str, ...] = ("copy", "why", "words")

    def __init__(self, *args: Any, has_copy: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not has_copy:
            del self.fields["copy"]
