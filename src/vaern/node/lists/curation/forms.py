"""What people fill in about lists and entries."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from vaern.losing import LOST, LOST_PERCENT
from vaern.node.casework.forms import WorkForm
from vaern.node.external.labels import FILTER
from vaern.node.lists.base import labels
from vaern.node.lists.curation.actions import ListTerms
from vaern.node.lists.rules.effects import RecallReason
from vaern.node.lists.rules.entries import EntryState
from vaern.node.lists.rules.floods import CALLERS, FACTOR, HITS
from vaern.node.lists.rules.lists import SAME_DISTANCE, Holds, Purpose, Tells, Wishes
from vaern.node.organisations.labels import KINDS
from vaern.node.web.lists import Choice, Filters, Words

BOUNDS = ("lost_count", "lost_percent", "flood_hits", "flood_factor", "flood_callers")


class EntryFilters(Filters):
    """What an address asks of the entries of a list."""

    q = Words(longest=2_000)
    state = Choice(EntryState)
    classification = Words(longest=60)
    series = Words()
    number = Choice(FILTER)


class TermsForm(WorkForm):
    """Under which terms a list is held and used."""

    title = forms.CharField(label=_("Title"), max_length=100)
    source = forms.CharField(label=_("Source"), max_length=200, required=False, help_text=_("Who makes the list."))
    scheme = forms.CharField(
        label=_("Scheme of classes"),
        max_length=60,
        required=False,
        help_text=_("Such as NCMEC, or VICS 2.0 UK. Empty where only yes or no is asked."),
    )
    jurisdiction = forms.RegexField(
        r"^([A-Z]{2})?$",
        label=_("Classified under the law of"),
        max_length=2,
        required=False,
        help_text=_("Two letters: DK."),
    )
    basis = forms.CharField(label=_("Legal basis"), max_length=500, required=False)
    licence = forms.SlugField(
        label=_("Licence of use"), max_length=60, required=False, help_text=_("A short name of it.")
    )
    licence_words = forms.CharField(
        label=_("What the licence allows"), max_length=2_000, required=False, widget=forms.Textarea(attrs={"rows": 4})
    )
    licence_kinds = forms.MultipleChoiceField(
        label=_("Organisations that may use it"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        choices=[(code.value, label) for code, label in KINDS.items()],
        help_text=_("None ticked: all."),
    )
    pass_on = forms.BooleanField(label=_("A recipient may pass it on"), required=False)
    hosted = forms.BooleanField(
        label=_("Programs of every organisation here may be matched against it"),
        required=False,
        help_text=_("Of organisations that the licence covers. They do not get the list."),
    )
    tells = forms.ChoiceField(
        label=_("What they hear of a hit"),
        widget=forms.RadioSelect,
        required=False,
        choices=[(code.value, label) for code, label in labels.TELLS.items()],
        initial=Tells.VERDICT.value,
        help_text=_("In every answer, also to people who look up by hand. Whoever has the list hears all."),
    )
    distance = forms.IntegerField(label=_("Bits for a near hit"), min_value=0, max_value=256, initial=SAME_DISTANCE)
    lost_count = forms.IntegerField(
        label=_("Entries that one person may let a file take away"),
        min_value=0,
        max_value=1_000_000_000,
        initial=LOST,
        help_text=_("In a day. Beyond it a second person has to agree."),
    )
    lost_percent = forms.IntegerField(
        label=_("And at most this share of what is matched, in per cent"),
        min_value=0,
        max_value=100,
        initial=LOST_PERCENT,
    )
    flood_hits = forms.IntegerField(
        label=_("Hits in an hour from which on an entry may be a flood"),
        min_value=0,
        max_value=1_000_000_000,
        initial=HITS,
        help_text=_("Such an entry is set aside until you decide. 0: never."),
    )
    flood_factor = forms.IntegerField(
        label=_("And how many times as many as is usual on this list"), min_value=1, max_value=1_000_000, initial=FACTOR
    )
    flood_callers = forms.IntegerField(
        label=_("And by how many programs at least"), min_value=1, max_value=1_000, initial=CALLERS
    )
    field_order = (
        *("name", "holds", "purpose", "wishes", "title", "source", "scheme", "jurisdiction", "basis"),
        *("licence", "licence_words", "licence_kinds", "pass_on", "hosted", "tells", "distance"),
        *BOUNDS,
        *("why", "words"),
    )

    @property
    def terms(self) -> ListTerms:
        """The terms that were filled in."""
        given = self.cleaned_data
        names = (
            *("title", "scheme", "source", "jurisdiction", "basis", "licence", "licence_words"),
            "pass_on",
            "hosted",
        )
        plain = {name: given[name] for name in names}
        return ListTerms(
            **plain,
            licence_kinds=tuple(given["licence_kinds"]),
            tells=given["tells"] or Tells.VERDICT.value,
            distance=given["distance"],
            **{name: given[name] for name in BOUNDS},
        )


class NewListForm(TermsForm):
    """A new list, with what can never be changed of it."""

    name = forms.CharField(
        label=_("Short name"),
        max_length=60,
        help_text=_("In addresses and answers, for ever: small letters, figures and hyphens."),
    )
    holds = forms.ChoiceField(
        label=_("What it holds"),
        widget=forms.RadioSelect,
        choices=[(code.value, label) for code, label in labels.HOLDS.items()],
        initial=Holds.FILES.value,
    )
    purpose = forms.ChoiceField(
        label=_("What a hit means"),
        widget=forms.RadioSelect,
        choices=[(code.value, label) for code, label in labels.PURPOSES.items()],
        initial=Purpose.KNOWN.value,
    )
    wishes = forms.ChoiceField(
        label=_("Where its entries come from"),
        widget=forms.RadioSelect,
        required=False,
        choices=[("", _("Files and curators")), *((code.value, labels.WISHES[code]) for code in Wishes)],
        initial="",
        help_text=_("A list that follows wishes takes nothing else, and has a licence of its own."),
    )


class ClassForm(WorkForm):
    """Which class an entry has.

    Args:
        classification: that it has now.
        scheme: in which its class is given.
    """

    classification = forms.CharField(label=_("Which class it has"), max_length=60)
    field_order = ("classification", "why", "words")

    def __init__(self, *args: Any, classification: str = "", scheme: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["classification"].initial = classification
        if scheme:
            self.fields["classification"].help_text = _("In the scheme %(scheme)s.") % {"scheme": scheme}


class RecallForm(WorkForm):
    """Why an entry is withdrawn."""

    because = forms.ChoiceField(
        label=_("What is wrong?"),
        widget=forms.RadioSelect,
        choices=[
            (code.value, labels.REASONS[code])
            for code in RecallReason
            if code not in {RecallReason.WITHDRAWN, RecallReason.ENDED}
        ],
    )
    field_order = ("because", "why", "words")
