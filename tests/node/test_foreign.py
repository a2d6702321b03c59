"""What a node gives out, as other people's programs judge it, each unchanged."""

from __future__ import annotations

import io
import json
import re
import subprocess
import zipfile
from typing import TYPE_CHECKING

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from tests.node.alliance.publishing.worlds import an_alliance, released, secretariat
from tests.node.cases.evidence.worlds import WHY, desk, make_case, registered
from tests.node.factories import sign_in, terms

from vaern.node.alliance.rules.releases import Scope
from vaern.node.base.scope import viewing
from vaern.node.cases.evidence import bags
from vaern.node.casework.releases.terms import Handling

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from django.test import Client

    Judges = Callable[[str], Path]

pytestmark = [pytest.mark.django_db, pytest.mark.once]


def judged(*words: object) -> str:
    """Run a judge; fail with what it says if it refuses."""
    done = subprocess.run(list(map(str, words)), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_the_document_of_the_api_is_openapi(foreign: Judges, client: Client, tmp_path: Path) -> None:
    judge, document = foreign("openapi-spec-validator"), tmp_path / "openapi.json"
    document.write_bytes(client.get("/api/openapi.json").content)
    assert "OK" in judged(judge, document)
    document.write_text(document.read_text("utf-8").replace('"paths"', '"path"'), "utf-8")
    assert subprocess.run([judge, document], capture_output=True, check=False).returncode != 0


def test_the_open_data_of_a_release_are_a_data_package(foreign: Judges, client: Client, tmp_path: Path) -> None:
    judge = foreign("frictionless")
    an_alliance(seed=2, codes=("XA", "XV"))
    released(secretariat(), Scope(2024, 2025, "years"))

    def fetch(name: str) -> bytes:
        answer = client.get(reverse("alliance:released-file", args=["1", name]))
        (tmp_path / name).write_bytes(answer.content)
        return bytes(answer.content)

    package = json.loads(fetch("datapackage.json"))
    for resource in package["resources"]:
        fetch(resource["path"])
    judged(judge, "validate", tmp_path / "datapackage.json")
    figures = tmp_path / package["resources"][0]["path"]
    figures.write_bytes(figures.read_bytes().replace(b"\r\n", b",more\r\n"))
    assert subprocess.run(
        [judge, "validate", tmp_path / "datapackage.json"], capture_output=True, check=False
    ).returncode


def test_the_charts_of_the_pages_are_well_formed(foreign: Judges, client: Client, tmp_path: Path) -> None:
    judge = foreign("xmllint")
    an_alliance(seed=2, codes=("XA", "XV"))
    released(secretariat(), Scope(2024, 2025, "years"))
    page = client.get(reverse("alliance:public-progress")).content.decode()
    drawn = re.findall(r"<svg\b.*?</svg>", page, re.DOTALL)
    assert drawn
    for number, chart in enumerate(drawn):
        (tmp_path / f"{number}.svg").write_text(chart, "utf-8")
    judged(judge, "--noout", *tmp_path.glob("*.svg"))


def test_bags_of_evidence_are_bags(foreign: Judges, tmp_path: Path) -> None:
    judge = foreign("bagit.py")
    viewer = desk()
    case = make_case(viewer.organisation)
    registered(viewer, case)
    with viewing(viewer.organisation.id):
        made = bags.make(viewer, WHY, case, to_whom="The example court", terms=terms(Handling.AMBER, timezone.now()))
    with zipfile.ZipFile(io.BytesIO(bags.packed(made))) as archive:
        archive.extractall(tmp_path)
    (folder,) = tmp_path.iterdir()
    judged(judge, "--validate", folder)
    (folder / "data/register.json").write_bytes(b"{}")
    assert subprocess.run([judge, "--validate", folder], capture_output=True, check=False).returncode != 0


def test_a_bag_of_somebody_else_is_looked_at_by_the_page_that_checks_bags(
    foreign: Judges, client: Client, tmp_path: Path
) -> None:
    judge, viewer = foreign("bagit.py"), desk()
    (tmp_path / "bag").mkdir()
    (tmp_path / "bag/notes.txt").write_text("Notes (synthetic)\n", "utf-8")
    judged(judge, "--sha512", "--contact-name", "A laboratory", tmp_path / "bag")
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for path in sorted((tmp_path / "bag").rglob("*")):
            if path.is_file():
                archive.write(path, str(path.relative_to(tmp_path)))
    sign_in(client, viewer.person)
    upload = SimpleUploadedFile("bag.zip", packed.getvalue(), "application/zip")
    page = client.post(reverse("cases:verify-bag"), {"bag": upload}).content.decode()
    print(page)
    assert "valid" in page
