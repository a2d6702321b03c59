"""The page as bytes: complete, inert, tied to its files, bounded. For what a browser does: tests/browser."""

from __future__ import annotations

import base64
import csv
import hashlib
import html.parser
import json
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import msgspec
import pytest
import synthetic_results
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.scanning.report.arbitrary import findings

from vaern.formats.findings import encode
from vaern.records import Finding, Media
from vaern.scanning.remarks import DELETED, IMAGE
from vaern.scanning.report import write_report
from vaern.scanning.report.display import visible
from vaern.scanning.report.rows import Row
from vaern.scanning.report.tally import Tally

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.once


ELEMENTS = {
    *(
        "html",
        "head",
        "meta",
        "title",
        "style",
        "script",
        "body",
        "header",
        "main",
        "footer",
        "nav",
        "section",
    ),
    *("h1", "h2", "h3", "p", "ul", "ol", "li", "dl", "dt", "dd", "div", "figure", "noscript", "template"),
    *("a", "b", "bdi", "br", "code", "small", "span", "strong"),
    *("table", "caption", "thead", "tbody", "tfoot", "tr", "th", "td"),
    *("form", "input", "label", "select", "option", "button"),
    *("svg", "g", "rect", "path", "text", "defs", "pattern"),
}


class Page(html.parser.HTMLParser):
    """The elements, the references and the inline scripts and styles of a page."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: set[str] = set()
        self.attributes: list[tuple[str, str | None]] = []
        self.inline: dict[str, list[str]] = {"script": [], "style": []}
        self.text = ""
        self._open = ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.add(tag)
        self.attributes += attrs
        self._open = tag
        if tag in self.inline:
            self.inline[tag].append("")

    def handle_endtag(self, _tag: str) -> None:
        self._open = ""

    def handle_data(self, data: str) -> None:
        if self._open in self.inline:
            self.inline[self._open][-1] += data
        else:
            self.text += data

    @property
    def data(self) -> dict[str, Any]:
        return json.loads(self.inline["script"][0])

    @property
    def policy(self) -> str:
        return next(value or "" for _, value in self.attributes if value and value.startswith("default-src"))


def results_of(folder: Path, many: list[Finding], run: dict[str, Any] | None = None) -> Path:
    (folder / "findings.jsonl").write_bytes(b"".join(map(encode, many)))
    (folder / "run.json").write_text(json.dumps(run or {"run": "r1"}))
    return folder


def page_of(folder: Path, rows: int = 20_000) -> Page:
    return Page(write_report(folder, rows=rows).read_text("utf-8"))


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("results")
    synthetic_results.write(folder, 2000, hostile=True)
    return folder


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25)
@given(st.lists(findings(), max_size=8), st.dictionaries(st.text(max_size=8), st.text(max_size=8), max_size=3))
def test_no_name_becomes_an_element_and_every_name_is_there(
    tmp_path: Path, many: list[Finding], run: dict[str, Any]
) -> None:
    page = page_of(results_of(tmp_path, many, run))
    assert page.elements <= ELEMENTS
    rows = msgspec.convert(page.data["rows"], list[Row])
    assert rows == Tally.of(many).kept
    for row in rows:
        assert row.name in page.text


def test_reasons_and_causes_are_there_in_both_languages(tmp_path: Path) -> None:
    cause = "the decoder ran out of memory (limit 2 GB)"
    found = Finding(Media("a", 1, "image/png", unreadable=cause), "unreadable", reason=f"Could not be read: {cause}.")
    text = page_of(results_of(tmp_path, [found])).text
    assert "Could not be read: the decoder ran out of memory (limit 2 GB)." in text
    assert "Kunne ikke læses: afkoderen brugte mere hukommelse end tilladt (grænse 2 GB)." in text
    assert "afkoderen brugte mere hukommelse end tilladt (grænse … GB)" in text


def test_nothing_is_fetched_and_nothing_inline_runs_but_what_the_policy_names(results: Path) -> None:
    page = page_of(results)
    names = {name for name, _ in page.attributes}
    assert not names & {
        "src",
        "srcset",
        "action",
        "formaction",
        "style",
        "background",
        "data",
        "poster",
        "ping",
    }
    assert not [name for name in names if name.startswith("on")]
    assert all((value or "").startswith("#") for name, value in page.attributes if name == "href")
    assert "url(" not in page.inline["style"][0].replace("url(#hatch)", "")
    assert "@import" not in page.inline["style"][0]
    data, script = page.inline["script"]
    assert data.startswith("{")
    for code, directive in ((script, "script-src"), (page.inline["style"][0], "style-src")):
        digest = base64.b64encode(hashlib.sha256(code.encode()).digest()).decode()
        assert f"{directive} 'sha256-{digest}';" in page.policy
    assert page.policy.startswith("default-src 'none';")
    assert "unsafe" not in page.policy


def test_the_page_is_tied_to_its_files(results: Path) -> None:
    page = page_of(results)
    for name in ("findings.jsonl", "findings.csv", "run.json"):
        assert hashlib.sha256((results / name).read_bytes()).hexdigest() in page.text


def test_every_fact_of_the_run_is_on_the_page(results: Path) -> None:
    page = page_of(results)
    run = json.loads((results / "run.json").read_text())
    run["options"]["a new option"] = "never seen"

    def leaves(value: Any) -> list[str]:
        if isinstance(value, dict):
            return [*map(visible, value), *(leaf for inner in value.values() for leaf in leaves(inner))]
        if isinstance(value, list):
            return [leaf for inner in value for leaf in leaves(inner)]
        return [] if isinstance(value, bool) or value is None else [str(value)]

    (results / "run.json").write_text(json.dumps(run))
    page = page_of(results)
    assert [leaf for leaf in leaves(run) if leaf not in page.text] == []


def test_the_page_says_what_it_leaves_out(tmp_path: Path) -> None:
    synthetic_results.write(tmp_path, 800)
    with (tmp_path / "findings.csv").open() as table:
        listed = sum(row[0] in ("known", "near", "unreadable", "ignored") for row in csv.reader(table))
    assert f"All {listed} of them are on this page." in page_of(tmp_path).text
    cut = page_of(tmp_path, rows=50)
    assert len(cut.data["rows"]) == 50
    assert f"There are {listed} of them. This page holds 50," in cut.text
    assert f"the remaining {listed - 50} are in" in cut.text


def test_the_page_says_what_of_images_of_disks_was_not_read(tmp_path: Path) -> None:
    image = Finding(media=Media("a.dd", 9, "application/x-raw-disk-image", notes=(IMAGE,)), verdict="not media")
    deleted = Finding(media=Media("a.dd!/[deleted]/x", 1, archive="a.dd", notes=("x", DELETED)), verdict="not media")
    plain = Finding(media=Media("b", 1), verdict="not media")
    for name, many in (("one", [image]), ("both", [plain, deleted, image, deleted]), ("none", [plain])):
        (tmp_path / name).mkdir()
        text = page_of(results_of(tmp_path / name, many)).text
        said = "Of images of disks (1) only the files were read"
        assert (said in text) == (image in many)
        assert ("where they lie (2). Not read: unallocated space" in text) == (deleted in many)


@pytest.mark.parametrize(("facts", "banner"), [({"synthetic": True}, True), ({}, False), ({"synthetic": 1}, False)])
def test_a_synthetic_run_says_so(tmp_path: Path, facts: dict[str, Any], banner: bool) -> None:
    assert ("Synthetic demonstration." in page_of(results_of(tmp_path, [], facts)).text) == banner


def test_a_scan_that_was_stopped_says_so(tmp_path: Path) -> None:
    assert "stopped before" in page_of(results_of(tmp_path, [], {"complete": False})).text
    assert "stopped before" not in page_of(results_of(tmp_path, [], {"complete": True})).text


def test_an_old_page_stays_until_the_new_one_is_whole(tmp_path: Path) -> None:
    write_report(results_of(tmp_path, []))
    old = (tmp_path / "report.html").read_bytes()
    (tmp_path / "findings.jsonl").write_bytes(b"{broken\n")
    with pytest.raises(ValueError, match=r"findings\.jsonl, line 1: not a finding"):
        write_report(tmp_path)
    assert (tmp_path / "report.html").read_bytes() == old


def test_a_run_that_is_no_record_is_named(tmp_path: Path) -> None:
    results_of(tmp_path, [])
    (tmp_path / "run.json").write_text("[]")
    with pytest.raises(ValueError, match=r"run\.json: not the record of a run"):
        write_report(tmp_path)


MEASURE = """
import resource, sys
from pathlib import Path
from vaern.scanning.report import write_report
write_report(Path(sys.argv[1]))
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


def peak_kilobytes(folder: Path) -> int:
    return int(subprocess.check_output([sys.executable, "-c", MEASURE, str(folder)]))


@pytest.mark.slow
def test_a_million_findings_need_no_more_memory_than_a_hundred_thousand(tmp_path: Path) -> None:
    small, large = tmp_path / "small", tmp_path / "large"
    synthetic_results.write(small, 100_000)
    lines = (small / "findings.jsonl").read_bytes()
    large.mkdir()
    with (large / "findings.jsonl").open("wb") as file:
        for part in range(10):
            file.write(lines.replace(b"/mnt/disk-01/", b"/mnt/disk-%02d/" % part))
    (large / "run.json").write_bytes((small / "run.json").read_bytes())
    assert peak_kilobytes(large) < 1.3 * peak_kilobytes(small)
    page = page_of(large)
    assert len(page.data["rows"]) == 20_000
    assert "There are 2" in page.text
