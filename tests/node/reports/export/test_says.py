"""What a document says of how it came about: exactly what people here looked at and concluded, item by item."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from django.urls import reverse
from django.utils import timezone
from lxml import etree
from tests.node.factories import make_key, make_member, make_organisation, make_person, viewer_for
from tests.node.reports.assessment.test_basis import known, repeats
from tests.node.reports.assessment.test_pages import opened
from tests.node.reports.factories import make_report

from vaern.arrivals import Arrival, File, Location
from vaern.node.base.refusals import Refusal
from vaern.node.base.scope import viewing
from vaern.node.ledger.rules import Reason, Why
from vaern.node.organisations.rules import Permission
from vaern.node.reports.arrival import actions as intake
from vaern.node.reports.assessment.actions import Judgement, assess
from vaern.node.reports.assessment.retraction import undo, undoable
from vaern.node.reports.ending.disclosures import What, left
from vaern.node.reports.export import queries
from vaern.node.reports.models import Report
from vaern.node.reports.rules.assessments import Basis
from vaern.node.reports.rules.exposure import Extent
from vaern.records import Signal

if TYPE_CHECKING:
    from django.test import Client

    from vaern.formats.report_write import Form
    from vaern.node.organisations.viewers import Viewer

pytestmark = pytest.mark.django_db
REASON = Reason(Why.INVESTIGATION)
WHOLE: dict[str, Any] = {"extent": Extent.WHOLE, "files": 1}
BOTH: dict[str, Any] = {"extent": Extent.WHOLE, "files": 2}
BASELINE = "INTERPOL baseline"
FILES = ("01" * 32, "02" * 32)
"""Digests of the two files."""


@pytest.fixture
def analyst() -> Viewer:
    viewer = viewer_for(make_person("analyst", make_organisation("hotline", member=make_member("XA"))))
    with viewing(viewer.organisation.id):
        yield viewer


@pytest.fixture
def report(analyst: Viewer) -> Report:
    """Two files at two addresses."""
    files = tuple(
        File((Signal("sha256", bytes([n] * 32)),), location=Location(f"https://host.example/{n}")) for n in (1, 2)
    )
    arrival = Arrival("api", offence="material", incident_at=timezone.now(), files=files)
    found, _ = intake.receive(analyst, REASON, analyst.organisation, arrival, synthetic=True)
    return found


def take(analyst: Viewer, report: Report, form: Form, place: int = 1) -> bytes:
    """Take a report out as it is in the database."""
    now = Report.everywhere.get(pk=report.pk)
    return queries.take_out(analyst, now, REASON, form, "A desk (synthetic)", place).written.document


def viewed(document: bytes) -> list[str | None]:
    """What CyberTipline says of each file: viewed, not viewed, or nothing."""
    return [one.findtext("{*}fileViewedByEsp") for one in etree.fromstring(document).iter("{*}fileDetails")]


def rest(report: Report, basis: Basis) -> None:
    """Let there be of the first item what a conclusion on this basis rests on."""
    if basis is Basis.LIST:
        known(report, known_class=BASELINE)
    if basis is Basis.EARLIER:
        first = make_report(report.organisation)
        analyst = viewer_for(make_person("analyst", report.organisation))
        assess(analyst, REASON, first, Judgement(True, True, **WHOLE))
        repeats(report, first)


@pytest.mark.once
@pytest.mark.parametrize(
    ("basis", "method", "seen"),
    [
        (Basis.LOOKED, "manual_review", "true"),
        (Basis.LIST, "hash_match", "false"),
        (Basis.EARLIER, "hash_match", "false"),
    ],
)
def test_documents_say_who_looked_and_what_was_concluded_of_each_item(
    analyst: Viewer, report: Report, basis: Basis, method: str, seen: str
) -> None:
    rest(report, basis)
    looked = WHOLE if basis is Basis.LOOKED else {}
    assess(analyst, REASON, report, Judgement(True, True, items=(1,), basis=basis, **looked))
    assess(analyst, REASON, report, Judgement(False, False, items=(2,), basis=Basis.TEXT))
    assert viewed(take(analyst, report, "cybertipline")) == [seen, "false"]
    document = json.loads(take(analyst, report, "xarf"))
    assert (document["url"], document["classification"], document["detection_method"]) == (
        "https://host.example/1",
        "baseline",
        method,
    )
    with pytest.raises(queries.DocumentError):
        take(analyst, report, "xarf", 2)
    assert classes(take(analyst, report, "case")) == {
        ("INTERPOL:baseline", (FILES[0],)),
        ("INTERPOL:not baseline", (FILES[1],)),
    }


def test_a_part_of_several_is_said_of_no_single_one(analyst: Viewer, report: Report) -> None:
    assess(analyst, REASON, report, Judgement(True, True, extent=Extent.PART, files=1, items=(1, 2)))
    assert json.loads(take(analyst, report, "xarf"))["detection_method"] == "user_report"
    assert "true" not in viewed(take(analyst, report, "cybertipline"))


def test_before_anybody_concluded_nothing_is_said_to_be_reviewed(analyst: Viewer, report: Report) -> None:
    assert "true" not in viewed(take(analyst, report, "cybertipline"))
    with pytest.raises(queries.DocumentError):
        take(analyst, report, "xarf")


def test_what_is_so_of_all_is_said_once(analyst: Viewer, report: Report) -> None:
    assess(analyst, REASON, report, Judgement(True, True, **BOTH))
    for place in (1, 2):
        document = json.loads(take(analyst, report, "xarf", place))
        assert (document["classification"], document["detection_method"]) == ("baseline", "manual_review")
    assert classes(take(analyst, report, "case")) == {("INTERPOL:baseline", FILES)}


def classes(document: bytes) -> set[tuple[str, tuple[str, ...]]]:
    """What CASE says was concluded, with the digests of the files that it is said of."""
    graph = {one["@id"]: one for one in json.loads(document)["@graph"]}
    found = set()
    for one in graph.values():
        if one["@type"] == "uco-analysis:Analysis":
            result = graph[one["uco-action:result"][0]["@id"]]
            said = result["uco-core:hasFacet"][0]["uco-analysis:classification"][0]["uco-analysis:class"]
            about = (json.dumps(graph[file["@id"]]) for file in one["uco-action:object"])
            found.add((said, tuple(digest for text in about for digest in FILES if digest in text)))
    return found


# What was taken out left the house ------------------------------------------------------------------------------------


def test_what_was_taken_out_is_not_undone_and_is_listed(client: Client, analyst: Viewer, report: Report) -> None:
    take(analyst, report, "cybertipline")
    assess(analyst, REASON, report, Judgement(True, True, **BOTH))
    assert undoable(analyst, Report.everywhere.get(pk=report.pk)), "that was before"
    take(analyst, report, "xarf")
    with pytest.raises(Refusal, match="left the house"):
        undo(analyst, REASON, report)
    assert [(one.what, one.to) for one in left(report)] == [
        (What.DOCUMENT, "xarf: A desk (synthetic)"),
        (What.DOCUMENT, "cybertipline: A desk (synthetic)"),
    ]
    opened(client, analyst.person, report)
    page = client.get(reverse("reports:reopen", args=[report.pk])).content.decode()
    assert "Taken out as a document: xarf: A desk (synthetic)" in page
    assert "Tell whoever has it" in page


def test_by_the_api_too(client: Client, analyst: Viewer, report: Report) -> None:
    assess(analyst, REASON, report, Judgement(True, True, **BOTH))
    _, key = make_key(analyst.person, Permission.REPORT_EXPORT)
    headers = {"Authorization": f"Bearer {key}", "Vaern-Reason": "investigation"}
    body = {"form": "xarf", "to_whom": "A desk (synthetic)"}
    address = f"/api/reports/{report.pk}/document"
    answer = client.post(address, body, content_type="application/json", headers=headers)
    assert json.loads(answer.json()["document"])["detection_method"] == "manual_review"
    assert undoable(analyst, Report.everywhere.get(pk=report.pk)) is None
    assert [one.what for one in left(report, timezone.now())] == []
