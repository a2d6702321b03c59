"""What the page of a record puts forward can be done: for each kind of record, in each state of its machine.

The oracle is the machine's own table: an offer leads to an act, the act is an event, and the table has that for the
state. Each offered page is opened too: none says that the state refuses it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.urls import resolve, reverse
from django.utils import timezone
from tests.node.cases.factories import furnish, make_case
from tests.node.casework.offers import WHY, assert_offered_is_allowed, head_of
from tests.node.factories import make_member, make_organisation, make_person, sign_in
from tests.node.reports.forwarding.worlds import OrganisationKind, arrive, desk
from tests.node.scans.worlds import make_world
from tests.node.victims.factories import make_series, make_specialist

from vaern.node.cases.models import Case
from vaern.node.cases.rules import case as cases
from vaern.node.organisations.rules import Role
from vaern.node.scans import rules as scans
from vaern.node.scans.models import Scan
from vaern.node.victims.rules import series as series_rules

if TYPE_CHECKING:
    from django.test import Client

pytestmark = pytest.mark.django_db
SCANS = {
    "scans:finish": scans.Event.FINISH,
    "scans:review": scans.Event.REVIEW,
    "scans:reopen": scans.Event.REOPEN,
    "scans:release": scans.Event.RELEASE,
    "scans:export": scans.Event.EXPORT,
    "scans:graded": scans.Event.GRADE,
    "scans:workstation": scans.Event.EXPORT,
    "scans:erase": scans.Event.ERASE,
    "scans:prolong": None,
    "victims:take-scan": None,
}
PUT_FORWARD_OF_SCANS = {"receiving": "finish", "to_review": "review", "reviewed": None}


@pytest.mark.once
@pytest.mark.parametrize("state", list(scans.State))
def test_a_scan_offers_what_its_state_allows(client: Client, state: scans.State) -> None:
    world = make_world()
    sign_in(client, world.officer)
    scan = world.scan()
    reviewed = {"outcome": "unclear", "reviewed_by": world.officer, "reviewed_at": timezone.now()}
    Scan.everywhere.filter(pk=scan.pk).update(state=state.value, **(reviewed if state is scans.State.REVIEWED else {}))
    at = reverse("scans:scan", args=[scan.pk])
    head = head_of(client, at)
    assert_offered_is_allowed(client, head, state, scans.TRANSITIONS, SCANS)
    wanted = PUT_FORWARD_OF_SCANS[state.value]
    assert (head.first.url if head.first else None) == (wanted and f"{at}{wanted}/")
    if head.first:
        given = {"outcome": "unclear", **WHY}
        assert client.post(head.first.url, given).status_code == 302


CASES = {
    "cases:accept": cases.Event.ACCEPT,
    "cases:drop": cases.Event.DROP,
    "cases:add-statement": cases.Event.EDIT,
    "cases:edit": cases.Event.EDIT,
    "cases:link": cases.Event.EDIT,
    "cases:merge": cases.Event.MERGE,
    "cases:separate": cases.Event.SEPARATE,
    "cases:hand-over": cases.Event.HAND_OVER,
    "cases:take-back": cases.Event.TAKE_BACK,
    "cases:erase": cases.Event.ERASE,
    "cases:keep": None,
    "cases:release": None,
}
STATEMENT = {"nature": "assessment", "text": "Words.", "confidence": "low"}
PUT_FORWARD_OF_CASES = {
    cases.State.ARRIVED: "accept",
    cases.State.OPENED: "move/start",
    cases.State.WORKING: "statements/add",
    cases.State.ABROAD: "statements/add",
    cases.State.PROSECUTOR: "statements/add",
}


@pytest.mark.once
@pytest.mark.parametrize("ended", [False, True])
@pytest.mark.parametrize("state", list(cases.State))
def test_a_case_offers_what_its_state_allows(client: Client, state: cases.State, *, ended: bool) -> None:
    police = desk(OrganisationKind.POLICE)
    sign_in(client, police.person)
    case = make_case(police, reports=[arrive(police)])
    furnish(police, case)
    at = reverse("cases:case", args=[case.pk])
    head_of(client, at)
    if ended:
        assert client.post(f"{at}outcome/", {"outcome": "no_person_found", **WHY}).status_code == 302
    other = make_case(police) if state is cases.State.MERGED else None
    closed = timezone.now() if state is cases.State.CLOSED else None
    Case.everywhere.filter(pk=case.pk).update(
        state=state.value, merged_into=other, merged_from="working" if other else "", closed_at=closed
    )
    head = head_of(client, at)
    assert_offered_is_allowed(client, head, state, cases.TRANSITIONS, CASES)
    wanted = PUT_FORWARD_OF_CASES.get(state)
    if ended and state in cases.OPEN:
        wanted = "move/close"
    assert (head.first.url if head.first else None) == (wanted and f"{at}{wanted}/")
    if head.first and state is not cases.State.ARRIVED:  # an arrived one needs the hand-over that it came by
        version = Case.everywhere.get(pk=case.pk).version
        assert client.post(head.first.url, {"version": version, **STATEMENT, **WHY}).status_code == 302


SERIES = {
    "victims:safeguard": [series_rules.Event.SAFEGUARD],
    "victims:analyse": [series_rules.Event.ANALYSE],
    "victims:propose-country": [series_rules.Event.PROPOSE_COUNTRY],
    "victims:drop-country": [series_rules.Event.DROP_COUNTRY],
    "victims:disseminate": [series_rules.Event.DISSEMINATE],
    "victims:identify": [series_rules.Event.IDENTIFY],
    "victims:late-outcome": [series_rules.Event.LATE_OUTCOME],
    "victims:close-series": [
        series_rules.Event.CLOSE,
        series_rules.Event.CLOSE_UNSAFEGUARDED,
        series_rules.Event.CLOSE_UNIDENTIFIED,
    ],
    "victims:other-child": [series_rules.Event.OTHER_CHILD],
    "victims:reopen-series": [series_rules.Event.REOPEN],
    "victims:retract": [series_rules.Event.RETRACT],
}
S = series_rules.State
PUT_FORWARD_OF_SERIES = {
    S.NEW: "analyse",
    S.ANALYSED: "country",
    S.COUNTRY_PROPOSED: "disseminate",
    S.IDENTIFIED: "safeguard",
    S.SAFEGUARDED: "close",
}


@pytest.mark.once
@pytest.mark.parametrize("received", [False, True])
@pytest.mark.parametrize("state", list(S))
def test_a_series_offers_what_its_state_allows(client: Client, state: series_rules.State, *, received: bool) -> None:
    """`received`: a desk of the proposed country is there to receive it; without one, another country is proposed."""
    viewer, there = make_specialist(), make_member()
    sign_in(client, viewer.person)
    if received:
        make_person(Role.IDENTIFIER, make_organisation(OrganisationKind.POLICE, member=there))
    known = state in {S.IDENTIFIED, S.SAFEGUARDED}
    day = timezone.localdate()
    found = {"identified_on": day, "identified_by": viewer.organisation} if known else {}
    series = make_series(viewer.organisation, (1, 2), state=state.value, country=there, **found)
    head = head_of(client, reverse("victims:series", args=[series.pk]))
    for one in head.offers:
        events = SERIES.get(resolve(one.url).view_name)
        assert one.obstacle or events is None or any((state, event) in series_rules.TRANSITIONS for event in events)
        assert one.obstacle or client.get(one.url).status_code == 200, one.url
    wanted = PUT_FORWARD_OF_SERIES.get(state)
    if wanted == "disseminate" and not received:
        wanted = None
        barred = [one for one in head.offers if one.obstacle]
        assert [resolve(one.url).view_name for one in barred] == ["victims:disseminate"]
        assert barred[0].step
        assert client.get(barred[0].step[1]).status_code == 200
    assert (head.first.url.strip("/").split("/")[-1] if head.first else None) == wanted
    assert b"Nobody" not in (client.get(head.first.url).content if head.first else b"")
