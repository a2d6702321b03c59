"""Members of unions by day: the one table, which the tables of law name by code."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from vaern.node.organisations import unions

DAYS = st.dates(date(1950, 1, 1), date(2035, 1, 1))
CODES = st.sampled_from(sorted({one.country for one in unions.memberships()} | {"CH", "US", "XV"}))
FOUNDERS = {"BE", "DE", "FR", "IT", "LU", "NL"}


@given(CODES, DAYS)
def test_a_country_is_among_the_members_of_the_unions_it_is_in(country: str, day: date) -> None:
    codes = {one.union for one in unions.memberships()}
    assert unions.unions_of(country, day) == {code for code in codes if country in unions.members(code, day)}
    assert unions.named(country, day) == {country} | {f"union:{code}" for code in unions.unions_of(country, day)}


@given(st.sets(st.sampled_from(["union:EU", "union:EEA", "CH", "GB"])), DAYS)
def test_a_union_stands_for_its_members_of_that_day(names: set[str], day: date) -> None:
    assert unions.countries(names, day) == {
        country
        for country in {one.country for one in unions.memberships()} | {"CH"}
        if not names.isdisjoint(unions.named(country, day))
    }


@given(DAYS)
def test_whoever_is_in_the_european_union_is_in_the_economic_area_once_there_is_one(day: date) -> None:
    begins = date(1994, 1, 1)
    assert unions.members("EEA", day) >= unions.members("EU", day) if day >= begins else not unions.members("EEA", day)


def test_memberships_have_the_days_of_entry_and_withdrawal() -> None:
    assert unions.members("EU", date(1958, 1, 1)) == FOUNDERS
    assert len(unions.members("EU", date(2013, 7, 1))) == 28
    assert len(unions.members("EU", date(2026, 11, 28))) == 27
    last = date(2020, 1, 31)
    assert "GB" in unions.members("EU", last)
    assert "GB" not in unions.members("EU", last + timedelta(days=1))
    assert unions.members("EEA", date(2026, 11, 28)) - unions.members("EU", date(2026, 11, 28)) == {"IS", "LI", "NO"}
    assert unions.members("nobody", last) == frozenset()
