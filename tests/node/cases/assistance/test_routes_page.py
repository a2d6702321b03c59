"""The page of routes in the documentation: its third answer, with the rows on which that rests."""

from __future__ import annotations

import re
import sys
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from tests.node.cases.assistance.test_router import BOOK, questions

from vaern.node.cases.rules.router import route
from vaern.node.cases.rules.routes import AGAINST, Question

ROOT = Path(__file__).parents[4]
PAGE = (ROOT / "docs/reference/routes.md").read_text("utf-8")
SOURCES = dict(re.findall(r"(?m)^(\d+)\. (.+)$", PAGE.split("## Sources")[1]))


@cache
def tool() -> Any:
    sys.path.insert(0, str(ROOT / "tools"))
    try:
        return import_module("routes_reference")
    finally:
        sys.path.pop(0)


def stays_out(title: str) -> dict[str, tuple[str, str]]:
    """What stays out of a pair: why and on what that rests, by name and provision."""
    part = PAGE.split(f"## {title}\n")[1].split("\n## ")[0]
    lines = part.split("| Stays out |")[1].splitlines()[2:]
    cells = [[cell.strip() for cell in line.split("|")[1:5]] for line in lines if line.startswith("|")]
    return {f"{name}, {provision}": (why, rests) for name, provision, why, rests in cells}


@pytest.mark.parametrize(
    ("name", "why", "source"),
    [
        ("Expedited preservation of stored data, art. 29", "Ireland stays out: Signed, and not", "kildarestreet.com"),
        ("European Production Order, art. 5 and 10, certificate EPOC", "Denmark stays out", "Protocol 22"),
        ("European Investigation Order, Directive 2014/41/EU, Annex A", "Ireland stays out", "but Ireland and Denmark"),
    ],
)
def test_denmark_to_ireland_says_what_stays_out_and_on_which_row_that_rests(name: str, why: str, source: str) -> None:
    said, rests = stays_out("Denmark → Ireland, content")[name]
    assert why in said
    assert any(source in SOURCES[number] for number in re.findall(r"\[(\d+)\]", rests))


@pytest.mark.parametrize("title", re.findall(r"(?m)^## (.+ → .+)$", PAGE))
def test_each_pair_says_what_stays_out_each_with_a_source(title: str) -> None:
    found = stays_out(title)
    assert found
    for why, rests in found.values():
        assert why
        assert set(re.findall(r"\[(\d+)\]", rests)) <= SOURCES.keys()
        assert "](#sources)" in rests


@given(questions)
def test_every_reason_of_the_router_has_words_on_the_page(question: Question) -> None:
    for answer in route(question, BOOK).others:
        reasons = {line.code for line in answer.lines if line.code in AGAINST}
        assert reasons & tool().ELSEWHERE or reasons <= tool().WHY.keys()
        for line in answer.lines:
            if line.code in tool().WHY:
                assert "{" not in tool().because(line, BOOK)
