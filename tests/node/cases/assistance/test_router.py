"""Which instrument reaches whom: against a naive second router, and the laws that no table may break."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.node.cases.assistance import oracle

from vaern.node.cases.rules.instrument_files import book, problems
from vaern.node.cases.rules.instruments import Basis, Book, Complete, DataKind, Kind, Need, Party, Reach
from vaern.node.cases.rules.router import BRINGS, day_of, route
from vaern.node.cases.rules.routes import AGAINST, UNSURE, WARNS, Answer, Code, Question, Standing

BOOK = book()
TODAY = date(2026, 11, 28)
SHOWN = ["DK", "IE", "PL", "US", "GB", "JP", "NO", "IS", "HR", "PH", "KH", "NZ", "CH"]
"""Enough countries for every kind of row; all of them are in `test_every_country_of_the_book_can_be_asked_about`."""
EDGES = sorted(
    {
        day + step * timedelta(days=1)
        for row in BOOK.parties
        if row.country in SHOWN
        for day in (row.since, row.until)
        if day
        for step in (-1, 0, 1)
    }
)
FAST = ("eio", "eio-32", "epoc", "epoc-pr")

days = st.one_of(st.sampled_from(EDGES), st.dates(date(1995, 1, 1), date(2040, 1, 1)))
questions = st.builds(
    Question,
    st.sampled_from([*SHOWN, "XX"]),
    st.sampled_from([*SHOWN, "XX"]),
    st.sampled_from(DataKind),
    days,
    urgent=st.booleans(),
    preserved=st.booleans(),
    cybertip=st.booleans(),
    dual=st.sampled_from([None, True, False]),
    grave=st.sampled_from([None, True, False]),
)


THREE = ["DK", "IE", "US"]
DENSE = ["budapest", "coe-1959", "eu-2000", "eio", "e-evidence", "eu-addressee", "us-code", "voluntary"]
"""Few countries and treaties, so that made-up rows meet: what is said of a pair matters to some instrument."""

narrow = st.builds(
    Question,
    st.sampled_from(THREE),
    st.sampled_from(THREE),
    st.sampled_from(DataKind),
    st.dates(date(2025, 1, 1), date(2028, 6, 30)),
    urgent=st.booleans(),
    preserved=st.booleans(),
    dual=st.sampled_from([None, True, False]),
    grave=st.sampled_from([None, True, False]),
)


@st.composite
def books(draw: st.DrawFn) -> Book:
    """Another table: any rows, also such as end, return or contradict; lists that are whole, or say nothing."""
    first, last = date(2025, 1, 1), date(2027, 12, 31)
    rows = draw(
        st.lists(
            st.tuples(
                st.sampled_from(THREE),
                st.sampled_from(DENSE),
                st.dates(first, last),
                st.one_of(st.none(), st.integers(0, 400)),
                st.booleans(),
                st.booleans(),
            ),
            max_size=25,
            unique_by=lambda row: row[:3],
        )
    )
    parties = tuple(
        Party(
            country=country,
            treaty=treaty,
            since=since,
            bound=is_bound,
            at_latest=at_latest,
            basis=Basis.READ,
            source="A made-up list",
            day=date(2026, 11, 28),
            until=None if length is None else since + timedelta(days=length),
        )
        for country, treaty, since, length, is_bound, at_latest in rows
    )
    whole = draw(st.sets(st.sampled_from(DENSE)))
    dates = {code: draw(st.sampled_from(["as it is", "unknown", "waits"])) for code in ("budapest", "eio", "us-code")}
    treaties = {}
    for code, one in BOOK.treaties.items():
        complete = (
            Complete(on=first, basis=Basis.READ, source="A made-up list", day=date(2026, 11, 28), but=("IE",))
            if code in whole
            else None
        )
        given_dates = {
            "as it is": {},
            "unknown": {"since": None, "waits": None},
            "waits": {"since": None, "waits": first},
        }[dates.get(code, "as it is")]
        treaties[code] = msgspec.structs.replace(one, complete=complete, **given_dates)
    return msgspec.structs.replace(BOOK, parties=parties, treaties=treaties)


def codes(found: tuple) -> list[str]:
    return [answer.instrument.code for answer in found]


def answer_of(code: str, question: Question, known: Book = BOOK) -> Answer:
    found = route(question, known)
    (answer,) = [one for one in (*found.ranked, *found.others) if one.instrument.code == code]
    return answer


def against(code: str, question: Question) -> set[Code]:
    answer = answer_of(code, question)
    assert answer.standing is Standing.BARRED
    return {line.code for line in answer.lines if line.code in AGAINST}


def said(question: Question, known: Book) -> dict[str, str]:
    found = route(question, known)
    return {
        **dict.fromkeys(codes(found.usable), oracle.YES),
        **dict.fromkeys(codes(found.uncertain), oracle.PERHAPS),
        **dict.fromkeys(codes(found.others), oracle.NO),
    }


@given(questions)
def test_the_three_answers_are_those_of_the_naive_router(question: Question) -> None:
    assert said(question, BOOK) == {code: oracle.stands(question, one, BOOK) for code, one in BOOK.instruments.items()}


@given(books(), narrow)
def test_and_for_any_other_table(other: Book, question: Question) -> None:
    assert said(question, other) == {
        code: oracle.stands(question, one, other) for code, one in other.instruments.items()
    }


@pytest.mark.once
@given(books(), narrow)
def test_the_order_is_the_one_that_the_rules_demand_of_every_two(other: Book, question: Question) -> None:
    ranked = route(question, other).ranked
    for at, first in enumerate(ranked):
        for second in ranked[at + 1 :]:
            assert oracle.before(first, second, question)
            assert not oracle.before(second, first, question)


@given(books(), narrow, st.data())
def test_silence_never_stands_against_an_instrument(other: Book, question: Question, data: st.DataObject) -> None:
    """Forget all that a table says of one country and one treaty: nothing that could be used is lost by it."""
    treaty, side = data.draw(st.sampled_from(DENSE)), data.draw(st.sampled_from([question.requesting, question.holder]))
    both = {question.requesting, question.holder}
    bound = [
        Party(
            country=one,
            treaty=treaty,
            since=date(1900, 1, 1),
            basis=Basis.READ,
            source="A made-up list",
            day=date(2026, 11, 28),
        )
        for one in sorted(both)
    ]
    other = msgspec.structs.replace(other, parties=(*other.parties, *bound))
    before = said(question, other)
    forgotten = tuple(row for row in other.parties if (row.country, row.treaty) != (side, treaty))
    open_list = msgspec.structs.replace(other.treaties[treaty], complete=None)
    # a law of one country is known by its list that is whole: where that is forgotten it counts as everybody's own
    known = msgspec.structs.replace(other, parties=forgotten, treaties={**other.treaties, treaty: open_list})
    after = said(question, known)
    assert not [code for code in before if before[code] != oracle.NO and after[code] == oracle.NO]


@pytest.mark.once
@given(books(), narrow, st.data())
def test_what_the_table_does_not_say_lies_between_what_it_may_say(
    other: Book, question: Question, data: st.DataObject
) -> None:
    """To learn more only ever settles what was open: no certain answer turns round, unless another takes its place."""
    open_sides = sorted(
        {
            (line.country, answer.instrument.treaty)
            for answer in route(question, other).uncertain
            for line in answer.lines
            if line.code in {Code.UNKNOWN_PARTY, Code.UNKNOWN_LAW}
        }
    )
    if not open_sides:
        return
    country, treaty = data.draw(st.sampled_from(open_sides))
    learnt = Party(
        country=country,
        treaty=treaty,
        since=date(1900, 1, 1),
        bound=data.draw(st.booleans()),
        basis=Basis.READ,
        source="Looked up",
        day=date(2026, 11, 28),
    )
    known = msgspec.structs.replace(other, parties=(*other.parties, learnt))
    before, after = said(question, other), said(question, known)
    for code, answer in before.items():
        if answer == oracle.NO and not {
            line.code for line in answer_of(code, question, other).lines if line.code in AGAINST
        } & {Code.REPLACED, Code.INSIDE}:
            assert after[code] == oracle.NO
        if answer == oracle.YES and after[code] != oracle.YES:
            assert {line.code for line in answer_of(code, question, known).lines} & {Code.REPLACED, Code.INSIDE}


@given(questions)
def test_no_instrument_is_certain_to_which_a_side_is_not_bound_on_that_day(question: Question) -> None:
    for answer in route(question, BOOK).usable:
        one = answer.instrument
        if one.reach is Reach.BETWEEN:
            for side in (question.requesting, question.holder):
                covering = [
                    row
                    for row in BOOK.parties
                    if (row.country, row.treaty) == (side, one.treaty) and row.covers(question.on)
                ]
                assert covering
                assert all(row.bound for row in covering)


@given(questions)
def test_every_instrument_is_in_the_answer_once_with_a_reason(question: Question) -> None:
    found = route(question, BOOK)
    assert sorted(codes(found.usable) + codes(found.uncertain) + codes(found.others)) == sorted(BOOK.instruments)
    for answer in found.others:
        assert any(line.code in AGAINST for line in answer.lines)
    for answer in found.uncertain:
        assert any(line.code in UNSURE for line in answer.lines)
    for answer in found.ranked:
        assert answer.lines
        assert not any(line.code in AGAINST for line in answer.lines)


@given(questions)
def test_an_act_that_is_no_offence_on_the_other_side_bars_nothing(question: Question) -> None:
    """Budapest 25(5), the convention of 1959 art. 5(1)(a): the other side may refuse; it may also not."""
    found = [route(replace(question, dual=dual), BOOK) for dual in (True, False, None)]
    assert codes(found[0].ranked) == codes(found[1].ranked) == codes(found[2].ranked)
    for answer in found[1].ranked:
        if Need.DUAL_CRIMINALITY in answer.instrument.needs:
            assert Code.DUAL_MISSING in {line.code for line in answer.lines}
            assert Code.DUAL_MISSING in WARNS


@given(questions)
def test_a_letter_without_a_treaty_is_the_last_of_all(question: Question) -> None:
    ranked = codes(route(question, BOOK).ranked)
    if question.requesting != question.holder:
        assert ranked[-1] == "letter-rogatory"


@given(questions)
def test_whenever_a_life_is_at_risk_the_emergency_is_first(question: Question) -> None:
    if question.on < date(2001, 10, 26):
        return  # before the first of these ways was law
    found = route(replace(question, urgent=True), BOOK)
    made_for_it = [one for one in found.ranked if Need.EMERGENCY in one.instrument.needs]
    if question.requesting != question.holder:
        assert made_for_it
        assert found.sequence[0] is made_for_it[0]
    for part in (found.usable, found.uncertain):
        mine = [one for one in part if one in made_for_it]
        assert list(part[: len(mine)]) == mine


JOINED_BY_2014 = {"AM", "BA", "CA", "CR", "IL", "MX", "XK"}
"""Members of the second conference, 54 countries, beyond those of the first; recalled."""


def test_every_country_of_the_book_can_be_asked_about() -> None:
    from importlib.resources import files

    history = json.loads(files("vaern.node.alliance.rules").joinpath("data/frame/history.json").read_text("utf-8"))
    founders = {one["code"] for one in history["founding_members"]["countries"]}
    assert len(founders) == 48
    assert founders | JOINED_BY_2014 <= set(BOOK.countries)
    assert {row.country for row in BOOK.parties} <= set(BOOK.countries)
    for code, one in BOOK.countries.items():
        assert one.languages, code
        for zone in one.zones:
            ZoneInfo(zone)
        answer = route(Question("DK", code, DataKind.CONTENT, TODAY), BOOK)
        assert answer.usable


@pytest.mark.once
@given(questions, st.randoms())
def test_the_order_does_not_depend_on_the_order_of_the_rows(question: Question, random) -> None:
    instruments = list(BOOK.instruments.items())
    parties = list(BOOK.parties)
    random.shuffle(instruments)
    random.shuffle(parties)
    mixed = msgspec.structs.replace(BOOK, instruments=dict(instruments), parties=tuple(parties))
    first, second = route(question, BOOK), route(question, mixed)
    for name in ("ranked", "others", "sequence"):
        assert codes(getattr(first, name)) == codes(getattr(second, name))


@given(questions)
def test_what_is_proposed_secures_before_it_obtains(question: Question) -> None:
    found = route(question, BOOK)
    proposed = [one for one in found.sequence if one in found.ranked and Need.EMERGENCY not in one.instrument.needs]
    waiting = [one for one in found.sequence if one in found.others]
    kinds = [one.instrument.kind for one in proposed if one.instrument.kind is not Kind.CONTACT]
    assert kinds == sorted(kinds, key=lambda kind: kind is not Kind.PRESERVE)
    assert len(kinds) == len(set(kinds))
    for one in waiting:
        assert [line.code for line in one.lines if line.code in AGAINST] == [Code.NEEDS_PRESERVATION]
        assert Kind.PRESERVE in kinds
    if question.requesting != question.holder:
        assert BRINGS & set(kinds)  # a letter without a treaty is always left


@given(st.sampled_from([*SHOWN, "XX"]), st.sampled_from(DataKind), days, st.booleans())
def test_denmark_uses_none_of_the_fast_instruments_of_the_union(
    other: str, data: DataKind, on: date, urgent: bool
) -> None:
    for question in (Question("DK", other, data, on, urgent=urgent), Question(other, "DK", data, on, urgent=urgent)):
        assert not set(FAST) & set(codes(route(question, BOOK).usable))
        if on >= date(2023, 8, 18):
            assert not set(FAST) & set(codes(route(question, BOOK).ranked))


@pytest.mark.parametrize("code", FAST)
def test_and_the_table_says_that_denmark_stays_out(code: str) -> None:
    question = Question("DK", "DE", DataKind.TRAFFIC, date(2026, 11, 25))
    assert Code.STAYS_OUT in against(code, question)
    assert code in codes(route(Question("SE", "DE", DataKind.TRAFFIC, date(2026, 11, 25)), BOOK).usable)


@pytest.mark.parametrize(("day", "usable"), [(17, False), (18, True), (19, True)])
def test_the_day_of_entry_into_force_counts(day: int, usable: bool) -> None:
    question = Question("SE", "IE", DataKind.SUBSCRIBER, date(2026, 8, day))
    assert ("epoc" in codes(route(question, BOOK).usable)) is usable
    if not usable:
        assert against("epoc", question) == {Code.NOT_YET_IN_FORCE, Code.NOT_YET}


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
    both = msgspec.structs.replace(BOOK.treaties["budapest"], waits=date(2026, 1, 1))
    torn = msgspec.structs.replace(BOOK, treaties={**BOOK.treaties, "budapest": both})
    outside = msgspec.structs.replace(BOOK.instruments["addressee"], outside="")
    vague = msgspec.structs.replace(BOOK, instruments={**BOOK.instruments, "addressee": outside})
    assert problems(BOOK) == []
    assert all(problems(bad) for bad in (twice, nowhere, backwards, torn, vague))


def test_every_text_of_the_book_is_in_both_languages() -> None:
    for one in [*BOOK.treaties.values(), *BOOK.instruments.values()]:
        assert set(one.name) == {"en", "da"}
    for one in BOOK.instruments.values():
        assert set(one.languages) == {"en", "da"}
        assert not one.note or set(one.note) == {"en", "da"}
        assert not one.only or set(one.only) == {"en", "da"}
    assert all(set(row.reservation) in (set(), {"en", "da"}) for row in BOOK.parties)
    assert all(isinstance(row, Party) and row.source for row in BOOK.parties)


@pytest.mark.parametrize("name", ["instruments_reference", "routes_reference"])
def test_the_pages_of_the_documentation_are_what_the_files_say(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from importlib import import_module
    from pathlib import Path

    monkeypatch.syspath_prepend(Path(__file__).parents[4] / "tools")
    made = import_module(name)
    assert made.PAGE.read_text("utf-8") == made.page()
