"""Scans and reports are taken into series: once, in parts, with their traits; and erased without a trace of a link."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from tests.node.factories import make_organisation, make_person, viewer_for
from tests.node.scans.worlds import HEADER
from tests.node.victims.grouping.signals import digest, look

from vaern import arrivals, records
from vaern.node.base.refusals import Refusal
from vaern.node.base.scope import viewing
from vaern.node.casework.retention import actions as retention
from vaern.node.ledger.rules import Reason, Why
from vaern.node.organisations.rules import OrganisationKind, Role
from vaern.node.reports.arrival.actions import receive as receive_report
from vaern.node.scans import actions as scans
from vaern.node.scans.results import row
from vaern.node.victims.grouping import actions, queries, takes
from vaern.node.victims.models import Member, NearValue, Series, Take
from vaern.records import Finding, Media

if TYPE_CHECKING:
    from vaern.node.organisations.viewers import Viewer
    from vaern.node.scans.models import Scan

pytestmark = pytest.mark.django_db
WHY = Reason(Why.VICTIM_IDENTIFICATION, "made up for a test")
TRAITS = records.Traits(
    make="Maker",
    model="M-1",
    serial="A123456",
    lens="Lens 50",
    lens_serial="L98765",
    place=(55.6761, 12.5683),
    name="IMG_#",
    folder="f" * 64,
)


@pytest.fixture
def viewer() -> Viewer:
    return viewer_for(make_person(Role.IDENTIFIER, make_organisation(OrganisationKind.POLICE)))


def scan_of(viewer: Viewer, *findings: Finding, reference: str = "drive") -> Scan:
    rows = [row(finding, number) for number, finding in enumerate(findings, 1)]
    return scans.receive(viewer, WHY, reference, HEADER, rows, finished=True)[0]


def finding(*signals: records.Signal, verdict: str = "new", traits: records.Traits | None = None) -> Finding:
    given = {"traits": traits} if traits else {}
    media = Media("x.jpg", 10, "image/jpeg", signals, taken="2026-01-01T00:00:00", **given)
    return Finding(media, verdict)  # type: ignore[arg-type]


def test_the_unknown_files_are_taken_and_the_known_ones_counted(viewer: Viewer) -> None:
    scan = scan_of(
        viewer,
        finding(look(1)),
        finding(look(1, 1), verdict="near"),
        finding(look(2)),
        finding(digest("known"), verdict="known"),
        finding(digest("unread"), verdict="unreadable"),
    )
    take = takes.take_scan(viewer, WHY, scan)
    assert (take.total, take.done, take.known, take.opened, take.joined) == (3, 3, 1, 2, 1)
    assert take.ended_at is not None
    again = takes.take_scan(viewer, WHY, scan)
    assert (again.total, again.done) == (0, 0)
    assert sorted(Series.everywhere.values_list("members_total", flat=True)) == [1, 2]
    assert all(Series.everywhere.values_list("synthetic", flat=True))


def test_a_near_file_that_a_person_said_to_be_the_same_is_left_out_and_counted_as_known(viewer: Viewer) -> None:
    scan = scan_of(
        viewer,
        finding(look(1), verdict="near"),
        finding(look(2), verdict="near"),
        finding(look(3), verdict="near"),
        finding(digest("known"), verdict="known"),
    )
    scans.say_same(viewer, WHY, scan, 1, same=True)
    scans.say_same(viewer, WHY, scan, 2, same=False)
    take = takes.take_scan(viewer, WHY, scan)
    assert (take.total, take.done, take.known) == (2, 2, 2)
    assert sorted(Member.everywhere.values_list("finding__number", flat=True)) == [2, 3]


def test_one_camera_joins_and_a_lens_a_folder_or_a_name_does_not(viewer: Viewer) -> None:
    import msgspec

    other = msgspec.structs.replace(TRAITS, serial="B999999")
    scan = scan_of(
        viewer, finding(look(1), traits=TRAITS), finding(look(2), traits=TRAITS), finding(look(3), traits=other)
    )
    takes.take_scan(viewer, WHY, scan)
    first, second, third = Member.everywhere.order_by("pk")
    assert first.series_id == second.series_id != third.series_id
    assert (second.rule, second.because_id) == ("camera", first.pk)
    assert (first.make, first.model, first.lens) == ("Maker", "M-1", "Lens 50")
    assert first.lens_key == third.lens_key
    assert first.place_key == third.place_key is not None
    assert b"55.67" not in bytes(first.place)
    assert (first.taken, first.taken_local) == (datetime(2026, 1, 1, tzinfo=UTC), True)
    with viewing(viewer.organisation.id):
        found = queries.standing(viewer, first.series)
    assert found is not None
    (one,) = found.suggested
    assert one.series.pk == third.series_id
    assert (set(one.traits) >= {"lens", "folder", "place"}, one.files) == (True, 1)
    with viewing(viewer.organisation.id):
        actions.keep_apart(viewer, WHY, first.series, third.series)
        found = queries.standing(viewer, first.series)
    assert found is not None
    assert (found.suggested, len(found.separations)) == ([], 1)


def test_what_shares_the_rarest_trait_is_worth_the_first_look(viewer: Viewer) -> None:
    import msgspec

    lenses = ["L98765", "L00002", "L00003", "L98765"]  # all share folder, name and place; the last the lens as well
    cameras = [
        msgspec.structs.replace(TRAITS, serial=f"B{number}", lens_serial=lens) for number, lens in enumerate(lenses)
    ]
    scan = scan_of(viewer, *[finding(look(number), traits=traits) for number, traits in enumerate(cameras)])
    takes.take_scan(viewer, WHY, scan)
    first, *others, rare = Member.everywhere.order_by("pk")
    with viewing(viewer.organisation.id):
        found = queries.standing(viewer, first.series)
    assert found is not None
    assert found.suggested[0].series.pk == rare.series_id
    assert {one.series.pk for one in found.suggested} == {one.series_id for one in (*others, rare)}
    assert found.suggested[0].traits[0] == "lens"


def test_a_take_goes_on_where_it_was_stopped(viewer: Viewer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(takes, "SMALL_TAKE", 0)
    monkeypatch.setattr(takes, "CHUNK", 3)
    scan = scan_of(viewer, *[finding(look(number)) for number in range(7)])
    take = takes.take_scan(viewer, WHY, scan)
    assert (take.total, take.done, take.ended_at) == (7, 0, None)
    with pytest.raises(Refusal):
        takes.take_scan(viewer, WHY, scan)
    assert not takes.step(take.pk)
    assert Take.everywhere.get(pk=take.pk).done == 3
    assert not takes.step(take.pk)
    assert takes.step(take.pk)
    assert takes.step(take.pk)  # once more than needed
    ended = Take.everywhere.get(pk=take.pk)
    assert (ended.done, ended.opened, bytes(ended.words)) == (7, 7, b"")
    assert Member.everywhere.count() == 7


def test_files_in_one_transaction_and_one_by_one_come_to_the_same(viewer: Viewer) -> None:
    looks = [look(1), look(1, *range(60)), look(2), look(1, *range(30)), look(2, 4, 5), look(3)]
    takes.take_scan(viewer, WHY, scan_of(viewer, *[finding(one) for one in looks]))
    other = viewer_for(make_person(Role.IDENTIFIER, make_organisation(OrganisationKind.POLICE)))
    for one in looks:
        takes.add_by_hash(other, WHY, [one], synthetic=True)

    def shape(own: Viewer) -> list[int]:
        homes = list(
            Member.everywhere.filter(organisation=own.organisation).order_by("pk").values_list("series", flat=True)
        )
        return [homes.index(home) for home in homes]

    assert shape(viewer) == shape(other) == [0, 0, 2, 0, 2, 5]


def test_the_files_of_a_report_are_taken(viewer: Viewer) -> None:
    files = (arrivals.File((look(1), digest("a"))), arrivals.File((look(1, 2),)), arrivals.File(()))
    arrival = arrivals.Arrival("api", offence="material", files=files)
    report, _ = receive_report(viewer, WHY, viewer.organisation, arrival, synthetic=True)
    take = takes.take_report(viewer, WHY, report)
    assert (take.done, take.opened, take.joined) == (3, 1, 1)
    assert set(Member.everywhere.values_list("source", "report")) == {("report_item", report.pk)}
    report.refresh_from_db()
    assert report.touched_at is not None  # work has begun: a recall does not sweep it away unseen
    retention.erase(viewer, WHY, report)
    assert set(Member.everywhere.values_list("source", "report", "item")) == {("report_item", None, None)}


def test_erasing_a_scan_takes_the_link_and_leaves_the_hash(viewer: Viewer) -> None:
    scan = scan_of(viewer, finding(look(1), digest("a")))
    takes.take_scan(viewer, WHY, scan)
    retention.erase(viewer, WHY, scan)
    member = Member.everywhere.get()
    assert (member.scan_id, member.finding_id) == (None, None)
    assert bytes(member.sha256 or b"") == digest("a").value
    assert NearValue.everywhere.count() == 1
    assert not Take.everywhere.exists()


def test_another_organisation_takes_nothing(viewer: Viewer) -> None:
    scan = scan_of(viewer, finding(look(1)))
    other = viewer_for(make_person(Role.IDENTIFIER, make_organisation(OrganisationKind.POLICE)))
    with pytest.raises(Refusal):
        takes.take_scan(other, WHY, scan)
