"""The pages of the desk through every middleware: list, live line, sheet, bulk acts, views, preferences, settings."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import msgspec
import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from structlog.testing import capture_logs
from tests.node.factories import make_organisation, make_person, sign_in, terms, viewer_for
from tests.node.reports.factories import make_report

from vaern import arrivals
from vaern.node.base.scope import viewing
from vaern.node.base.sealing import seal
from vaern.node.casework.releases.actions import release
from vaern.node.casework.releases.terms import Handling
from vaern.node.ledger.models import Entry
from vaern.node.ledger.rules import Reason, Why
from vaern.node.organisations.account_actions import open_admin_session
from vaern.node.reports.base.desks import desk_of
from vaern.node.reports.desk import preferences
from vaern.node.reports.models import Budget, Desk, Item, ItemMatch, Preference, Report, SavedView
from vaern.node.reports.models.report import SEALED

if TYPE_CHECKING:
    from django.http import HttpResponse

    from vaern.node.organisations.models import Organisation, Person

pytestmark = pytest.mark.django_db
LIST = "/reports/"
SHOWN = "hxxps://host[.]example/synthetic"
WHY = {"why": "assessment", "words": ""}


@pytest.fixture
def desk() -> Organisation:
    return make_organisation()


@pytest.fixture
def analyst(desk: Organisation) -> Person:
    return make_person("analyst", desk)


def browser(person: Person) -> Client:
    client = Client()
    sign_in(client, person)
    return client


def opened(client: Client, report: Report) -> HttpResponse:
    """Open a report, giving a reason when asked."""
    address = reverse("reports:report", args=[report.pk])
    answer = client.get(address)
    if b"reason-why" in answer.content:
        given = {"kind": "report", "record": str(report.pk), "next": address, "reason-why": "assessment"}
        assert client.post(reverse("casework:reason"), given)["Location"] == address
        answer = client.get(address)
    return answer


def acts() -> list[str]:
    return list(Entry.objects.order_by("id").values_list("act", flat=True))


def test_the_list_shows_ones_own_open_reports(desk: Organisation, analyst: Person) -> None:
    own, foreign = make_report(desk), make_report(make_organisation())
    text = browser(analyst).get(LIST).content.decode()
    assert own.code in text
    assert foreign.code not in text
    assert "example/synthetic" not in text


def test_asking_every_two_seconds_writes_no_line_into_the_log(desk: Organisation, analyst: Person) -> None:
    client = browser(analyst)
    with capture_logs() as lines:
        client.get(LIST)
        client.get("/reports/live/", {"seen": "something else", "page": "first"})
    assert [line["route"] for line in lines if line["event"] == "request"] == ["reports:worklist"]


def test_rows_that_come_anew_say_that_nothing_fits_as_the_page_does(client: Client) -> None:
    desk = make_organisation()
    sign_in(client, make_person("analyst", desk))
    make_report(desk, urgent=True)
    for address in ("/reports/?whose=mine", "/reports/live/?whose=mine&page=first"):
        text = client.get(address).content.decode()
        assert "Nothing fits" in text, address
        assert "No open reports" not in text, address


def test_the_live_line_is_silent_until_something_urgent_comes(desk: Organisation, analyst: Person) -> None:
    client = browser(analyst)
    page = client.get(LIST)
    seen = page.context["pulse"]
    before = len(acts())
    assert client.get("/reports/live/", {"seen": seen, "page": "first"}).status_code == 204
    make_report(desk)
    assert client.get("/reports/live/", {"seen": seen, "page": "first"}).status_code == 204
    assert len(acts()) == before, "nothing was shown, so nothing is recorded"
    urgent = make_report(desk, urgent=True)
    first = client.get("/reports/live/", {"seen": seen, "page": "first"})
    later = client.get("/reports/live/", {"seen": seen, "page": "later"})
    assert urgent.code in first.content.decode()
    assert b'id="work-rows"' in first.content
    assert urgent.code in later.content.decode()
    assert b'id="work-rows"' not in later.content
    assert acts()[before:] == ["reports.worklist.listed"] * 2


def test_the_sheet_asks_why_shows_addresses_defanged_and_renews_the_claim(desk: Organisation, analyst: Person) -> None:
    now = timezone.now()
    report = make_report(desk, claimed_by=analyst, claimed_until=now + timedelta(minutes=2))
    answer = opened(browser(analyst), report).content.decode()
    assert SHOWN in answer
    assert "https://host" not in answer
    assert Report.everywhere.get(pk=report.pk).claimed_until > now + timedelta(minutes=25)
    assert "reports.report.consulted" in acts()


@pytest.mark.once
@pytest.mark.parametrize(("code", "name"), [("en", "Engelsk"), ("en-GB", "britisk engelsk"), ("x-none", "x-none")])
def test_the_sheet_names_the_language_that_was_said(desk: Organisation, code: str, name: str) -> None:
    arrival = msgspec.json.encode(arrivals.Arrival("api", offence="material", language=code)).decode()
    report = make_report(desk, sealed=seal(arrival, SEALED))
    answer = opened(browser(make_person("analyst", desk, language="da")), report).content.decode()
    assert f"<dt>Sprog</dt><dd>{name}</dd>" in answer


def test_what_is_known_or_was_seen_is_not_put_before_anyone(desk: Organisation, analyst: Person) -> None:
    earlier = make_report(desk, ["https://host.example/1"])
    report = make_report(desk, [f"https://host.example/{n}" for n in range(4)])
    Item.everywhere.filter(report=report, number=2).update(seen_in=Item.everywhere.get(report=earlier), seen_by="url")
    Item.everywhere.filter(report=report, number=3).update(known_kind="md5", known_list="L", known_entry="7")
    answer = opened(browser(analyst), report)
    assert [item["number"] for item in answer.context["new"]] == [1, 4]
    assert [item["number"] for item in answer.context["spared"]] == [2, 3]
    text = answer.content.decode()
    assert "2 of them are known or were seen before" in text
    assert text.index('<details class="spared">') > text.index("example/3")
    assert earlier.code in text


def test_who_does_not_assess_sees_no_address(desk: Organisation) -> None:
    administrator = make_person("administrator", desk)
    open_admin_session(viewer_for(administrator), reason="ticket 7: invented", lasts=timedelta(hours=1))
    report = make_report(desk)
    answer = opened(browser(administrator), report).content.decode()
    assert report.code in answer
    assert "hxxps" not in answer
    assert "1 item" in answer


def test_a_recipient_reads_what_was_released_and_cannot_act(desk: Organisation, analyst: Person) -> None:
    recipient = make_person("investigator")
    report = make_report(desk)
    with viewing(desk.id):
        release(
            viewer_for(analyst),
            report,
            [recipient.organisation_id],
            Reason(Why.ASSESSMENT),
            terms(Handling.AMBER, timezone.now() + timedelta(days=3), "an invented ground"),
        )
    client = browser(recipient)
    answer = opened(client, report)
    assert answer.status_code == 200
    assert list(answer.context["head"].offers) == []
    assert answer.context["history"] is None
    assert client.post(reverse("reports:claim", args=[report.pk])).status_code == 404
    assert report.code not in client.get(LIST).content.decode()


def test_a_recipient_learns_nothing_of_the_work_on_it(desk: Organisation, analyst: Person) -> None:
    recipient = make_person("investigator")
    now = timezone.now()
    report = make_report(
        desk,
        state="disputed",
        claimed_by=analyst,
        claimed_until=now + timedelta(minutes=20),
        touched_at=now,
        due_at=now,
        sender=make_organisation(),
        sender_reference="sender-4711",
        faults=[["narrative", "no_text", {"most": "9"}]],
        priority_lines=[{"code": "seen", "label": "Seen before", "points": 5, "of": 10}],
    )
    (item,) = Item.everywhere.filter(report=report)
    Item.everywhere.filter(pk=item.pk).update(known_list="Invented list", known_release="1", known_entry="e-1")
    for name, entry in (("Invented list", "e-1"), ("Another invented list", "e-2")):
        ItemMatch.everywhere.create(item=item, list=name, release="1", entry=entry, kind="md5")
    follow = make_report(desk, ["https://moved.example/elsewhere"])
    moved = Item.everywhere.filter(report=follow)
    moved.update(report=report, number=2, added=True, seen_by="sha1")  # as `takedown` adds one
    Report.everywhere.filter(pk=report.pk).update(items_total=2)
    with viewing(desk.id):
        release(
            viewer_for(analyst),
            report,
            [recipient.organisation_id],
            Reason(Why.ASSESSMENT),
            terms(Handling.AMBER, now + timedelta(days=3), "an invented ground"),
        )
    secrets = [
        analyst.name,
        report.sender.name,
        "sender-4711",
        "Invented list",
        "1 further match",
        "Another invented list 1: e-2",
        "moved[.]example",
        "SHA1",
        "is no text of at most 9 characters",
        "Rescue priority",
        "Two views differ",
        "Last changed",
        "Delete on",
        "2 items",
    ]
    theirs = opened(browser(recipient), report).content.decode()
    assert SHOWN in theirs
    assert [secret for secret in secrets if secret in theirs] == []
    ours = opened(browser(analyst), report).content.decode()
    assert [secret for secret in secrets if secret not in ours] == []


@pytest.mark.once
@pytest.mark.parametrize("left", [-1, 60])
def test_who_claimed_a_report_is_named_while_the_claim_lasts(desk: Organisation, analyst: Person, left: int) -> None:
    report = make_report(desk)
    until = timezone.now() + timedelta(minutes=left)
    Report.everywhere.filter(pk=report.pk).update(claimed_by=make_person("analyst", desk), claimed_until=until)
    page = opened(browser(analyst), report).content.decode()
    assert ("Claim ends" in page) == (left > 0)


def test_claiming_from_the_list_leads_back_to_the_line(desk: Organisation, analyst: Person) -> None:
    report, client = make_report(desk), browser(analyst)
    answer = client.post(reverse("reports:claim", args=[report.pk]), {"back": "/reports/?urgent=yes#x"})
    assert answer["Location"] == f"/reports/?urgent=yes#r-{report.pk}"
    evil = client.post(reverse("reports:give-back", args=[report.pk]), {"back": "https://elsewhere.example/"})
    assert evil["Location"].startswith(f"/reports/{report.pk}/")
    assert acts()[-2:] == ["reports.report.claimed", "reports.report.given_back"]


@pytest.mark.once
@pytest.mark.parametrize("what", ["claim", "duplicate", "prolong"])
def test_bulk_asks_once_and_then_acts(desk: Organisation, analyst: Person, what: str) -> None:
    reports = [make_report(desk) for _ in range(3)]
    client, original = browser(analyst), make_report(desk)
    given: dict[str, Any] = {"do": what, "report": [str(report.pk) for report in reports]}
    asked = client.post("/reports/bulk/", given)
    assert asked.status_code == 200
    assert len(acts()) == 0, "asking is no act"
    refused = client.post("/reports/bulk/", {**given, "confirmed": "1", "why": "other", "words": ""})
    assert refused.status_code == 422
    until = (timezone.localdate() + timedelta(days=500)).isoformat()
    done = client.post("/reports/bulk/", {**given, **WHY, "confirmed": "1", "original": original.code, "until": until})
    assert done.status_code == 302
    assert len(acts()) == 3


def test_bulk_says_line_by_line_what_stopped_it(desk: Organisation, analyst: Person) -> None:
    good, urgent, original = make_report(desk), make_report(desk, urgent=True), make_report(desk)
    given = {"do": "duplicate", "report": [str(good.pk), str(urgent.pk)], "confirmed": "1", "original": original.code}
    answer = browser(analyst).post("/reports/bulk/", {**given, **WHY})
    assert answer.status_code == 422
    assert [(line.code, bool(line.problem)) for line in answer.context["lines"]] == [
        (good.code, False),
        (urgent.code, True),
    ]
    assert Report.everywhere.get(pk=good.pk).state == "arrived"


def test_a_view_is_kept_by_name_for_oneself_alone(desk: Organisation, analyst: Person) -> None:
    client, colleague = browser(analyst), browser(make_person("analyst", desk))
    for query in ("urgent", "yes"), ("whose", "mine"):
        assert client.post("/reports/views/", {"name": "Morning", query[0]: query[1]}).status_code == 302
    (view,) = SavedView.everywhere.all()
    assert view.query == "whose=mine"
    assert "Morning" in client.get(LIST).content.decode()
    assert "Morning" not in colleague.get(LIST).content.decode()
    colleague.post(f"/reports/views/{view.pk}/forget/")
    assert SavedView.everywhere.count() == 1
    client.post(f"/reports/views/{view.pk}/forget/")
    assert SavedView.everywhere.count() == 0


def test_sound_is_off_until_a_person_chooses(analyst: Person) -> None:
    client = browser(analyst)
    assert b'data-sound="off"' in client.get(LIST).content
    client.post("/reports/preferences/", {"sound": "on"})
    assert b'data-sound="on"' in client.get(LIST).content
    assert Preference.everywhere.get(person=analyst).sound


@pytest.mark.once
def test_every_setting_of_a_desk_can_be_changed_and_is_recorded(desk: Organisation) -> None:
    client = browser(make_person("administrator", desk))
    page = client.get("/reports/desk/")
    fields = set(page.context["form"].fields) - {"why", "words"}
    columns = {field.name for field in Desk._meta.concrete_fields} - {"organisation"}
    assert fields == columns == set(preferences.SETTINGS)
    given = {
        "working_days": ["6", "0"],
        "holidays": "2026-12-24\n\n2026-01-01",
        "timezone": "America/Nuuk",
        "second_view": "sampled",
        "second_view_share": "25",
        "longest_hold_hours": "24",
        "scheme": "n",
        "public_name": "Nord",
        "emergency_number": "112",
        "help_name": "Line",
        "help_at": "0800 1",
        "child_help_name": "Children",
        "child_help_at": "116 111",
        "why": "administration",
    }
    unmarked = client.post("/reports/desk/", given)
    assert "Somebody else changed this" in unmarked.content.decode(), "a page that carries no mark is an old one"
    assert desk_of(desk).public_name != "nord"
    given["version"] = page.context["version"]
    assert client.post("/reports/desk/", given).status_code == 302
    found = desk_of(desk)
    assert (found.working_days, found.holidays) == ([6, 0], ["2026-01-01", "2026-12-24"])
    assert (found.police_first, found.public_name) == (False, "nord")
    assert acts() == ["reports.desk.changed"]
    other = browser(make_person("administrator"))
    for wrong in (
        {"public_name": "nord"},
        {"public_name": "Receipt"},
        {"holidays": "24/12"},
        {"working_days": []},
        {"longest_hold_hours": "169"},
        {"child_help_name": ""},
    ):
        assert other.post("/reports/desk/", {**given, "public_name": "", **wrong}).status_code == 422


@pytest.mark.once
def test_of_two_who_change_a_desk_the_second_is_told_and_undoes_nothing(desk: Organisation) -> None:
    clients = [browser(make_person("administrator", desk)) for _person in range(2)]
    pages = [client.get("/reports/desk/").context for client in clients]
    given = [
        {
            **{k: v for k, v in page["form"].initial.items() if v is not False},
            "version": page["version"],
            "why": "administration",
        }
        for page in pages
    ]
    del given[0]["police_first"]
    given[1]["emergency_number"] = "911"
    assert clients[0].post("/reports/desk/", given[0]).status_code == 302
    told = clients[1].post("/reports/desk/", given[1])
    assert (told.status_code, desk_of(desk).police_first, desk_of(desk).emergency_number) == (409, False, "112")
    assert b"Somebody else changed this" in told.content
    assert b'value="911"' in told.content, "what was typed is still there"
    given[1] |= {"version": told.context["version"]}
    assert clients[1].post("/reports/desk/", given[1]).status_code == 302
    assert desk_of(desk).emergency_number == "911"


def test_the_front_page_says_what_waits(desk: Organisation, analyst: Person) -> None:
    now = timezone.now()
    make_report(desk, urgent=True)
    make_report(desk, created_at=now - timedelta(days=9))
    make_report(desk, claimed_by=analyst, claimed_until=now + timedelta(minutes=5), touched_at=now)
    text = browser(analyst).get("/").content.decode()
    assert "A child may be in danger now, and nobody works on it." in text
    assert "Nobody has worked on it for two working days." in text
    assert "Your claim runs out at" in text


def test_who_asked_for_a_pause_has_no_new_item_put_before_them(desk: Organisation, analyst: Person) -> None:
    later = timezone.now() + timedelta(hours=1)
    Budget.everywhere.create(person=analyst, organisation=desk, not_now_until=later)
    report = make_report(desk)
    text = opened(browser(analyst), report).content.decode()
    assert text.index('<details class="spared">') < text.index(SHOWN)
    colleague = opened(browser(make_person("analyst", desk)), report).content.decode()
    assert '<details class="spared">' not in colleague
    assert SHOWN in colleague


@pytest.mark.once
def test_a_time_zone_stands_in_a_list_that_can_be_searched_as_people_write_it(desk: Organisation) -> None:
    """Lists of more than twenty in the main part of a page have a field to find (`page.js`)."""
    page = browser(make_person("administrator", desk)).get("/reports/desk/").content.decode()
    main = page.split("<main")[1].split("</main")[0]
    options = re.findall(
        r"<option[^>]*>([^<]*)</option>", main.split('<select name="timezone"')[1].split("</select")[0]
    )
    assert len(options) > 20
    assert {"Europe/Copenhagen", "America/New York"} <= set(options)
    assert "data-find=" in page
