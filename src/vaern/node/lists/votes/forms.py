"""What people fill in who vote on an entry."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from vaern.node.casework.forms import WorkForm
from vaern.node.lists.base.labels import OPINIONS


class VoteForm(WorkForm):
    """Whether an entry belongs on its list, how one knows, and its class.

    Args:
        scheme: of the list; in it a class is given.
    """

    opinion = forms.ChoiceField(
        label=_("Does it belong on this list?"),
        widget=forms.RadioSelect,
        choices=[(code, label) for code, (label, _tone) in OPINIONS.items()],
    )
    view = forms.ChoiceField(
        label=_("How do you know?"),
        widget=forms.RadioSelect,
        choices=[
            ("independent", _("Our own people viewed the file")),
            ("inherited", _("We rely on somebody who viewed it")),
        ],
        help_text=_("Only what somebody viewed is a vote of its own. What is taken over counts as that."),
    )
    classification = forms.CharField(label=_("Class"), max_length=60, required=False)
    scheme = forms.CharField(
        label=_("Scheme"),
        max_length=60,
        required=False,
        help_text=_("Classes of different schemes are never counted together."),
    )
    field_order = ("opinion", "view", "classification", "scheme", "why", "words")

    def __init__(self, *args: Any, scheme: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["scheme"].initial = scheme
