"""The form for the law of a country that notices there cite."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from vaern.node.law.forms import SOURCE
from vaern.node.reports.law.forms import CODE, COUNTRY, FORCE, InForceForm
from vaern.node.reports.takedown.labels import KINDS
from vaern.node.web.sections import Section

if TYPE_CHECKING:
    from vaern.node.reports.rules.national_texts import NationalText

TEXTS = ("heading", "duty", "danger")


def _area(label: Any, *, required: bool = False, help_text: Any = "") -> forms.CharField:
    return forms.CharField(
        label=label, required=required, max_length=1_000, widget=forms.Textarea(attrs={"rows": 4}), help_text=help_text
    )


class NationalForm(InForceForm):
    """A text that notices to a country cite; without Danish it is cited in English."""

    SECTIONS = (
        Section("which", _("Which provision, and whom it binds"), ("code", "country", "kinds"), required=True),
        Section("heading", _("Heading of the notice"), ("heading_en", "heading_da"), required=True),
        Section("duty", _("What the law asks"), ("duty_en", "duty_da"), required=True),
        Section("danger", _("What it asks where somebody is in danger"), ("danger_en", "danger_da")),
        FORCE,
        SOURCE,
    )

    code = forms.CharField(
        label=_("Code"),
        max_length=25,
        validators=[CODE],
        help_text=_("Of the provision, such as act-7: notices keep it. A later wording of the law has another one."),
    )
    country = forms.CharField(
        label=_("Country of whoever is notified"),
        max_length=2,
        validators=[COUNTRY],
        help_text=_("Two capital letters, such as DK."),
    )
    kinds = forms.MultipleChoiceField(
        label=_("Whom it binds"),
        required=False,
        choices=list(KINDS.items()),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None: all."),
    )
    heading_en = forms.CharField(
        label=_("Heading, in English"), max_length=200, help_text=_("What the notice is, and under which law.")
    )
    heading_da = forms.CharField(label=_("Heading, in Danish"), required=False, max_length=200)
    duty_en = _area(
        _("What the law asks, in English"),
        required=True,
        help_text=_("Of whoever has the notice: what they have to do, and by which provision. No more than it says."),
    )
    duty_da = _area(_("What the law asks, in Danish"))
    danger_en = _area(_("In danger, in English"), help_text=_("What it asks where somebody’s life is at risk."))
    danger_da = _area(_("In danger, in Danish"))
    lasting = ("code", "country")

    @staticmethod
    def shown(content: NationalText) -> dict[str, Any]:
        """Return the initial values for a row to correct."""
        texts = {
            f"{name}_{language}": getattr(content, name).get(language, "")
            for name in TEXTS
            for language in ("en", "da")
        }
        return {**InForceForm.shown(content), "kinds": list(content.kinds), **texts}

    def clean(self) -> dict[str, Any]:
        """Refuse a text in Danish alone: English is the fallback."""
        cleaned = super().clean()
        if cleaned.get("danger_da") and not cleaned.get("danger_en"):
            self.add_error("danger_en", _("Write it in English too."))
        return cleaned

    @property
    def change(self) -> dict[str, Any]:
        """The columns of the row that were filled in."""
        texts = {name: self.languages(name) for name in TEXTS}
        return {**super().change, **texts, "kinds": tuple(self.cleaned_data["kinds"])}
