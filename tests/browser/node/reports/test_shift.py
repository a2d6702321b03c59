"""One report from the list to closed: counted in clicks and page loads, with the mouse and with keys."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.utils import timezone
from playwright.sync_api import expect
from tests.node.factories import make_person
from tests.node.reports.factories import make_report

from vaern.node.ledger.models import Entry
from vaern.node.organisations.rules import Role
from vaern.node.reports.models import Assessment, Check, Host, Location
from vaern.node.reports.rules import takedown
from vaern.node.reports.rules.locations import LocationState
from vaern.node.reports.rules.states import State

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Locator, Page
    from tests.browser.node.conftest import Visitor

    from vaern.node.organisations.models import Person

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

MOST_CLICKS, MOST_LOADS = 14, 4


class Hand:
    """A mouse that is counted, in a tab whose page loads are counted."""

    def __init__(self, desk: Visitor) -> None:
        self.page: Page = desk.page()
        self.clicks, self.loads = 0, 0
        self.page.on("load", self._loaded)

    def _loaded(self, _page: Page) -> None:
        self.loads += 1

    def click(self, what: Locator) -> None:
        """Click once."""
        self.clicks += 1
        what.click()

    def choose(self, name: str, answer: str) -> None:
        """Choose one answer of a question."""
        self.click(self.page.get_by_role("group", name=name).get_by_label(answer, exact=True))


@pytest.fixture
def analyst(transactional_db: None) -> Person:
    return make_person(Role.ANALYST)


def _host(analyst: Person) -> Host:
    return Host.everywhere.create(
        organisation=analyst.organisation, kind="host", name="Quillhost", abuse="abuse@quillhost.example"
    )


def _let_pass() -> None:
    """Let so much time lie between the checks as is needed for another miss to count."""
    for check in Check.everywhere.all():
        Check.everywhere.filter(pk=check.pk).update(at=check.at - takedown.MISSES_APART - timedelta(seconds=1))


def _answer_with_mouse(hand: Hand) -> None:
    hand.choose("Is it of the INTERPOL baseline?", "Yes")
    hand.choose("Conclusion under our law", "An offence here: act on it")
    hand.choose("What you looked at", "The whole")
    hand.choose("How heavy it was for you", "Not heavy")


def _answer_with_keys(hand: Hand) -> None:
    expect(hand.page.locator("[data-assess] .keys-hint").first).to_be_visible()  # the script is there
    for key in ("1", "1", "1", "1"):
        hand.page.keyboard.press(key)


@pytest.mark.parametrize("answer", [_answer_with_mouse, _answer_with_keys], ids=["mouse", "keys"])
def test_a_report_is_closed_with_few_clicks_and_page_loads(
    visit: Callable[..., Visitor], analyst: Person, answer: Callable[[Hand], None]
) -> None:
    host, report = _host(analyst), make_report(analyst.organisation)
    desk = visit(analyst)
    hand = Hand(desk)
    page = hand.page
    page.goto(f"{desk.address}/reports/")
    hand.click(page.get_by_role("button", name="Give me the next report"))
    expect(page.locator(".record-line")).to_contain_text("You work on it")
    answer(hand)
    hand.click(page.get_by_role("button", name="Conclude", exact=True))
    expect(page.locator(".messages")).to_contain_text("The report is acted on now")
    hand.clicks += 1  # choosing from a list
    page.get_by_label("Hosting provider").select_option(label=host.name)
    page.get_by_label("Evidence").fill("The registry names it today (synthetic)")
    hand.click(page.get_by_label("Police informed"))
    hand.click(page.get_by_role("button", name="Preview the notice"))
    drawer = page.locator("#act")
    expect(drawer).to_contain_text("abuse@quillhost.example")
    expect(drawer).to_contain_text("Notice of illegal content")
    assert Location.everywhere.get().state == LocationState.UNTRACED.value, "a preview does nothing"
    hand.click(drawer.get_by_role("button", name="Send the notice"))
    expect(page.locator(".messages")).to_contain_text("abuse@quillhost.example")
    assert Location.everywhere.get().state == LocationState.NOTIFIED.value
    page.goto(f"{desk.address}/reports/locations/")
    for n in range(1, takedown.MISSES_NEEDED + 1):
        hand.click(page.get_by_role("button", name=f"Gone {report.code}, 1"))
        said = "Nothing of the report is up any more" if n == takedown.MISSES_NEEDED else f"{n} of"
        expect(page.locator(".messages")).to_contain_text(said)
        _let_pass()
    hand.click(page.get_by_role("button", name=f"Close {report.code}"))
    page.wait_for_url(f"{desk.address}/reports/{report.pk}/")
    expect(page.locator(".messages")).to_be_visible()
    report.refresh_from_db()
    assert report.state == State.CLOSED.value
    assert hand.clicks <= MOST_CLICKS
    assert hand.loads <= MOST_LOADS
    assert {row.extent for row in Assessment.everywhere.all()} == {"whole"}
    told = Entry.objects.filter(subject=report.pk).values_list("act", flat=True)
    for act in ("assessment.concluded", "location.traced", "police.told", "notice.sent"):
        assert any(act.split(".")[1] in one for one in told), f"{act} is recorded: {sorted(told)}"
    assert timezone.now() > report.closed_at
