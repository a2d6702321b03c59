"""What people fill in about a provider, when they have read its rules."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from vaern.node.cases.assistance.labels import DATA
from vaern.node.cases.rules.instruments import DataKind
from vaern.node.cases.rules.providers import Paper, Provider
from vaern.node.law.forms import SOURCE, ReadForm
from vaern.node.law.labels import said
from vaern.node.law.records import Basis
from vaern.node.web.fields import DayInput
from vaern.node.web.sections import Section, SectionedForm

_CODE = re.compile(r"[A-Z]{2}\Z")
TEXTS = ("preserves", "emergency", "notice", "addressee")


class ProviderForm(SectionedForm, ReadForm):
    """A row of the table of providers; a text is written in one language, and shown in both where there is no other.

    Args:
        content: the row that is corrected: provider, country and first day stay as they are.
    """

    SECTIONS = (
        Section("who", _("Which provider"), ("code", "name", "services"), required=True),
        Section("entity", _("Which company answers whom"), ("entity", "country", "serves", "portal"), required=True),
        Section("papers", _("On what paper it gives data"), tuple(f"paper_{data.value}" for data in DATA)),
        Section("duties", _("What it does on request, and tells"), TEXTS, required=True),
        Section("force", _("When it is in force"), ("since", "until"), required=True),
        SOURCE,
    )

    code = forms.SlugField(
        label=_("Code"), max_length=30, help_text=_("The same in all rows of a provider, such as “meta”.")
    )
    name = forms.CharField(label=_("Name"), max_length=80)
    services = forms.CharField(label=_("Services"), max_length=300, help_text=_("Separated by commas."))
    entity = forms.CharField(label=_("Company that answers"), max_length=120)
    country = forms.CharField(label=_("Country of the company"), max_length=2, help_text=_("Two letters, such as IE."))
    serves = forms.CharField(
        label=_("Countries that it answers"),
        required=False,
        max_length=300,
        help_text=_("Two letters each, separated by blanks; empty for all that no other row of the provider names."),
    )
    portal = forms.CharField(label=_("Where authorities ask"), max_length=300)
    preserves = forms.CharField(label=_("Keeps data on request"), max_length=500)
    emergency = forms.CharField(label=_("Where a life is in danger"), max_length=500)
    notice = forms.CharField(label=_("What it tells the user"), max_length=500)
    addressee = forms.CharField(label=_("Addressee under Directive (EU) 2023/1544"), required=False, max_length=500)
    since = forms.DateField(label=_("First day"), widget=DayInput())
    until = forms.DateField(label=_("Last day"), required=False, widget=DayInput())

    def __init__(self, *args: Any, content: Provider | None = None, **kwargs: Any) -> None:
        self.content = content
        super().__init__(*args, initial=_shown(content) if content else None, **kwargs)
        for data, label in DATA.items():
            self.fields[f"paper_{data.value}"] = forms.CharField(
                label=_("On what paper: %(data)s") % {"data": label}, required=False, max_length=500
            )
        if content is not None:
            for name in ("code", "country", "since"):
                del self.fields[name]

    def clean_country(self) -> str:
        """Return the code of a country."""
        code = self.cleaned_data["country"].upper()
        if not _CODE.match(code):
            raise forms.ValidationError(_("Two letters, such as IE."))
        return code

    def clean_serves(self) -> tuple[str, ...]:
        """Return the codes of countries, each once."""
        codes = self.cleaned_data["serves"].upper().replace(",", " ").split()
        for code in codes:
            if not _CODE.match(code):
                raise forms.ValidationError(_("“%(code)s” is no code of a country."), params={"code": code})
        return tuple(sorted(set(codes)))

    @property
    def change(self) -> dict[str, Any]:
        """The columns of a row that were filled in; what a person typed was read by them."""
        given = self.cleaned_data
        plain: dict[str, Any] = {name: given[name] for name in ("code", "country", "since") if name in given}
        papers = [
            Paper(data, self._words(f"paper_{data.value}", self.content.paper(data) if self.content else {}))
            for data in DataKind
            if given[f"paper_{data.value}"].strip()
        ]
        return {
            **plain,
            "name": given["name"].strip(),
            "entity": given["entity"].strip(),
            "serves": given["serves"],
            "services": tuple(one.strip() for one in given["services"].split(",") if one.strip()),
            "portal": given["portal"].strip(),
            "papers": tuple(papers),
            "until": given["until"],
            **{name: self._words(name, getattr(self.content, name, {})) for name in TEXTS},
            "source": given["source"].strip(),
            "day": given["read"],
            "basis": Basis.READ,
        }

    def _words(self, name: str, before: dict[str, str]) -> dict[str, str]:
        """Return a text: as it was in all languages if nobody changed it, else what was typed, alone."""
        text = self.cleaned_data[name].strip()
        return before if text in before.values() else {"en": text} if text else {}


def _shown(row: Provider) -> dict[str, Any]:
    return {
        "name": row.name,
        "services": ", ".join(row.services),
        "entity": row.entity,
        "serves": " ".join(row.serves),
        "portal": row.portal,
        "until": row.until,
        "source": row.source,
        "read": row.day,
        **{name: said(getattr(row, name)) for name in TEXTS},
        **{f"paper_{data.value}": said(row.paper(data)) for data in DataKind},
    }
