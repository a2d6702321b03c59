"""A release to the public in two browsers: asked for, computed by the job, released, and read by everybody."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from playwright.sync_api import expect
from tests.browser.node.looks import picture, say_why
from tests.browser.node.reports.test_across import Window
from tests.node.alliance.publishing.worlds import an_alliance, secretariat
from tests.node.pdfs import text_of

from vaern.node.alliance.models import PublicRelease, ReleasePreview, Value
from vaern.node.alliance.publishing import preview_computation, previews

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.mark.turns
@pytest.mark.parametrize(("width", "theme"), [(1440, "light"), (390, "dark")])
def test_from_the_preview_to_what_everybody_reads(
    visit: Any, monkeypatch: pytest.MonkeyPatch, width: int, theme: str
) -> None:
    monkeypatch.setattr(previews, "AT_ONCE", 0)  # so that the job computes it, as it does for a whole alliance
    an_alliance(seed=2, codes=("XA", "XV"), largest=6.0)
    nothing = Value.objects.filter(code__startswith="removal_")  # a reason in words is the widest cell
    nothing.update(numerator=0, denominator=0, value=None, missing="nothing")
    options = {"viewport": {"width": width, "height": 900}}
    office, public = (
        Window(visit, secretariat(), second_factor=True, **options),
        Window(visit, secretariat(), **options),
    )
    public.visitor.context.clear_cookies()  # a stranger
    for window in (office, public):
        window.visitor.prefer("en", theme)

    assert "Nothing was released yet" in office.open("/alliance/releases/")
    page = office.page
    page.get_by_label("From the year").fill("2024")
    page.get_by_label("To the year").fill("2025")
    page.get_by_label("Periods").select_option("years")
    office.press("Preview")
    expect(page.get_by_text("Deciding what is left out")).to_be_visible()
    office.look("computing")
    one = ReleasePreview.objects.get()
    ReleasePreview.objects.update(done=0.4)
    expect(page.get_by_text("40 / 100")).to_be_visible()  # the page asks by itself
    keep(page, f"preview-computing-{width}")
    preview_computation.compute(one.pk)
    expect(page.get_by_role("heading", name="Release it")).to_be_visible()
    office.look("preview")
    keep(page, f"preview-{width}")
    page.get_by_label("What everybody reads of it").fill("For the meeting of ministers (synthetic)")
    say_why(page, "administration")
    office.press("Release to the public")
    expect(page.get_by_text("Released, and recorded.")).to_be_visible()
    assert PublicRelease.objects.get().explanation == "For the meeting of ministers (synthetic)"

    assert "For the meeting of ministers (synthetic)" in public.open("/progress/")
    public.page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    assert public.page.evaluate("document.documentElement.scrollWidth") <= width, "a chart's table is cut off"
    with public.page.expect_download() as download:
        public.page.get_by_role("link", name="figures.csv").click()
    rows = list(csv.DictReader(io.StringIO(download.value.path().read_text("utf-8"))))
    assert {row["status"] for row in rows} >= {"computed", "suppressed"}
    sheet = public.page.get_by_role("link", name="factsheet-da.pdf").get_attribute("href")
    assert "SYNTETISK" in text_of(public.page.request.get(public.visitor.address + sheet).body())
    assert office.problems + public.problems == []


def keep(page: Any, name: str) -> None:
    picture(page, f"release-{name}")
