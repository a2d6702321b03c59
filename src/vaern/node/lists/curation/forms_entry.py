"""What people fill in about an entry that they add by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from vaern.formats.draft import value_id
from vaern.formats.signals import LENGTHS, Refused, parse
from vaern.formats.spellings import WRITTEN
from vaern.formats.values import ValueRefused, normal
from vaern.node.casework.forms import WorkForm
from vaern.node.lists.base.queries import signals_of
from vaern.node.lists.rules.lists import SIGNALS, Holds
from vaern.node.reports.base.faults import worded
from vaern.node.web.fields import DayInput, LineField
from vaern.records import KINDS, Entry, Signal

if TYPE_CHECKING:
    from datetime import date

    from django.forms.boundfield import BoundField

Spelled = tuple[Signal, str]
"""A signal, and how its value was written where there are several ways (`formats.signals.parse`)."""

NAMES = {"photodna": "pdna"}
"""What people call a kind besides its own name."""

KNOWN = {"": None, "yes": True, "no": False}


class AddEntryForm(WorkForm):
    """One entry by hand: its hashes, and folded away all else that an entry can say.

    Args:
        holds: what the list holds.
        scheme: of the list.
    """

    template_name = "lists/entry_fields.html"

    ident = forms.CharField(
        label=_("Id of the entry"), max_length=200, required=False, help_text=_("Empty: the hash itself.")
    )
    values = forms.CharField(
        label=_("Hashes"),
        widget=forms.Textarea(attrs={"rows": 4, "autocomplete": "off"}),
        help_text=_(
            "One a line, in hexadecimal; 64 digits alone are SHA-256. Others with their kind before them: pdq:, vpdq:, "
            "pdna:, tmk:, ssvh:, netclean:, videntifier:, as their owner writes them."
        ),
    )
    classification = forms.CharField(label=_("Class"), max_length=60, required=False)
    series = forms.CharField(label=_("Series"), max_length=200, required=False)
    ends = forms.DateField(
        label=_("Not held from this day on"),
        required=False,
        widget=DayInput(),
        help_text=_("Empty: as long as its list."),
    )
    victim_identified = forms.ChoiceField(
        label=_("Victim identified"),
        required=False,
        choices=[("", _("Not said")), ("yes", _("Yes")), ("no", _("No"))],
    )
    source = LineField(label=_("Source"), max_length=200, required=False, help_text=_("Who delivered it."))
    jurisdiction = forms.RegexField(
        r"^([A-Z]{2})?$",
        label=_("Classified under the law of"),
        max_length=2,
        required=False,
        help_text=_("Two letters: DK. Empty, here and below: as its list says."),
    )
    basis = forms.CharField(label=_("Legal basis"), max_length=500, required=False)
    licence = forms.SlugField(label=_("Licence of use"), max_length=60, required=False)
    FOLDED = ("ends", "victim_identified", "source", "jurisdiction", "basis", "licence")
    field_order = ("ident", "values", "classification", "series", *FOLDED, "why", "words")

    def __init__(self, *args: Any, holds: Holds, scheme: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._holds, self._scheme = holds, scheme
        if holds is not Holds.FILES:
            self.fields["values"].label, self.fields["values"].help_text = (
                _("Value"),
                _("One a line, as it is written."),
            )

    @property
    def first(self) -> list[BoundField]:
        """The fields that are always in sight."""
        return [self[name] for name in self.fields if name not in {*self.FOLDED, "why", "words"}]

    @property
    def folded(self) -> list[BoundField]:
        """The fields that few entries need."""
        return [self[name] for name in self.FOLDED]

    @property
    def unfolded(self) -> bool:
        """Whether one of these says something, or is wrong."""
        return any(field.errors or field.value() for field in self.folded)

    def clean_values(self) -> tuple[Spelled, ...]:
        """Return the signals; what cannot be read is said with its line."""
        found: dict[Signal, str] = {}
        for number, line in enumerate(self.cleaned_data["values"].splitlines(), start=1):
            if text := line.strip():
                signal, spelling = _signal(self._holds, text, number)
                found.setdefault(signal, spelling)
        return tuple(found.items())

    def clean_ends(self) -> date | None:
        """Refuse a day on which the entry would be gone already."""
        ends: date | None = self.cleaned_data["ends"]
        if ends and ends <= timezone.localdate():
            raise forms.ValidationError(
                _("That day has come already: the entry would match nothing. Name a later one.")
            )
        return ends

    @property
    def entry(self) -> Entry:
        """The entry that was filled in."""
        given = self.cleaned_data
        signals = tuple(signal for signal, _spelling in given["values"])
        extra: dict[str, str] = {}
        for signal, spelling in given["values"]:
            if spelling:
                name = signal.kind + WRITTEN
                extra[name] = f"{extra[name]},{spelling}" if name in extra else spelling
        return Entry(
            given["ident"].strip() or _ident(self._holds, signals[0]),
            signals,
            given["classification"].strip() or None,
            self._scheme if given["classification"].strip() else None,
            source=given["source"],
            extra=extra,
            series=given["series"].strip(),
            victim_identified=KNOWN[given["victim_identified"]],
            jurisdiction=given["jurisdiction"],
            basis=given["basis"].strip(),
            licence=given["licence"],
            ends=given["ends"].isoformat() if given["ends"] else "",
        )


def _ident(holds: Holds, signal: Signal) -> str:
    """Return the id of an entry that was given none: kind and value, or of a long one, what stands for it."""
    plain = holds in {Holds.FILES, Holds.KEYWORDS}
    value = signal.value.hex() if plain else signal.value.decode()
    whole = f"{signal.kind}:{value}"
    return whole if len(whole) <= 200 else value_id(signal.kind, value) if plain else whole[:200]


def _signal(holds: Holds, text: str, number: int) -> Spelled:
    if holds is not Holds.FILES:
        (kind,) = SIGNALS[holds]
        try:
            return Signal(kind, normal(kind, text)), ""
        except ValueRefused as error:
            raise _wrong(number, str(error)) from None
    named, colon, value = text.partition(":")
    kind = named.strip().lower()
    kind = NAMES.get(kind, kind)
    can_be = [kind] if colon and kind in KINDS else [] if colon else [one.kind for one in signals_of(text)]
    if not can_be:
        expected = ", ".join(f"{name} {2 * length}" for name, length in LENGTHS.items())
        raise forms.ValidationError(
            _("Line %(line)s is no hash: digits expected are %(expected)s, or a kind and a colon before the value."),
            params={"line": number, "expected": expected},
        )
    try:
        return parse(can_be[0], value if colon else text)
    except Refused as error:
        raise _wrong(number, worded(("", error.what.code, dict(error.what.values)))[1]) from None


def _wrong(number: int, why: str) -> forms.ValidationError:
    return forms.ValidationError(_("Line %(line)s: %(why)s"), params={"line": number, "why": why})
