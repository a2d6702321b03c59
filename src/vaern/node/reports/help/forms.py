"""The form for adding or correcting a help line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from vaern.node.law.forms import SOURCE
from vaern.node.reports.law.forms import COUNTRY, FORCE, DatedForm
from vaern.node.web.sections import Section

if TYPE_CHECKING:
    from vaern.node.reports.rules.help_lines import HelpLine

WHOM: dict[str, Any] = {"child": _("Children"), "thoughts": _("People who worry about their own thoughts")}


class HelpLineForm(DatedForm):
    """A help line of a country."""

    SECTIONS = (
        Section("whom", _("Where, and for whom"), ("country", "whom"), required=True),
        Section("name", _("What it is called"), ("name_en", "name_da"), required=True),
        Section("reach", _("How to reach it"), ("at", "says_en", "says_da"), required=True),
        FORCE,
        SOURCE,
    )

    country = forms.CharField(
        label=_("Country"),
        max_length=2,
        validators=[COUNTRY],
        help_text=_("Two capital letters; EU for every member of the Union that has no row of its own."),
    )
    whom = forms.ChoiceField(label=_("For whom"), choices=list(WHOM.items()))
    at = forms.CharField(
        label=_("How to reach it"),
        max_length=100,
        help_text=_("A number, or words. A number can be tapped on a telephone; words never become a link."),
    )
    says_en = forms.CharField(
        label=_("Cost and hours, in English"),
        max_length=200,
        required=False,
        help_text=_("One sentence that a child reads, such as: “Free, day and night.”"),
    )
    says_da = forms.CharField(label=_("Cost and hours, in Danish"), max_length=200, required=False)
    lasting = ("country", "whom")

    @staticmethod
    def shown(content: HelpLine) -> dict[str, Any]:
        """Return the initial values for a row to correct."""
        says = {f"says_{code}": content.says.get(code, "") for code in ("en", "da")}
        return {**DatedForm.shown(content), **says, "at": content.at}

    @property
    def change(self) -> dict[str, Any]:
        """The columns of the row that were filled in."""
        return {**super().change, "at": self.cleaned_data["at"].strip(), "says": self.languages("says")}
