"""The forms of oversight: what to look for, whom to answer, what to leave out, whose words to erase."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from vaern.node.ledger.rules import LONGEST_NOTE, Given, Verb
from vaern.node.organisations.rules import Regime
from vaern.node.oversight import queries
from vaern.node.oversight.labels import GROUNDS, PARTS, VERBS
from vaern.node.oversight.rules import FIRST_DAY, LARGEST, LAST_DAY, Filters, Ground, Part, Restriction, grounds_of
from vaern.node.oversight.unusual_rules import What
from vaern.node.web import lists

if TYPE_CHECKING:
    from collections.abc import Mapping

    from vaern.node.oversight.sight import Sight

DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
IN_REACH = (MinValueValidator(FIRST_DAY), MaxValueValidator(LAST_DAY))


class FilterForm(lists.Filters):
    """A search of the ledger as an address has it. Unlike on other lists, a value that cannot be is an error."""

    person = forms.UUIDField(required=False)
    key = forms.UUIDField(required=False)
    organisation = forms.UUIDField(required=False)
    owner = forms.UUIDField(required=False)
    recipient = forms.UUIDField(required=False)
    session = forms.UUIDField(required=False)
    kind = forms.CharField(required=False, max_length=100)
    subject = forms.UUIDField(required=False)
    verb = lists.Choice(Verb)
    act = forms.CharField(required=False, max_length=100)
    what = lists.Choice(What)
    given = lists.Choice(Given)
    since = forms.DateField(required=False, input_formats=["%Y-%m-%d"], validators=IN_REACH)
    until = forms.DateField(required=False, input_formats=["%Y-%m-%d"], validators=IN_REACH)
    after = forms.IntegerField(required=False, min_value=0, max_value=LARGEST)
    before = forms.IntegerField(required=False, min_value=0, max_value=LARGEST)

    def __init__(self, given: Mapping[str, Any]) -> None:
        super().__init__({name: str(given[name]).strip() for name in self.base_fields if given.get(name)})

    @property
    def filters(self) -> Filters:
        """What is looked for; only after `is_valid()`."""
        return Filters(**{name: value for name, value in self.cleaned_data.items() if value not in {None, ""}})


class SearchForm(forms.Form):
    """What to look for in the ledger; names and addresses become ids, so that no address of a page holds them."""

    who = forms.CharField(label=_("Person: mail address or id"), required=False, max_length=254)
    at = forms.CharField(label=_("Organisation: name or id"), required=False, max_length=200)
    verb = forms.ChoiceField(label=_("Operation"), required=False)
    since = forms.DateField(label=_("From"), required=False, widget=DAY, validators=IN_REACH)
    until = forms.DateField(label=_("To"), required=False, widget=DAY, validators=IN_REACH)

    def __init__(self, sight: Sight, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.sight = sight
        self.fields["verb"].choices = [("", _("All")), *((verb.value, VERBS[verb]) for verb in Verb)]  # type: ignore[attr-defined]

    def clean_who(self) -> UUID | None:
        """Return the id of the person."""
        text = self.cleaned_data["who"]
        if not text:
            return None
        person = queries.find_subject(self.sight, text)
        if person is not None:
            return person.id
        try:
            return UUID(text)  # of another organisation: its entries with our records are found by id alone
        except ValueError:
            raise forms.ValidationError(_("Nobody here has this address.")) from None

    def clean_at(self) -> UUID | None:
        """Return the id of the organisation."""
        text = self.cleaned_data["at"]
        if not text:
            return None
        try:
            return UUID(text)
        except ValueError:
            found = queries.organisation_by_name(text)
        if found is None:
            raise forms.ValidationError(_("No organisation here has this name."))
        return found

    def parameters(self) -> dict[str, str]:
        """Return the search as the parameters of an address; only after `is_valid()`."""
        given = self.cleaned_data
        found = {
            "person": given["who"],
            "organisation": given["at"],
            "verb": given["verb"],
            "since": given["since"],
            "until": given["until"],
        }
        return {name: str(value) for name, value in found.items() if value}


class RequestForm(forms.Form):
    """Whose data is asked for, and since when."""

    who = forms.CharField(
        label=_("Mail address or id of the person"),
        help_text=_("Exactly as it stands in the account. Make sure first that it is this person who asks."),
        max_length=254,
    )
    received_date = forms.DateField(label=_("Received on"), widget=DAY, initial=timezone.localdate, validators=IN_REACH)
    reference = forms.CharField(
        label=_("Your file number"),
        help_text=_("By which you find the letter again. No names."),
        max_length=100,
    )

    def __init__(self, sight: Sight, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.sight = sight

    def clean_received_date(self) -> Any:
        """A request has come already."""
        day = self.cleaned_data["received_date"]
        if day > timezone.localdate():
            raise forms.ValidationError(_("This day is yet to come."))
        return day

    def clean(self) -> dict[str, Any]:
        """Find the person."""
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("who"):
            cleaned["person"] = queries.find_subject(self.sight, cleaned["who"])
            if cleaned["person"] is None:
                self.add_error("who", _("Nobody whom you may answer has this address or id."))
        return cleaned


class RestrictForm(forms.Form):
    """What the answer leaves out, on which ground, and why in this case."""

    parts = forms.MultipleChoiceField(
        label=_("Leave out"), required=False, choices=list(PARTS.items()), widget=forms.CheckboxSelectMultiple
    )
    ground = forms.ChoiceField(label=_("Ground"), required=False)
    provision = forms.CharField(
        label=_("Provision of national law"),
        required=False,
        max_length=200,
        help_text=_("It makes the restriction: in Denmark section 22 of the Data Protection Act. The answer names it."),
    )
    words = forms.CharField(
        label=_("Why it is necessary and proportionate in this case"),
        required=False,
        max_length=LONGEST_NOTE,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    unsaid = forms.BooleanField(
        label=_("Do not even say that something is left out"),
        required=False,
        help_text=_("Only where saying so would defeat the purpose. Say why in your assessment."),
    )

    def __init__(self, regime: Regime, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ground: Any = self.fields["ground"]
        ground.choices = [("", "–"), *((one.value, GROUNDS[one]) for one in grounds_of(regime))]
        if regime is Regime.LED:
            del self.fields["provision"]

    @property
    def chosen(self) -> Restriction:
        """The decision; only after `is_valid()`."""
        data = self.cleaned_data
        return Restriction(
            frozenset(Part(part) for part in data["parts"]),
            Ground(data["ground"]) if data["ground"] else None,
            data.get("provision", "").strip(),
            data["words"].strip(),
            data["unsaid"],
        )


class EraseForm(forms.Form):
    """Which words are erased, and on whose order."""

    entries = forms.CharField(
        label=_("Numbers of the entries"),
        help_text=_("Separated by spaces or commas; a hundred at most."),
        max_length=2_000,
    )
    order = forms.CharField(
        label=_("Order"),
        help_text=_("Who ordered it, when, under which file number. No names of data subjects."),
        min_length=10,
        max_length=500,
    )

    def clean_entries(self) -> list[int]:
        """Return the numbers."""
        words = self.cleaned_data["entries"].replace(",", " ").split()
        if not all(word.isascii() and word.isdigit() and len(word) < 19 for word in words) or len(words) > 100:
            raise forms.ValidationError(_("Write numbers of entries, a hundred at most."))
        return sorted({int(word) for word in words})


class ExportForm(forms.Form):
    """Which days are exported, to whom and why."""

    since = forms.DateField(label=_("From"), required=False, widget=DAY, validators=IN_REACH)
    until = forms.DateField(label=_("To"), required=False, widget=DAY, validators=IN_REACH)
    purpose = forms.CharField(
        label=_("For whom and why"),
        help_text=_("The supervisory authority, a court, an auditor; with their file number. No names."),
        min_length=10,
        max_length=500,
    )
