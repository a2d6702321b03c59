"""Clues: what may be written, who may know of it, and what it adds up to, against sums done by hand."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.utils import timezone, translation
from hypothesis import given
from hypothesis import strategies as st
from tests.node.factories import make_member, terms
from tests.node.victims.factories import FINDING, make_desk, make_series, make_specialist

from vaern.node.base.refusals import Refusal
from vaern.node.base.scope import viewing
from vaern.node.casework.releases import actions as releases
from vaern.node.casework.releases.terms import Handling
from vaern.node.organisations.queries import country_names
from vaern.node.victims.clues import actions, presenters, queries
from vaern.node.victims.models import Clue, Hypothesis
from vaern.node.victims.rules import clues as rules
from vaern.node.victims.rules.clues import Circle, ClueKind, Confidence, Known, Nature, Weighed, may_know
from vaern.node.victims.rules.weights import all_weights, read, weights_on
from vaern.node.victims.sharing.presenters import nobody_to_receive

WEIGHTS = weights_on(date(2026, 6, 1))
COUNTRIES = ("XA", "XT", "XV")


@st.composite
def weighed(draw: st.DrawFn, number: int = 0) -> Weighed:
    """Return a clue that points to some countries and away from others."""
    to = draw(st.lists(st.sampled_from(COUNTRIES), unique=True))
    away = draw(st.lists(st.sampled_from([one for one in COUNTRIES if one not in to] or ["XQ"]), unique=True))
    return Weighed(
        draw(st.integers(1, 10_000)),
        draw(st.sampled_from(ClueKind)),
        draw(st.sampled_from(Nature)),
        draw(st.sampled_from(Confidence)),
        tuple(to),
        tuple(away),
    )


CLUES = st.lists(weighed(), max_size=12, unique_by=lambda clue: clue.id)


def by_hand(clues: list[Weighed], country: str) -> int:
    """Add up what clues say of a country the slow way."""
    total = 0
    for sign, name in ((1, "countries"), (-1, "against")):
        told = [clue for clue in clues if country in getattr(clue, name)]
        for kind in ClueKind:
            own = [
                WEIGHTS.kinds[kind]
                * WEIGHTS.confidence[clue.confidence]
                / 100
                * WEIGHTS.nature[clue.nature]
                / 100
                / len(getattr(clue, name))
                * 1.0
                for clue in sorted(
                    (clue for clue in told if clue.kind is kind), key=lambda c: (-rules.weight(c, WEIGHTS), c.id)
                )
            ]
            total += sign * sum(round(points / 2**place) for place, points in enumerate(own))
    return max(0, min(100, total))


@pytest.mark.once
@given(CLUES, st.sampled_from(COUNTRIES))
def test_the_points_are_the_sum_of_their_lines_and_of_a_hand(clues: list[Weighed], country: str) -> None:
    found = rules.combined(clues, country, WEIGHTS)
    assert found.points == sum(line.points for line in found.lines)
    assert 0 <= found.points <= 100
    assert found.points == by_hand(clues, country)
    assert {line.clue for line in found.lines if line.clue} == {
        clue.id for clue in clues if country in clue.countries or country in clue.against
    }


@pytest.mark.once
@given(CLUES)
def test_the_order_of_the_clues_says_nothing(clues: list[Weighed]) -> None:
    assert rules.ranked(clues, WEIGHTS) == rules.ranked(list(reversed(clues)), WEIGHTS)


@given(st.sampled_from(Circle), st.sets(st.integers(0, 4)), st.sets(st.integers(1, 4)), st.integers(0, 4))
def test_nobody_knows_of_a_clue_who_does_not_see_the_series(
    circle: Circle, named: set[int], recipients: set[int], author: int
) -> None:
    owner = 0
    clue = Known(author, owner, circle, frozenset(named), frozenset(recipients))
    for viewer in range(6):
        if may_know(viewer, clue):
            assert viewer == owner or viewer in recipients
            assert viewer == author or circle is not Circle.OWN
        if circle is Circle.NAMED and viewer not in named | {author}:
            assert not may_know(viewer, clue)


@pytest.mark.parametrize(
    "words",
    [
        "",
        "x" * 401,
        "her name is Nobody",
        "barnet hedder Ingen",
        "write to a@b.example",
        "see https://a.example",
        "call +45 11 22 33 44",
        "a\x00b",
    ],
)
def test_words_that_name_or_lead_to_somebody_are_refused(words: str) -> None:
    assert rules.problem_with_words(words) in rules.PROBLEMS


def test_words_that_describe_a_thing_are_taken() -> None:
    for words in ("A round socket, 230 V", "Text on the carton: MÆLK 1 L", "Two sirens, about 10 seconds apart"):
        assert rules.problem_with_words(words) == ""


def test_weights_that_leave_a_code_out_are_refused() -> None:
    import msgspec

    good = msgspec.to_builtins(all_weights()[0])
    for table in ("kinds", "confidence", "nature"):
        broken = {**good, table: dict(list(good[table].items())[1:])}
        with pytest.raises(ValueError, match=r"x\.json"):
            read(msgspec.json.encode(broken), "x.json")


@pytest.mark.django_db
def test_a_clue_changes_the_country_and_withdrawing_it_changes_it_back() -> None:
    here = make_desk("XA")
    make_member("XT")
    ada, series = make_specialist(here), make_series(here, (1,))
    with viewing(here.pk):
        actions.add(ada, FINDING, series, ClueKind.SOCKET, "a round socket", countries=["XT"])
        clue = actions.add(ada, FINDING, series, ClueKind.LANGUAGE, "a song", countries=["XT"], circle=Circle.PUBLIC)
        one = Hypothesis.everywhere.get(series=series)
        assert (one.country.code, one.owner) == ("XT", ada.person)
        assert one.before is not None
        assert one.before < one.points
        with pytest.raises(Refusal):
            actions.withdraw(ada, FINDING, clue, "  ")
        actions.withdraw(ada, FINDING, clue, "the song was dubbed in")
        assert Hypothesis.everywhere.get(series=series).points == one.before
        (first, second) = queries.clues_of(ada, series)
        assert (first.words, second.why_withdrawn) == ("a round socket", "the song was dubbed in")
    assert b"socket" not in bytes(Clue.everywhere.first().sealed)


@pytest.mark.django_db
def test_a_recipient_reads_and_adds_up_only_what_it_may_know() -> None:
    here, there = make_desk("XA"), make_desk("XT")
    ada, tem, series = make_specialist(here), make_specialist(there), make_series(here, (1,))
    with viewing(here.pk):
        actions.add(ada, FINDING, series, ClueKind.SOCKET, "for all", countries=["XT"], circle=Circle.RECIPIENTS)
        actions.add(ada, FINDING, series, ClueKind.UNIFORM, "for us", countries=["XT"], circle=Circle.OWN)
        with pytest.raises(Refusal, match="released"):
            actions.add(ada, FINDING, series, ClueKind.SOUND, "x", circle=Circle.NAMED, known_to=[there.pk])
        until = timezone.now() + timedelta(days=9)
        releases.release(ada, series, [there.pk], FINDING, terms(Handling.RED, until))
    with viewing(there.pk):
        read_ = queries.clues_of(tem, series)
        assert [one.words for one in read_] == ["for all"]
        (country,) = queries.supposed(tem, series, read_)
        assert country.hypothesis is None
        assert country.combined.points < Hypothesis.everywhere.get(series=series).points
        actions.add(tem, FINDING, series, ClueKind.SOUND, "only for them", circle=Circle.NAMED, known_to=[here.pk])
        actions.add(tem, FINDING, series, ClueKind.SOUND, "only for us", circle=Circle.OWN)
    with viewing(here.pk):
        assert "only for us" not in {one.words for one in queries.clues_of(ada, series)}
        assert "only for them" in {one.words for one in queries.clues_of(ada, series)}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("language", "to", "away", "nobody"),
    [
        ("en", "Westland, Germany", "not Austria", "Nobody in Westland can receive it"),
        ("da", "Vestlandet, Tyskland", "ikke Østrig", "Ingen i Vestlandet kan modtage den"),
    ],
)
def test_what_clues_point_to_and_where_nobody_receives_is_a_country_by_name(
    language: str, to: str, away: str, nobody: str
) -> None:
    west = make_member("XW", name="Westland", name_da="Vestlandet")
    here = make_desk("XA")
    ada, series = make_specialist(here), make_series(here, (1,), country=west)
    clue = Clue(countries=["XW", "DE"], against=["AT"], kind="sound", organisation=here, written_by=ada.person)
    with viewing(here.pk), translation.override(language):
        assert presenters._points_to(clue, country_names()) == f"{to}, {away}"
        assert presenters._points_to(Clue(), country_names()) == "–"
        assert nobody_to_receive(series, all_have_it=False).title == nobody
