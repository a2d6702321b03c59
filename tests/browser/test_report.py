"""The report page in Chromium: silent, inert, sortable, bilingual, complete without scripts, printable."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import synthetic_results
from playwright.sync_api import expect

from vaern.scanning.report import write_report

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser, BrowserContext, Page

pytestmark = pytest.mark.browser

ORDER = ["known", "near", "unreadable", "ignored"]


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("results")
    synthetic_results.write(folder, 2700, hostile=True)
    return write_report(folder)


Opened = tuple["Page", list[str]]


@pytest.fixture
def visit(browser: Browser, report: Path) -> Iterator[Callable[..., Opened]]:
    """Open the page in a fresh profile; also what the browser complained of and asked for."""
    contexts: list[BrowserContext] = []

    def visit(**options: Any) -> Opened:
        context = browser.new_context(**{"locale": "en-GB", "viewport": {"width": 1440, "height": 900}, **options})
        contexts.append(context)
        page, heard = context.new_page(), []
        page.on("console", lambda message: heard.append(f"console: {message.text}"))
        page.on("pageerror", lambda error: heard.append(f"error: {error}"))
        page.on("dialog", lambda dialog: (heard.append(f"dialog: {dialog.message}"), dialog.dismiss()))
        page.on("request", lambda request: heard.append(f"request: {request.url}"))
        page.goto(report.as_uri())
        return page, heard

    yield visit
    for context in contexts:
        context.close()


def data_of(page: Page) -> list[dict[str, Any]]:
    data = json.loads(page.locator("#data").text_content() or "")
    return [dict(zip(data["columns"], row, strict=True)) for row in data["rows"]]


def column(page: Page, name: str) -> list[str]:
    return page.locator(f"#findings-table tbody [data-c={name}]").all_text_contents()


def lines(page: Page) -> list[int]:
    return [int(text) for text in column(page, "line")]


def show_all(page: Page) -> None:
    page.locator("#length").select_option(value="")


def test_the_page_is_silent(visit: Callable[..., Opened], report: Path) -> None:
    page, heard = visit()
    show_all(page)
    for name in ("size", "name", "sha256"):
        page.locator(f"th[data-sort={name}] button").click()
    page.locator("#search").fill("alert")
    assert heard == [f"request: {report.as_uri()}"]


def test_hostile_names_are_text(visit: Callable[..., Opened]) -> None:
    page, heard = visit()
    show_all(page)
    names = column(page, "name")
    assert any("</script><script>alert(1)</script>.jpg" in name for name in names)
    assert any("invoice⟨U+202E⟩gpj.exe" in name for name in names)
    assert not any(re.search("[\u202e\x00\x1b\n]", name) for name in names)
    assert page.locator("img, iframe, object, embed, video, audio, link, b > script").count() == 0
    assert page.locator("script").count() == 2
    assert len(heard) == 1


def test_the_policy_stops_what_is_not_ours(visit: Callable[..., Opened]) -> None:
    page, heard = visit()
    page.evaluate("""() => {
        const script = document.createElement("script");
        script.textContent = "window.ran = true";
        document.body.append(script);
        const image = new Image();
        image.src = "https://elsewhere.example/x.png";
        document.body.append(image);
    }""")
    assert page.evaluate("window.ran") is None
    for _wait in range(100):  # the browser tells when it gets to it
        if sum("Content Security Policy" in line for line in heard) >= 2:
            return
        page.wait_for_timeout(100)
    pytest.fail(f"only {heard}")


def test_sorting_agrees_with_the_data(visit: Callable[..., Opened]) -> None:
    page, _ = visit()
    show_all(page)
    rows = data_of(page)
    by_line = {row["line"]: row for row in rows}
    for name in ("line", "verdict", "name", "size", "date", "list", "distance", "sha256"):

        def key(row: dict[str, Any], name: str = name) -> Any:
            return ORDER.index(row[name]) if name == "verdict" else row[name]

        filled = [row for row in rows if row[name] not in ("", None)]
        empty = [row for row in rows if row[name] in ("", None)]
        heading = page.locator(f"th[data-sort={name}]")
        for state in ("ascending", "descending"):
            heading.locator("button").click()
            expect(heading).to_have_attribute("aria-sort", state)
            wanted = [*sorted(filled, key=key, reverse=state == "descending"), *empty]
            assert [key(row) for row in wanted] == [key(by_line[line]) for line in lines(page)]
    assert page.locator("th[aria-sort]").count() == 1


def test_filters_agree_with_the_data(visit: Callable[..., Opened]) -> None:
    page, _ = visit()
    show_all(page)
    rows = data_of(page)
    page.locator("#verdict").select_option("near")
    assert lines(page) == [row["line"] for row in rows if row["verdict"] == "near"]
    page.locator("#list").select_option("Alliance shared")
    wanted = [row for row in rows if row["verdict"] == "near" and row["list"] == "Alliance shared"]
    assert lines(page) == [row["line"] for row in wanted]
    page.locator("#search").fill(wanted[3]["signal"][:20].upper())
    assert lines(page) == [wanted[3]["line"]]
    expect(page.locator("#status")).to_contain_text("of 1,", use_inner_text=True)
    page.locator("#search").fill("nothing has this name")
    assert lines(page) == []
    expect(page.locator("#status")).to_contain_text("No row fits", use_inner_text=True)
    page.get_by_role("button", name="Clear").click()
    assert lines(page) == [row["line"] for row in rows][:100]


def test_paging_walks_through_every_row_once(visit: Callable[..., Opened]) -> None:
    page, _ = visit()
    rows, seen = data_of(page), lines(page)
    assert page.get_by_role("button", name="Previous").is_disabled()
    while page.get_by_role("button", name="Next").is_enabled():
        page.get_by_role("button", name="Next").click()
        seen += lines(page)
    assert seen == [row["line"] for row in rows]


def test_the_language_follows_the_browser_and_is_remembered(visit: Callable[..., Opened]) -> None:
    page, _ = visit(locale="da-DK")
    expect(page.locator("h1")).to_have_text("Rapport om scanning", use_inner_text=True)
    assert page.locator("html").get_attribute("lang") == "da"
    assert page.title().startswith("Rapport om scanning")
    assert page.locator("#verdict option").nth(1).text_content() == "kendt"
    page.get_by_text("English").click()
    expect(page.locator("h1")).to_have_text("Scan report", use_inner_text=True)
    expect(page.locator("#verdict option").nth(1)).to_have_text("known")
    page.reload()
    expect(page.locator("h1")).to_have_text("Scan report", use_inner_text=True)


def test_no_sentence_of_the_other_language_is_seen(visit: Callable[..., Opened]) -> None:
    page, _ = visit()
    for language, other in (("da", "en"), ("en", "da")):
        page.locator(f"label[for=language-{language}]").click()
        expect(page.locator(f".t[lang={other}]:visible")).to_have_count(0)
        assert page.locator(f".t[lang={language}]:visible").count() > 300


def test_reasons_are_sorted_and_searched_as_they_are_read(visit: Callable[..., Opened]) -> None:
    page, _ = visit(locale="da-DK")
    page.locator("#search").fill("kunne ikke læses")
    page.locator("th[data-sort=reason] button").click()
    cells = page.locator("#findings-table tbody td[data-c=reason]")
    shown = [cell.strip() for cell in cells.all_inner_texts()]
    assert len(shown) > 10
    assert all(cell.startswith("Kunne ikke læses: ") for cell in shown)
    assert shown == sorted(shown)


def test_without_scripts_all_is_there(visit: Callable[..., Opened]) -> None:
    page, heard = visit(java_script_enabled=False)
    assert len(heard) == 1
    assert page.locator("#findings-table tbody tr").count() == 500
    assert page.locator("#controls").is_hidden()
    assert page.get_by_text("Without JavaScript this page shows the first 500.").is_visible()
    page.get_by_text("Dansk").click()
    expect(page.locator("h1")).to_have_text("Rapport om scanning", use_inner_text=True)
    assert page.locator("svg").count() > 10


def test_the_script_draws_the_rows_that_were_there_without_it(visit: Callable[..., Opened]) -> None:
    with_script, _ = visit()
    without, _ = visit(java_script_enabled=False)
    with_script.locator("#length").select_option("500")
    texts = [page.locator("#findings-table tbody tr").all_inner_texts() for page in (with_script, without)]
    assert [" ".join(text.split()) for text in texts[0]] == [" ".join(text.split()) for text in texts[1]]


def test_the_keyboard_reaches_everything(visit: Callable[..., Opened]) -> None:
    page, _ = visit()
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowRight")
    expect(page.locator("h1")).to_have_text("Rapport om scanning", use_inner_text=True)
    page.keyboard.press("Tab")
    expect(page.locator(".skip:focus")).to_have_count(1)
    page.keyboard.press("Enter")
    expect(page.locator("#findings")).to_be_focused()
    page.locator("th[data-sort=size] button").focus()
    page.keyboard.press("Enter")
    expect(page.locator("th[data-sort=size]")).to_have_attribute("aria-sort", "ascending")


def test_every_control_and_table_has_a_name(visit: Callable[..., Opened]) -> None:
    page, _ = visit()
    unnamed = page.evaluate("""() => [...document.querySelectorAll("input, select")]
        .filter((node) => !node.labels.length || !node.labels[0].innerText.trim()).map((node) => node.id)""")
    assert unnamed == []
    tables = page.locator("table")
    assert tables.count() == page.locator("table > caption").count()
    assert page.locator("thead th:not([scope]), tbody th:not([scope])").count() == 0
    missing = page.evaluate("""() => [...document.querySelectorAll("[aria-labelledby], [aria-describedby]")]
        .flatMap((node) => [node.getAttribute("aria-labelledby"), node.getAttribute("aria-describedby")])
        .filter((id) => id && !document.getElementById(id))""")
    assert missing == []
    ids = page.evaluate("[...document.querySelectorAll('[id]')].map((node) => node.id)")
    assert len(ids) == len(set(ids))


CONTRAST = """() => {
  const light = (colour) => {
    const [r, g, b] = colour.match(/[\\d.]+/g).map(Number).map((c) => c / 255)
      .map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ground = (node) => {
    for (; node; node = node.parentElement) {
      const colour = getComputedStyle(node).backgroundColor;
      if (!/rgba\\(.*, 0\\)/.test(colour)) return colour;
    }
    return "rgb(255, 255, 255)";
  };
  return [...document.querySelectorAll("body *")]
    .filter((node) => [...node.childNodes].some((child) => child.nodeType === 3 && child.data.trim()))
    .filter((node) => node.checkVisibility() && !node.disabled)
    .map((node) => {
      const style = getComputedStyle(node);
      const [a, b] = [light(node.closest("svg") ? style.fill : style.color), light(ground(node))];
      return [(Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05), node.outerHTML.slice(0, 80)];
    })
    .filter(([ratio]) => ratio < 4.5);
}"""


def test_text_stands_out_from_its_ground(visit: Callable[..., Opened]) -> None:
    """WCAG 2.2, success criterion 1.4.3: a contrast of 4.5 to 1."""
    page, _ = visit()
    assert page.evaluate(CONTRAST) == []


@pytest.mark.parametrize("width", [320, 420, 1024, 1440])
def test_only_tables_scroll_sideways(visit: Callable[..., Opened], width: int) -> None:
    page, _ = visit(viewport={"width": width, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("language", ["da", "en"])
def test_it_prints_in_the_chosen_language_with_heads(
    visit: Callable[..., Opened], tmp_path: Path, language: str
) -> None:
    page, _ = visit()
    page.locator(f"label[for=language-{language}]").click()
    path = tmp_path / "report.pdf"
    page.pdf(path=path, prefer_css_page_size=True)
    assert path.read_bytes().startswith(b"%PDF-")
    if not Path("/usr/bin/pdftotext").exists():
        pytest.skip("no pdftotext: apt-get install poppler-utils")
    pages = subprocess.check_output(["pdftotext", "-layout", path, "-"], text=True).split("\f")[:-1]
    assert len(pages) > 5
    title, other = {"da": ("Rapport om scanning", "Scan report"), "en": ("Scan report", "Rapport om")}[language]
    assert title in pages[0]
    assert not any(other in text for text in pages)
    for number, text in enumerate(pages, start=1):
        assert "2026-11-24T090412Z-5f1c" in text
        assert f"{number} / {len(pages)}" in text
        assert "SYNTHETIC" in text
    heads = [text for text in pages if ("SHA-256" in text and "Reason" in text) or "Begrundelse" in text]
    assert len(heads) >= 4, "the head of the table is repeated on each page"
