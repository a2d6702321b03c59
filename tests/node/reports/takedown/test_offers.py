"""What the page of a location puts forward can be done, in each state of its machine."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.urls import reverse
from tests.node.casework.offers import assert_offered_is_allowed, head_of
from tests.node.factories import sign_in
from tests.node.reports.takedown.worlds import make_world, scope

from vaern.node.reports.models import Location
from vaern.node.reports.rules.locations import LOCATION_TRANSITIONS, LocationEvent, LocationState

if TYPE_CHECKING:
    from django.test import Client

pytestmark = pytest.mark.django_db

LOCATIONS = {
    "reports:trace": LocationEvent.TRACE,
    "reports:tell-police": None,
    "reports:notify": LocationEvent.NOTIFY,
    "reports:remind": LocationEvent.REMIND,
    "reports:escalate": LocationEvent.ESCALATE,
    "reports:hold": LocationEvent.HOLD,
    "reports:end-hold": LocationEvent.HOLD_ENDS,
    "reports:check": None,  # a look is for what is gone too: it may have come back
    "reports:follow": LocationEvent.TRACE,
    "reports:stop": LocationEvent.STOP,
    "reports:correct": LocationEvent.CORRECT,
    "reports:make-block": LocationEvent.BLOCK,
    "reports:ask-domain": None,
}
L = LocationState
PUT_FORWARD = {L.UNTRACED: "trace", L.TRACED: "police", L.NOTIFIED: "check", L.BLOCKED: "check", L.MOVED: "follow"}


@pytest.mark.once
@pytest.mark.parametrize("told", [False, True])
@pytest.mark.parametrize("state", list(LocationState))
def test_a_location_offers_what_its_state_allows(client: Client, state: LocationState, *, told: bool) -> None:
    """`told`: the police of the chain was informed, which a notice waits for."""
    world = make_world()
    with scope(world):
        world.trace()
        if told:
            world.told()
    Location.everywhere.filter(pk=world.location.pk).update(state=state.value)
    sign_in(client, world.person)
    at = reverse("reports:location", args=[world.report.pk, world.location.pk])
    head = head_of(client, at)
    assert_offered_is_allowed(client, head, state, LOCATION_TRANSITIONS, LOCATIONS)
    barred = [one.url for one in head.offers if one.obstacle]
    assert barred == ([] if told or state is not L.TRACED else [f"{at}notify/"])
    wanted = "notify" if told and state is L.TRACED else PUT_FORWARD.get(state)
    assert (head.first.url.removeprefix(at) if head.first else None) == (wanted and f"{wanted}/")
