"""Forms for clues and countries."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from vaern.node.casework.forms import WorkForm
from vaern.node.victims.clues import labels, queries
from vaern.node.victims.rules import clues as rules
from vaern.node.victims.rules.clues import Circle, Confidence, Nature
from vaern.node.web.conditions import When
from vaern.node.web.sections import Section, SectionedForm

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID


class ClueForm(SectionedForm, WorkForm):
    """One observation or assessment."""

    SECTIONS = (
        Section("seen", _("What was seen or heard"), ("kind", "observed")),
        Section("sure", _("How sure it is"), ("nature", "confidence")),
        Section("where", _("Where it points"), ("countries", "against")),
        Section("circle", _("Who may know"), ("circle", "known_to")),
    )
    TELLS = False  # it opens beside its series, where the list stays as it came
    WHEN: ClassVar = {"known_to": When("circle", Circle.NAMED)}
    NEEDS = ("known_to",)

    kind = forms.ChoiceField(
        label=_("What is it?"), choices=[(kind.value, label) for kind, label in labels.KINDS.items()]
    )
    observed = forms.CharField(
        label=_("In a few words"),
        max_length=rules.LONGEST_WORDS,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("What was seen or heard, nothing else. No names, no addresses, nothing about what happens."),
    )
    nature = forms.ChoiceField(
        label=_("Fact or assessment"),
        widget=forms.RadioSelect,
        initial=Nature.FACT.value,
        choices=[(nature.value, label) for nature, label in labels.NATURES.items()],
    )
    confidence = forms.ChoiceField(
        label=_("How sure are you?"),
        widget=forms.RadioSelect,
        initial=Confidence.MEDIUM.value,
        choices=[(sure.value, label) for sure, label in labels.CONFIDENCES.items()],
    )
    countries = forms.MultipleChoiceField(
        label=_("It points to"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("If it points to several, each gets a share."),
    )
    against = forms.MultipleChoiceField(
        label=_("It points away from"), required=False, widget=forms.CheckboxSelectMultiple
    )
    circle = forms.ChoiceField(
        label=_("Who may know of it?"),
        widget=forms.RadioSelect,
        initial=Circle.RECIPIENTS.value,
        choices=[(circle.value, label) for circle, label in labels.CIRCLES.items()],
        help_text=_("Never wider than the series itself."),
    )
    known_to = forms.MultipleChoiceField(
        label=_("Organisations that may know"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, holders: Iterable[UUID] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("countries", "against"):
            self.fields[name].choices = queries.countries()  # type: ignore[attr-defined]
        found = queries.names_of(holders)
        self.fields["known_to"].choices = found  # type: ignore[attr-defined]
        if not found:
            del self.fields["known_to"]
            self.fields["circle"].choices = [  # type: ignore[attr-defined]
                (circle.value, label) for circle, label in labels.CIRCLES.items() if circle is not Circle.NAMED
            ]

    def clean_observed(self) -> str:
        """Reject text that names somebody or is not an observation."""
        words: str = self.cleaned_data["observed"]
        if problem := rules.problem_with_words(words):
            raise forms.ValidationError(labels.PROBLEMS[problem])
        return words.strip()


class WhyForm(WorkForm):
    """Why something is withdrawn, declined or opened again: in words that stay with the series."""

    because = forms.CharField(
        label=_("The reason, in words"),
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("It stays with the series. No names."),
    )
    field_order = ("because", "why", "words")


class CountryForm(WorkForm):
    """Which country is proposed."""

    country = forms.ChoiceField(label=_("Country"), widget=forms.RadioSelect)
    field_order = ("country", "why", "words")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["country"].choices = queries.countries()  # type: ignore[attr-defined]
