"""Forms of graded VICS: the file, and what its categories mean."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from vaern.node.ledger.rules import Why
from vaern.node.reports.law.schemes import label_of
from vaern.node.reports.viewing import vics
from vaern.node.reports.viewing.forms import PSEUDONYM, StationReasonForm
from vaern.node.web.fields import MomentInput

if TYPE_CHECKING:
    from vaern.formats import work_package
    from vaern.node.reports.models import Scheme
    from vaern.node.reports.viewing.vics import Graded

NOBODY = "-"
"""The choice of a category that says that nobody graded."""


class VicsForm(forms.Form):
    """A graded file."""

    file = forms.FileField(
        label=_("Graded VICS file"),
        max_length=200,
        help_text=_("JSON of Project VIC 1.1 to 2.0, without pictures. Read in memory, and not kept."),
        widget=forms.FileInput(attrs={"accept": ".json,application/json"}),
    )

    def clean_file(self) -> Any:
        """Refuse what is too large for a package."""
        file = self.cleaned_data["file"]
        if file.size > vics.LARGEST:
            raise forms.ValidationError(_("The file is larger than one package can be."))
        return file


class MeaningForm(StationReasonForm):
    """What the categories of a file mean, who graded, and when where the file does not say.

    Args:
        graded: the file that was read.
        scheme: of the package; None without one.
    """

    whys: ClassVar[tuple[Why, ...]] = (Why.ASSESSMENT, Why.OTHER)
    by = forms.CharField(
        label=_("Who looked"),
        max_length=40,
        validators=[PSEUDONYM],
        help_text=_("By the station's own pseudonym, never by name."),
    )
    at = forms.DateTimeField(
        label=_("When, where the file does not say"), widget=MomentInput(), initial=timezone.localtime
    )

    def __init__(self, graded: Graded, scheme: Scheme | None, data: Any = None) -> None:
        super().__init__(data)
        self.graded = graded
        classes = [(value["code"], label_of(value["label"])) for value in scheme.values] if scheme else []
        self.names = {category: f"category_{n}" for n, category in enumerate(graded.categories)}
        for category, name in self.names.items():
            shown = category or _("No category")
            self.fields[name] = forms.ChoiceField(
                label=_("%(category)s: class") % {"category": shown},
                choices=[("", _("No class of the scheme")), (NOBODY, _("Nobody looked or graded")), *classes],
                required=False,
                initial=NOBODY if not category or category.endswith(" 0") else "",
            )
            self.fields[f"{name}_baseline"] = forms.ChoiceField(
                label=_("%(category)s: INTERPOL baseline") % {"category": shown},
                choices=[("", _("Not said")), ("yes", _("Yes")), ("no", _("No"))],
                required=False,
            )
        self.order_fields([*(n for n in self.fields if n.startswith("category_")), "by", "at", "why", "words"])

    @property
    def answers(self) -> list[work_package.Answer]:
        """The answers; only after `is_valid()`."""
        given = self.cleaned_data
        meanings = {category: self._meaning(name) for category, name in self.names.items()}
        return vics.answers(self.graded, meanings, given["by"], given["at"])

    def _meaning(self, name: str) -> vics.Meaning:
        value = self.cleaned_data[name]
        baseline = {"yes": True, "no": False}.get(self.cleaned_data[f"{name}_baseline"])
        return vics.Meaning(looked=value != NOBODY, baseline=baseline, value="" if value == NOBODY else value)
