"""The clocks of who is asked, held to counting day by day; and the data files to what they may say."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from vaern.node.cases.rules import instrument_files as instruments
from vaern.node.cases.rules import terms
from vaern.node.cases.rules.instruments import Span
from vaern.node.cases.rules.term_files import OTHER, Kind, table
from vaern.node.cases.rules.terms import Asking, Days, Duty, Facts, Pause, Since, Term
from vaern.node.law.records import Basis

ZONES = ("Europe/Copenhagen", "America/New_York", "Pacific/Apia", "UTC")
DAY = timedelta(days=1)
moments = st.datetimes(datetime(2024, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
days = st.builds(
    Days,
    st.lists(st.sampled_from(ZONES), min_size=1, max_size=3).map(tuple),
    st.frozensets(st.integers(0, 6), min_size=1),
    st.frozensets(st.dates(date(2024, 1, 1), date(2030, 6, 1)), max_size=40),
)


def term(span: Span, **more: object) -> Term:
    return Term(
        instrument="synthetic",
        duty=Duty.DECIDE,
        span=span,
        basis=Basis.READ,
        source="synthetic",
        day=date(2026, 11, 28),
        **more,
    )  # type: ignore[arg-type]


def midnight(day: date, zone: str) -> datetime:
    return datetime.combine(day, time(), ZoneInfo(zone)).astimezone(UTC)


def counted(start: datetime, length: int, calendar: Days, *, rolls: bool) -> datetime:
    """The end of a period, by walking from day to day with a finger in the calendar of each zone."""
    ends = []
    for zone in calendar.zones:
        today, left = start.astimezone(ZoneInfo(zone)).date(), length
        while left:
            today += DAY
            left -= 1
        ends.append((midnight(today + DAY, zone), today))
    if not rolls:
        return min(end for end, _day in ends)
    first = min(end for end, _day in ends)
    moved = []
    for zone in calendar.zones:
        last = (first - timedelta(seconds=1)).astimezone(ZoneInfo(zone)).date()
        end = first
        while last.weekday() not in calendar.working or last in calendar.holidays:
            last += DAY
            end = midnight(last + DAY, zone)
        moved.append(end)
    return min(moved)


@given(moments, st.integers(1, 120), days, st.booleans())
def test_days_are_counted_as_a_finger_counts_them(start: datetime, length: int, calendar: Days, rolls: bool) -> None:
    found = terms.due_at(term(Span(days=length), rolls=rolls), Facts(start), calendar)
    assert found == counted(start, length, calendar, rolls=rolls)


@given(moments, st.integers(1, 120), days)
def test_a_period_never_ends_on_a_free_day_where_it_rolls_and_rolling_never_makes_it_shorter(
    start: datetime, length: int, calendar: Days
) -> None:
    plain = terms.due_at(term(Span(days=length)), Facts(start), calendar)
    rolled = terms.due_at(term(Span(days=length), rolls=True), Facts(start), calendar)
    assert plain is not None
    assert rolled is not None
    assert rolled >= plain
    lasts = [(rolled - timedelta(seconds=1)).astimezone(ZoneInfo(zone)).date() for zone in calendar.zones]
    assert any(calendar.works(day) for day in lasts)


@given(moments, st.integers(1, 100), days)
def test_hours_neither_roll_nor_know_zones(start: datetime, hours: int, calendar: Days) -> None:
    found = terms.due_at(term(Span(hours=hours), rolls=True), Facts(start), calendar)
    assert found == start + timedelta(hours=hours)


@given(
    moments,
    st.integers(1, 60),
    days,
    st.sampled_from(Asking),
    st.lists(st.tuples(st.integers(0, 200), st.integers(1, 100), st.booleans()), max_size=4),
    st.booleans(),
)
def test_a_pause_moves_the_end_by_its_own_length_or_not_at_all(
    start: datetime, length: int, calendar: Days, asking: Asking, gaps: list[tuple[int, int, bool]], is_open: bool
) -> None:
    pauses, at = [], start
    for gap, hours, postponed in gaps:
        at += timedelta(hours=gap)
        pauses.append(Pause(at, at + timedelta(hours=hours), postponed))
        at += timedelta(hours=hours)
    if is_open and pauses:
        pauses[-1] = Pause(pauses[-1].begins, None, pauses[-1].postponed)
    one = term(Span(days=length), asking=asking)
    found = terms.due_at(one, Facts(start, pauses=tuple(pauses)), calendar)
    asked = [pause for pause in pauses if not pause.postponed]
    begin: datetime | None = start
    if asking is Asking.WHOLE and asked:
        begin = None if any(pause.ends is None for pause in asked) else max(pause.ends for pause in asked if pause.ends)
    if begin is None:
        assert found is None
        return
    end = counted(begin, length, calendar, rolls=False)
    for pause in pauses:
        if not (pause.postponed or asking is Asking.STANDS) or pause.begins >= end:
            continue
        if pause.ends is None:
            assert found is None
            return
        if pause.ends > begin:
            end += pause.ends - max(pause.begins, begin)
    assert found == end


def test_the_acknowledgement_waits_for_no_postponement() -> None:
    start = datetime(2026, 3, 2, 12, tzinfo=UTC)
    facts = Facts(start, pauses=(Pause(start, None, postponed=True),))
    said = Term(
        instrument="x", duty=Duty.ACKNOWLEDGE, span=Span(days=7), basis=Basis.READ, source="x", day=date(2026, 11, 28)
    )
    assert terms.due_at(said, facts, Days(("UTC",))) == datetime(2026, 3, 10, tzinfo=UTC)
    assert terms.due_at(term(Span(days=7)), facts, Days(("UTC",))) is None


def test_what_stood_still_before_a_period_began_makes_it_no_longer() -> None:
    start = datetime(2026, 3, 2, 12, tzinfo=UTC)
    before = Pause(start + DAY, start + 3 * DAY, postponed=True)
    over = Pause(start + 4 * DAY, start + 8 * DAY, postponed=True)
    one, decided = term(Span(days=30), since=Since.DECISION), start + 6 * DAY
    facts = Facts(start, decided_at=decided, pauses=(before, over))
    plain = Facts(start, decided_at=decided)
    found, usual = terms.due_at(one, facts, Days(("UTC",))), terms.due_at(one, plain, Days(("UTC",)))
    assert found is not None
    assert usual is not None
    assert found - usual == 2 * DAY


@given(moments, moments, days)
def test_execution_runs_from_the_decision_and_not_before(start: datetime, decided: datetime, calendar: Days) -> None:
    assume(decided > start)
    one = term(Span(days=90), since=Since.DECISION)
    assert terms.due_at(one, Facts(start), calendar) is None
    assert terms.due_at(one, Facts(start, decided_at=decided), calendar) == counted(decided, 90, calendar, rolls=False)


@given(moments, st.sampled_from(sorted(instruments.book().instruments)), st.booleans(), days)
def test_what_is_due_first_is_the_first_of_what_was_not_done(
    start: datetime, code: str, urgent: bool, calendar: Days
) -> None:
    known = terms.terms_of(instruments.book().instruments[code], table().terms)
    facts = Facts(start, decided_at=start + DAY, urgent=urgent, deadline=(start + 40 * DAY).date())
    found = terms.dues(known, facts, calendar)
    first = terms.next_due(found)
    waiting = [one.at for one in found if facts.met(one.duty) is None and one.at is not None]
    assert first is not None
    assert first.at == min(waiting)
    assert not any(one.late(start) for one in found if one.met is None)
    assert first.late(min(waiting))


def test_the_european_investigation_order_as_the_directive_says() -> None:
    """Received on a Friday: a week, thirty days, ninety days from the decision, and thirty more after notice."""
    received = datetime(2026, 1, 2, 9, tzinfo=UTC)
    calendar = Days(("Europe/Paris",))
    known = terms.terms_of(instruments.book().instruments["eio"], table().terms)
    by = {one.duty: one.at for one in terms.dues(known, Facts(received), calendar)}
    paris = {duty: (at - DAY / 2).astimezone(ZoneInfo("Europe/Paris")).date() for duty, at in by.items() if at}
    assert paris == {Duty.ACKNOWLEDGE: date(2026, 1, 9), Duty.DECIDE: date(2026, 2, 2)}  # the 1st is a Sunday
    later = Facts(received, decided_at=received + 10 * DAY, extended=frozenset({Duty.DECIDE}))
    by = {one.duty: one.at for one in terms.dues(known, later, calendar)}
    assert by[Duty.DECIDE] == midnight(date(2026, 3, 4), "Europe/Paris")
    assert by[Duty.EXECUTE] == midnight(date(2026, 4, 14), "Europe/Paris")  # the 12th is a Sunday


def test_the_points_of_contact_of_the_police() -> None:
    received = datetime(2026, 1, 2, 9, tzinfo=UTC)
    known = terms.terms_of(instruments.book().instruments["spoc"], table().terms)

    def at(**facts: object) -> datetime | None:
        (one,) = terms.dues(known, Facts(received, **facts), Days(("UTC",)))  # type: ignore[arg-type]
        return one.at

    assert at(urgent=True) == received + timedelta(hours=8)
    assert at(urgent=True, extended=frozenset({Duty.ANSWER})) == midnight(date(2026, 1, 6), "UTC")
    assert at() == midnight(date(2026, 1, 10), "UTC")


def test_where_no_law_times_the_answer_a_figure_to_plan_by_stands_in_and_says_so() -> None:
    known = terms.terms_of(instruments.book().instruments["coe-1959-mla"], table().terms)
    assert [one.duty for one in known] == [Duty.ANSWER]
    assert known[0].planned == (known[0].basis is Basis.ASSUMED)


def test_the_files_name_what_is_there_and_say_where_it_stands() -> None:
    found, book = table(), instruments.book()
    assert {one.instrument for one in found.terms} <= set(book.instruments)
    assert {one.treaty for one in (*found.grounds, *found.receipts)} <= {*book.treaties, ""}
    for one in (*found.terms, *found.grounds, *found.receipts):
        assert one.source
        assert one.basis is not Basis.READ or "read" in one.source
    for instrument in book.instruments.values():
        refusals = found.grounds_of(instrument, Kind.REFUSE)
        assert refusals[-1].code == OTHER
        assert found.grounds_of(instrument, Kind.POSTPONE)


@pytest.mark.parametrize("code", ["eio", "epoc", "spoc", "tca-mla"])
def test_what_the_law_gives_is_never_marked_as_a_plan(code: str) -> None:
    known = terms.terms_of(instruments.book().instruments[code], table().terms)
    assert not any(one.planned for one in known)
