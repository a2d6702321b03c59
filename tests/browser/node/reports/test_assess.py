"""Assessing with the keyboard alone, in one form; and the pages of assessment and exposure: axe-core and pictures."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect
from tests.browser.node.looks import axe, picture
from tests.browser.node.test_keyboard import tab_to

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


def world() -> dict[str, Any]:
    """Make a desk with a new report, a disputed one, one that the law stops, and somebody's fortnight."""
    from django.utils import timezone
    from tests.node.factories import make_member, make_organisation, make_person, viewer_for
    from tests.node.reports.factories import make_report

    from vaern.node.ledger.rules import Reason, Why
    from vaern.node.reports.assessment.actions import Judgement, assess
    from vaern.node.reports.exposure.actions import declare
    from vaern.node.reports.models import Exposure, Item
    from vaern.node.reports.rules.exposure import Extent

    member = make_member("XA", name="Nordhavia", name_da="Nordhavien")
    desk = make_organisation("hotline", member=member)
    people = [make_person("analyst", desk) for _ in range(3)]
    reason = Reason(Why.ASSESSMENT)
    urls = [f"https://host{n % 2}.example/synthetic/{n}" for n in range(6)]
    new, disputed = make_report(desk, urls, urgent=True), make_report(desk)
    Item.everywhere.filter(report=new, number__in=[2, 5]).update(known_list="List of Nordhavia (synthetic)")
    assess(viewer_for(people[1]), reason, disputed, Judgement(True, True, "n1", ask=True, extent=Extent.WHOLE, files=1))
    assess(viewer_for(people[2]), reason, disputed, Judgement(False, False, "n3"))
    sender = make_organisation("platform", member=member)
    lapsed = timezone.now().replace(year=2026, month=5, day=1)
    stopped = make_report(desk, sender=sender, legal_ground="nordhavia-detection-2021", incident_at=lapsed)
    for ago in range(14):
        made = declare(viewer_for(people[0]), reason, new, "part", 5 + ago * 7 % 23, 1 + ago % 3)
        Exposure.everywhere.filter(pk=made.pk).update(at=timezone.now() - timedelta(days=ago))
    return {
        "people": people,
        "lead": make_person("welfare", desk),
        "new": new,
        "disputed": disputed,
        "stopped": stopped,
    }


def look(page: Page, address: str, name: str) -> list[str]:
    """Open a page, keep its picture; return what is wrong with it."""
    page.goto(address)
    picture(page, name)
    wide = page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    return [f"{name}: {found}" for found in axe(page) + (["scrolls sideways"] if wide else [])]


@pytest.mark.turns
@pytest.mark.parametrize(
    ("language", "theme", "width"), [("en", "light", 1440), ("da", "dark", 1440), ("en", "light", 320)]
)
def test_pages(visit: Any, language: str, theme: str, width: int) -> None:
    from django.urls import reverse

    made = world()
    analyst = visit(made["people"][0], viewport={"width": width, "height": 900})
    lead = visit(made["lead"], viewport={"width": width, "height": 900})
    for visitor in (analyst, lead):
        visitor.prefer(language, theme)
    problems = []
    page = analyst.page()
    for name, route, key in (
        ("assess", "assess", "new"),
        ("assess-disputed", "assess", "disputed"),
        ("assess-stopped", "assess", "stopped"),
        ("law", "law", "stopped"),
        ("grounds", "grounds", ""),
        ("exposure", "exposure", ""),
    ):
        path = reverse(f"reports:{route}", args=[made[key].pk] if key else [])
        problems += look(page, analyst.address + path, f"{name}-{language}-{width}")
    page = lead.page()
    for name, path in (
        ("welfare", reverse("reports:welfare")),
        ("welfare-person", reverse("reports:welfare-person", args=[made["people"][0].pk])),
    ):
        problems += look(page, lead.address + path, f"{name}-{language}-{width}")
    assert not problems + analyst.complaints + lead.complaints


def test_a_report_is_assessed_by_keyboard_and_every_item_of_it_with_one_form(visit: Any) -> None:
    from django.urls import reverse

    from vaern.node.reports.models import Assessment, Exposure, Report

    made = world()
    visitor = visit(made["people"][0])
    page = visitor.page()
    here = visitor.address + reverse("reports:assess", args=[made["new"].pk])
    page.goto(here)
    before = Exposure.everywhere.count()
    tab_to(page, page.get_by_role("link", name="All (6)"))  # what is known is marked only by whoever wants it to be
    page.keyboard.press("Enter")
    expect(page.locator("input[name=items]:checked")).to_have_count(6)
    for name, presses in (("baseline", 0), ("value", 0), ("actionable", 0), ("extent", 0), ("severity", 0)):
        # A group of radio buttons is one stop of Tab: the arrows choose in it.
        chosen = page.locator(f"input[name={name}]:checked")
        tab_to(page, chosen if chosen.count() else page.locator(f"input[name={name}]").first)
        page.keyboard.press("Space")
        for _press in range(presses):
            page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{reverse('reports:report', args=[made['new'].pk])}")
    report = Report.everywhere.get(pk=made["new"].pk)
    row, seen = Assessment.everywhere.latest("id"), Exposure.everywhere.latest("id")
    assert (report.state, row.item, row.baseline, row.value) == ("in_action", None, True, "n1")
    assert Exposure.everywhere.count() == before + 1
    assert (seen.extent, seen.files) == ("whole", 6)
    assert not visitor.complaints
