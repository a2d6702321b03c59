"""Answers of a station: each once, refused by item and field, nothing decided; and what rests on them."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from tests.node.factories import make_key, sign_in
from tests.node.refusals import refused
from tests.node.reports.factories import make_location
from tests.node.reports.viewing.worlds import REASON, answer, as_json, make_world

from vaern.formats.work_package import FoundFile
from vaern.node.base.refusals import Conflict, Refusal
from vaern.node.base.scope import viewing
from vaern.node.ledger.models import Entry
from vaern.node.organisations.rules import Permission
from vaern.node.reports.assessment.from_station import conclude, contradictions, sheet
from vaern.node.reports.base.conclusions import conclusion
from vaern.node.reports.base.precedents import resting
from vaern.node.reports.desk.actions import claim
from vaern.node.reports.exposure.queries import viewed
from vaern.node.reports.law.detection import method
from vaern.node.reports.models import Assessment, Exposure, Item, NearSignal, Report, StationAnswer, WorkPackage
from vaern.node.reports.rules.assessments import Basis
from vaern.node.reports.rules.states import Event, State
from vaern.node.reports.rules.stations import Door, Given, Grade, Wrong, differ, faults
from vaern.node.reports.takedown.grounds import rests
from vaern.node.reports.viewing import packages, stations

pytestmark = pytest.mark.django_db
SHA256 = "ab" * 32
PDQ = "0f" * 32


@pytest.fixture
def world():
    return make_world()


def post(client, key, package, answers, **header):
    document = {"format": "vaern-answers/1", "package": str(package.pk), "answers": answers}
    headers = {"Authorization": key, "Vaern-Reason": "assessment", **header}
    return client.post(
        f"/api/packages/{package.pk}/answers", json.dumps(document), content_type="application/json", headers=headers
    )


@pytest.fixture
def key(world):
    return f"Bearer {stations.make_key(world.viewer, REASON, world.station)[1]}"


# Over the API --------------------------------------------------------------------------------------------------------


def test_the_same_answer_twice_is_one(client, world, key):
    report = world.report()
    package = world.package(report)
    sent = [as_json(answer(report, value="a", baseline=True))]
    first, second = (post(client, key, package, sent).json() for _ in range(2))
    assert [first["items"][0]["made"], second["items"][0]["made"]] == [True, False]
    assert (second["taken"], second["refused"]) == (1, 0)
    assert StationAnswer.everywhere.count() == 1
    assert Entry.objects.filter(act="reports.report.answered").count() == 1
    entry = Entry.objects.get(act="reports.report.answered")
    assert (entry.subject, entry.key, entry.count) == (report.pk, world.station.key_id or entry.key, 1)


def test_one_answer_with_a_fault_does_not_stop_the_others_and_names_item_and_field(client, world, key):
    report = world.report("https://a.example/1", "https://a.example/2")
    package = world.package(report)
    wrong = as_json(answer(report, 2, value="z"))
    found = post(client, key, package, [as_json(answer(report, value="a")), wrong])
    assert found.status_code == 207
    (fault,) = found.json()["items"][1]["faults"]
    assert (found.json()["items"][1]["item"], fault["where"], fault["code"]) == (2, "class", "station_class")
    alone = post(client, key, package, [wrong])
    assert alone.status_code == 422
    assert alone.json()["errors"][0]["where"] == f"answers.0 ({report.code}-2).class"
    assert StationAnswer.everywhere.count() == 1


def test_answers_come_in_parts(client, world, key):
    report = world.report("https://a.example/1", "https://a.example/2")
    package = world.package(report)
    for number in (1, 2):
        assert post(client, key, package, [as_json(answer(report, number))]).status_code == 200
    assert StationAnswer.everywhere.count() == 2


@pytest.mark.parametrize("field", ["words", "name", "image", "thumbnail", "comment"])
def test_there_is_no_field_for_words_or_content(client, world, key, field):
    report = world.report()
    found = post(client, key, world.package(report), [{**as_json(answer(report)), field: "x"}])
    assert found.status_code == 422
    assert StationAnswer.everywhere.count() == 0


def test_no_other_key_answers_and_the_key_does_nothing_else(client, world, key):
    report = world.report()
    package = world.package(report)
    sent = [as_json(answer(report))]
    _, other = make_key(world.ada, Permission.REPORT_EXPORT)
    assert post(client, f"Bearer {other}", package, sent).status_code == 403
    _, unbound = make_key(world.ada, Permission.STATION_ANSWER)
    assert post(client, f"Bearer {unbound}", package, sent).status_code == 403
    for path in ("/api/reports/sent", "/api/scans"):
        assert client.get(path, headers={"Authorization": key, "Vaern-Reason": "assessment"}).status_code == 403
    foreign = make_world()
    theirs = foreign.package(foreign.report())
    assert post(client, key, theirs, sent).status_code == 404
    assert StationAnswer.everywhere.count() == 0


@pytest.mark.parametrize("end", ["revoked", "expired", "ended", "over"])
def test_after_its_time_nothing_is_answered(client, world, key, end):
    report = world.report()
    package = world.package(report)
    if end == "revoked":
        stations.revoke(world.viewer, REASON, world.station)
    elif end == "expired":
        world.station.terms.valid_until = timezone.localdate() - timedelta(days=1)
        world.station.terms.save()
    elif end == "ended":
        with viewing(world.desk.id):
            packages.end(world.viewer, REASON, package)
    else:
        past = timezone.now() - timedelta(days=9)
        WorkPackage.everywhere.update(made_at=past, expires_at=past + timedelta(days=1))
    status = {"revoked": 401, "expired": 403}.get(end, 409)
    assert post(client, key, package, [as_json(answer(report))]).status_code == status
    assert StationAnswer.everywhere.count() == 0
    with pytest.raises(Conflict):
        world.answer(package, answer(report), door=Door.VICS)


def test_it_has_to_say_why(client, world, key):
    report = world.report()
    package = world.package(report)
    document = {"format": "vaern-answers/1", "package": str(package.pk), "answers": [as_json(answer(report))]}
    found = client.post(
        f"/api/packages/{package.pk}/answers",
        json.dumps(document),
        content_type="application/json",
        headers={"Authorization": key},
    )
    assert found.status_code == 400
    assert "reason-needed" in found.json()["type"]


# The rules -----------------------------------------------------------------------------------------------------------

NOW = timezone.now()
GIVEN = st.builds(
    Given,
    found=st.sampled_from(["there", "gone", "other"]),
    looked=st.sampled_from(["whole", "part", "nothing"]),
    by=st.sampled_from(["", "A7"]),
    severity=st.integers(1, 3),
    baseline=st.sampled_from([True, False, None]),
    value=st.sampled_from(["", "a", "lawful", "z"]),
    marks=st.sampled_from([(), ("infant",), ("x",)]),
    at=st.sampled_from([NOW, NOW - timedelta(days=3), NOW + timedelta(days=3)]),
    files=st.lists(st.booleans(), max_size=2).map(tuple),
)


@given(GIVEN)
def test_what_nobody_looked_at_has_no_grade_and_each_fault_names_a_field(one):
    classes = {"a": True, "lawful": False}
    found = faults(one, made=NOW - timedelta(days=1), now=NOW, classes=classes, marks={"infant"})
    graded = one.baseline is not None or one.value or one.marks or one.severity > 1
    if not found:
        assert not (one.looked == "nothing" and graded)
        assert one.looked == "nothing" or (one.by and one.found != "gone")
        assert one.value in {"", *classes}
        assert not (one.baseline and one.value == "lawful")
        assert all(one.files)
        assert one.at == NOW
    fields = {"at", "looked", "by", "baseline", "class", "marks", "severity"}
    assert all(where in fields or where.startswith("files.") for where, _what in found)
    assert all(isinstance(what, Wrong) for _where, what in found)


GRADE = st.builds(
    Grade,
    found=st.sampled_from(["there", "gone"]),
    looked=st.booleans(),
    baseline=st.sampled_from([True, False, None]),
    value=st.sampled_from(["", "a", "b"]),
)


@given(st.lists(GRADE, max_size=4))
def test_two_answers_differ_exactly_if_two_of_them_do(grades):
    found = differ(grades)
    pairs = [(one, other) for one in grades for other in grades]
    assert ("found" in found) == any(one.found != other.found for one, other in pairs)
    seen = [(one, other) for one, other in pairs if one.looked and other.looked]
    assert ("baseline" in found) == any(one.baseline != other.baseline for one, other in seen)
    assert ("value" in found) == any(one.value != other.value for one, other in seen)


# What it does, and does not ------------------------------------------------------------------------------------------


def test_answers_decide_nothing(world):
    report = world.report()
    package = world.package(report)
    world.answer(package, answer(report, baseline=True, value="a"), door=Door.API)
    after = Report.everywhere.get(pk=report.pk)
    assert (after.state, after.actionable) == (State.ARRIVED.value, None)
    assert not Assessment.everywhere.exists()
    assert conclusion(after) is None


def test_what_was_found_becomes_known(world):
    earlier = world.report(claimed=False)
    Item.everywhere.filter(report=earlier).update(sha256=bytes.fromhex(SHA256))
    report = world.report("https://new.example/x")
    package = world.package(report)
    file = FoundFile(sha256=SHA256, pdq=PDQ, mime="image/jpeg", size=7)
    world.answer(package, answer(report, files=(file,)), door=Door.API)
    item = Item.everywhere.get(report=report)
    assert bytes(item.sha256).hex() == SHA256
    assert (item.seen_in.report_id, item.seen_by) == (earlier.pk, "sha256")
    assert NearSignal.everywhere.filter(item=item).count() == 1
    assert Report.everywhere.get(pk=report.pk).items_seen == 1


def test_another_file_than_the_reported_one_changes_nothing_and_is_shown(world):
    report = world.report()
    Item.everywhere.filter(report=report).update(sha256=b"\1" * 32)
    package = world.package(report)
    world.answer(package, answer(report, files=(FoundFile(sha256=SHA256),)), door=Door.API)
    item = Item.everywhere.get(report=report)
    assert bytes(item.sha256) == b"\1" * 32
    rows = list(StationAnswer.everywhere.select_related("packed__package"))
    assert contradictions(item, rows, None) == ["hash"]


def test_hashes_of_an_answer_are_sealed(world):
    report = world.report()
    world.answer(world.package(report), answer(report, files=(FoundFile(sha256=SHA256),)), door=Door.API)
    assert bytes.fromhex(SHA256) not in bytes(StationAnswer.everywhere.get().sealed)
    assert SHA256.encode() not in bytes(StationAnswer.everywhere.get().sealed)


def concluded(world, report):
    with viewing(world.desk.id):
        shown = sheet(world.viewer, report)
        followed = {one.item.number: one.seen[-1].pk for one in shown.items if one.seen}
        return conclude(world.viewer, REASON, report, followed, dict.fromkeys(shown.grades, True))


def test_the_conclusion_says_that_the_station_looked(world):
    report = world.report("https://a.example/1", "https://a.example/2", state=State.ARRIVED.value)
    package = world.package(report)
    given = [answer(report, n, baseline=True, value="a") for n in (1, 2)]
    world.answer(package, *given, door=Door.API)
    assert concluded(world, report) is Event.CONCLUDE_ACTIONABLE
    rows = list(Assessment.everywhere.filter(report=report))
    assert {(row.basis, row.extent, row.baseline, row.value) for row in rows} == {("station", "nothing", True, "a")}
    (rest,) = rows[0].rests_on
    assert (rest["station"], rest["package"]) == (world.station.name, package.code)
    found, item = Report.everywhere.get(pk=report.pk), Item.everywhere.get(report=report, number=1)
    assert resting(found, item).basis is Basis.STATION
    assert method(found, item, material=True) == "manual_review"
    assert viewed(found, item) == "whole"
    location = found.locations(manager="everywhere").get(item=item)
    assert "licensed viewing station" in rests(location)
    assert not Exposure.everywhere.exclude(extent="nothing").exists(), "who concluded looked at nothing"


def test_nobody_says_more_than_the_station_saw(world):
    report = world.report()
    world.answer(world.package(report), answer(report, baseline=None, value="b"), door=Door.API)
    with viewing(world.desk.id):
        (row,) = StationAnswer.everywhere.all()
        with refused("Say of each grade whether it is an offence here."):
            conclude(world.viewer, REASON, report, {1: row.pk}, {(True, "a"): True})


def test_an_item_that_nobody_looked_at_is_assessed_by_itself(world):
    report = world.report("https://a.example/1", "https://a.example/2")
    package = world.package(report)
    gone = answer(report, 2, found="gone", looked="nothing", by="")
    world.answer(package, answer(report, value="a"), gone, door=Door.API)
    assert concluded(world, report) is None
    with viewing(world.desk.id):
        shown = sheet(world.viewer, Report.everywhere.get(pk=report.pk))
    assert (shown.unanswered, shown.grades) == (1, [])


def test_contradicting_answers_are_hers_to_choose_between(client, world):
    report = world.report()
    package = world.package(report)
    world.answer(package, answer(report, value="a", by="A7"), answer(report, value="lawful", by="B2"), door=Door.API)
    sign_in(client, world.ada)
    opened(client, report)
    page = reverse("reports:from-station", args=[report.pk])
    shown = client.get(page).content.decode()
    assert "the answers differ" in shown
    assert client.post(page, {"grade_0": "yes", "grade_1": "no"}).status_code == 422
    row = StationAnswer.everywhere.get(by="B2")
    with viewing(world.desk.id):
        names = {grade: f"grade_{n}" for n, grade in enumerate(sheet(world.viewer, report).grades)}
    done = client.post(page, {"item_1": str(row.pk), names[None, "lawful"]: "no"})
    assert done.status_code == 302, done.content
    assert Report.everywhere.get(pk=report.pk).state == State.CLOSED.value


def opened(client, report):
    session = client.session
    session["reasons"] = {f"report:{report.pk}": ["assessment", ""]}
    session.save()


def test_the_reports_page_shows_answers_contradictions_and_one_act(client, world):
    report = world.report()
    package = world.package(report)
    sign_in(client, world.ada)
    opened(client, report)
    page = reverse("reports:report", args=[report.pk])
    before = client.get(page).content.decode()
    assert package.code in before
    assert "Conclude as the station saw it" not in before
    world.answer(package, answer(report, value="a"), answer(report, value="b", by="B2"), door=Door.API)
    shown = client.get(page).content.decode()
    for said in ("Conclude as the station saw it", "Two answers differ in the class", "A: grave", "B2"):
        assert said in shown


def test_of_one_person_the_last_answer_counts(world):
    report = world.report()
    package = world.package(report)
    for n, value in enumerate(("b", "a")):
        at = timezone.now() + timedelta(seconds=n)
        world.answer(package, answer(report, value=value, at=at), door=Door.API)
    with viewing(world.desk.id):
        (one,) = sheet(world.viewer, report).items
    assert [row.value for row in one.answers] == ["a"]
    assert one.contradictions == []


def test_who_takes_the_second_view_sees_only_what_their_own_package_brought(world):
    report = world.report()
    package = world.package(report)
    world.answer(package, answer(report, value="a"), door=Door.API)
    with viewing(world.desk.id):
        shown = sheet(world.viewer, report)
        followed = {1: shown.items[0].seen[-1].pk}
        conclude(world.viewer, REASON, report, followed, {(None, "a"): True}, ask=True)
        second = claim(world.second, REASON, Report.everywhere.get(pk=report.pk))
        assert second.state == State.SECOND_VIEW.value
        assert sheet(world.second, second).items == []


def test_what_contradicts_a_standing_conclusion_is_shown(world):
    report = world.report()
    package = world.package(report)
    world.answer(package, answer(report, value="a"), door=Door.API)
    concluded(world, report)
    world.answer(package, answer(report, value="lawful", by="B2"), door=Door.API)
    with viewing(world.desk.id):
        (one,) = sheet(world.viewer, Report.everywhere.get(pk=report.pk)).items
    assert "conclusion" in one.contradictions


def test_an_answer_of_another_item_is_none_to_follow(world):
    first, second = world.report(), world.report()
    package = world.package(first, second)
    world.answer(package, answer(first, value="a"), answer(second, value="b"), door=Door.API)
    other = StationAnswer.everywhere.get(value="b")
    with viewing(world.desk.id), pytest.raises(Refusal):
        conclude(world.viewer, REASON, first, {1: other.pk}, {(None, "b"): True})


def test_locations_begin_as_after_any_conclusion(world):
    report = world.report()
    world.answer(world.package(report), answer(report, value="a"), door=Door.API)
    concluded(world, report)
    with pytest.raises(Exception, match="location"):
        make_location(Report.everywhere.get(pk=report.pk))
