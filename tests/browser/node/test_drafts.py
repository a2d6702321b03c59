"""What was typed is never lost, in Chromium: kept while one types, warned before the end, back after signing in."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

PROFILE = "/account/profile/"


def let_pass(seconds: int) -> None:
    """Let nothing have happened in any session for so long."""
    from allauth.usersessions.models import UserSession
    from django.utils import timezone

    UserSession.objects.update(last_seen_at=timezone.now() - timedelta(seconds=seconds))


def sign_in_through_the_forms(page: Page, person: Any) -> None:
    from tests.node.factories import PASSWORD, make_totp, totp_code

    page.locator("input[name=login]").fill(person.email)
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("main button.primary").click()
    page.locator("input[name=code]").fill(totp_code(make_totp(person)))
    page.locator("main button.primary").click()


def test_from_typing_to_a_warning_the_end_and_back(visit: Any, settings: Any) -> None:
    from tests.node.factories import make_person

    from vaern.node.casework.drafts.models import Draft

    person = make_person("analyst", name="A")
    visitor = visit(person)
    page = visitor.page()
    page.clock.install()
    page.goto(visitor.address + PROFILE)
    banner = page.locator("[data-session]")
    expect(banner).to_be_hidden()
    page.locator("main input[name=name]").press_sequentially("da")
    with page.expect_response(re.compile("/drafts/$")) as kept:
        page.clock.run_for(3_000)
    assert kept.value.status == 204

    # Alone, the page asks how long is left, and that keeps nothing alive: the warning comes, and a click stays.
    let_pass(settings.IDLE_SECONDS - 200)
    page.clock.run_for((settings.IDLE_SECONDS - 300) * 1000)
    expect(banner.locator("[data-when=idle]")).to_be_visible()
    expect(banner.locator("[data-when=idle]")).to_contain_text("You will be signed out in 3 min")
    banner.get_by_role("button", name="Stay signed in").click()
    expect(banner).to_be_hidden()

    # The end: the page says so, and what is typed all the same is kept too.
    let_pass(settings.IDLE_SECONDS + 5)
    page.clock.run_for((settings.IDLE_SECONDS - 300) * 1000)
    expect(banner.locator("[data-when=ended]")).to_be_visible()
    page.locator("main input[name=name]").press_sequentially(" Lovelace")
    with page.expect_response(re.compile("/drafts/$")) as kept:
        page.clock.run_for(3_000)
    assert kept.value.status == 302

    # Save meets the sign-in, which leads back to the filled form; saved, nothing is left of the draft.
    page.locator("main button.primary").click()
    expect(page).to_have_url(re.compile("/account/login/"))
    sign_in_through_the_forms(page, person)
    expect(page).to_have_url(visitor.address + PROFILE)
    expect(page.locator("main input[name=name]")).to_have_value(re.compile("Lovelace"))
    expect(page.locator("[data-restored]")).to_contain_text("had not been saved")
    page.locator("main form:not([data-restored] form) button.primary").click()
    expect(page).to_have_url(visitor.address + "/account/")
    expect(page.locator("main")).to_contain_text("Lovelace")
    assert not Draft.objects.exists()
    assert visitor.complaints == []


def test_an_answer_that_was_overtaken_says_nothing(visit: Any, settings: Any) -> None:
    from tests.node.factories import make_person

    visitor = visit(make_person("analyst"))
    page = visitor.page()
    page.clock.install()
    page.goto(visitor.address + PROFILE)
    banner = page.locator("[data-session]")
    held: list[tuple[Any, Any]] = []

    def hold(route: Any) -> None:
        held.append((route, route.fetch(max_redirects=0)))

    # A question is answered, and its answer is long on its way.
    let_pass(settings.IDLE_SECONDS - 200)
    page.route("**/drafts/session/", hold, times=1)
    page.clock.run_for((settings.IDLE_SECONDS - 300) * 1000)
    while not held:
        page.wait_for_timeout(20)

    # Meanwhile the session ends, and a later question says so.
    let_pass(settings.IDLE_SECONDS + 5)
    page.clock.run_for(60_000)
    expect(banner.locator("[data-when=ended]")).to_be_visible()
    route, answer = held.pop()
    with page.expect_response("**/drafts/session/") as late:
        route.fulfill(response=answer)
    late.value.finished()
    page.evaluate("() => fetch(location.href).then((answer) => answer.text())")  # the late one was read before
    assert banner.locator("[data-when=ended]").is_visible()
    assert banner.locator("[data-when=idle]").is_hidden()


def test_without_script_save_meets_the_sign_in_and_nothing_is_lost(visit: Any, settings: Any) -> None:
    from tests.node.factories import make_person

    person = make_person("analyst")
    visitor = visit(person, java_script_enabled=False)
    page = visitor.page()
    page.goto(visitor.address + PROFILE)
    page.locator("main input[name=name]").fill("Typed without a script")
    let_pass(settings.IDLE_SECONDS + 5)
    page.locator("main button.primary").click()
    expect(page).to_have_url(re.compile("/account/login/"))
    sign_in_through_the_forms(page, person)
    expect(page.locator("main input[name=name]")).to_have_value("Typed without a script")
    page.get_by_role("button", name="Discard it").click()
    expect(page.locator("main input[name=name]")).to_have_value(person.name)
