"""The dated table of law: what is not in it is unknown, and said as such."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaern.lookup.grounds import EU, KNOWN, NOT_SAID, Ground, faults, stand

LAPSED = dt.date(2026, 4, 3)
days = st.dates(dt.date(2019, 1, 1), dt.date(2030, 12, 31))


def row(**change: str) -> Ground:
    fields = {"service": "hosting", "country": "DK", "since": "2025-01-01", "state": "lawful"}
    return Ground(**{**fields, "text": "It is so.", "source": "a law", "day": "2026-11-01", **change})


@given(st.sampled_from(sorted(EU)), days)
def test_interpersonal_communication_in_the_union(country: str, day: dt.date) -> None:
    found = stand((), "communication", country, day)
    if dt.date(2021, 8, 2) <= day < LAPSED:
        assert found.state == "lawful"
    else:
        assert found.state == "unknown"
    if day >= LAPSED:
        assert (found.since, found.looked_up) == ("2026-04-03", "2026-11-27")
        assert "2021/1232" in found.source


@given(st.sampled_from(["US", "CA", "GB", "NO"]), days)
def test_a_row_of_the_union_says_nothing_of_other_countries(country: str, day: dt.date) -> None:
    found = stand((), "communication", country, day)
    assert (found.state, found.source, found.since) == ("unknown", "", "")


@given(days)
def test_who_says_nothing_has_no_ground(day: dt.date) -> None:
    assert stand((row(),), "", "DK", day) == NOT_SAID
    assert stand((row(),), "hosting", "", day) == NOT_SAID


@given(days, days, days)
def test_a_row_holds_from_its_first_day_until_before_its_last(one: dt.date, other: dt.date, day: dt.date) -> None:
    since, until = sorted((one, other))
    if since < until:
        found = stand((row(since=since.isoformat(), until=until.isoformat()),), "hosting", "DK", day)
        assert (found.state == "lawful") == (since <= day < until)
        if day >= until:
            assert found.since == until.isoformat()
            assert "ended" in found.text


@given(days)
def test_the_operators_row_goes_first_and_the_countrys_before_the_unions(day: dt.date) -> None:
    own = row(service="communication", country="DK", since="2000-01-01", state="unlawful")
    union = row(service="communication", country="EU", since="2000-01-01", text="For all.")
    assert stand((union, own), "communication", "DK", day).state == "unlawful"
    assert stand((union, own), "communication", "SE", day).text == "For all."


@given(days)
def test_of_rows_in_force_the_one_that_began_last_counts(day: dt.date) -> None:
    older, newer = row(since="2000-01-01"), row(since="2010-01-01", state="unlawful")
    assert stand((newer, older), "hosting", "DK", day) == stand((older, newer), "hosting", "DK", day)
    assert stand((older, newer), "hosting", "DK", day).state == "unlawful"


def test_the_rows_that_come_with_it_have_source_and_day_and_no_fault() -> None:
    assert not faults(KNOWN)
    assert all(ground.source and ground.day for ground in KNOWN)


@pytest.mark.parametrize(
    "change",
    [{"since": "soon"}, {"until": "2024-12-31"}, {"source": ""}, {"text": ""}, {"day": "1 May"}, {"since": ""}],
)
def test_a_row_with_a_fault_is_named(change: dict[str, str]) -> None:
    found = faults([row(), row(**change)])
    assert found
    assert all(fault.startswith("grounds, row 2: ") for fault in found)
