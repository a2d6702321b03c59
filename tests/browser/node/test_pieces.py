"""A document that is too large for one request goes in pieces from the page, and is the document that was chosen."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

import pytest
from django.urls import reverse
from playwright.sync_api import expect

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


def _document(digest: str, least: int) -> bytes:
    """A case with a medium of the scan, and strangers whose comments have letters of two and of three bytes."""
    context = "http://github.com/VICSDATAMODEL/ProjectVic/DataModels/2.0.xml/UK/$metadata#Cases"
    media: list[dict[str, Any]] = [{"MediaID": 1, "MD5": digest, "Category": 1, "IsPrecategorized": False}]
    size = 0
    while size < least:
        stranger = hashlib.md5(b"synthetic %d" % len(media), usedforsecurity=False).hexdigest()
        media.append({"MediaID": len(media), "MD5": stranger, "Category": 2, "Comments": "æøå €" * 40})
        size += 500
    fields = {"CaseID": "9b2f6d0a-0000-4000-8000-000000000001", "CaseNumber": "2026-1", "Media": media}
    return json.dumps({"@odata.context": context, "value": [fields]}, ensure_ascii=False).encode()


def test_a_large_document_arrives_as_it_was_chosen(visit: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from tests.node.scans.worlds import make_world

    from vaern.node.casework.workstations import files, views_graded
    from vaern.node.casework.workstations.models import GradedDocument
    from vaern.node.scans.models import Finding

    monkeypatch.setattr(views_graded, "PIECE", 30_001)
    world = make_world()
    scan = world.scan()
    digest = bytes(Finding.everywhere.filter(scan=scan, md5__isnull=False)[0].md5).hex()
    data = _document(digest, 200_000)
    chosen = tmp_path / "graded.json"
    chosen.write_bytes(data)
    visitor = visit(world.officer)
    page = visitor.page()
    page.goto(visitor.address + reverse("scans:graded", args=[scan.pk]))
    page.locator("main input[type=file]").set_input_files(chosen)
    page.locator("main button.primary").click()
    expect(page.locator("main h1")).to_contain_text("Graded VICS")
    document = GradedDocument.everywhere.get()
    assert (document.size, document.received, document.state) == (len(data), len(data), "reading")
    assert document.sha256 == hashlib.sha256(data).hexdigest()
    assert files.path_of(document.pk).read_bytes() == data
    assert visitor.complaints == []


def test_what_is_refused_on_the_way_is_said_on_the_page(visit: Any, tmp_path: Path, monkeypatch: Any) -> None:
    from tests.node.scans.worlds import make_world

    from vaern.node.casework.workstations import views_graded
    from vaern.node.casework.workstations.models import GradedDocument

    monkeypatch.setattr(views_graded, "PIECE", 30_001)
    world = make_world()
    scan = world.scan()
    chosen = tmp_path / "graded.json"
    chosen.write_bytes(_document("0" * 32, 40_000) + bytes(20_000))
    visitor = visit(world.officer)
    page = visitor.page()
    page.goto(visitor.address + reverse("scans:graded", args=[scan.pk]))
    page.locator("main input[type=file]").set_input_files(chosen)
    page.locator("main button.primary").click()
    said = page.locator("main [data-pieces-said]")
    expect(said).to_contain_text("did not arrive whole")
    expect(said).to_contain_text("binary data")
    expect(page.locator("main button.primary")).to_be_enabled()
    assert GradedDocument.everywhere.get().state == "receiving"
