"""The life of a series walked at random through the real actions: the law holds in the database, whoever acts."""

from __future__ import annotations

import random
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.utils import timezone
from tests.node.factories import make_member, terms
from tests.node.victims.factories import FINDING, make_desk, make_series, make_specialist

from vaern.node.base.refusals import Refusal
from vaern.node.base.scope import viewing
from vaern.node.casework.releases.terms import Handling
from vaern.node.victims.clues import actions as clues
from vaern.node.victims.models import Dissemination, Milestone, Series
from vaern.node.victims.rules.series import UNIDENTIFIED, State
from vaern.node.victims.rules.sharing import LATE
from vaern.node.victims.sharing import actions, outcomes

if TYPE_CHECKING:
    from collections.abc import Callable

    from vaern.node.organisations.viewers import Viewer

pytestmark = [pytest.mark.slow, pytest.mark.django_db]

EXCUSES = {"closed_unsafeguarded", "retracted"}


def moves(draw: random.Random, viewer: Viewer, series: Series, desks: list[Viewer]) -> list[Callable[[], object]]:
    """Return everything that somebody might try, with drawn arguments."""
    today = timezone.localdate() - timedelta(days=draw.randrange(3))
    why = draw.choice(["", "a reason in words"])
    until = timezone.now() + timedelta(days=9)
    sent = list(Dissemination.everywhere.filter(series=series))
    one = draw.choice(sent) if sent else None
    answers: list[Callable[[], object]] = (
        []
        if one is None
        else [
            lambda: actions.accept(viewer, FINDING, one),
            lambda: actions.decline(viewer, FINDING, one, why),
            lambda: actions.recall(viewer, FINDING, one),
            lambda: actions.accept(viewer, FINDING, one),
        ]
    )
    return [
        lambda: outcomes.analyse(viewer, FINDING, series),
        lambda: clues.propose(viewer, FINDING, series, "XT"),
        lambda: clues.drop_country(viewer, FINDING, series),
        lambda: actions.disseminate(
            viewer, FINDING, series, [draw.choice(desks[1:]).organisation.pk], terms(Handling.RED, until)
        ),
        lambda: actions.give_back(viewer, FINDING, series, why),
        lambda: outcomes.identify(viewer, FINDING, series, today, draw.choice(["", "", "", "", "", "N-1"])),
        lambda: outcomes.retract(viewer, FINDING, series, why),
        lambda: outcomes.safeguard(viewer, FINDING, series, timezone.localdate()),
        lambda: outcomes.close(viewer, FINDING, series, why),
        lambda: outcomes.reopen(viewer, FINDING, series, why),
        lambda: outcomes.late_outcome(viewer, FINDING, series, draw.choice(LATE), today),
        lambda: outcomes.other_child(viewer, FINDING, series, why),
        *answers,
    ]


def check(series: Series) -> None:
    """Check the law on the row and on what stands on record."""
    now = Series.everywhere.get(pk=series.pk)
    codes = set(Milestone.everywhere.filter(series=now).values_list("code", flat=True))
    state = State(now.state)
    if state is State.CLOSED and now.identified_on is not None:
        assert now.safeguarded_on is not None or (now.excused and codes & EXCUSES)
    if state in UNIDENTIFIED:
        assert now.identified_on is None
        assert now.safeguarded_on is None
    if "identified" in codes and state is State.CLOSED and now.safeguarded_on is None:
        assert codes & EXCUSES
    assert (state is State.ACCEPTED) <= (now.accepted_by is not None)
    for one in Milestone.everywhere.filter(series=now, code__in=EXCUSES | {"closed_unidentified"}):
        assert len(one.sealed), "a reason stands on record"


def test_no_path_through_the_actions_skips_safeguarding_without_a_reason() -> None:
    make_member("XT")
    desks = [make_specialist(make_desk(code)) for code in ("XA", "XT", "XT")]
    reached: set[str] = set()
    for seed in range(12):
        draw, series = random.Random(seed), make_series(desks[0].organisation, (seed + 1,))
        for _ in range(120):
            viewer = draw.choice([desks[0], *desks])
            with viewing(viewer.organisation.pk):
                try:
                    draw.choice(moves(draw, viewer, series, desks))()
                except Refusal:
                    continue
            check(series)
            reached.add(Series.everywhere.get(pk=series.pk).state)
    assert reached >= {state.value for state in State} - {"new", "stopped"}, "the walks reach every state"
