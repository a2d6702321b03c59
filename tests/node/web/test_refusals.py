"""What a person reads when a state machine refuses: a sentence in their language, and never a code."""

from __future__ import annotations

import enum
import pkgutil
import re
from importlib import import_module
from typing import Any

import pytest
from django.utils import translation

import vaern.node
from vaern.node.base.transitions import StateRefusal, Step, after
from vaern.node.web import refusals

Table = dict[tuple[enum.StrEnum, enum.StrEnum], Step[Any, Any]]


def tables() -> dict[str, Table]:
    """Every table of steps that a module of rules holds, by the module that defines it and its name."""
    found: dict[int, tuple[str, Table]] = {}
    for module in pkgutil.walk_packages(vaern.node.__path__, "vaern.node."):
        if "rules" not in module.name.split("."):
            continue
        for name, value in vars(import_module(module.name)).items():
            if isinstance(value, dict) and value and all(isinstance(step, Step) for step in value.values()):
                found.setdefault(id(value), (f"{module.name}.{name}", value))
    return dict(found.values())


TABLES = tables()


def refusals_of(table: Table) -> list[StateRefusal]:
    """Every refusal that a table can give: of each state, each event, each person."""
    kinds = [(type(state), type(event)) for state, event in table]
    people = {who for step in table.values() for who in step.who or ()}
    found = []
    for state in kinds[0][0]:
        for event in kinds[0][1]:
            for who in (None, *people):
                try:
                    after(table, "a thing", state, event, who)
                except StateRefusal as refused:
                    found.append(refused)
            found.append(StateRefusal("a thing", state, event, wants_words=True))
    return found


def test_every_machine_is_found() -> None:
    assert len(TABLES) == 20, sorted(TABLES)


@pytest.mark.once
@pytest.mark.parametrize("name", sorted(TABLES))
def test_no_refusal_of_a_machine_shows_a_code_in_any_language(name: str) -> None:
    table = TABLES[name]
    refused = refusals_of(table)
    assert refused
    for language in ("da", "en"):
        with translation.override(language):
            for sentence in {str(one) for one in refused}:
                assert "_" not in sentence, sentence
                assert not re.search(r"%\(|cannot|a thing", sentence), sentence
                assert sentence[0].isupper()
                assert sentence.endswith(".")
                assert ("does not allow" in sentence or "others to do" in sentence or "why in your" in sentence) is (
                    language == "en"
                ), sentence


def test_a_refusal_names_the_state_and_what_it_has_to_be() -> None:
    from vaern.node.reports.rules.states import Event, State
    from vaern.node.reports.rules.states import after as report_after

    with pytest.raises(StateRefusal) as refused:
        report_after(State.ARRIVED, Event.FINISH)
    with translation.override("en"):
        assert str(refused.value) == (
            "The report is “Arrived” now, and that does not allow this. It has to be “In action”."
        )
    with translation.override("da"):
        assert str(refused.value).startswith("Anmeldelsen er nu ”")
    assert refused.value.plainly == "a report that is arrived cannot finish: it has to be in_action"


def test_every_state_of_every_machine_has_a_label() -> None:
    for table in TABLES.values():
        kind = type(next(iter(table))[0])
        assert set(refusals.NAMED[kind].states) == set(kind)
