"""Forms for adding or correcting a legal ground or a scheme."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from vaern.node.law.forms import SOURCE, ReadForm
from vaern.node.law.records import Basis
from vaern.node.organisations.labels import KINDS
from vaern.node.reports.law.labels import ACTION_LABELS
from vaern.node.reports.rules.law_files import Value
from vaern.node.web.fields import DayInput
from vaern.node.web.sections import Section, SectionedForm

if TYPE_CHECKING:
    from vaern.node.reports.rules.law_rows import GroundRow, SchemeRow


CODE = RegexValidator(r"^[a-z0-9][a-z0-9_-]*$", _("Small letters, digits, - and _ only."))
COUNTRY = RegexValidator(r"^[A-Z]{2}$", _("Two capital letters, as DK."))
MOST_CLASSES = 50
ACTIONABLE: dict[str, bool | None] = {"offence": True, "nothing": False, "open": None}
"""What a person writes behind a class: the conclusion that it usually has."""


FORCE = Section("force", _("When it is in force"), ("since", "until"), required=True)


class InForceForm(SectionedForm, ReadForm):
    """Base form of rows with first and last day in force, source, and day of reading.

    Args:
        content: the row to correct; its identifying fields (`lasting`) cannot change.
    """

    since = forms.DateField(label=_("First day in force"), widget=DayInput())
    until = forms.DateField(label=_("Last day in force"), required=False, widget=DayInput())
    lasting: tuple[str, ...] = ()

    def __init__(self, *args: Any, content: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, initial=self.shown(content) if content else None, **kwargs)
        if content is not None:
            for name in self.lasting:
                del self.fields[name]

    @staticmethod
    def shown(content: Any) -> dict[str, Any]:
        """Return the initial values for a row to correct."""
        return {"since": content.since, "until": content.until, "source": content.source, "read": content.read}

    @property
    def change(self) -> dict[str, Any]:
        """The columns of the row that were filled in."""
        given = self.cleaned_data
        return {
            "since": given["since"],
            "until": given["until"],
            "source": given["source"].strip(),
            "read": given["read"],
            "recalled": None,
            "basis": Basis.READ,
            "synthetic": settings.CONFIGURATION.synthetic,
            **{name: given[name] for name in self.lasting if name in given},
        }

    def languages(self, name: str) -> dict[str, str]:
        """Return a text by language, for the languages that were filled in."""
        found = {language: str(self.cleaned_data[f"{name}_{language}"]).strip() for language in ("en", "da")}
        return {language: text for language, text in found.items() if text}


class DatedForm(InForceForm):
    """Base form of the rows of this register: names, days, source, and day of reading."""

    name_en = forms.CharField(label=_("Name, in English"), max_length=300)
    name_da = forms.CharField(label=_("Name, in Danish"), required=False, max_length=300)

    @staticmethod
    def shown(content: Any) -> dict[str, Any]:
        """Return the initial values for a row to correct."""
        return {
            **InForceForm.shown(content),
            "name_en": content.name["en"],
            "name_da": content.name.get("da", ""),
        }

    @property
    def change(self) -> dict[str, Any]:
        """The columns of the row that were filled in."""
        return {**super().change, "name": self.languages("name")}


class GroundForm(DatedForm):
    """A legal ground: a provision that allows an action."""

    SECTIONS = (
        Section("what", _("What it allows"), ("code", "action"), required=True),
        Section("name", _("What it is called"), ("name_en", "name_da"), required=True),
        Section("whom", _("Where, and for whom"), ("country", "kinds")),
        FORCE,
        SOURCE,
    )

    code = forms.CharField(label=_("Code"), max_length=40, validators=[CODE], help_text=_("As documents cite it."))
    action = forms.ChoiceField(label=_("What it allows"), choices=list(ACTION_LABELS.items()))
    country = forms.CharField(
        label=_("Country"),
        required=False,
        max_length=2,
        validators=[COUNTRY],
        help_text=_("Two capital letters; empty for everywhere. A country with its own is judged by those alone."),
    )
    kinds = forms.MultipleChoiceField(
        label=_("Kinds of organisations that it speaks of"),
        required=False,
        choices=list(KINDS.items()),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None: all."),
    )
    lasting = ("code", "action", "country")

    @staticmethod
    def shown(content: GroundRow) -> dict[str, Any]:
        """Return the initial values for a row to correct."""
        return {**DatedForm.shown(content), "kinds": list(content.kinds)}

    @property
    def change(self) -> dict[str, Any]:
        """The columns of the row that were filled in."""
        return {**super().change, "kinds": tuple(self.cleaned_data["kinds"])}


class SchemeForm(DatedForm):
    """A version of a classification scheme: its classes, one a line. Its questions come from a file."""

    SECTIONS = (
        Section("which", _("Which scheme, and whose"), ("code", "version", "authority", "country"), required=True),
        Section("name", _("What it is called"), ("name_en", "name_da"), required=True),
        Section("classes", _("Its classes"), ("values",), required=True),
        FORCE,
        SOURCE,
    )

    code = forms.CharField(label=_("Code"), max_length=40, validators=[CODE], help_text=_("A desk chooses it by this."))
    version = forms.CharField(label=_("Version"), max_length=20)
    country = forms.CharField(
        label=_("Country"),
        required=False,
        max_length=2,
        validators=[COUNTRY],
        help_text=_("Two capital letters: its desks have it without choosing. Empty for none."),
    )
    authority = forms.CharField(label=_("Whose it is"), required=False, max_length=200)
    values = forms.CharField(
        label=_("Classes"),
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_(
            "A line each: code | English | Danish | offence, nothing or open. For example: a | Class A | Klasse A | "
            "offence"
        ),
    )
    lasting = ("code", "version")

    @staticmethod
    def shown(content: SchemeRow) -> dict[str, Any]:
        """Return the initial values for a row to correct."""
        words = {value: word for word, value in ACTIONABLE.items()}
        lines = [
            " | ".join((one.code, one.label["en"], one.label.get("da", ""), words[one.actionable]))
            for one in content.values
        ]
        return {
            **DatedForm.shown(content),
            "authority": content.authority,
            "country": content.country,
            "values": "\n".join(lines),
        }

    def clean_values(self) -> tuple[Value, ...]:
        """Return the classes; refuse lines that are not valid."""
        found: list[Value] = []
        for number, line in enumerate(self.cleaned_data["values"].splitlines(), 1):
            if not line.strip():
                continue
            parts = [part.strip() for part in line.split("|")]
            if len(parts) != 4 or not parts[1] or parts[3] not in ACTIONABLE or not CODE.regex.match(parts[0]):  # type: ignore[union-attr]
                raise forms.ValidationError(
                    _("Line %(line)s is no class: write code | English | Danish | offence, nothing or open."),
                    params={"line": number},
                )
            label = {"en": parts[1], **({"da": parts[2]} if parts[2] else {})}
            found.append(Value(code=parts[0][:40], label=label, actionable=ACTIONABLE[parts[3]]))
        if not found or len({one.code for one in found}) != len(found) or len(found) > MOST_CLASSES:
            raise forms.ValidationError(_("Between one and fifty classes, each with a code of its own."))
        return tuple(found)

    @property
    def change(self) -> dict[str, Any]:
        """The columns of the row that were filled in."""
        given = self.cleaned_data
        return {
            **super().change,
            "authority": given["authority"].strip(),
            "country": given["country"],
            "values": given["values"],
        }
