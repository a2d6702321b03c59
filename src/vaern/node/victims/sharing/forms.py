"""Forms for the outcomes of a series: days, a file number, a reason; never a name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from vaern.node.casework.forms import WorkForm
from vaern.node.victims.base.labels import MILESTONES
from vaern.node.victims.rules.sharing import BY_AGE, BY_SEX, LATE, LONGEST_REFERENCE, MOST_ASKED, Recorded
from vaern.node.web.fields import DayInput
from vaern.records import DIGEST_KINDS, PDQ_BYTES, Signal

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date


COUNTED: dict[str, Any] = {
    "girls": _("Girls"),
    "boys": _("Boys"),
    "others": _("Neither"),
    "under3": _("0 to 2 years"),
    "under14": _("3 to 13 years"),
    "under18": _("14 to 17 years"),
    "adult": _("18 years or older"),
}
SEX_TEXT = _(
    "How many of them, if your file says so. Leave empty what is not recorded: nothing is guessed from pictures."
)
AGE_TEXT = _("How old they are now, if your file says so. It is counted in the statistics of your country.")


class DayForm(WorkForm):
    """The day on which something happened."""

    on = forms.DateField(label=_("On which day?"), widget=DayInput(), initial=timezone.localdate)
    field_order: Any = ("on", "why", "words")

    def clean_on(self) -> date:
        """Reject a day in the future."""
        day: date = self.cleaned_data["on"]
        if day > timezone.localdate():
            raise forms.ValidationError(_("The day lies ahead: say it when it has happened."))
        return day


class IdentifiedForm(DayForm):
    """The day, and under which number the child stands in the register of the police."""

    reference = forms.CharField(
        label=_("Number of your file"),
        max_length=LONGEST_REFERENCE,
        help_text=_("As your own register calls it. Never a name: the identity stays with the police."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    children = forms.IntegerField(
        label=_("How many children?"),
        min_value=1,
        max_value=99,
        initial=1,
        help_text=_("Of those in this series, how many are known now. It is counted in the indicators."),
    )
    field_order = ("on", "reference", "children", *BY_SEX, *BY_AGE, "why", "words")

    recorded: Recorded

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for names, text in ((BY_SEX, SEX_TEXT), (BY_AGE, AGE_TEXT)):
            for name in names:
                self.fields[name] = forms.IntegerField(
                    label=COUNTED[name],
                    min_value=0,
                    max_value=99,
                    required=False,
                    help_text=text if name == names[0] else "",
                )
        self.order_fields(self.field_order)

    def clean(self) -> dict[str, Any]:
        """Reject more children by sex or by age than there are children."""
        given: dict[str, Any] = super().clean() or self.cleaned_data
        self.recorded = Recorded(**{name: given.get(name) or 0 for name in (*BY_SEX, *BY_AGE)})
        if given.get("children") and not self.recorded.fits(given["children"]):
            text = _("More children are counted by sex or by age than there are: correct the numbers.")
            self.add_error("children", text)
        return given


class LateForm(DayForm):
    """Outcomes that came later, safeguarding first."""

    code = forms.ChoiceField(
        label=_("What came of it?"),
        widget=forms.RadioSelect,
        choices=[(code.value, MILESTONES[code][0]) for code in LATE],
    )
    field_order = ("code", "on", "why", "words")


class KnownForm(WorkForm):
    """Hashes that are asked about."""

    hashes = forms.CharField(
        label=_("Hashes"),
        widget=forms.Textarea(attrs={"rows": 5, "spellcheck": "false", "autocomplete": "off"}),
        help_text=_("One a line: MD5, SHA-1 or SHA-256; or “pdq” and a PDQ value. As vaern hash prints them."),
    )
    elsewhere = forms.BooleanField(label=_("Ask other nodes, too"), required=False)
    field_order = ("hashes", "elsewhere", "why", "words")

    signals: list[Signal]

    def __init__(self, *args: Any, nodes: Sequence[str] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if nodes:
            text = _("%(nodes)s. They learn which hashes you ask about, and that it is your organisation.")
            self.fields["elsewhere"].help_text = text % {"nodes": ", ".join(nodes)}
        else:
            del self.fields["elsewhere"]

    def clean_hashes(self) -> str:
        """Read the hashes."""
        text: str = self.cleaned_data["hashes"]
        self.signals = []
        for line in text.split("\n"):
            if not line.strip():
                continue
            signal = _signal(line)
            if signal is None:
                raise forms.ValidationError(_("A line holds no hash. Nothing was asked."))
            self.signals.append(signal)
        if not 0 < len(self.signals) <= MOST_ASKED:
            raise forms.ValidationError(_("Ask about 1 to %(most)s signals at once."), params={"most": MOST_ASKED})
        return text


_BY_LENGTH = {2 * size: kind for kind, size in DIGEST_KINDS.items()}


def _signal(line: str) -> Signal | None:
    words = line.replace(":", " ").split()
    kind = words[0].lower() if len(words) > 1 else _BY_LENGTH.get(len(words[0]), "")
    size = {**DIGEST_KINDS, "pdq": PDQ_BYTES}.get(kind)
    try:
        value = bytes.fromhex(words[-1])
    except ValueError:
        return None
    return Signal(kind, value) if size == len(value) else None


class OpennessForm(WorkForm):
    """Whether others are told who holds a series."""

    named = forms.BooleanField(
        label=_("Tell others who ask that it is us"),
        required=False,
        help_text=_("If not, they are told that another organisation holds it, and ask through the cross-check desk."),
    )
    field_order = ("named", "why", "words")
