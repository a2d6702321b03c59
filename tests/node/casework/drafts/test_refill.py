"""A page filled with what was typed sends exactly that: held to another reader of HTML and to Django's own forms."""

from __future__ import annotations

from typing import Any

import pytest
from django import forms
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import html as lxml_html

from vaern.node.casework.drafts.refill import fill
from vaern.node.casework.drafts.rules import SECRET, Typed, is_worth_keeping, kept

CHOICES = [("a", "Å & <b>"), ("b", "B"), ("c", 'C "quoted"')]
TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc"]) | st.sampled_from("\"'<>&;\t"), max_size=30)
LINES = st.lists(TEXT, max_size=4).map("\n".join)


class Everything(forms.Form):
    """Each kind of field that forms of the node have."""

    line = forms.CharField(required=False)
    words = forms.CharField(widget=forms.Textarea, required=False)
    one = forms.ChoiceField(choices=CHOICES, required=False)
    several = forms.MultipleChoiceField(choices=CHOICES, required=False)
    boxes = forms.MultipleChoiceField(choices=CHOICES, widget=forms.CheckboxSelectMultiple, required=False)
    radio = forms.ChoiceField(choices=CHOICES, widget=forms.RadioSelect, required=False)
    tick = forms.BooleanField(required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    number = forms.IntegerField(required=False)


VALUES = st.fixed_dictionaries(
    {
        "line": TEXT,
        "words": LINES,
        "one": st.sampled_from("abc"),
        "number": st.integers().map(str),
        "several": st.lists(st.sampled_from("abc"), unique=True),
        "version": st.integers(0, 9).map(str),
        "boxes": st.lists(st.sampled_from("abc"), unique=True),
        "radio": st.sampled_from("abc"),
        "tick": st.booleans(),
    }
)


def page_of(form: forms.Form, *, around: str = "{}", action: str = "") -> str:
    target = f' action="{action}"' if action else ""
    inside = (
        f'<input type="hidden" name="csrfmiddlewaretoken" value="fresh">{form}<button name="do" value="1">Go</button>'
    )
    return around.format(f'<form method="post"{target} novalidate>{inside}</form>')


def sent(html: str, which: int = -1) -> dict[str, list[str]]:
    """Return what a form of a page, the last one, would send: HTML's entry list, of the tree that libxml2 reads."""
    found: dict[str, list[str]] = {}
    form = lxml_html.fromstring(f"<main>{html}</main>").forms[which]
    for control in form.xpath(".//*[self::input or self::textarea or self::select][@name]"):
        name, kind = control.get("name"), control.get("type", "text")
        if control.tag == "select":
            options = control.xpath(".//option")
            values = [option.get("value") for option in options if "selected" in option.attrib]
            values = values or ([] if "multiple" in control.attrib else [options[0].get("value")])
        elif control.tag == "textarea":
            values = [(control.text or "").removeprefix("\n")]
        elif kind in {"checkbox", "radio"}:
            values = [control.get("value", "on")] if "checked" in control.attrib else []
        else:
            values = [control.get("value", "")]
        if values:
            found.setdefault(name, []).extend(values)
    return found


def filled(html: str, values: dict[str, list[str]], **given: str) -> str:
    typed = Typed(given.get("page", "/here/"), given.get("form", "/here/"), values)
    return fill(html, typed, lambda place: f"<p>restored {len(place.unplaced(typed))} {place.files}</p>")


@pytest.mark.once
@settings(max_examples=40, deadline=None)  # Django renders a form in some 20 ms
@given(VALUES, VALUES)
def test_a_filled_form_sends_what_was_typed_whatever_stood_in_it(before: dict[str, Any], typed: dict[str, Any]) -> None:
    was = sent(page_of(Everything(initial=typed)))
    values = kept(was.items())
    found = filled(page_of(Everything(initial=before)), values)
    assert sent(found) == was
    assert ("<p>restored 0 False</p>" in found) == any(v for vs in values.values() for v in vs)


@pytest.mark.once
@settings(max_examples=20, deadline=None)
@given(VALUES)
def test_filling_twice_is_filling_once(typed: dict[str, Any]) -> None:
    values = kept(sent(page_of(Everything(initial=typed))).items())
    once = filled(page_of(Everything()), values)
    assert sent(filled(once, values)) == sent(once)


def test_the_form_is_found_by_where_it_is_sent_among_others() -> None:
    inside = '<input name="line"></form>'
    other = f'<form method="get">{inside}<form method="post" action="/other/">{inside}'
    page = other + page_of(Everything(), action="there/?x=1")
    values = {"line": ["<typed>"]}
    found = filled(page, values, page="/here/", form="/here/there/")
    assert [sent(found, n).get("line") for n in range(3)] == [[""], [""], ["<typed>"]]
    assert filled(page, values, form="/elsewhere/") == page


def test_of_forms_that_are_sent_to_one_address_the_one_that_fits_is_filled() -> None:
    page = '<form method="post"><input name="a"></form><form method="post"><input name="a"><input name="b"></form>'
    found = filled(page, {"a": ["1"], "b": ["2"]})
    assert [sent(found, n) for n in (0, 1)] == [{"a": [""]}, {"a": ["1"], "b": ["2"]}]


def test_secrets_files_and_counted_lines_are_left_as_they_are() -> None:
    fields = "".join(f'<input name="{name}" value="fresh">' for name in sorted(SECRET))
    kinds = '<input type="password" name="p"><input type="file" name="f">'
    count = '<input type="hidden" name="x-TOTAL_FORMS" value="2">'
    typed = {name: ["typed"] for name in (*SECRET, "p", "f")} | {"x-TOTAL_FORMS": ["9"], "line": ["kept"]}
    found = filled(f'<form method="post">{fields}{kinds}{count}<input name="line"></form>', typed)
    assert sent(found)["line"] == ["kept"]
    assert sent(found)["x-TOTAL_FORMS"] == ["2"]
    assert all(sent(found)[name] == ["fresh"] for name in SECRET)
    assert "True" in found, "that the form has a file is said"


def test_what_no_field_takes_any_more_is_counted_and_the_lines_of_a_row_stay_in_their_order() -> None:
    html = '<form method="post"><input name="r"><input name="r"><select name="s"><option value="1">1</select></form>'
    found = filled(html, {"r": ["one", "two", "three"], "s": ["gone"], "old": ["text"], "do": [""]})
    assert sent(found)["r"] == ["one", "two"]
    assert "restored 3 " in found


def test_what_is_folded_away_is_opened() -> None:
    page = page_of(Everything(), around='<details class="x"><summary>S</summary>{}</details><details></details>')
    assert '<details class="x" open>' in filled(page, {"line": ["typed"]})
    assert filled(page, {"line": ["typed"]}).count(" open>") == 1


@given(st.dictionaries(st.sampled_from([*sorted(SECRET), "draft:page", "line", "words"]), st.lists(TEXT, max_size=2)))
def test_no_secret_is_kept_and_what_is_kept_holds_something(fields: dict[str, list[str]]) -> None:
    found = kept(fields.items())
    assert set(found) == set(fields) & {"line", "words"}
    assert is_worth_keeping(Typed("/", "/", found)) == any(v.strip() for vs in found.values() for v in vs)
