"""What is known of times to removal is the same before and after the reports are erased, and names nobody."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.node.factories import make_organisation, make_person, sign_in, viewer_for
from tests.node.reports.factories import make_host, make_location, make_report
from tests.node.reports.forwarding.worlds import WHY

from vaern.node.base.scope import viewing
from vaern.node.casework.models import Statistic
from vaern.node.casework.retention import actions as retention
from vaern.node.reports.models import Report
from vaern.node.reports.takedown import removal_times
from vaern.node.reports.takedown.statistics import SPANS, removal

pytestmark = pytest.mark.django_db
MONTHS = [datetime(2026, 9, 3, 12, tzinfo=UTC), datetime(2026, 10, 8, 12, tzinfo=UTC)]
TOOK = st.none() | st.integers(-24 * 60, 60 * 24 * 60).map(lambda minutes: timedelta(minutes=minutes))


@pytest.mark.once
@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(
    st.lists(
        st.tuples(st.sampled_from(MONTHS), TOOK, st.sampled_from(["", "AA", "XV"]), st.integers(0, 2), st.booleans()),
        min_size=1,
        max_size=6,
    )
)
def test_the_numbers_of_each_month_and_country_are_those_of_the_locations(
    made: list[tuple[datetime, timedelta | None, str, int, bool]],
) -> None:
    viewer = viewer_for(make_person("investigator", make_organisation("police")))
    hosts = [make_host(viewer.organisation) for _ in range(3)]
    for told, took, country, host, back in made:
        report = make_report(viewer.organisation, ["https://a.example/1", "https://b.example/2"])
        make_location(
            report,
            host=hosts[host],
            country=country,
            first_notified_at=told,
            offline_at=told + took if took is not None else None,
            reappeared=int(back),
        )
        make_location(report, number=2)  # nobody was notified of it
    with viewing(viewer.organisation.id):
        before = removal(viewer)
        for report in list(Report.everywhere.filter(organisation=viewer.organisation)):
            retention.erase(viewer, WHY, report)
        assert removal(viewer).whole.notified == 0
        found = removal_times.removals(viewer)
    assert [(one.month, one.country) for one in found] == sorted(
        {(told.date().replace(day=1), country.lower() or "--") for told, _took, country, _host, _back in made}
    )
    notified = sum(one.hosts.total() for one in found)
    assert notified == before.whole.notified == sum(one.spans.total() for one in found)
    assert sum(one.spans.total() - one.spans[removal_times.UP] for one in found) == before.whole.gone
    for span, share in zip(SPANS, before.whole.shares, strict=True):
        assert sum(one.within(round(span / timedelta(hours=1))) for one in found) == round((share or 0) * notified)
    assert sum(one.reappeared for one in found) == before.reappeared
    assert sum(one.early for one in found) == before.early
    hosts_told = {host for one in found for host in one.hosts}
    largest = max((sum(one.hosts[host] for one in found) for host in hosts_told), default=0)
    assert notified - largest == before.without_largest.notified
    names = " ".join(Statistic.everywhere.filter(organisation=viewer.organisation).values_list("name", flat=True))
    assert not any(host.name in names for host in hosts)


def test_the_page_shows_them(client) -> None:  # type: ignore[no-untyped-def]
    person = make_person("investigator", make_organisation("police"))
    report = make_report(person.organisation)
    make_location(report, country="XV", first_notified_at=MONTHS[0], offline_at=MONTHS[0] + timedelta(hours=30))
    with viewing(person.organisation.id):
        retention.erase(viewer_for(person), WHY, report)
    sign_in(client, person)
    page = client.get(reverse("reports:removal")).content.decode()
    assert "September 2026" in page
    assert "XV" in page
