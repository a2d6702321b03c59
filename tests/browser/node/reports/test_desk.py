"""The work list in a browser: something urgent that comes by itself, the keyboard, and pictures in all clothes."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.utils import timezone
from playwright.sync_api import expect
from tests.browser.node.looks import axe, picture
from tests.node.factories import make_organisation, make_person, viewer_for
from tests.node.reports.factories import make_report

from vaern.arrivals import Account, Arrival, File, IpEvent, Location
from vaern.node.base.scope import viewing
from vaern.node.ledger.rules import Reason, Why
from vaern.node.reports.arrival.actions import receive
from vaern.node.reports.models import Report
from vaern.records import Signal

if TYPE_CHECKING:
    from vaern.node.organisations.models import Organisation, Person

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
WHY = Reason(Why.ASSESSMENT)


def urgent_arrival(reference: str) -> Arrival:
    """What a platform sends when a child may be in danger now; all of it invented."""
    moment = datetime(2026, 11, 20, 10, tzinfo=UTC)
    return Arrival(
        "api",
        reference=reference,
        offence="sexual_extortion",
        danger_now=True,
        narrative="Invented for a test.",
        incident_at=moment,
        locations=(Location(url="https://user@host.example/room?x=1"), Location(service="Chat", account="u1")),
        files=(File(signals=(Signal("sha256", b"\xab" * 32),), size=1_000, mime="image/jpeg", viewed="not"),),
        accounts=(
            Account(
                "suspect",
                service="Chat (synthetic)",
                identifier="u1",
                ip_events=(IpEvent("192.0.2.7", None, moment), IpEvent("192.0.2.8", 4711, moment)),
            ),
        ),
    )


def send(sender: Person, desk: Organisation, reference: str) -> Report:
    """Let a platform send."""
    with viewing(desk.id):
        report, made = receive(
            viewer_for(sender), WHY, desk, urgent_arrival(reference), sender=sender.organisation, synthetic=True
        )
    assert made
    return report


@pytest.fixture
def desk() -> Organisation:
    return make_organisation()


def fill(desk: Organisation, person: Person, n: int = 12) -> list[Report]:
    """A morning's list."""
    made = []
    now = timezone.now()
    for number in range(n):
        fields: dict[str, Any] = {
            "priority": max(0, 90 - 7 * number),
            "completeness": 40 + number,
            "offence": ["material", "enticement", "live_abuse", "unclear"][number % 4],
            "document": ["public", "api", "csv"][number % 3],
            "created_at": now - timedelta(hours=5 * number),
            "priority_lines": [
                {"code": "unknown_material", "label": "x", "points": 20, "of": 30},
                {"code": "recency", "label": "x", "points": 5, "of": 10},
            ],
            "items_total": 14,
            "items_known": 9,
            "items_seen": 2,
        }
        if number == 3:
            fields |= {"claimed_by": make_person("analyst", desk), "claimed_until": now + timedelta(minutes=9)}
        if number == 4:
            fields |= {"claimed_by": make_person("analyst", desk), "claimed_until": now - timedelta(minutes=9)}
        if number < 6:
            fields["due_at"] = now + timedelta(hours=number * 9 - 9)
        made.append(make_report(desk, **fields))
    return made


def test_an_urgent_report_comes_to_the_open_desk_by_itself(visit: Any, desk: Organisation) -> None:
    analyst, sender = make_person("analyst", desk), make_person("moderator")
    fill(desk, analyst, 3)
    visitor = visit(analyst)
    page = visitor.page()
    page.goto(f"{visitor.address}/reports/")
    page.locator("[data-dialog=sound-dialog]").click()
    page.check("#sound")
    page.click("dialog[open] button:text('Save')")
    page.wait_for_selector("[data-sound=on]")
    page.locator("h1").click()  # a browser sounds only after somebody touched the page
    page.locator(".pick input").first.check()
    for n in range(3):
        report = send(sender, desk, f"ref-{n}")
        page.wait_for_selector(f"#live a:text('{report.code}')")
        page.wait_for_selector(f"#work th a:text('{report.code}')")
        expect(page).to_have_title(re.compile(rf"^\({n + 1}\) "))
        assert page.locator("#work tbody th a").first.inner_text() in {report.code, *codes(desk)}
    expect(page.locator("#live")).to_have_attribute("data-tones", "3")
    expect(page.locator("#live")).to_have_attribute("aria-live", "polite")
    expect(page.locator(".pick input:checked"), "what was selected stays selected").to_have_count(1)
    # Somebody else takes them: the line goes.
    other = viewer_for(make_person("analyst", desk))
    from vaern.node.reports.desk import actions

    for report in Report.everywhere.filter(organisation=desk, urgent=True):
        with viewing(desk.id):
            actions.claim(other, WHY, report)
    page.wait_for_selector("#live:has-text('No urgent report waits')", timeout=5_000)
    expect(page).to_have_title(re.compile(r"^[^(]"))
    assert visitor.complaints == []


def codes(desk: Organisation) -> set[str]:
    return set(Report.everywhere.filter(organisation=desk, urgent=True).values_list("code", flat=True))


CLOSE_AND_PRESS = """key => {
    const dialog = document.getElementById("sound-dialog");
    dialog.showModal();
    dialog.close();
    if (!dialog.contains(document.activeElement)) throw new Error("the focus left by itself");
    document.activeElement.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
}"""


def test_a_key_is_lost_neither_beside_a_closed_dialogue_nor_on_a_box(visit: Any, desk: Organisation) -> None:
    analyst = make_person("analyst", desk)
    made = fill(desk, analyst, 3)
    visitor = visit(analyst)
    page = visitor.page()
    page.goto(f"{visitor.address}/reports/")
    # Before the page is drawn again the closed dialogue still has the focus.
    page.evaluate(CLOSE_AND_PRESS, "j")
    expect(page.locator(f"#r-{made[0].pk}")).to_be_focused()
    # A box takes no letters: they are the page's there too.
    page.locator(f"tr:has(#r-{made[1].pk}) .pick input").focus()
    for checked in (1, 0):
        page.keyboard.press("x")
        expect(page.locator(".pick input:checked")).to_have_count(checked)
    page.keyboard.press("j")
    expect(page.locator(f"#r-{made[2].pk}")).to_be_focused()


COVERED = """id => {
    const row = document.getElementById(id).closest("tr").getBoundingClientRect();
    const head = Math.max(...[...document.querySelectorAll("#work thead th")].map(
        cell => cell.getBoundingClientRect().bottom));
    return row.top < head - 1 ? "under the head" : row.bottom > innerHeight ? "below the window" : "";
}"""


def test_a_jump_leaves_what_it_leads_to_in_sight(visit: Any, desk: Organisation) -> None:
    analyst = make_person("analyst", desk)
    made = fill(desk, analyst, 40)
    visitor = visit(analyst, viewport={"width": 1440, "height": 500}, reduced_motion="reduce")
    page = visitor.page()
    page.goto(f"{visitor.address}/reports/")
    for report in (made[20], made[11], made[30]):  # down, and up again
        page.evaluate("id => { location.hash = id }", f"r-{report.pk}")
        page.wait_for_function("scrollY > 0")
        assert page.evaluate(COVERED, f"r-{report.pk}") == ""
    page.goto(f"{visitor.address}/reports/{made[20].pk}/")
    page.goto(f"{visitor.address}/reports/{made[20].pk}/#r-{made[20].pk}")
    head = page.locator("h1").bounding_box()
    assert head
    assert 0 <= head["y"] < 500, "after a claim the head of the report stays above its state"


def test_a_morning_with_the_keyboard_alone(visit: Any, desk: Organisation) -> None:
    analyst = make_person("analyst", desk)
    made = fill(desk, analyst)
    visitor = visit(analyst)
    page = visitor.page()
    page.goto(f"{visitor.address}/reports/")
    page.keyboard.press("?")
    page.wait_for_selector("#keys-dialog[open]")
    page.keyboard.press("Escape")
    page.wait_for_selector("#keys-dialog", state="hidden")
    for wanted in (0, 1, 2):
        page.keyboard.press("j")
        expect(page.locator(f"#r-{made[wanted].pk}")).to_be_focused()
    page.keyboard.press("k")
    page.keyboard.press("x")
    expect(page.locator(".pick input:checked")).to_have_value(str(made[1].pk))
    page.keyboard.press("x")
    expect(page.locator(".pick input:checked")).to_have_count(0)
    page.locator(f"#r-{made[1].pk}").focus()
    page.keyboard.press("c")
    page.wait_for_selector("text=You work on")
    page.wait_for_load_state()  # the scripts are there, for the next key
    assert Report.everywhere.get(pk=made[1].pk).claimed_by == analyst
    page.locator(f"#r-{made[1].pk}").focus()
    page.keyboard.press("Enter")
    page.wait_for_selector(f".record-head .code:text('{made[1].code}')")
    page.wait_for_load_state()
    assert page.locator(".defanged").first.inner_text() == "hxxps://host[.]example/synthetic"
    assert page.locator("main a[href*='host']").count() == 0, "an address is never a link"
    page.goto(f"{visitor.address}/reports/?whose=mine")
    entries = page.locator("nav.side .entries a").evaluate_all("(all) => all.map((link) => link.pathname)")
    page.keyboard.press("g")
    page.keyboard.press(str(entries.index("/reports/") + 1))
    page.wait_for_url("**/reports/")
    assert visitor.complaints == []


@pytest.mark.turns
@pytest.mark.parametrize(
    ("language", "theme", "width"),
    [("en", "light", 1280), ("da", "dark", 1280), ("en", "light", 390), ("da", "dark", 390)],
)
def test_pictures(visit: Any, desk: Organisation, language: str, theme: str, width: int) -> None:
    analyst, sender = make_person("analyst", desk), make_person("moderator")
    fill(desk, analyst)
    report = send(sender, desk, "ref")
    visitor = visit(analyst, viewport={"width": width, "height": 900})
    visitor.prefer(language, theme)
    page = visitor.page()
    page.goto(f"{visitor.address}/reports/")
    picture(page, f"desk-list-{language}-{width}", whole=False)

    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.locator(".work .lines summary").first.click()
    page.locator("[data-dialog=sound-dialog]").click()
    picture(page, f"desk-sound-{language}-{width}", whole=False)
    assert axe(page) == []
    page.goto(f"{visitor.address}/reports/{report.pk}/")
    page.wait_for_selector(f".record-head .code:text('{report.code}')")
    picture(page, f"desk-sheet-{language}-{width}")
    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert visitor.complaints == []
