"""The scores: bounded, the sum of their lines, never less for what is worse, and urgent apart from both."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaern.arrivals import About, Account, Arrival, File, IpEvent, Location, Offence
from vaern.formats.cybertipline import ANNOTATIONS, REPORT_ANNOTATIONS
from vaern.node.reports.rules import scores, weights
from vaern.node.reports.triage.labels import LABELS
from vaern.records import Signal

PAGE = Path(__file__).resolve().parents[4] / "docs" / "reference" / "triage.md"
TODAY = datetime(2026, 12, 24, 12, tzinfo=UTC)
MOMENTS = st.none() | st.integers(-900, 400).map(lambda days: TODAY - timedelta(days=days))
BOOLS = st.booleans()
MARKS = frozenset(REPORT_ANNOTATIONS.values())
MAYBE = st.none() | BOOLS


@st.composite
def facts(draw):
    files = draw(st.integers(0, 40))
    some = st.integers(0, files)
    return scores.Facts(
        today=TODAY,
        danger_now=draw(MAYBE),
        ongoing=draw(MAYBE),
        offence=draw(st.sampled_from(get_args(Offence))),
        incident_at=draw(MOMENTS),
        preserved_until=draw(MOMENTS),
        files=files,
        unknown_files=draw(some),
        wished_files=draw(some),
        files_hashed=draw(some),
        files_viewed_said=draw(some),
        located=draw(BOOLS),
        addressed=draw(BOOLS),
        address_usable=draw(BOOLS),
        identified=draw(BOOLS),
        words=draw(BOOLS),
        grave=draw(BOOLS),
        passed_round=draw(BOOLS),
        annotations=frozenset(draw(st.sets(st.sampled_from(sorted(MARKS))))),
        about=draw(st.sampled_from(get_args(About))),
        same=draw(BOOLS),
    )


@given(facts())
def test_a_score_is_bounded_and_the_sum_of_its_lines(given_facts):
    for scored in (scores.priority(given_facts), scores.completeness(given_facts)):
        assert 0 <= scored.points <= 100
        assert scored.points == sum(line.points for line in scored.lines)
        assert all(0 <= line.points <= line.of for line in scored.lines)
        assert {line.code for line in scored.lines} <= LABELS.keys()
        assert scored.weights == weights.weights_on(TODAY.date()).version


WORSE = {
    "danger": lambda f: replace(f, danger_now=True),
    "ongoing": lambda f: replace(f, ongoing=True),
    "one more unknown file": lambda f: replace(f, files=f.files + 1, unknown_files=f.unknown_files + 1),
    "later": lambda f: replace(
        f, incident_at=max(f.incident_at, TODAY - timedelta(hours=1)) if f.incident_at else TODAY
    ),
    "live": lambda f: (
        replace(f, offence="live_abuse") if f.ongoing is not None and f.offence != "sexual_extortion" else f
    ),
    "extortion": lambda f: replace(f, annotations=f.annotations | {"sexual_extortion"}),
    "a sadistic group": lambda f: replace(f, annotations=f.annotations | {"sadistic_exploitation"}),
    "an infant": lambda f: replace(f, grave=True),
    "wished to be gone": lambda f: replace(f, files=f.files + 1, wished_files=f.wished_files + 1),
    "not everybody has it": lambda f: replace(f, passed_round=False),
    "asked for material": lambda f: replace(f, annotations=f.annotations | {"material_solicited"}),
    "enticed": lambda f: replace(f, offence="enticement") if f.offence in ORDINARY else f,
    "extorted": lambda f: replace(f, offence="sexual_extortion") if f.offence not in scores.HAPPENING else f,
    "of a child whom the sender knows": lambda f: replace(f, about="known") if f.about != "self" else f,
    "of somebody who was reported before": lambda f: replace(f, same=True),
    "of the child itself": lambda f: replace(f, about="self"),
    **{
        f"marked as {mark}": lambda f, mark=mark: replace(f, annotations=f.annotations | {mark})
        for mark in sorted(MARKS)
    },
}
ORDINARY = frozenset(get_args(Offence)) - scores.HAPPENING - scores.REACHED - {"trafficking"}


@pytest.mark.once
@pytest.mark.parametrize("worse", WORSE.values(), ids=WORSE)
@given(facts())
def test_what_is_worse_never_lowers_the_priority(worse, given_facts):
    assert scores.priority(worse(given_facts)).points >= scores.priority(given_facts).points
    assert scores.urgent(worse(given_facts)) >= scores.urgent(given_facts)


@given(facts(), st.integers(1, 40))
def test_no_wish_lowers_the_priority_not_even_one_that_spares_a_look(given_facts, confirmed):
    """Confirmed, it takes its files out of the unknown ones."""
    before = replace(given_facts, wished_files=0)
    after = replace(before, wished_files=confirmed, unknown_files=max(0, before.unknown_files - confirmed))
    assert scores.priority(after).points >= scores.priority(before).points


@given(facts(), facts(), st.sampled_from(sorted(scores.COERCED)))
def test_a_report_of_coercion_is_never_sorted_as_an_ordinary_one(coerced, ordinary, mark):
    """Above every report that tells neither of danger, nor that it goes on, nor of abuse that happens."""
    coerced = replace(coerced, annotations=coerced.annotations | {mark})
    ordinary = replace(
        ordinary,
        danger_now=None,
        ongoing=None,
        annotations=ordinary.annotations - scores.COERCED,
        offence=ordinary.offence if ordinary.offence not in scores.HAPPENING | {"sexual_extortion"} else "material",
    )
    assert scores.priority(coerced).points > scores.priority(ordinary).points


SUFFERS = {
    **{offence: {"offence": offence} for offence in sorted(scores.HAPPENING | scores.REACHED)},
    **{f"marked as {mark}": {"annotations": frozenset({mark})} for mark in sorted(scores.COERCED)},
}


LONG_AGO = st.timedeltas(scores.URGENT_IF_WITHIN + timedelta(microseconds=1), timedelta(days=36_500))


@pytest.mark.once
@pytest.mark.parametrize("said", SUFFERS.values(), ids=SUFFERS)
@given(facts(), st.none() | st.timedeltas(timedelta(0), scores.URGENT_IF_WITHIN), LONG_AGO)
def test_what_a_child_suffers_now_is_urgent_within_seven_days_or_undated(said, given_facts, lately, long_ago):
    """Whoever sends it, and also if they say that no child is in danger and that it is over."""
    marked = replace(given_facts, **said)
    assert scores.urgent(replace(marked, incident_at=None if lately is None else TODAY - lately))
    said_nothing = scores.Facts(today=TODAY, **said)
    assert not scores.urgent(replace(said_nothing, incident_at=TODAY - long_ago))


@pytest.mark.parametrize("said", SUFFERS.values(), ids=SUFFERS)
def test_a_child_who_writes_for_itself_is_urgent_until_it_says_that_it_is_over(said):
    child = scores.Facts(today=TODAY, about="self", incident_at=TODAY - timedelta(days=90), **said)
    assert scores.urgent(child)
    assert not scores.urgent(replace(child, ongoing=False))
    assert not scores.urgent(replace(child, about="known"))


def test_no_ordinary_report_is_urgent():
    for offence in get_args(Offence):
        asks = scores.Facts(
            today=TODAY, offence=offence, annotations=MARKS - scores.COERCED, unknown_files=10, files=10
        )
        assert scores.urgent(asks) == (offence in scores.HAPPENING | scores.REACHED)


def test_the_annotations_that_take_part_are_those_of_the_format():
    assert set(REPORT_ANNOTATIONS.values()) >= scores.COERCED
    assert set(ANNOTATIONS.values()) >= scores.GRAVE | scores.PASSED_ROUND


MORE = {
    "time": lambda f: replace(f, incident_at=TODAY),
    "address": lambda f: replace(f, addressed=True),
    "usable": lambda f: replace(f, addressed=True, address_usable=True),
    "identified": lambda f: replace(f, identified=True),
    "located": lambda f: replace(f, located=True),
    "words": lambda f: replace(f, words=True),
    "hashed": lambda f: replace(f, files_hashed=min(f.files, f.files_hashed + 1)),
    "viewed": lambda f: replace(f, files_viewed_said=min(f.files, f.files_viewed_said + 1)),
}


@pytest.mark.once
@pytest.mark.parametrize("more", MORE.values(), ids=MORE)
@given(facts())
def test_what_is_there_never_lowers_the_completeness(more, given_facts):
    assert scores.completeness(more(given_facts)).points >= scores.completeness(given_facts).points


@given(facts())
def test_urgent_asks_neither_score(given_facts):
    bare = scores.Facts(
        today=TODAY,
        danger_now=given_facts.danger_now,
        ongoing=given_facts.ongoing,
        offence=given_facts.offence,
        incident_at=given_facts.incident_at,
        annotations=given_facts.annotations,
        about=given_facts.about,
    )
    assert scores.urgent(bare) == scores.urgent(given_facts)
    if given_facts.danger_now or given_facts.ongoing:
        assert scores.urgent(given_facts)


def test_the_facts_are_those_of_the_arrival():
    arrival = Arrival(
        "api",
        offence="material",
        danger_now=True,
        incident_at=TODAY,
        narrative=" ",
        preserved_until=TODAY,
        files=(
            File(signals=(Signal("sha1", bytes(20)),), viewed="not"),
            File(location=Location(url="https://a.example/")),
        ),
        accounts=(Account("suspect", ip_events=(IpEvent("192.0.2.1", 1), IpEvent("192.0.2.1", at=TODAY))),),
    )
    found = scores.facts_of(arrival, TODAY, 1)
    assert (found.files, found.files_hashed, found.files_viewed_said, found.unknown_files) == (2, 1, 1, 1)
    assert (found.located, found.addressed, found.address_usable, found.identified) == (True, True, False, False)
    seen = File(ip_events=(IpEvent("192.0.2.1", 1, TODAY),), annotations=("infant", "viral"))
    arrival = Arrival("cybertipline", files=(seen,), annotations=("spam",))
    of_file = scores.facts_of(arrival, TODAY, 1)
    assert (of_file.addressed, of_file.address_usable, of_file.grave, of_file.passed_round) == (True, True, True, False)
    assert of_file.annotations == {"spam"}
    shared = Arrival("cybertipline", files=(File(annotations=("widely_shared",)),))
    assert scores.facts_of(shared, TODAY, 1).passed_round
    assert not found.words, "a port without a time, and blanks, are nothing"


@given(st.dates(date(2020, 1, 1), date(2100, 1, 1)))
def test_every_day_has_weights(day):
    assert weights.weights_on(day) in weights.all_weights()


def test_weights_name_the_lines_that_there_are():
    for found in weights.all_weights():
        assert found.priority.keys() <= scores.PRIORITY.keys()
        assert found.completeness.keys() == scores.COMPLETENESS.keys()


def test_the_weights_in_force_name_every_line():
    assert weights.all_weights()[-1].priority.keys() == scores.PRIORITY.keys()


@pytest.mark.parametrize("change", [{"priority": {"danger_now": 99}}, {"colour": 1}, {"valid_from": "x"}])
def test_weights_that_are_not_in_form_are_refused_by_name(change):
    plain = json.loads((weights.FOLDER / "2026-1.json").read_text())
    with pytest.raises(ValueError, match=r"odd\.json"):
        weights.read(json.dumps({**plain, **change}).encode(), "odd.json")


def test_the_documentation_has_the_weights_that_are_in_force():
    text = PAGE.read_text("utf-8")
    found = weights.all_weights()[-1]
    for points in (found.priority, found.completeness):
        for code, of in points.items():
            assert f"| `{code}` | {of} |" in text
