"""Exposure in the node: whose it is, who sees it, how long it is kept, what it lets through."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.urls import get_resolver, reverse
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.node.factories import make_organisation, make_person, sign_in, viewer_for
from tests.node.reports.factories import make_report

from vaern.node.base.jobs import NIGHTLY
from vaern.node.base.refusals import Refusal
from vaern.node.base.scope import viewing
from vaern.node.ledger.models import Entry
from vaern.node.ledger.rules import Reason, Verb, Why
from vaern.node.organisations.rules import ROLES, OrganisationKind, Role
from vaern.node.reports.exposure import queries
from vaern.node.reports.exposure.actions import declare, not_now, set_limits
from vaern.node.reports.models import Exposure, Item, Report
from vaern.node.reports.rules import exposure
from vaern.node.reports.rules.exposure import Extent

if TYPE_CHECKING:
    from django.test import Client

    from vaern.node.organisations.models import Organisation

pytestmark = pytest.mark.django_db
REASON = Reason(Why.ASSESSMENT)
SECRET = 7_913
"""A number of files that stands on a page only if somebody's exposure does."""
SHOWN = re.compile(r"(?<![\w-])7[.,]?913(?![\w-])")
"""It as a page shows it. Tokens and ids of a page hold any four signs now and then."""


@pytest.fixture
def desk() -> Organisation:
    return make_organisation("hotline")


@pytest.mark.once
@pytest.mark.parametrize("kind", [OrganisationKind.HOTLINE, OrganisationKind.POLICE, OrganisationKind.SECRETARIAT])
@pytest.mark.parametrize("role", Role)
def test_only_a_welfare_lead_of_the_same_organisation_sees_a_persons_exposure(
    client: Client, desk: Organisation, role: Role, kind: OrganisationKind
) -> None:
    analyst = make_person("analyst", desk)
    declare(viewer_for(analyst), REASON, make_report(desk), Extent.PART, SECRET, 3)
    for organisation in (desk, make_organisation(kind)):
        if OrganisationKind(organisation.kind) not in ROLES[role].kinds:
            continue
        other = make_person(role, organisation)
        sign_in(client, other)
        pages = [reverse("reports:exposure"), reverse("reports:welfare")]
        pages += [reverse("reports:welfare-person", args=[analyst.pk])]
        if role is Role.OVERSIGHT:
            pages += [reverse("oversight:ledger"), reverse("oversight:unusual")]
        shown = []
        for page in pages:
            answer = client.get(page)
            if answer.status_code == 200 and SHOWN.search(answer.content.decode()):
                shown.append(page)
        lead = role is Role.WELFARE and organisation == desk
        assert shown == (pages[1:] if lead else [])


def test_one_sees_ones_own_and_the_lead_leaves_a_trace(client: Client, desk: Organisation) -> None:
    analyst, lead = make_person("analyst", desk), make_person("welfare", desk)
    declare(viewer_for(analyst), REASON, make_report(desk), Extent.PART, SECRET, 3)
    sign_in(client, analyst)
    before = Entry.objects.count()
    assert "7,913" in client.get(reverse("reports:exposure")).content.decode()
    assert Entry.objects.count() == before
    sign_in(client, lead)
    client.get(reverse("reports:welfare"))
    client.get(reverse("reports:welfare-person", args=[analyst.pk]))
    acts = list(Entry.objects.order_by("id").values_list("act", "verb", "person"))[before:]
    assert acts == [
        ("reports.exposure.consulted", Verb.CONSULTATION.value, lead.pk),
        ("reports.exposure.person_consulted", Verb.CONSULTATION.value, lead.pk),
    ]
    assert client.get(reverse("reports:worklist")).status_code == 403, "no casework"


def test_the_ledger_says_neither_how_much_nor_who_needed_a_pause(desk: Organisation) -> None:
    viewer = viewer_for(make_person("analyst", desk))
    declare(viewer, REASON, make_report(desk), Extent.PART, SECRET, 3)
    not_now(viewer, timezone.now() + timedelta(hours=1))
    set_limits(viewer, 10, 20, 3)
    entries = list(Entry.objects.order_by("-id")[:3])
    assert [entry.count for entry in entries] == [None, None, None]
    assert [entry.person for entry in entries[:2]] == [None, None]
    assert {entry.organisation for entry in entries} == {desk.pk}


def test_people_are_listed_by_name_whatever_they_looked_at(desk: Organisation) -> None:
    names = ["Cleo", "Ada", "Bo"]
    for files, name in enumerate(names, 1):
        declare(viewer_for(make_person("analyst", desk, name=name)), REASON, make_report(desk), "part", files, 1)
    lead = viewer_for(make_person("welfare", desk))
    with viewing(desk.pk):
        assert [own.person.name for own in queries.of_organisation(lead)] == sorted(names)


def test_there_is_no_export_and_no_operation_of_exposure() -> None:
    from vaern.node.api import api

    paths = [
        path for path in api.get_openapi_schema(path_prefix="")["paths"] if "exposure" in path or "welfare" in path
    ]
    assert paths == []
    names = {str(name) for name in get_resolver().namespace_dict["reports"][1].reverse_dict if isinstance(name, str)}
    found = {name for name in names if "exposure" in name or "welfare" in name}
    assert found == {"exposure", "welfare", "welfare-person"}


def test_what_is_declared_is_erased_after_90_days_and_the_job_runs_each_night(desk: Organisation) -> None:
    viewer, report = viewer_for(make_person("analyst", desk)), make_report(desk)
    ages = (0, 89, 90, 91)
    for days in ages:
        made = declare(viewer, REASON, report, Extent.PART, 1, 1)
        Exposure.everywhere.filter(pk=made.pk).update(at=timezone.now() - timedelta(days=days, minutes=1))
    assert NIGHTLY["exposure"]() == 2
    assert Exposure.everywhere.count() == 2
    assert Entry.objects.latest("id").count == 2
    assert NIGHTLY["exposure"]() == 0


def test_a_match_a_list_and_a_sender_say_nothing_of_what_was_viewed_here(desk: Organisation) -> None:
    report = make_report(desk)
    item = Item.everywhere.get(report=report)
    Item.everywhere.filter(pk=item.pk).update(
        viewed="whole",
        known_list="A list (synthetic)",
        known_release="1",
        known_entry="e",
        known_distance=0,
        known_kind="sha256",
    )
    item.refresh_from_db()
    assert queries.viewed(report, item) == "unknown"
    stranger = make_person("analyst")
    with pytest.raises(Refusal):
        declare(viewer_for(stranger), REASON, report, Extent.WHOLE, 1, 1)
    declare(viewer_for(make_person("analyst", desk)), REASON, report, Extent.NOTHING, 0, 1)
    assert queries.viewed(report, item) == "not"
    declare(viewer_for(make_person("analyst", desk)), REASON, report, Extent.WHOLE, 1, 1)
    assert queries.viewed(report, item) == "whole"


@pytest.mark.once
@settings(suppress_health_check=list(HealthCheck), max_examples=15)
@given(
    looked=st.lists(st.tuples(st.integers(1, 9), st.integers(1, 3)), max_size=6),
    daily=st.integers(1, 20),
    more=st.integers(0, 20),
    interleave=st.integers(1, 4),
    kinds=st.lists(st.tuples(st.booleans(), st.booleans(), st.booleans()), min_size=1, max_size=4),
)
def test_the_next_report_follows_budgets_and_breaks(
    looked: list[tuple[int, int]], daily: int, more: int, interleave: int, kinds: list[tuple[bool, bool, bool]]
) -> None:
    desk = make_organisation("hotline")
    viewer = viewer_for(make_person("analyst", desk))
    set_limits(viewer, daily, daily + more, interleave)
    other = make_report(make_organisation("hotline"))
    for files, severity in looked:
        declare(viewer, REASON, make_report(desk, state="duplicate"), Extent.PART, files, severity)
    reports = [
        make_report(desk, offence="material" if heavy else "enticement", items_known=0 if unknown else 1, urgent=urgent)
        for heavy, unknown, urgent in kinds
    ]
    total = sum(files for files, _severity in looked)
    shield = queries.may_show(viewer)
    assert (shield.files, shield.allowed, shield.warn) == (total, total < daily + more, total >= daily)
    found = queries.next_for(viewer)
    may = [pair for pair in zip(reports, kinds, strict=True) if shield.allowed or not pair[1][1]]
    assert (found is None) == (not may)
    if found is None:
        return
    assert found.pk != other.pk
    run = exposure.run_of_heavy([severity for _files, severity in reversed(looked)])

    def waits(kind: tuple[bool, bool, bool]) -> bool:
        heavy, unknown, urgent = kind
        return run >= interleave and heavy and unknown and not urgent

    best = min(may, key=lambda pair: (waits(pair[1]), not pair[1][2], pair[0].created_at, pair[0].pk))
    assert found.pk == best[0].pk


def test_a_second_view_is_not_put_before_the_first_person(desk: Organisation) -> None:
    from vaern.node.reports.assessment.actions import Judgement, assess

    first, second = viewer_for(make_person("analyst", desk)), viewer_for(make_person("analyst", desk))
    report = make_report(desk)
    assess(first, REASON, report, Judgement(True, ask=True))
    assert queries.next_for(first) is None
    assert queries.next_for(second) == Report.everywhere.get(pk=report.pk)


def test_not_now_needs_no_reason_and_ends_by_itself(client: Client, desk: Organisation) -> None:
    person = make_person("analyst", desk)
    make_report(desk)
    sign_in(client, person)
    client.post(reverse("reports:not-now"), {"pause": "60"})
    assert not queries.may_show(viewer_for(person)).allowed
    assert client.post(reverse("reports:next"))["Location"] == reverse("reports:worklist")
    not_now(viewer_for(person), timezone.now() - timedelta(seconds=1))
    assert queries.may_show(viewer_for(person)).allowed
    client.post(reverse("reports:not-now"), {"pause": "day"})
    client.post(reverse("reports:not-now"), {"pause": "end"})
    assert client.post(reverse("reports:next"))["Location"] != reverse("reports:worklist")


@pytest.mark.parametrize("limits", [(0, 1, 1), (5, 4, 1), (1, 1_001, 1), (1, 1, 0), (1, 1, 51)])
def test_limits_that_contradict_each_other_are_refused(desk: Organisation, limits: tuple[int, int, int]) -> None:
    with pytest.raises(Refusal):
        set_limits(viewer_for(make_person("analyst", desk)), *limits)
