"""The life of a request: what its table allows, what is complete, what stands in the way."""

from __future__ import annotations

from datetime import date, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaern.node.base.refusals import Refusal
from vaern.node.cases.assistance.forms_text import WriteForm
from vaern.node.cases.rules import assistance
from vaern.node.cases.rules.assistance import (
    OPEN,
    OUT,
    TRANSITIONS,
    Event,
    Obstacle,
    State,
    Translation,
    Who,
    after,
)
from vaern.node.cases.rules.instrument_files import book

BOOK = book()
events = st.lists(st.tuples(st.sampled_from(Event), st.sampled_from(Who)), max_size=30)


def test_every_state_is_reached_from_a_draft() -> None:
    seen, todo = {State.DRAFT}, [State.DRAFT]
    while todo:
        here = todo.pop()
        for (before, _event), step in TRANSITIONS.items():
            if before is here and step.after not in seen:
                seen.add(step.after)
                todo.append(step.after)
    assert seen == set(State)


@given(events)
def test_nothing_leaves_that_the_central_authority_did_not_send(walk: list[tuple[Event, Who]]) -> None:
    state, sent, limits = State.DRAFT, False, False
    for event, who in walk:
        try:
            state = after(state, event, who)
        except Refusal:
            continue
        sent = sent or (event is Event.SEND and who is Who.AUTHORITY)
        limits = limits or event is Event.RECEIVE
        if state in OUT or state in {State.EXECUTED, State.EVIDENCE_RECEIVED, State.REFUSED}:
            assert sent
        if state is State.USE_LIMITS_NOTED:
            assert sent
            assert limits


def test_what_is_over_stays_over() -> None:
    for state in set(State) - OPEN:
        assert {event for before, event in TRANSITIONS if before is state} == {Event.ERASE}


def test_a_refusal_says_what_would_do() -> None:
    with pytest.raises(Refusal, match="It has to be “At the central authority”"):
        after(State.DRAFT, Event.SEND, Who.AUTHORITY)
    with pytest.raises(Refusal, match="for others to do than you"):
        after(State.AT_AUTHORITY, Event.SEND, Who.DESK)


@pytest.mark.parametrize("code", sorted(BOOK.forms))
def test_every_field_of_an_instrument_is_asked_beside_our_own(code: str) -> None:
    own, asked = set(WriteForm.base_fields), {one.code for one in BOOK.forms[code].fields}
    words = {WriteForm.ASKED + one: f"words of {one}" for one in asked}
    form = WriteForm({**words, "language": "English", "translation": "ordered"}, form=BOOK.forms[code])
    assert len(form.fields) == len(own) + len(asked)
    assert form.is_valid()
    assert form.values == {one: f"words of {one}" for one in asked}
    assert form.translated is Translation.ORDERED


@pytest.mark.parametrize("code", sorted(BOOK.forms))
def test_every_field_of_an_instrument_stands_in_one_part_in_the_order_of_the_provision(code: str) -> None:
    form = WriteForm(form=BOOK.forms[code])
    named = [name for section in form.sections for name in section.fields]
    assert sorted(named) == sorted(form.fields)
    order = list(form.fields)
    for section in form.sections:
        assert list(section.fields) == sorted(section.fields, key=order.index)


@pytest.mark.parametrize("code", sorted(BOOK.forms))
def test_a_request_is_complete_when_each_part_of_it_is_done(code: str) -> None:
    """The list of the parts and the law agree on what is missing."""
    law = BOOK.forms[code]
    own = {"language": "English", "translation": "not_needed"}
    needed = {one.code: "said" for one in law.fields if one.required}
    for values in (needed, *({other: "said" for other in needed if other != left} for left in needed)):
        form = WriteForm(form=law, values=values, initial=own)
        begun = [part for part in form.parts if part.needs]
        whole = all(part.state == "done" for part in begun)
        assert whole == assistance.completeness(law, values).whole


@pytest.mark.once
@given(st.sampled_from(sorted(BOOK.forms)), st.data())
def test_complete_is_what_has_all_that_is_required(code: str, data: st.DataObject) -> None:
    form = BOOK.forms[code]
    values = data.draw(
        st.fixed_dictionaries({}, optional={one.code: st.sampled_from(["", " \n", "given"]) for one in form.fields})
    )
    found = assistance.completeness(form, values)
    needed = {one.code for one in form.fields if one.required}
    there = {code for code, text in values.items() if text == "given"}
    assert found.whole == (needed <= there)
    assert set(found.filled) | set(found.missing) == needed
    assert not set(found.filled) & set(found.missing)
    obstacles = assistance.obstacles(found, Translation.DONE, usable=True)
    assert obstacles == ([] if found.whole else [Obstacle.INCOMPLETE])


@given(st.booleans(), st.sampled_from(Translation), st.booleans())
def test_only_what_is_whole_translated_and_usable_has_no_obstacle(whole, translation, usable) -> None:
    complete = assistance.Completeness((), () if whole else ("authority",))
    found = assistance.obstacles(complete, translation, usable=usable)
    ready = translation in {Translation.NOT_NEEDED, Translation.DONE}
    assert (not found) == (whole and ready and usable)


@given(
    st.dates(date(2026, 1, 1), date(2027, 1, 1)),
    st.integers(0, 400),
    st.one_of(st.none(), st.integers(-200, 600)),
    st.one_of(st.none(), st.integers(-200, 600)),
)
def test_a_row_that_ends_while_a_request_is_out_is_seen(sent, passed, first, second) -> None:
    ends = [None if days is None else sent + timedelta(days=days) for days in (first, second)]
    treaty = msgspec.structs.replace(BOOK.treaties["budapest"], until=ends[0])
    party = msgspec.structs.replace(BOOK.parties[0], until=ends[1])
    today = sent + timedelta(days=passed)
    found = assistance.ended_meanwhile(sent, today, treaty, (party,))
    assert found == min((end for end in ends if end is not None and sent <= end < today), default=None)


def test_art_29_asks_for_its_six_and_a_request_for_assistance_for_its_ten() -> None:
    assert [one.mark for one in BOOK.forms["art-29"].fields if one.required] == list("abcdef")
    assert [one.mark for one in BOOK.forms["mla"].fields] == list("abcdefghij")
