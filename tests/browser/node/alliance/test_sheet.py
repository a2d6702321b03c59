"""A reply filled in off line, in Chromium: fetched, refused with its cells, sent again, compared, taken."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
from django.urls import reverse
from playwright.sync_api import expect
from tests.browser.node.looks import axe
from tests.node.alliance.commitments.factories import make_country, make_round
from tests.node.alliance.progress.factories import publish

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


def edited(data: bytes, cells: dict[str, object]) -> bytes:
    """The file after somebody filled in cells of the commitments."""
    book = openpyxl.load_workbook(io.BytesIO(data))
    for cell, value in cells.items():
        book["Commitments"][cell] = value
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def send(page: Page, data: bytes) -> None:
    page.locator("input[type=file]").set_input_files({"name": "r.xlsx", "mimeType": "", "buffer": data})
    with page.expect_navigation():
        page.get_by_role("button", name="Send it").click()


def test_a_reply_off_line(visit: Any) -> None:
    country = make_country()
    publish(country.member, country.viewer.person)
    reply = make_round("Autumn 2026", country.member).replies.get()
    visitor = visit(country.viewer.person)
    page = visitor.page()
    page.goto(visitor.address + reverse("alliance:reply", args=[reply.pk]))
    page.get_by_role("link", name="Fill in off line").click()
    with page.expect_download() as fetching:
        page.get_by_role("link", name="Fetch the spreadsheet").click()
    data = fetching.value.path().read_bytes()
    send(page, edited(data, {"G2": "1.234,5"}))
    expect(page.locator("#faults")).to_contain_text("Commitments!G2")
    assert axe(page) == []
    visitor.complaints.clear()  # Chromium says that the answer was 422
    send(page, edited(data, {"G2": 95}))
    expect(page.get_by_role("heading", name="What the spreadsheet changes")).to_be_visible()
    expect(page.locator("ins")).to_contain_text("95")
    assert axe(page) == []
    with page.expect_navigation():
        page.get_by_role("button", name="Apply changes").click()
    expect(page.get_by_text("says what the spreadsheet says")).to_be_visible()
    reply.refresh_from_db()
    assert reply.revision == 1
    assert visitor.complaints == []
