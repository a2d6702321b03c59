"""What the page of a request and of a piece of evidence puts forward can be done, in each state of its machine."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.urls import reverse
from django.utils import timezone
from msgspec.structs import replace
from tests.node.cases.assistance import worlds
from tests.node.cases.evidence.worlds import DIGEST, FACTS, desk, registered
from tests.node.casework.offers import WHY, assert_offered_is_allowed, head_of
from tests.node.factories import sign_in

from vaern.node.base.scope import viewing
from vaern.node.base.sealing import seal
from vaern.node.cases.assistance.question import SEALED
from vaern.node.cases.models import AssistanceRequest, Evidence
from vaern.node.cases.rules import assistance
from vaern.node.cases.rules import evidence as rules

if TYPE_CHECKING:
    from django.test import Client

pytestmark = pytest.mark.django_db

REQUESTS = {
    "cases:write-request": assistance.Event.WRITE,
    "cases:hand-over-request": assistance.Event.HAND_OVER,
    "cases:send-request": assistance.Event.SEND,
    "cases:decide-request": None,
    "cases:prolong-sight": None,
    "cases:correspond": None,
    "cases:request-pdf": None,
}
S = assistance.State
PUT_FORWARD_TO_THE_DESK = {
    S.ACKNOWLEDGED: "event/receive",
    S.DRAFT: "hand-over",
    S.EXECUTED: "event/receive",
    S.EVIDENCE_RECEIVED: "event/note_limits",
}
PUT_FORWARD_TO_THE_AUTHORITY = {
    S.AT_AUTHORITY: "send",
    S.SENT: "authority/acknowledge",
    S.ACKNOWLEDGED: "event/receive",
    S.CLARIFICATION: "authority/clarify",
    S.EXECUTED: "event/receive",
    S.EVIDENCE_RECEIVED: "event/note_limits",
}


@pytest.mark.once
@pytest.mark.parametrize("whose", ["desk", "authority"])
@pytest.mark.parametrize("state", list(S))
def test_a_request_offers_what_its_state_allows(client: Client, state: assistance.State, whose: str) -> None:
    world = worlds.make_world()
    made = worlds.drafted(world)
    if state is not S.DRAFT:
        made = worlds.handed(world, made)
    out = {} if state in {S.DRAFT, S.AT_AUTHORITY} else {"sent_at": timezone.now()}
    AssistanceRequest.everywhere.filter(pk=made.pk).update(state=state.value, **out)
    sign_in(client, world.ada if whose == "desk" else world.lex)
    at = reverse("cases:request", args=[made.pk])
    if whose == "authority" and state is S.DRAFT:
        assert client.get(at).status_code == 404  # it has not been handed over
        return
    head = head_of(client, at)
    assert_offered_is_allowed(client, head, state, assistance.TRANSITIONS, REQUESTS)
    wanted = (PUT_FORWARD_TO_THE_DESK if whose == "desk" else PUT_FORWARD_TO_THE_AUTHORITY).get(state)
    assert (head.first.url.removeprefix(at) if head.first else None) == (wanted and f"{wanted}/")


def test_what_is_not_filled_in_yet_is_filled_in_first(client: Client) -> None:
    world = worlds.make_world()
    made = worlds.drafted(world)
    AssistanceRequest.everywhere.filter(pk=made.pk).update(sealed=seal("{}", SEALED))
    sign_in(client, world.ada)
    head = head_of(client, reverse("cases:request", args=[made.pk]))
    assert head.first
    assert head.first.url == reverse("cases:write-request", args=[made.pk])


EVIDENCE = {"cases:check-evidence": rules.Event.CHECKED, "cases:correct-evidence": rules.Event.CORRECTED}
H = rules.Held
GIVEN = {"giver": "Search team", "taker": "Store", "place": "Shelf 2", "text": DIGEST}
PUT_FORWARD_OF_EVIDENCE = {H.AWAITED: "events/received/", H.HELD: "check/", H.RETURNED: "events/came_back/"}


@pytest.mark.once
@pytest.mark.parametrize("digests", [FACTS.digests, {}], ids=["with digests", "without"])
@pytest.mark.parametrize("held", list(rules.Held))
def test_evidence_offers_what_its_state_allows(client: Client, held: rules.Held, digests: dict[str, str]) -> None:
    viewer = desk()
    sign_in(client, viewer.person)
    with viewing(viewer.organisation.id):
        made = registered(viewer, facts=replace(FACTS, digests=digests))
    Evidence.everywhere.filter(pk=made.pk).update(held=held.value)
    at = reverse("cases:evidence", args=[made.case_id, made.pk])
    head = head_of(client, at)
    assert_offered_is_allowed(client, head, held, rules.TRANSITIONS, EVIDENCE)
    barred = [one for one in head.offers if one.obstacle]
    assert bool(barred) == (held is rules.Held.HELD and not digests)
    wanted = None if barred else PUT_FORWARD_OF_EVIDENCE.get(held)
    assert (head.first.url.removeprefix(at) if head.first else None) == wanted
    if head.first:
        assert client.post(head.first.url, {**GIVEN, **WHY}).status_code == 302
