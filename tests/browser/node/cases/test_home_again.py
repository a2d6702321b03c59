"""From a platform's report to a conviction back at the platform, in three browsers; every page by axe-core too."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.utils import timezone
from playwright.sync_api import expect
from tests.browser.node.looks import answered, reveal, say_why
from tests.browser.node.reports.test_across import Window
from tests.node.factories import make_key
from tests.node.reports.forwarding.worlds import GROUND, WHY, OrganisationKind, desk

from vaern.arrivals import Account, Arrival, File, Location
from vaern.formats.cybertipline_write import Reporter, Viewing, write
from vaern.node.base.scope import viewing
from vaern.node.cases.models import Case
from vaern.node.organisations.rules import Permission
from vaern.node.reports.assessment.actions import Judgement, assess
from vaern.node.reports.models import Forward, Report
from vaern.records import Signal

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


def fill_reason(page: Page, why: str = "investigation") -> None:
    say_why(page, why)


class Room(Window):
    """A browser whose buttons and links are found by what they do, in any language."""

    def submit(self) -> None:
        with answered(self.page):
            self.here.locator("form button.primary").first.click()

    def go(self, part: str) -> None:
        """Follow the link whose address has this part, with the keys alone once it is in sight."""
        link = self.here.locator(f"a[href*='{part}']").first
        reveal(self.page, link)
        link.focus()
        expect(link).to_be_focused()
        with answered(self.page):
            self.page.keyboard.press("Enter")


def cybertip() -> bytes:
    """Return an invented CyberTipline document of one file and one account."""
    uploaded = timezone.now() - timedelta(hours=9)
    arrival = Arrival(
        "cybertipline",
        reference="MP-2031-90001",
        offence="material",
        incident_at=uploaded,
        locations=(Location(url="https://cdn.morrowpost.example/u/9", seen_at=uploaded),),
        files=(File(signals=(Signal("sha256", bytes(range(32))),), size=40_000, mime="image/jpeg", viewed="whole"),),
        accounts=(Account("suspect", identifier="u-90211", screen_name="fern", emails=("fern@inbox.example",)),),
    )
    reporter = Reporter("reports@morrowpost.example", "Tamsin", "Okoye-Reed")
    return write(arrival, {0: Viewing("whole")}, reporter, now=timezone.now(), report_id=90001).together


def send_by_api(window: Window, desk_id: Any, document: bytes, key: str) -> None:
    answer = window.page.request.post(
        f"{window.visitor.address}/api/reports/documents?to={desk_id}",
        data=document,
        headers={"Authorization": f"Bearer {key}", "Content-Type": "application/xml", "Vaern-Reason": "removal"},
    )
    assert answer.ok, answer.text()


@pytest.mark.turns
@pytest.mark.parametrize(
    ("language", "width", "theme", "words"),
    [
        ("en", 1440, "light", {"convicted": "Convicted", "safe": "A child was safeguarded"}),
        ("da", 390, "dark", {"convicted": "Dømt", "safe": "Et barn er bragt i sikkerhed"}),
    ],
)
def test_from_a_platforms_report_to_a_conviction_back_at_the_platform(
    visit: Any, language: str, width: int, theme: str, words: dict[str, str]
) -> None:
    platform, hotline, police = desk(OrganisationKind.PLATFORM), desk(), desk(OrganisationKind.POLICE)
    options = {"viewport": {"width": width, "height": 900}}
    sender, analyst, investigator = (Room(visit, one, **options) for one in (platform, hotline, police))
    for window in (sender, analyst, investigator):
        window.visitor.prefer(language, theme)
    key = make_key(platform.person, Permission.REPORT_SEND, Permission.REPORT_SENT)[1]

    send_by_api(sender, hotline.organisation.id, cybertip(), key)
    report = Report.everywhere.get(organisation=hotline.organisation)

    with viewing(hotline.organisation.id):
        assess(hotline, WHY, report, Judgement(True))
    analyst.open(f"/reports/{report.pk}/forward/")
    analyst.page.get_by_label(police.organisation.name).check()
    fill_reason(analyst.page)
    analyst.here.locator("[name=legal_ground]").fill(GROUND)
    analyst.submit()
    analyst.submit()
    forward = Forward.everywhere.get()

    investigator.open(f"/reports/{forward.arrived_id}/")
    investigator.go("/cases/new/")
    investigator.look("new case")
    fill_reason(investigator.page)
    investigator.submit()
    case = Case.everywhere.get(organisation=police.organisation)
    investigator.open(f"/cases/{case.pk}/")
    add(investigator, case, "persons/add", {"category": "suspect", "reference": "K-2031-0042"})
    add(
        investigator,
        case,
        "statements/add",
        {
            "nature": "fact",
            "text": "Invented for a test.",
            "source": "a",
            "credibility": "1",
            "happened": "2031-03-01T18:30",
        },
    )
    add(investigator, case, "identifiers/add", {"kind": "email", "value": "nobody@mail.example"})
    add(investigator, case, "tasks/add", {"text": "Ask the provider"})
    for code in ("victim_safeguarded", "charged", "convicted"):
        add(investigator, case, "outcome", {"outcome": code})

    sent = sender.open("/reports/sent/")
    assert words["safe"] in sent
    assert words["convicted"] in sent
    seen = sender.open(f"/reports/sent/{report.pk}/")
    assert words["convicted"] in seen
    assert police.organisation.name not in seen
    assert case.code not in seen
    answer = sender.page.request.get(
        f"{sender.visitor.address}/api/reports/sent/{report.pk}",
        headers={"Authorization": f"Bearer {key}", "Vaern-Reason": "removal"},
    )
    assert [one["outcome"] for one in answer.json()["history"]] == [
        "opened",
        "victim_safeguarded",
        "charged",
        "convicted",
    ]
    investigator.open("/cases/")
    investigator.open("/cases/handed-over/")
    investigator.open("/cases/outcomes/")
    assert sender.problems + analyst.problems + investigator.problems == []


def add(window: Room, case: Case, path: str, given: dict[str, str]) -> None:
    """Fill in one form of a case, and see that it came back to the page of the case."""
    window.open(f"/cases/{case.pk}/{path}/")
    for name, value in given.items():
        field = window.here.locator(f"[name={name}]")
        if field.first.get_attribute("type") == "radio":
            window.here.locator(f"[name={name}][value={value}]").check()
        elif field.evaluate("one => one.tagName") == "SELECT":
            field.select_option(value)
        else:
            field.fill(value)
    fill_reason(window.page)
    window.submit()
    expect(window.page).to_have_url(re.compile(rf"/cases/{case.pk}/$"))
    window.look(path)
