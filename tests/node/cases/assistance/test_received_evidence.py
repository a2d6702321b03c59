"""What comes from abroad stands in the evidence register by itself, with source and limits, in a whole chain."""

from __future__ import annotations

import hashlib

import pytest
from django.urls import reverse
from tests.node.cases.assistance.worlds import REASON, THERE, hold, make_world, scope, sent

from vaern.node.cases.assistance import actions, presenters
from vaern.node.cases.assistance import queries as assistance
from vaern.node.cases.assistance.data import current
from vaern.node.cases.evidence import chain, queries
from vaern.node.cases.models import Case, CustodyEvent, Evidence
from vaern.node.cases.rules.assistance import Event
from vaern.node.organisations.models import Member

pytestmark = pytest.mark.django_db
DIGEST = hashlib.sha256(b"an answer (synthetic)").hexdigest()


@pytest.mark.once
def test_evidence_from_abroad_is_registered_with_source_request_and_limits() -> None:
    world = make_world()
    request = sent(world, hold(world))
    with scope(world.legal):
        request = actions.happen(world.legal, REASON, request, Event.RECEIVE, f"A sealed envelope, SHA-256 {DIGEST}")
        assert not Case.objects.exists()  # whoever wrote it down still does not see the case
        assert not Evidence.objects.exists()
    with scope(world.viewer):
        request = actions.happen(world.viewer, REASON, request, Event.RECEIVE, "the rest, on paper", whole=True)
        [(first, facts), (second, rest)] = queries.of_case(world.case)
        assert (first.number, first.kind, first.request) == (1, "answer", request)
        assert facts.digests == {"sha256": DIGEST}
        assert bytes(first.sha256).hex() == DIGEST
        assert facts.source == Member.objects.get(code=THERE).name
        assert request.code in facts.origin
        assert request.code in facts.description
        assert world.authority.name == facts.place
        assert facts.legal_basis
        assert (second.number, rest.digests, rest.use_limits) == (2, {}, "")
        actions.happen(world.viewer, REASON, request, Event.NOTE_LIMITS, "for this case alone")
        for one, after in queries.of_case(world.case):
            assert after.use_limits == "for this case alone"
            assert chain.breaks(one) == []
        told = presenters.request_context(world.viewer, assistance.sheet(world.viewer, request, REASON), current())
        assert f'href="{reverse("cases:evidence", args=[world.case.pk, second.pk])}">E2</a>' in str(told["facts"])
    with scope(world.legal):
        seen = assistance.sheet(world.legal, request, REASON)
        assert seen.evidence == [], "an authority sees neither the case nor its register"
    by = list(CustodyEvent.everywhere.filter(evidence=first).order_by("number").values_list("kind", "by"))
    assert by == [("registered", world.lex.pk), ("corrected", world.ada.pk)]


def test_digests_of_several_files_are_left_to_a_person() -> None:
    world = make_world()
    request = sent(world, hold(world))
    other = hashlib.sha256(b"another").hexdigest()
    with scope(world.viewer):
        actions.happen(world.viewer, REASON, request, Event.RECEIVE, f"{DIGEST} and {other}")
        [(one, facts)] = queries.of_case(world.case)
    assert facts.digests == {}
    assert one.sha256 is None
    assert other in facts.description


@pytest.mark.once
def test_evidence_of_one_request_is_not_limited_by_another() -> None:
    world = make_world()
    held = hold(world)
    near, far = sent(world, held), sent(world, held)
    with scope(world.viewer):
        near = actions.happen(world.viewer, REASON, near, Event.RECEIVE, "one")
        actions.happen(world.viewer, REASON, far, Event.RECEIVE, "other")
        actions.happen(world.viewer, REASON, near, Event.NOTE_LIMITS, "ask first")
        limits = {facts.origin: facts.use_limits for _one, facts in queries.of_case(world.case)}
    assert sorted(limits.values()) == ["", "ask first"]
