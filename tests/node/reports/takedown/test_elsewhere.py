"""A police hold on a forwarded copy holds the place wherever the report came by: told, bounded, and over by itself."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connections
from django.db.models import F
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import override
from tests.node.reports.factories import make_host, make_location
from tests.node.reports.forwarding.worlds import WHY, arrive, desk, fresh, send

from vaern.node.base.refusals import Refusal
from vaern.node.base.scope import viewing
from vaern.node.ledger.models import Entry
from vaern.node.organisations.rules import OrganisationKind
from vaern.node.reports.models import Hold, Location, Notice, Report
from vaern.node.reports.rules.locations import LONGEST_HOLD
from vaern.node.reports.rules.states import State
from vaern.node.reports.rules.takedown import Level
from vaern.node.reports.takedown import blocks, elsewhere, holds, notices, presenters_location, queries

if TYPE_CHECKING:
    from vaern.node.organisations.viewers import Viewer

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
URL = "https://host.example/synthetic?page=2"


def ready(viewer: Viewer, report: Report, **fields: Any) -> Location:
    """Bring a report as far as that its host could be notified."""
    Report.everywhere.filter(pk=report.pk).update(state=State.IN_ACTION.value)
    given = {"state": "traced", "host": make_host(viewer.organisation), "traced_at": timezone.now()}
    return make_location(report, **{**given, "police_told_at": timezone.now(), **fields})


class Chain:
    """A hotline that forwarded a report to police and to another hotline, each with the location; and a stranger."""

    def __init__(self) -> None:
        self.hotline, self.police, self.other = desk(), desk(OrganisationKind.POLICE), desk()
        self.stranger = desk()
        report = arrive(self.hotline, url=URL)
        copies = {one.recipient_id: fresh(one.arrived) for one in send(self.hotline, report, self.police, self.other)}
        self.at_hotline = ready(self.hotline, report)
        self.at_police = ready(self.police, copies[self.police.organisation.id])
        self.at_other = ready(self.other, copies[self.other.organisation.id])
        self.at_stranger = ready(self.stranger, arrive(self.stranger, url=URL))

    def hold(self, hours: float = 2) -> Hold:
        with viewing(self.police.organisation.id):
            return holds.hold(self.police, WHY, self.at_police, timezone.now() + hours * HOUR, "a search is under way")

    @property
    def places(self) -> list[tuple[Viewer, Location]]:
        return [(self.hotline, self.at_hotline), (self.other, self.at_other)]


@pytest.fixture
def chain() -> Chain:
    return Chain()


def notify(viewer: Viewer, location: Location) -> Notice:
    with viewing(viewer.organisation.id):
        return notices.notify(viewer, WHY, location)


def test_every_desk_of_the_chain_waits_and_a_stranger_does_not(chain: Chain) -> None:
    chain.hold()
    for viewer, location in chain.places:
        with pytest.raises(Refusal, match=r"Held by .* until") as caught:
            notify(viewer, location)
        assert chain.police.organisation.name in str(caught.value)
        assert "search" not in str(caught.value)
    assert notify(chain.stranger, chain.at_stranger)


def test_a_location_that_is_opened_later_or_in_another_report_of_the_place_waits_too(chain: Chain) -> None:
    chain.hold()
    again = ready(chain.hotline, arrive(chain.hotline, url=URL + "#again"))
    elsewhere_ = ready(chain.hotline, arrive(chain.hotline, url="https://host.example/another"))
    with pytest.raises(Refusal, match="Held by"):
        notify(chain.hotline, again)
    assert notify(chain.hotline, elsewhere_)


@pytest.mark.once
@pytest.mark.parametrize("act", ["remind", "escalate", "block", "node"])
def test_nothing_more_is_said_to_a_host_that_was_told_before(chain: Chain, act: str) -> None:
    notify(chain.hotline, chain.at_hotline)
    level = Level.POLICE if act == "block" else Level.HOST
    Location.everywhere.filter(pk=chain.at_hotline.pk).update(
        level=level.value, owner=make_host(chain.hotline.organisation, kind="owner")
    )
    told = Notice.everywhere.values_list("location", "reminded")
    before = set(told)
    chain.hold()
    day = timezone.localdate() + timedelta(days=20)
    with viewing(chain.hotline.organisation.id):
        if act == "node":
            assert notices.step_due(timezone.now() + timedelta(days=30)) == 0
        elif act == "block":
            with pytest.raises(Refusal, match="Held by"):
                blocks.block(chain.hotline, WHY, chain.at_hotline, "nothing else helped", day)
        else:
            with pytest.raises(Refusal, match="Held by"):
                getattr(notices, act)(chain.hotline, WHY, chain.at_hotline)
    assert set(told) == before


@pytest.mark.once
@pytest.mark.parametrize("how", ["time", "person", "erased"])
def test_when_it_ends_there_it_has_ended_everywhere(chain: Chain, how: str) -> None:
    hold = chain.hold()
    if how == "person":
        with viewing(chain.police.organisation.id):
            holds.release(chain.police, WHY, chain.at_police)
    elif how == "erased":
        Report.everywhere.filter(pk=chain.at_police.report_id).delete()
    else:  # the job that ends it did not even run
        Hold.everywhere.filter(pk=hold.pk).update(
            started_at=F("started_at") - 3 * HOUR, ends_at=F("ends_at") - 3 * HOUR
        )
    for viewer, location in chain.places:
        assert notify(viewer, location)


def test_the_page_says_by_whom_and_until_when_and_never_why_and_the_ledger_too(chain: Chain) -> None:
    chain.hold()
    with viewing(chain.hotline.organisation.id):
        location = queries.find(chain.hotline, chain.at_hotline.report_id, chain.at_hotline.pk)
        shown = str(presenters_location.location_context(chain.hotline, queries.sheet(chain.hotline, location, WHY)))
        assert queries.holds_counted(chain.hotline).elsewhere == 1
    assert f"Held by {chain.police.organisation.name} until" in shown
    assert "search" not in shown
    entries = Entry.objects.filter(act="reports.hold.elsewhere")
    assert {entry.owner for entry in entries} == {one.organisation.id for one, _location in chain.places}
    assert {entry.organisation for entry in entries} == {chain.police.organisation.id}
    assert {(entry.person, entry.note) for entry in entries} == {(None, None)}


@pytest.mark.once
@pytest.mark.parametrize("owner", [False, True])
def test_the_page_offers_nothing_that_the_hold_would_refuse(chain: Chain, owner: bool) -> None:
    notify(chain.hotline, chain.at_hotline)
    if owner:
        Location.everywhere.update(owner=make_host(chain.hotline.organisation, kind="owner"))
    hold = chain.hold()
    with viewing(chain.hotline.organisation.id), override("da"):
        location = queries.find(chain.hotline, chain.at_hotline.report_id, chain.at_hotline.pk)
        page = presenters_location.location_context(chain.hotline, queries.sheet(chain.hotline, location, WHY))
        possible = {one.url.rstrip("/").rpartition("/")[2] for one in page["head"].offers if not one.obstacle}
        offered = possible & {"notify", "remind", "escalate", "block"}
        assert offered == (set() if owner else {"escalate"}), "to the police channel no mail goes"
        end = date_format(timezone.localtime(hold.ends_at), "SHORT_DATETIME_FORMAT")
        assert f"indtil {end}" in page["obstacle"]
        if offered:
            notices.escalate(chain.hotline, WHY, location)


def test_two_police_desks_together_hold_a_place_no_longer_than_one_could(chain: Chain) -> None:
    second = desk(OrganisationKind.POLICE)
    (forward,) = send(chain.hotline, chain.at_hotline.report, second)
    location = ready(second, fresh(forward.arrived))
    first = chain.hold(48)
    Hold.everywhere.filter(pk=first.pk).update(started_at=F("started_at") - 48 * HOUR, ends_at=F("ends_at") - 48 * HOUR)
    holds.release_due()
    with viewing(second.organisation.id):
        with pytest.raises(Refusal, match="in all at most"):
            holds.hold(second, WHY, location, timezone.now() + LONGEST_HOLD - 47 * HOUR, "more time")
        latest = holds.latest_end(location, timezone.now(), None)
    assert latest <= timezone.now() + LONGEST_HOLD - 47 * HOUR


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_of_a_hold_and_a_notice_in_one_moment_the_second_knows_of_the_first() -> None:
    for _round in range(6):
        chain = Chain()

        def run(act: Any) -> bool:
            try:
                act()
            except Refusal:
                return False
            finally:
                connections.close_all()
            return True

        with ThreadPoolExecutor(2) as pool:
            told, held = pool.map(run, (lambda c=chain: notify(c.hotline, c.at_hotline), chain.hold))
        assert held
        notice = Notice.everywhere.filter(location=chain.at_hotline).first()
        assert (notice is not None) == told
        if notice is not None:
            hold = Hold.everywhere.get(location=chain.at_police)
            assert (
                Entry.objects.get(act="reports.notice.sent", subject=chain.at_hotline.report_id).at
                < Entry.objects.get(act="reports.hold.begun", subject=chain.at_police.report_id).at
            ), "the notice was first"
            assert hold.ended_at is None
        assert elsewhere.running(chain.at_hotline)
