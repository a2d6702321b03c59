"""From an unknown series to a safeguarded child in another country, in two browsers; axe-core looks at every page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.utils import timezone
from playwright.sync_api import expect
from tests.browser.node.looks import answered, give_reason, reveal, say_why
from tests.browser.node.reports.test_across import Window
from tests.node.victims.factories import FINDING, make_desk, make_series, make_specialist

from vaern.node.base.scope import viewing
from vaern.node.demo.series import SERIES, drive
from vaern.node.scans import actions as scans
from vaern.node.scans.results import read_lines, read_run
from vaern.node.victims.grouping import actions as merging
from vaern.node.victims.grouping import takes
from vaern.node.victims.models import Dissemination, Series
from vaern.node.victims.rules.series import State

if TYPE_CHECKING:
    from vaern.node.organisations.models import Organisation
    from vaern.node.organisations.viewers import Viewer

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


def unknown_series(viewer: Viewer) -> Series:
    """Bring in a drive and take its unknown files into series; return the first, confirmed."""
    with viewing(viewer.organisation.pk):
        run, findings = drive("story", SERIES[:2])
        scan, _made = scans.receive(viewer, FINDING, "story", read_run(run), read_lines(findings), finished=True)
        takes.take_scan(viewer, FINDING, scan)
        series = Series.objects.get(members_total=SERIES[0].files)
        merging.confirm(viewer, FINDING, series)
        return series


def why(window: Window) -> None:
    say_why(window.page, "victim_identification")


def do(window: Window, link: str, button: str, **fields: str) -> None:
    """Follow a link to a form, look at it, fill it in, and send it."""
    window.follow(link)
    window.look(link)
    for name, value in fields.items():
        field = window.here.locator(f"[name={name}]")
        if field.first.get_attribute("type") in {"radio", "checkbox"}:
            window.here.locator(f"[name={name}][value={value!r}]").check()
        elif field.first.evaluate("e => e.tagName") == "SELECT":
            field.select_option(value)
        else:
            field.fill(value)
    why(window)
    window.press(button)


def current(series: Series) -> State:
    return State(Series.everywhere.get(pk=series.pk).state)


@pytest.mark.turns
@pytest.mark.parametrize(("width", "theme"), [(1440, "light"), (390, "dark")])
def test_from_an_unknown_series_to_a_safeguarded_child_in_another_country(visit: Any, width: int, theme: str) -> None:
    here, there = make_desk("XA"), make_desk("XT")
    ada, tem = make_specialist(here), make_specialist(there)
    series = unknown_series(ada)
    digest = bytes(series.members.model.everywhere.filter(series=series).first().sha256).hex()
    options = {"viewport": {"width": width, "height": 900}}
    ours, theirs = Window(visit, ada, **options), Window(visit, tem, **options)
    for window in (ours, theirs):
        window.visitor.prefer("en", theme)
    sheet, today = f"/series/{series.pk}/", timezone.localdate().isoformat()
    give(ours, series, there)

    assert "waits for our answer" in theirs.open("/")
    assert series.code in theirs.open("/series/received/")
    assert "A round socket with a pin" in theirs.open(sheet)
    do(theirs, "Accept", "Accept")
    do(theirs, "Child identified", "The child is identified", on=today, reference="TH-2031-7")
    assert "before anything else" in theirs.page.locator("main").inner_text()
    assert not theirs.page.get_by_role("link", name="Close", exact=True).count()
    theirs.look("identified")
    do(theirs, "Child safeguarded", "The child is safe", on=today)

    told = ours.open("/series/received/")
    assert "Child safeguarded" in told
    assert told.index("Child safeguarded") < told.index("Child identified")
    ours.press("We have read this")
    ours.open(sheet)
    assert "TH-2031-7" not in ours.open(sheet + "timeline/")
    assert "TH-2031-7" in theirs.open(sheet + "timeline/")
    ours.open(sheet)
    do(ours, "Close", "Close")
    give_reason(ours.page)  # what is closed waits for nobody: whoever looks at it says why
    do(ours, "Add a late outcome", "Add", code="convicted", on=today)
    assert "Somebody convicted" in ours.open(sheet + "timeline/")
    ours.open("/series/known/")
    ours.page.locator("main [name=hashes]").fill(digest)
    why(ours)
    ours.press("Ask")
    assert "identified and safe" in ours.page.locator("main").inner_text()
    ours.look("known")
    assert current(series) is State.CLOSED
    assert ours.problems + theirs.problems == []


def give(ours: Window, series: Series, there: Organisation) -> None:
    """Take a series from the list to the desk of another country, on the pages."""
    sheet = f"/series/{series.pk}/"
    assert series.code in ours.open("/series/")
    assert "Look at why its files belong together" in ours.open(sheet)
    assert "It looks alike (PDQ)" in ours.open(sheet + "files/")
    assert "Halden P40" in ours.open(sheet + "graph/")
    ours.open(sheet)
    do(ours, "Say that it was analysed", "It was analysed")
    do(ours, "Add a clue", "Add the clue", kind="socket", observed="A round socket with a pin", countries="XT")
    expect(ours.page.locator("main")).to_contain_text("A round socket with a pin")
    do(ours, "Propose a country", "Propose", country="XT")
    ours.follow("Disseminate")
    ours.look("disseminate")
    ours.page.get_by_label(there.name).check()
    why(ours)
    ours.press("Show the recipients")
    assert not Dissemination.everywhere.exists()
    ours.look("recipients")
    ours.press("Disseminate")
    expect(ours.page.locator("main")).to_contain_text("Awaited")


def test_work_elsewhere_stops_and_a_danish_keyboard_gets_there(visit: Any) -> None:
    from vaern.node.victims.sharing import outcomes

    here, elsewhere = make_desk("XA"), make_desk("XL")
    ada, lin = make_specialist(here), make_specialist(elsewhere)
    series, same = make_series(here, (1, 2)), make_series(elsewhere, (2, 3))
    with viewing(here.pk):
        outcomes.identify(ada, FINDING, series, timezone.localdate(), "NH-1")
    window = Window(visit, lin)
    window.visitor.prefer("da", "light")
    assert "Ingen behøver at søge længere" in window.open("/")
    page = window.page
    page.locator(f".item a[href*='/series/{same.pk}/']").first.focus()
    with answered(page):
        page.keyboard.press("Enter")
    give_reason(page)
    assert f"/series/{same.pk}/" in page.url
    window.look("from today")
    text = window.open("/series/received/")
    assert same.code in text
    assert here.name not in text
    assert "Søg ikke længere" in window.open(f"/series/{same.pk}/")
    link = page.get_by_role("link", name="Det er et andet barn", include_hidden=True)
    reveal(page, link)
    link.focus()
    with answered(page):
        page.keyboard.press("Enter")
    window.look("another child")
    window.here.locator("[name=because]").fill("filen er en baggrund, som flere serier har")
    why(window)
    window.press("Søg videre")
    assert current(same) is State.ANALYSED
    assert window.problems == []


def test_a_survivor_sends_hashes_and_sees_how_far_it_is(visit: Any) -> None:
    from tests.node.factories import make_organisation

    from vaern.node.organisations.rules import OrganisationKind
    from vaern.node.reports.models import Desk
    from vaern.node.web.places import PLACES

    PLACES.forget()
    hotline = make_organisation(OrganisationKind.HOTLINE)
    Desk.everywhere.create(
        organisation=hotline, public_name="line", help_name="Listening Ear (invented)", help_at="0800"
    )
    visitor = visit(None, viewport={"width": 390, "height": 844}, java_script_enabled=False)
    page = visitor.page()
    page.goto(visitor.address + "/wishes/")
    expect(page.locator("main")).to_contain_text("Listening Ear (invented)")
    page.locator("main [name=hashes]").fill("ab" * 32)
    page.get_by_role("button", name="Send the numbers").click()
    expect(page.locator("main .receipt")).to_be_visible()
    code = page.locator("output.secret-value").inner_text()
    page.get_by_role("link", name="See how far it is").click()
    page.locator("main [name=code]").fill(code)
    page.get_by_role("button", name="Show").click()
    expect(page.locator("main")).to_contain_text("We are watching for it")
    page.get_by_text("End the wish").click()
    page.get_by_role("button", name="End it and erase the hashes").click()
    expect(page.locator("main")).to_contain_text("the hashes are erased")
    assert [line for line in visitor.complaints if "favicon" not in line] == []
