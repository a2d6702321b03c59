"""The register of a case that is handed over goes along; each chain goes on from the sender's, and both can be read."""

from __future__ import annotations

import io

import pytest
from django.urls import reverse
from django.utils import timezone
from tests.node.cases.evidence.worlds import WORDS
from tests.node.cases.factories import hand, inside, make_case
from tests.node.factories import sign_in, terms
from tests.node.reports.forwarding.worlds import OrganisationKind, desk

from vaern.formats.bagit_holdings import Zip
from vaern.formats.evidence_bag import examine_held
from vaern.node.base.refusals import Refusal
from vaern.node.cases.evidence import actions as evidence
from vaern.node.cases.evidence import bags, chain, queries
from vaern.node.cases.evidence.facts import Facts, opened
from vaern.node.cases.models import Evidence, EvidenceBag
from vaern.node.cases.rules.evidence import Event, Kind
from vaern.node.cases.rules.handovers import DropReason
from vaern.node.cases.work import handovers
from vaern.node.casework.releases.terms import Handling

pytestmark = pytest.mark.django_db


def register(viewer, case, **facts):
    made = {"description": "A drive (synthetic)", "digests": {"sha256": "ab" * 32}, "use_limits": "This case only"}
    return inside(viewer, evidence.register, case, Kind.DEVICE, Facts(**{**made, **facts}))


def chains_of(case):
    return [(one, chain.links(one)) for one in Evidence.everywhere.filter(case=case).order_by("number")]


def bag_of(viewer, case):
    made = inside(viewer, bags.make, case, to_whom="A court (synthetic)", terms=terms(Handling.AMBER, timezone.now()))
    raw = inside(viewer, bags.fetch, made)
    return examine_held(Zip(io.BytesIO(raw), "bag.zip", len(raw)))


@pytest.mark.once
def test_the_register_goes_along_and_each_chain_goes_on_from_the_senders(police, abroad):
    case = make_case(police)
    first, second = register(police, case), register(police, case, description="Another", digests={})
    inside(police, evidence.happen, first, Event.MOVED, evidence.Said(place="Store 4"))
    inside(police, evidence.happen, second, Event.HANDED_OVER, evidence.Said(giver="A desk", taker="A laboratory"))
    gone = register(police, case, description="What is there no more")
    inside(police, evidence.happen, gone, Event.DESTROYED, evidence.Said(), reason=WORDS)
    one = hand(police, case, abroad)
    senders = {str(piece.pk): links for piece, links in chains_of(case)}
    came = chains_of(one.arrived)
    assert [opened(piece.facts).description for piece, _links in came] == ["A drive (synthetic)", "Another"]
    for piece, links in came:
        assert (piece.held, chain.breaks(piece)) == ("awaited", [])
        before = links[0].event["said"]["before"]
        theirs = senders[before["evidence"]]
        assert (before["events"], before["hash"]) == (len(theirs), theirs[-1].hash)
    assert opened(came[0][0].facts).use_limits == "This case only"
    inside(abroad, handovers.accept, one.arrived)
    with pytest.raises(Refusal):
        inside(abroad, evidence.happen, came[0][0], Event.MOVED, evidence.Said(place="Store 9"))
    with pytest.raises(Refusal, match="handed it over"):
        inside(abroad, evidence.happen, came[0][0], Event.RECEIVED, evidence.Said(taker="A store"))
    inside(abroad, evidence.happen, came[0][0], Event.RECEIVED, evidence.Said(giver="Their desk", taker="A store"))
    found = bag_of(abroad, one.arrived)
    assert (found.state, found.evidence, found.events) == ("valid", 2, 3)
    assert bag_of(police, case).state == "valid"


def test_nobody_of_another_organisation_is_named_in_a_chain_that_came(police, abroad):
    case = make_case(police)
    register(police, case)
    one = hand(police, case, abroad)
    inside(abroad, handovers.accept, one.arrived)
    came = Evidence.everywhere.get(case=one.arrived)
    inside(abroad, evidence.happen, came, Event.RECEIVED, evidence.Said(giver="Their desk", taker="A store"))
    names = {str(police.person.pk): police.organisation.name, str(abroad.person.pk): abroad.person.name}
    assert queries.recorders(came) == names


@pytest.mark.once
def test_evidence_goes_on_through_three_desks_and_leaves_with_a_drop(police, abroad):
    third = desk(OrganisationKind.POLICE)
    case = make_case(police)
    register(police, case)
    one = hand(police, case, abroad)
    inside(abroad, handovers.accept, one.arrived)
    two = hand(abroad, one.arrived, third)
    ((last, links),) = chains_of(two.arrived)
    assert (last.held, links[0].event["said"]["before"]["events"]) == ("awaited", 1)
    bag_of(third, two.arrived)
    inside(third, handovers.drop, two.arrived, DropReason.NOT_OURS)
    assert chains_of(two.arrived) == []
    assert not EvidenceBag.everywhere.filter(case=two.arrived).exists()
    assert len(chains_of(one.arrived)) == len(chains_of(case)) == 1


def test_whoever_hands_over_reads_the_limits_before(police, abroad, client):
    case = make_case(police)
    register(police, case, use_limits="Not for use in <court>")
    sign_in(client, police.person)
    page = client.get(reverse("cases:hand-over", args=[case.pk])).content.decode()
    assert "E1</strong>: Not for use in &lt;court&gt;" in page
    released = client.get(reverse("cases:release", args=[case.pk])).content.decode()
    assert "Not for use" not in released, "a reader is not shown the register"
