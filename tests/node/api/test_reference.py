"""The page about the API and the contract itself are what the operations say."""

from __future__ import annotations

import re
from pathlib import Path

import api_reference
from django.conf import settings
from django.test import Client

from vaern.formats import arf, cybertipline, report_csv, xarf
from vaern.node import api
from vaern.node.lists.api import PIECE
from vaern.node.reports.intake.documents import LARGEST, MOST_REPORTS
from vaern.node.reports.submission import views as ispws

PIECES = "PUT /api/hash-lists/{name}/intakes/{uuidstr:id}/pieces"
FORMATS = Path(__file__).parents[3] / "docs" / "reference" / "report-formats.md"


def test_the_reference_is_fresh() -> None:
    """It is written from the whole document and so is its snapshot: a change of the contract shows in review."""
    assert api_reference.PAGE.read_text("utf-8") == api_reference.page(), "run `make reference`"


def test_the_contract_is_served_to_everybody_and_loads_nothing_from_elsewhere() -> None:
    answer = Client().get("/api/openapi.json")
    assert answer.status_code == 200
    assert answer.json() == api.openapi()
    assert "http" not in answer.content.decode().replace("http: 1.1", "").replace('"type": "http"', "")


def test_the_sizes_that_are_told_are_those_that_are_taken() -> None:
    sizes = dict(api.sizes())
    larger = {name for name, size in sizes.items() if size != settings.DATA_UPLOAD_MAX_MEMORY_SIZE}
    reports = {"POST /api/reports", "POST /api/reports/documents", "POST /api/reports/batch"}
    assert larger == reports | {PIECES}
    assert ({sizes[name] for name in reports}, sizes[PIECES]) == ({LARGEST}, PIECE)
    page = api_reference.page()
    assert f"at most {settings.DATA_UPLOAD_MAX_MEMORY_SIZE / 1e6:g} MB" in page
    (told,) = re.findall(r"\*\*Larger\*\*: up to (\d+) MB by .*? at most ([\d,]+) reports", page)
    assert told == (f"{LARGEST / 1e6:g}", f"{MOST_REPORTS:,}")


def test_the_page_of_formats_says_what_a_node_takes_and_what_the_command_does() -> None:
    page = " ".join(FORMATS.read_text("utf-8").split())
    node = f"a node takes {LARGEST / 1e6:g} MB and {MOST_REPORTS:,} reports at once"
    assert (
        f"{node} (`POST /api/reports/documents` and `/batch`; `/ispws/` one report of {ispws.LARGEST / 1e6:g} MB)"
        in page
    )
    assert {cybertipline.MAX_BYTES, report_csv.MAX_BYTES} == {10 << 20}
    assert {xarf.MAX_BYTES, arf.MAX_BYTES} == {15 << 20}
    assert f"takes 10 MiB (XML, CSV), 15 MiB (XARF, mail) and {report_csv.MAX_ROWS:,} lines of CSV" in page
    assert f"more than 10 MiB (a node: {LARGEST / 1e6:g} MB)" in page
    assert f"more than {report_csv.MAX_ROWS:,} (a node: {MOST_REPORTS:,})" in page
