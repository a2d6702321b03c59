"""Which instrument reaches whom: against a naive second router, and the laws that no table may break."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.node.cases.assistance import oracle

from vaern.node.cases.assistance.reading import book, problems
from vaern.node.cases.assistance.records import Book, DataKind, Kind, Party, Reach
from vaern.node.cases.assistance.router import AGAINST, Code, Question, day_of, route

BOOK = book()
COUNTRIES = sorted({row.country for row in BOOK.parties} | {"AU", "XX"})
EDGES = sorted(
    {
        day + step * timedelta(days=1)
        for row in BOOK.parties
        for day in (row.since, row.until)
        if day
        for step in (-1, 0, 1)
    }
)
FAST = ("eio", "eio-32", "epoc", "epoc-pr")

days = st.one_of(st.sampled_from(EDGES), st.dates(date(1995, 1, 1), date(2040, 1, 1)))
questions = st.builds(
    Question, st.sampled_from(COUNTRIES), st.sampled_from(COUNTRIES), st.sampled_from(DataKind), days,
    urgent=st.booleans(), preserved=st.booleans(), cybertip=st.booleans(), dual=st.sampled_from([None, True, False]),
)  # fmt: skip


@st.composite
def books(draw: st.DrawFn) -> Book:
    """Another table of who is bound by what: any rows, also such as end, return or contradict."""
    first, last = date(2025, 1, 1), date(2027, 12, 31)
    rows = draw(
        st.lists(
            st.tuples(
                st.sampled_from(["DK", "IE", "US"]), st.sampled_from(sorted(BOOK.treaties)), st.dates(first, last),
                st.one_of(st.none(), st.integers(0, 400)), st.booleans(),
            ),
            max_size=25, unique_by=lambda row: row[:3],
        )
    )  # fmt: skip
    parties = tuple(
        msgspec.structs.replace(
            BOOK.parties[0], country=country, treaty=treaty, since=since, bound=is_bound,
            until=None if length is None else since + timedelta(days=length),
        )
        for country, treaty, since, length, is_bound in rows
    )  # fmt: skip
    return msgspec.structs.replace(BOOK, parties=parties)


def codes(found: tuple) -> list[str]:
    return [answer.instrument.code for answer in found]


def against(code: str, question: Question) -> set[Code]:
    (answer,) = [one for one in route(question, BOOK).others if one.instrument.code == code]
    return {line.code for line in answer.lines if line.code in AGAINST}


@given(questions)
def test_what_is_usable_is_what_the_naive_router_says(question: Question) -> None:
    expected = {code for code, one in BOOK.instruments.items() if oracle.usable(question, one, BOOK)}
    assert set(codes(route(question, BOOK).usable)) == expected


@given(books(), questions)
def test_and_for_any_other_table(other: Book, question: Question) -> None:
    expected = {code for code, one in other.instruments.items() if oracle.usable(question, one, other)}
    assert set(codes(route(question, other).usable)) == expected


@given(questions)
def test_no_instrument_is_offered_to_which_a_side_is_not_party_on_that_day(question: Question) -> None:
    for answer in route(question, BOOK).usable:
        one = answer.instrument
        if one.reach is Reach.BETWEEN:
            for side in (question.requesting, question.holder):
                covering = [
                    row for row in BOOK.parties
                    if (row.country, row.treaty) == (side, one.treaty) and row.covers(question.on)
                ]  # fmt: skip
                assert covering
                assert all(row.bound for row in covering)


@given(questions)
def test_every_instrument_is_in_the_answer_once_with_a_reason(question: Question) -> None:
    found = route(question, BOOK)
    assert sorted(codes(found.usable) + codes(found.others)) == sorted(BOOK.instruments)
    for answer in found.others:
        assert any(line.code in AGAINST for line in answer.lines)
    for answer in found.usable:
        assert answer.lines
        assert not any(line.code in AGAINST for line in answer.lines)


@given(questions, st.randoms())
def test_the_order_does_not_depend_on_the_order_of_the_rows(question: Question, random) -> None:
    instruments = list(BOOK.instruments.items())
    parties = list(BOOK.parties)
    random.shuffle(instruments)
    random.shuffle(parties)
    mixed = msgspec.structs.replace(BOOK, instruments=dict(instruments), parties=tuple(parties))
    first, second = route(question, BOOK), route(question, mixed)
    for name in ("usable", "others", "sequence"):
        assert codes(getattr(first, name)) == codes(getattr(second, name))


@given(questions)
def test_what_is_proposed_is_usable_and_secures_before_it_obtains(question: Question) -> None:
    found = route(question, BOOK)
    proposed = [one for one in found.sequence if one in found.usable]
    waiting = [one for one in found.sequence if one not in found.usable]
    kinds = [one.instrument.kind for one in proposed if one.instrument.kind is not Kind.CONTACT]
    assert kinds == sorted(kinds, key=lambda kind: kind is not Kind.PRESERVE)
    assert len(kinds) == len(set(kinds))
    for one in waiting:
        assert [line.code for line in one.lines if line.code in AGAINST] == [Code.NEEDS_PRESERVATION]
        assert Kind.PRESERVE in kinds
    if question.requesting != question.holder and question.dual is not False:
        assert {Kind.MLA, Kind.PRODUCE} & set(kinds)  # a letter without a treaty is always left


@given(st.sampled_from(COUNTRIES), st.sampled_from(DataKind), days, st.booleans())
def test_denmark_uses_none_of_the_fast_instruments_of_the_union(
    other: str, data: DataKind, on: date, urgent: bool
) -> None:
    for question in (Question("DK", other, data, on, urgent=urgent), Question(other, "DK", data, on, urgent=urgent)):
        assert not set(FAST) & set(codes(route(question, BOOK).usable))


@pytest.mark.parametrize("code", FAST)
def test_and_the_table_says_that_denmark_stays_out(code: str) -> None:
    question = Question("DK", "DE", DataKind.TRAFFIC, date(2026, 11, 25))
    assert Code.STAYS_OUT in against(code, question)
    assert code in codes(route(Question("SE", "DE", DataKind.TRAFFIC, date(2026, 11, 25)), BOOK).usable)


def test_denmark_and_the_usa_have_the_convention_the_agreement_and_their_own_instrument() -> None:
    found = codes(route(Question("DK", "US", DataKind.CONTENT, date(2026, 11, 25)), BOOK).usable)
    assert {"budapest-29", "budapest-35", "us-2703f", "eu-us-mla", "dk-us-mla"} <= set(found)
    assert found[0] == "budapest-29"


@pytest.mark.parametrize(("day", "usable"), [(17, False), (18, True), (19, True)])
def test_the_day_of_entry_into_force_counts(day: int, usable: bool) -> None:
    question = Question("SE", "IE", DataKind.SUBSCRIBER, date(2026, 8, day))
    assert ("epoc" in codes(route(question, BOOK).usable)) is usable
    if not usable:
        assert {Code.NOT_YET_IN_FORCE, Code.NOT_YET} == against("epoc", question)


def test_the_last_day_counts_too() -> None:
    last = Question("GB", "DE", DataKind.SUBSCRIBER, date(2020, 12, 31))
    assert "eio" in codes(route(last, BOOK).usable)
    assert against("eio", at_another_day(last, date(2021, 1, 1))) == {Code.NO_MORE}


def at_another_day(question: Question, on: date) -> Question:
    return Question(question.requesting, question.holder, question.data, on)


def test_at_one_moment_two_countries_have_two_days() -> None:
    moment = datetime(2026, 8, 17, 22, 30, tzinfo=UTC)
    assert day_of(moment, "Europe/Stockholm") == date(2026, 8, 18)
    assert day_of(moment, "Europe/Dublin") == date(2026, 8, 17)
    with pytest.raises(ValueError, match="without a time zone"):
        day_of(moment.replace(tzinfo=None), "Europe/Stockholm")


def test_an_emergency_is_eight_hours() -> None:
    answer = route(Question("SE", "IE", DataKind.TRAFFIC, date(2026, 11, 25), urgent=True), BOOK)
    (epoc,) = [one for one in answer.usable if one.instrument.code == "epoc"]
    assert epoc.expects is not None
    assert epoc.expects.span.hours == 8
    assert Code.EMERGENCY_TIME in {line.code for line in epoc.lines}


def test_nothing_in_the_files_is_verified_by_anybody() -> None:
    question = Question("DK", "US", DataKind.CONTENT, date(2026, 11, 25))
    assert all(one.unverified for one in route(question, BOOK).usable)


def test_a_book_that_contradicts_itself_is_refused() -> None:
    row = BOOK.parties[0]
    twice = msgspec.structs.replace(BOOK, parties=(*BOOK.parties, msgspec.structs.replace(row, bound=False)))
    nowhere = msgspec.structs.replace(BOOK, parties=(msgspec.structs.replace(row, treaty="none"),))
    backwards = msgspec.structs.replace(BOOK, parties=(msgspec.structs.replace(row, until=date(1900, 1, 1)),))
    assert problems(BOOK) == []
    assert all(problems(bad) for bad in (twice, nowhere, backwards))


def test_every_text_of_the_book_is_in_both_languages() -> None:
    for one in [*BOOK.treaties.values(), *BOOK.instruments.values()]:
        assert set(one.name) == {"en", "da"}
    for one in BOOK.instruments.values():
        assert set(one.languages) == {"en", "da"}
        assert not one.note or set(one.note) == {"en", "da"}
    assert all(set(row.reservation) in (set(), {"en", "da"}) for row in BOOK.parties)
    assert all(isinstance(row, Party) and row.source for row in BOOK.parties)


def test_the_page_of_the_documentation_is_what_the_files_say(monkeypatch: pytest.MonkeyPatch) -> None:
    from pathlib import Path

    monkeypatch.syspath_prepend(Path(__file__).parents[4] / "tools")
    import instruments_reference

    assert instruments_reference.PAGE.read_text("utf-8") == instruments_reference.page()
