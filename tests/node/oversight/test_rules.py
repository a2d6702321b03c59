"""The pure rules of oversight: filters survive an address, a month is a month, what restricts an answer."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta
from itertools import product
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaern.node.ledger.rules import Verb
from vaern.node.organisations.rules import OrganisationKind, Regime
from vaern.node.oversight.forms import FilterForm
from vaern.node.oversight.rules import (
    FIRST_DAY,
    LARGEST,
    LAST_DAY,
    Filters,
    Ground,
    Part,
    Restriction,
    due_date,
    grounds_of,
    may_read_words,
    problem_with,
    sees_whole_node,
)

CODES = st.from_regex(r"[a-z][a-z0-9_.]{0,30}", fullmatch=True)
FILTERS = st.builds(
    Filters,
    person=st.none() | st.uuids(),
    key=st.none() | st.uuids(),
    organisation=st.none() | st.uuids(),
    owner=st.none() | st.uuids(),
    recipient=st.none() | st.uuids(),
    session=st.none() | st.uuids(),
    kind=st.none() | CODES,
    subject=st.none() | st.uuids(),
    verb=st.none() | st.sampled_from([verb.value for verb in Verb]),
    act=st.none() | CODES,
    since=st.none() | st.dates(FIRST_DAY, LAST_DAY),
    until=st.none() | st.dates(FIRST_DAY, LAST_DAY),
)


@given(FILTERS)
def test_filters_survive_an_address(filters: Filters) -> None:
    form = FilterForm(filters.parameters())
    assert form.is_valid(), form.errors
    assert form.filters == filters


@given(st.sampled_from(["person", "verb", "since", "after", "subject"]), st.text(max_size=40))
def test_what_is_no_filter_is_refused_by_name_or_read(name: str, text: str) -> None:
    form = FilterForm({name: text})
    if form.is_valid():
        assert (getattr(form.filters, name) is None) == (not text.strip())
    else:
        assert set(form.errors) == {name}


def test_numbers_beyond_the_database_are_refused() -> None:
    form = FilterForm({"after": str(LARGEST)})
    assert form.is_valid()
    assert form.filters.after == LARGEST
    assert not FilterForm({"after": str(LARGEST + 1)}).is_valid()
    assert not FilterForm({"before": "-1"}).is_valid()
    assert not FilterForm({"act": "a\0b"}).is_valid()


@pytest.mark.parametrize("day", ["0001-01-01", "1969-12-31", "3000-01-01", "9999-12-31"])
def test_days_that_no_clock_reaches_are_refused(day: str) -> None:
    for name in ("since", "until"):
        assert not FilterForm({name: day}).is_valid()


@given(st.dates(min_value=date(1990, 1, 1), max_value=date(2200, 1, 1)))
def test_an_answer_is_due_on_the_same_day_of_the_next_month_or_its_last(received: date) -> None:
    due = due_date(received)
    assert (due.year * 12 + due.month) - (received.year * 12 + received.month) == 1
    assert due.day == min(received.day, monthrange(due.year, due.month)[1])
    assert timedelta(days=28) <= due - received <= timedelta(days=31)


def test_an_answer_is_restricted_by_a_ground_of_its_own_law_with_assessment_and_the_gdpr_s_by_national_law() -> None:
    words, provision = "an assessment of this case", "Data Protection Act, section 22(2)(4)"
    for regime, parts, ground, text, named, unsaid in product(
        Regime,
        (frozenset(), frozenset({Part.DID})),
        (None, Ground.INQUIRIES, Ground.GDPR_CRIME),
        ("", "short", words),
        ("", " § ", provision),
        (False, True),
    ):
        given_ = Restriction(parts, ground, named, text, unsaid)
        of_law = {Regime.LED: Ground.INQUIRIES, Regime.GDPR: Ground.GDPR_CRIME}[regime]
        allowed = (given_ == Restriction()) or (
            bool(parts) and ground is of_law and text == words and (regime is Regime.LED or named == provision)
        )
        assert (problem_with(regime, given_) == "") == allowed, given_
    assert not set(grounds_of(Regime.LED)) & set(grounds_of(Regime.GDPR))
    assert {*grounds_of(Regime.LED), *grounds_of(Regime.GDPR)} == set(Ground)


def test_only_oversight_s_own_organisations_see_the_whole_node() -> None:
    assert [kind for kind in OrganisationKind if sees_whole_node(kind)] == [OrganisationKind.OVERSIGHT]


def test_words_are_for_the_organisation_that_wrote_them_and_for_the_node_s_oversight() -> None:
    own, other = uuid4(), uuid4()
    assert may_read_words(own, own, whole_node=False)
    assert not may_read_words(other, own, whole_node=False)
    assert not may_read_words(None, own, whole_node=False)
    assert may_read_words(other, own, whole_node=True)
