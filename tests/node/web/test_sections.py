"""Long forms in sections: each field stands in one of them, and the list says how far each is."""

from __future__ import annotations

from typing import ClassVar

import pytest
from django import forms
from django.apps import apps
from hypothesis import given
from hypothesis import strategies as st

from vaern.node.web.sections import Section, Sectioned, SectionedForm

REASON = {"why", "words"}
MADE = ("paper_", "log_", "queue_", "block_", "report_")
"""Of fields that a form makes as it is opened: a provider's for each kind of data, a policy's for each act."""


class _Form(Sectioned):
    SECTIONS: ClassVar = (
        Section("a", "A", ("needed", "also", "free")),
        Section("b", "B", ("noted",)),
        Section("gone", "C", ("nowhere",)),
    )

    needed = forms.CharField()
    also = forms.CharField()
    free = forms.CharField(required=False)
    noted = forms.ChoiceField(required=False, choices=[("usual", ""), ("other", "")], initial="usual")


def _classes(above: type[Sectioned] = Sectioned) -> list[type[Sectioned]]:
    assert apps.ready, "every app's forms are loaded with its pages"
    import vaern.node.urls  # noqa: F401 - loads every view

    found = [one for below in above.__subclasses__() for one in (below, *_classes(below))]
    return [one for one in found if one.__module__.startswith("vaern.") and one.SECTIONS]


def test_every_field_of_a_long_form_stands_in_one_section() -> None:
    """A field that no section names would be on no page, and a required one would refuse every answer."""
    found = _classes()
    assert len(found) >= 8
    for one in found:
        named = [name for section in one.SECTIONS for name in section.fields]
        fields = {name for name, field in one.base_fields.items() if not field.widget.is_hidden} - REASON
        made = {name for name in named if name.startswith(MADE)}
        assert sorted(named) == sorted(fields | made), one


TEXT = st.sampled_from(["", "given"])


@given(TEXT, TEXT, TEXT, st.booleans())
def test_a_section_is_done_when_all_that_it_needs_is_there(needed: str, also: str, free: str, sent: bool) -> None:
    """Whether it was just sent or a record says it; nothing is done of which nothing is there."""
    values = {"needed": needed, "also": also, "free": free}
    form = _Form(values) if sent else _Form(initial=values)
    first, second = form.parts
    if sent and not (needed and also):
        assert first.state == "wrong"
    elif needed and also:
        assert first.state == "done"
    else:
        assert first.state == ("begun" if needed or also or free else "open")
    assert second.state == "open"
    assert first.needs == "needed also"


@pytest.mark.parametrize(("noted", "state"), [("usual", "open"), ("other", "done")])
def test_what_a_form_suggests_is_no_answer(noted: str, state: str) -> None:
    assert _Form(initial={"noted": noted}).parts[1].state == state


def test_a_section_whose_fields_are_all_gone_is_not_shown() -> None:
    form = _Form()
    assert [part.section.key for part in form.parts] == ["a", "b"]
    assert len(form.tasks.tasks) == 2


def test_a_form_that_asks_why_asks_it_last() -> None:
    class Reasoned(_Form, SectionedForm):
        """With a reason."""

    shown, bare = str(Reasoned()), str(_Form())
    assert shown.index('name="why"') > shown.index('name="noted"')
    assert 'name="why"' not in bare
