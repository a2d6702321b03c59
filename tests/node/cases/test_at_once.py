"""Two people, two connections, one case: whoever comes second gets a clear answer, and nothing is lost or doubled."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.utils import timezone
from tests.node.cases.factories import WHY, fresh, inside, make_case
from tests.node.factories import terms
from tests.node.reports.forwarding.worlds import GROUND, OrganisationKind, desk
from tests.node.threads import at_once

from vaern.node.base.refusals import Refusal, Stale
from vaern.node.base.scope import viewing
from vaern.node.cases.models import Handover, Statement
from vaern.node.cases.rules.case import State
from vaern.node.cases.rules.gradings import Confidence, Nature
from vaern.node.cases.work import actions, handovers, merges, statements
from vaern.node.casework.releases.terms import Handling

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


def refusals(*acts: Callable[[], object]) -> list[Exception | None]:
    """Run acts that begin together; return what each was refused with, in their order."""
    ended = at_once(*acts)
    for one in ended:
        if isinstance(one, BaseException) and not isinstance(one, Refusal):
            raise one
    return [one if isinstance(one, Refusal) else None for one in ended]


def test_a_case_that_is_handed_over_while_two_edit_it():
    police, abroad = desk(OrganisationKind.POLICE), desk(OrganisationKind.POLICE)
    case = make_case(police)
    until = timezone.now() + timedelta(days=9)
    words = {"confidence": Confidence.LOW}
    refused = refusals(
        lambda: inside(
            police,
            handovers.hand_over,
            case,
            abroad.organisation.id,
            terms(Handling.AMBER, until, GROUND),
            version=case.version,
        ),
        lambda: inside(
            police, actions.edit, case, version=case.version, reference="J-9", lead=police.person, urgent=True
        ),
        lambda: inside(police, statements.state, case, Nature.ASSESSMENT, "It is one person.", **words),
    )
    now = fresh(case)
    # Of the hand-over and the change of columns one wins, and the other is told; the statement is in both or in none.
    assert sum(error is not None for error in refused[:2]) == 1
    assert all(str(error) for error in refused if error)
    if refused[0] is None:
        assert now.state == State.HANDED_OVER
        copy = Handover.everywhere.get().arrived
        assert Statement.everywhere.filter(case=copy).count() == Statement.everywhere.filter(case=case).count()
    else:
        assert isinstance(refused[0], Stale)
        assert (now.state, now.reference) == (State.OPENED, "J-9")
    assert (refused[2] is None) == Statement.everywhere.filter(case=case).exists()


def test_two_cases_that_are_merged_into_each_other_at_once():
    police = desk(OrganisationKind.POLICE)
    one, two = make_case(police), make_case(police)
    refused = refusals(
        lambda: inside(police, merges.merge, one, two, version=one.version),
        lambda: inside(police, merges.merge, two, one, version=two.version),
    )
    assert sum(error is None for error in refused) == 1
    assert sorted([fresh(one).state, fresh(two).state]) == [State.MERGED, State.OPENED]


def test_a_hand_over_that_is_answered_and_taken_back_at_once():
    police, abroad = desk(OrganisationKind.POLICE), desk(OrganisationKind.POLICE)
    case = make_case(police)
    with viewing(police.organisation.id):
        one = handovers.hand_over(
            police,
            WHY,
            case,
            abroad.organisation.id,
            terms(Handling.AMBER, timezone.now() + timedelta(days=9), GROUND),
            version=case.version,
        )
    refused = refusals(
        lambda: inside(abroad, handovers.accept, one.arrived),
        lambda: inside(police, handovers.take_back, case),
    )
    one.refresh_from_db()
    assert fresh(case).state == State.WORKING
    assert refused[1] is None
    assert one.answer == "taken_back"
    assert (one.arrived is None) == (refused[0] is not None)
