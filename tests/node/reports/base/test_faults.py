"""Faults of documents: a code for each, the same words in the node and in Danish; what a report keeps comes back."""

from __future__ import annotations

import string

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from vaern.arrivals import Fault
from vaern.faults import TEXTS, Said, say
from vaern.node.reports.base.faults import WORDS, restored, stored, worded

NAMES = {code: [name for _text, name, *_rest in string.Formatter().parse(text) if name] for code, text in TEXTS.items()}


def test_the_node_says_what_the_formats_say() -> None:
    with translation.override("en"):
        assert {code: str(words) for code, words in WORDS.items()} == TEXTS


@pytest.mark.parametrize("code", [code for code in TEXTS if code != "other"])
def test_every_fault_is_said_in_danish_with_its_values(code: str) -> None:
    values = {name: f"<{name}>" for name in NAMES[code]}
    kept = stored(Fault("report/a", say(code, **values)))
    with translation.override("da"):
        _path, danish = worded(kept)
    assert danish != str(say(code, **values))
    assert all(value in danish for value in values.values())


@given(st.sampled_from(sorted(TEXTS)), st.data(), st.text())
def test_what_is_kept_comes_back(code: str, data: st.DataObject, path: str) -> None:
    values = {name: data.draw(st.text() | st.integers()) for name in NAMES[code]}
    fault = Fault(path, say(code, **values), fatal=False)
    assert restored(stored(fault)) == fault
    with translation.override("en"):
        assert worded(stored(fault)) == (path, fault.said)


def test_a_code_or_a_value_that_is_missing_is_found_at_once() -> None:
    with pytest.raises(KeyError):
        say("no_such_code")
    with pytest.raises(KeyError):
        say("room", n=1)
    assert str(Said("missing")) == "is missing"
