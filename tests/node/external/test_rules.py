"""When two identifiers are one, what is none of its system, and how far one goes."""

from __future__ import annotations

from itertools import product
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaern.arrivals import NumberSystem
from vaern.formats.case_uco import SYSTEMS
from vaern.node.casework.releases.terms import Handling
from vaern.node.external import rules
from vaern.node.external.rules import Problem, goes, normal, passed_on, problem, same
from vaern.node.external.systems import of_file

BY_CODE = {one.code: one for one in of_file()}
LABELS = [one.value for one in Handling]


@given(st.text(max_size=40))
def test_the_form_that_is_compared_is_reached_in_one_step_and_knows_no_case_space_or_dash(text: str) -> None:
    found = normal(text)
    assert normal(found) == found
    assert normal(text.upper()) == found
    assert normal(f" {text}\t") == found
    assert normal("-".join(text)) == normal("".join(text.split())) == normal(" \N{EN DASH}".join(text))


def test_what_differs_stays_apart() -> None:
    assert normal("DK-2026 17") == normal("dk202617") == normal("\uff24K\N{MINUS SIGN}2026\u00a017")
    values = ["A1", "A2", "1A", "A.1", "A/1", "A_1", "Á1"]
    assert len({normal(value) for value in values}) == len(values)


def test_each_system_of_the_vocabulary_has_one_row_and_a_name_in_documents() -> None:
    assert set(BY_CODE) == set(get_args(NumberSystem)) == set(SYSTEMS)
    assert len(of_file()) == len(BY_CODE)
    for one in of_file():
        assert one.name["en"]
        assert one.name["da"]
        assert one.source
        assert one.signs == "any" or one.basis == "read", "a form is checked only where its source was read"


def test_a_number_of_one_country_or_company_is_not_that_of_the_next() -> None:
    national, provider, icse = BY_CODE["national"], BY_CODE["provider"], BY_CODE["icse_series"]
    assert same(national, "2026-17", "DK") == same(national, "2026 17", "DK") != same(national, "2026-17", "DE")
    assert (
        same(provider, "7", "", "Alpha Ltd") == same(provider, "7", "", "alpha-ltd") != same(provider, "7", "", "Beta")
    )
    assert same(icse, "123", "DK") == same(icse, "123", "", "INTERPOL") != same(BY_CODE["icse_victim"], "123")


@given(st.lists(st.sampled_from(["a", "b", "ab", "", "A-", "\x00"]), min_size=3, max_size=3))
def test_no_two_parts_run_into_each_other(parts: list[str]) -> None:
    one = BY_CODE["provider"]
    value, country, holder = parts
    told = same(one, value, country, holder)
    for other in product(["a", "b", "ab", ""], repeat=3):
        equal = (normal(value), country, normal(holder)) == (normal(other[0]), other[1], normal(other[2]))
        assert (told == same(one, *other)) == equal or "\x00" in country


@pytest.mark.parametrize(
    ("system", "value", "country", "holder", "expected"),
    [
        ("ncmec_report", "123 456-789", "", "", None),
        ("ncmec_report", "9" * 19, "", "", None),
        ("ncmec_report", "9" * 20, "", "", Problem.LENGTH),
        ("ncmec_report", "12a", "", "", Problem.DIGITS),
        ("ncmec_report", "١٢٣", "", "", Problem.DIGITS),
        ("ncmec_report", " - ", "", "", Problem.EMPTY),
        ("icse_series", "whatever 12/3", "", "", None),
        ("icse_series", "x" * 81, "", "", Problem.LONG),
        ("icse_series", "x\x07", "", "", Problem.SIGNS),
        ("national", "17", "", "", Problem.COUNTRY),
        ("national", "17", "DK", "", None),
        ("provider", "17", "", "x" * 121, Problem.HOLDER),
    ],
)
def test_a_form_is_checked_where_it_is_known(
    system: str, value: str, country: str, holder: str, expected: Problem | None
) -> None:
    assert problem(BY_CODE[system], value, country, holder) is expected


def test_the_labels_are_those_of_releases() -> None:
    assert list(rules.WIDTHS) == LABELS


@pytest.mark.parametrize("along", ["", *LABELS])
@pytest.mark.parametrize("handling", LABELS)
def test_what_goes_along_goes_with_every_narrower_release_and_never_further_than_it_was_given(
    along: str, handling: str
) -> None:
    assert goes(along, handling) == (along != "" and LABELS.index(handling) <= LABELS.index(along))
    for narrower in LABELS[: LABELS.index(handling) + 1]:
        assert goes(along, narrower) or not goes(along, handling)
    onward = passed_on(along, handling)
    for label in LABELS:
        if goes(onward, label):
            assert goes(along, label)
            assert LABELS.index(label) <= LABELS.index(handling)
            assert handling in {"amber", "green"}
