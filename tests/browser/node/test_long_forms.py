"""Long forms and long pages, in Chromium: what an answer asks for appears, and a case fits a screen."""

from __future__ import annotations

import re
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


def test_what_an_answer_asks_for_appears_and_a_case_fits_a_screen(visit: Any) -> None:
    from tests.node.cases.evidence.worlds import desk
    from tests.node.cases.factories import WHY, make_case

    from vaern.node.base.scope import viewing
    from vaern.node.cases.rules.gradings import Confidence, Nature
    from vaern.node.cases.work import statements

    investigator = desk()
    case = make_case(investigator)
    with viewing(investigator.organisation.id):
        for number in range(12):
            statements.state(
                investigator, WHY, case, Nature.ASSESSMENT, f"Invented {number}", confidence=Confidence.HIGH
            )
    visitor = visit(investigator.person)
    page = visitor.page()
    page.goto(f"{visitor.address}/cases/{case.pk}/statements/add/")
    say_why(page)
    page.goto(f"{visitor.address}/cases/{case.pk}/statements/add/")
    source, confidence = page.locator("[name=source]"), page.locator("[name=confidence]")
    expect(source).to_be_hidden()
    page.locator("[name=nature][value=fact]").press("Space")
    expect(source).to_be_visible()
    expect(confidence).to_be_hidden()
    page.locator("[name=nature][value=assessment]").press("Space")
    expect(source).to_be_hidden()
    expect(confidence).to_be_visible()
    assert Axe().run(page).response["violations"] == []

    page.goto(f"{visitor.address}/cases/{case.pk}/")
    say_why(page)
    for tab in page.locator("[role=tab]").all():
        tab.click()
        assert page.evaluate("document.documentElement.scrollHeight") <= 1_000, tab.text_content()
        assert Axe().run(page).response["violations"] == []
    page.goto(f"{visitor.address}/cases/{case.pk}/#identifier-list")  # an address opens what it names
    expect(page.locator("#identifier-list")).to_be_visible()
    assert visitor.complaints == []


def test_the_list_of_parts_says_how_far_each_is_while_one_types(visit: Any) -> None:
    from tests.node.factories import make_person

    from vaern.node.organisations.rules import Role

    visitor = visit(make_person(Role.LEGAL))
    page = visitor.page()
    page.goto(f"{visitor.address}/law/grounds/add/ground/")
    first, second = page.locator(".task-list .task-state").nth(0), page.locator(".task-list .task-state").nth(1)
    expect(first).to_have_text("Not yet")
    page.locator("[name=code]").fill("act-7")
    expect(first).to_have_text("Filled in")  # what it allows has an answer from the beginning
    expect(second).to_have_text("Not yet")
    page.locator("[name=name_da]").fill("En lov")
    expect(second).to_have_text("Begun")
    page.locator("[name=name_en]").fill("An act")
    expect(second).to_have_text("Filled in")
    page.locator("[name=name_en]").fill("")
    expect(second).to_have_text("Begun")
    assert Axe().run(page).response["violations"] == []
    page.locator(".task-list a").nth(1).press("Enter")
    expect(page.locator("#part-name")).to_be_focused()
    assert visitor.complaints == []


def test_a_part_of_a_reply_is_kept_while_one_types_and_saved_with_the_keyboard(visit: Any) -> None:
    from tests.node.alliance.commitments.factories import make_country, make_round, make_secretariat
    from tests.node.alliance.commitments.test_commitments import published

    country = make_country()
    published(country, make_secretariat())
    reply = make_round("Round", country.member).replies.get()
    visitor = visit(country.viewer.person)
    page = visitor.page()
    parts = f"{visitor.address}/alliance/replies/{reply.pk}/write/"
    page.goto(parts)
    assert Axe().run(page).response["violations"] == []
    page.get_by_role("link", name="Obligation and requirement").first.press("Enter")
    owner = page.get_by_label("Owner")
    with page.expect_response(re.compile("/drafts/$")) as kept:
        owner.fill("A new agency")
        owner.press_sequentially("!")
    assert kept.value.status == 204
    assert Axe().run(page).response["violations"] == []
    page.goto(parts)  # left without saving
    expect(page.get_by_text("Typed, not saved")).to_have_count(1)
    page.get_by_role("link", name="Obligation and requirement").first.press("Enter")
    expect(owner).to_have_value("A new agency!")
    page.get_by_role("button", name="Save, and back to the list").press("Enter")
    expect(page).to_have_url(parts)
    expect(page.get_by_text("Typed, not saved")).to_have_count(0)
    reply.refresh_from_db()
    assert reply.contents[0]["content"]["owner"] == "A new agency!"
    assert visitor.complaints == []


def say_why(page: Any) -> None:
    """Answer why one looks, if the page asks."""
    if page.locator("main form[action$='/reason/']").count():
        page.locator("main input[type=radio]").first.check()
        page.locator("main form button.primary").click()
        page.wait_for_load_state()
