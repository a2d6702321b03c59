"""Forms are answered by the node, in the reader's language, never by a bubble of the browser in its own."""

from __future__ import annotations

import importlib
import re
from copy import deepcopy
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import pytest
from django import forms

import vaern.node
from vaern.node.web.conditions import ConditionalForm, When

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(vaern.node.__file__).parent
_TAGS = r"\{%.*?%\}|\{\{.*?\}\}"
POSTED = re.compile(rf"""<form\b(?=[^>]*?method="(?:post|\{{\{{ attrs.method \}}\}})")(?:{_TAGS}|[^>{{]|\{{)*>""")


def test_no_form_that_is_sent_leaves_its_errors_to_the_browser() -> None:
    forms = [
        (path.relative_to(ROOT).as_posix(), form)
        for path in sorted([*ROOT.rglob("*.html"), *ROOT.rglob("*.py")])
        for form in POSTED.findall(path.read_text(encoding="utf-8"))
    ]
    assert len(forms) > 80
    assert [(path, form) for path, form in forms if "novalidate" not in form] == []


def _forms(base: type[forms.BaseForm] = forms.BaseForm) -> Iterator[type[forms.BaseForm]]:
    for one in base.__subclasses__():
        yield one
        yield from _forms(one)


def _choices() -> Iterator[tuple[str, forms.ChoiceField]]:
    """Every choice of every form of the node, whatever it offers on a day."""
    importlib.import_module("vaern.node.urls")  # every view, and with them every form
    for form in _forms():
        if form.__module__.startswith("vaern.node."):
            for name, field in getattr(form, "base_fields", {}).items():
                if isinstance(field, forms.ChoiceField) and not field.widget.is_hidden:
                    yield f"{form.__module__}.{form.__qualname__}.{name}", field


def _is_found(field: forms.ChoiceField) -> bool:
    """Whether `find.js` would let a choice of more than twenty be searched, by what it looks for on a page."""
    widget: Any = deepcopy(field.widget)
    widget.choices = [(str(n), f"Choice {n}") for n in range(21)]
    html = widget.render("choice", None, {"id": "id_choice"}).strip()
    options = html.count('<div class="option">')
    return (html.startswith("<select") and html.count("<option") == 21) or (
        html.startswith('<div class="options"') and options == 21
    )


@pytest.mark.once
def test_every_choice_can_be_searched_when_it_has_more_than_twenty() -> None:
    found = dict(_choices())
    assert len(found) > 120
    assert [name for name, field in found.items() if not _is_found(field)] == []


def test_the_law_of_choices_sees_one_that_cannot_be_searched() -> None:
    class Bare(forms.RadioSelect):
        template_name = "django/forms/widgets/input.html"

    assert not _is_found(forms.ChoiceField(widget=Bare))
    assert not _is_found(forms.ChoiceField(widget=forms.TextInput))
    assert _is_found(forms.ChoiceField(widget=forms.RadioSelect))


def _conditional() -> list[type[ConditionalForm]]:
    importlib.import_module("vaern.node.urls")
    return [form for form in _forms(ConditionalForm) if form.WHEN and form.__module__.startswith("vaern.node.")]


def test_every_condition_is_about_an_answer_that_can_be_given() -> None:
    found = _conditional()
    assert len(found) >= 10
    for form in found:
        fields = form.base_fields
        for name, when in form.WHEN.items():
            assert name in fields, (form, name)
            assert not fields[name].required, (form, name)  # only where it appears: `NEEDS`
            question = fields[when.field]
            if isinstance(question, forms.ChoiceField) and (codes := {str(code) for code, _label in question.choices}):
                assert set(when.values.split()) <= codes, (form, name)
        assert set(form.NEEDS) <= set(form.WHEN), form


class Tea(ConditionalForm):
    WHEN: ClassVar = {
        "milk": When("drink", "tea"),
        "sugar": When("milk", "much little"),
        "beans": When("drink", "coffee"),
    }
    NEEDS: ClassVar = {"milk": "How much milk?"}

    drink = forms.ChoiceField(choices=[("tea", "Tea"), ("coffee", "Coffee")])
    milk = forms.ChoiceField(choices=[("", "–"), ("much", "Much"), ("little", "A little")], required=False)
    sugar = forms.IntegerField(required=False)
    beans = forms.MultipleChoiceField(choices=[("a", "A"), ("b", "B")], required=False)


def test_what_no_answer_asks_for_is_neither_checked_nor_kept() -> None:
    form = Tea({"drink": "coffee", "milk": "no such", "sugar": "no number", "beans": ["a"]})
    assert form.is_valid(), form.errors
    assert form.cleaned_data == {"drink": "coffee", "milk": "", "sugar": None, "beans": ["a"]}
    form = Tea({"drink": "tea", "milk": "much", "sugar": "2", "beans": ["no such"]})
    assert form.is_valid(), form.errors
    assert form.cleaned_data == {"drink": "tea", "milk": "much", "sugar": 2, "beans": []}


def test_what_is_needed_where_it_appears_is_asked_for_and_not_called_optional() -> None:
    form = Tea({"drink": "tea"})
    assert form.errors == {"milk": ["How much milk?"]}
    page = Tea(prefix="p").as_div()
    assert page.count("(optional)") == 2  # sugar and beans
    assert 'data-shown-if="p-drink=tea"' in page
    assert 'data-shown-if="p-milk=much little"' in page
