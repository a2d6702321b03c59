"""From a platform's report to removal: trace, police, notice, the host's page, three misses, closed."""

from __future__ import annotations

import os
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect
from tests.browser.node.looks import NOISE, answered, axe, foreground, give_reason, picture, say_why

from vaern.formats.cybertipline_shape import INCIDENTS

os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"

if TYPE_CHECKING:
    from playwright.sync_api import Page
    from tests.browser.node.conftest import Visitor

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

URL = "https://photos.tagged-host.example/albums/synthetic?page=2"
XML = f"""<report>
<incidentSummary><incidentType>{INCIDENTS[0]}</incidentType>
<incidentDateTime>2026-10-15T08:00:00Z</incidentDateTime></incidentSummary>
<internetDetails><webPageIncident><url>{URL}</url></webPageIncident></internetDetails>
<reporter><reportingPerson><email>desk@platform.example</email></reportingPerson></reporter>
</report>"""
"""As the format has it; the incident's type is a word of that document, not one of ours."""


def brought_in(desk: Any, person: Any) -> Any:
    """A platform's XML, received and assessed as baseline by the real actions."""
    from django.utils import timezone
    from tests.node.factories import make_organisation, make_person, viewer_for
    from tests.node.reports.takedown.worlds import allow

    from vaern.formats.cybertipline import read
    from vaern.node.base.scope import viewing
    from vaern.node.ledger.rules import Reason, Why
    from vaern.node.reports.arrival.actions import receive
    from vaern.node.reports.assessment.actions import Judgement, assess
    from vaern.node.reports.base.desks import desk_of
    from vaern.node.reports.rules.exposure import Extent

    for action in ("report", "notify", "block"):
        allow(action)
    settings = desk_of(desk)
    settings.second_view = "never"
    settings.save()
    platform = make_organisation("platform")
    sender = viewer_for(make_person("moderator", platform))
    (found,) = read(XML.encode(), now=timezone.now())
    assert found.arrival, found.faults
    with viewing(desk.id):
        report, _new = receive(
            sender, Reason(Why.REMOVAL), desk, found.arrival, XML.encode(), sender=platform, synthetic=True
        )
        assess(viewer_for(person), Reason(Why.ASSESSMENT), report, Judgement(True, True, extent=Extent.PART, files=1))
    report.refresh_from_db()
    assert report.state == "in_action"
    return report


class Desk:
    """Somebody at a desk, in the browser."""

    def __init__(self, visitor: Visitor) -> None:
        self.visitor, self.page, self.problems = visitor, visitor.page(), []

    def open(self, path: str) -> Page:
        self.page.goto(self.visitor.address + path)
        give_reason(self.page)
        return self.page

    def look(self, name: str) -> None:
        self.problems += [f"{name}: {line}" for line in look(self.visitor, self.page, name)]

    def say(self, **fields: str) -> None:
        """Fill in the form of the page, with the reason of removal, and send it."""
        for name, value in fields.items():
            field = foreground(self.page).locator(f"[name={name}]").first
            if field.get_attribute("type") == "radio":
                foreground(self.page).locator(f"[name={name}][value={value}]").check()
            elif field.evaluate("element => element.tagName") == "SELECT":
                field.select_option(value)  # its value, or its label
            else:
                field.fill(value)
        form = foreground(self.page)
        if form.locator("[name=why][value=removal]").count():
            say_why(self.page, "removal")
        with answered(self.page):
            form.locator("button.primary, button.danger").last.click()
        assert not self.page.locator(".errorlist").count(), foreground(self.page).inner_text()


def look(visitor: Visitor, page: Page, name: str) -> list[str]:
    """Check a page, and keep its picture."""
    picture(page, f"takedown-{name}")
    found = axe(page) + [line for line in visitor.complaints if NOISE not in line]
    if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
        found.append("wider than the window")
    return found


def test_from_a_platforms_report_to_removal(visit: Any, mailoutbox: Any) -> None:
    from tests.node.factories import make_member, make_organisation, make_person
    from tests.node.reports.takedown.worlds import token_in

    from vaern.node.reports.models import Check, Location, Report
    from vaern.node.web.mail import send_waiting

    organisation = make_organisation("police", member=make_member("AA"))
    person = make_person("investigator", organisation)
    report = brought_in(organisation, person)
    place = Location.everywhere.get(report=report)
    here = f"/reports/{report.pk}/locations/{place.pk}/"
    desk = Desk(visit(person))
    until_the_notice_is_out(desk, report, here)
    assert send_waiting() == 1
    (mail,) = mailoutbox
    assert mail.to == ["abuse@nordlys.example"]
    host = visit(None)
    page = host.page()
    desk.problems += the_host_answers(host, page, token_in(mail))

    for _miss in range(3):
        for check in Check.everywhere.filter(location=place).order_by("at"):
            check.at -= timedelta(minutes=5)  # time passes
            check.save()
        desk.open(f"{here}check/")
        desk.say(there="missed")
    assert Location.everywhere.get(pk=place.pk).state == "offline"
    desk.open(here)
    desk.look("offline")
    page.reload()
    expect(page.get_by_text("This notice is closed").first).to_be_visible()
    desk.open("/reports/locations/")
    desk.look("still-up")
    desk.open("/reports/locations/statistics/")
    assert desk.page.get_by_text("Nordlys Hosting").count()
    desk.look("statistics")
    desk.open(f"/reports/{report.pk}/finish/")
    desk.say()
    assert Report.everywhere.get(pk=report.pk).state == "closed"
    print(*desk.problems, sep="\n")
    assert not desk.problems


def until_the_notice_is_out(desk: Desk, report: Any, here: str) -> None:
    """Add the host, trace, be refused before the police knows, tell the police, notify."""
    desk.open("/reports/hosts/new/")
    desk.say(
        kind="Hosting provider", name="Nordlys Hosting (synthetic)", abuse="abuse@nordlys.example", language="Danish"
    )
    desk.open(f"/reports/{report.pk}/")
    assert desk.page.get_by_role("heading", name="Takedown").count()
    desk.look("report")
    desk.open(here)
    assert desk.page.get_by_text("hxxps://photos[.]tagged-host[.]example").count()
    desk.look("location")
    desk.open(f"{here}trace/")
    desk.look("trace")
    desk.say(
        host="Nordlys Hosting (synthetic)", ip="192.0.2.7", network="AS64496", country="AA", evidence="As whois says."
    )
    assert desk.page.get_by_text("The police are informed first").count()
    desk.open(f"{here}notify/")
    say_why(desk.page, "removal")
    with desk.page.expect_navigation():
        desk.page.locator("main button.primary").click()
    assert desk.page.get_by_text("The police are informed first").count(), "refused, and says what to do"
    desk.open(f"{here}police/")
    desk.say()
    desk.open(f"{here}notify/")
    desk.look("notify")
    desk.say()
    assert desk.page.get_by_text("Host notified").count()


def the_host_answers(host: Visitor, page: Page, token: str) -> list[str]:
    """Open the page in the host's language, see the address as text, say that it was removed."""
    page.goto(f"{host.address}/notice/{token}/")
    assert page.locator("html").get_attribute("lang") == "da"
    problems = look(host, page, "portal-da")
    page.get_by_role("link", name="English").click()
    with page.expect_navigation():
        page.get_by_role("button", name="Show the exact address as text").click()
    expect(page.locator("#exact")).to_have_value(URL)
    assert page.locator("a[href*='tagged-host']").count() == 0
    problems += look(host, page, "portal-revealed")
    page.get_by_role("radio", name="It was removed").check()
    page.get_by_label("Anything we should know").fill("Taken away an hour ago.")
    with page.expect_navigation():
        page.get_by_role("button", name="Send the answer").click()
    page.wait_for_selector("[role=status]")
    problems += look(host, page, "portal-answered")
    assert page.evaluate("document.referrer") == ""
    return problems
