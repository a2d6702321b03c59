"""What comes with a document, goes along with a copy, leaves in an export, and ends with its record."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.apps import apps
from django.urls import reverse
from django.utils import timezone
from tests.node.cases.factories import hand, make_case
from tests.node.external.worlds import GROUND, WHY, Desk
from tests.node.factories import make_key, sign_in
from tests.node.reports.forwarding.worlds import arrive, send

from vaern.arrivals import External
from vaern.node.base.scope import viewing
from vaern.node.cases.work import handovers
from vaern.node.casework.models import Casework
from vaern.node.casework.retention.actions import erase
from vaern.node.external import actions, queries
from vaern.node.external.kinds import codes, of
from vaern.node.external.models import ExternalChange, ExternalIdentifier
from vaern.node.organisations.rules import Permission
from vaern.node.reports.base.content import arrival_of
from vaern.node.reports.export import queries as export
from vaern.node.reports.models import Report

if TYPE_CHECKING:
    from django.test import Client

pytestmark = pytest.mark.django_db


def values(desk: Desk, record: Any) -> list[tuple[str, str, str]]:
    """Return system, value and source of what stands on a record."""
    with viewing(desk.organisation.id):
        found = queries.lines(desk.who(record), record)
    return [(one.row.system, one.written.value, one.row.source) for one in found if one.row.withdrawn_at is None]


def test_what_a_document_says_is_noted_and_nothing_else_is() -> None:
    desk = Desk()
    said = (External("iccam_item", "44 / 7"), External("ncmec_report", "no digits"), External("national", "1"))
    report = arrive(desk.lead, tip_number="123456", identifiers=said, narrative="ICSE series 999, SIENA 888")
    assert values(desk, report) == [("ncmec_report", "123456", "document"), ("iccam_item", "44 / 7", "document")]
    plain = arrive(desk.lead, narrative="NCMEC 123456")
    assert values(desk, plain) == []


def test_a_forwarded_copy_has_what_goes_along_under_its_label_and_passes_on_no_more() -> None:
    desk, other = Desk(), Desk()
    report = arrive(desk.lead, tip_number="123456", identifiers=(External("iccam_item", "i1"), External("siena", "s1")))
    desk.add(report, "n1", "national", country="DK", along="green")
    (forward,) = send(desk.lead, report, other.lead)  # TLP:AMBER
    copy = Report.everywhere.get(pk=forward.arrived_id)
    received = [(system, value) for system, value, source in values(other, copy) if source == "received"]
    assert received == [("ncmec_report", "123456"), ("iccam_item", "i1"), ("national", "n1")]
    rows = ExternalIdentifier.everywhere.filter(record=copy.pk)
    assert {one.sent_by_id for one in rows} == {desk.organisation.id}
    assert {one.along for one in rows} == {"amber"}
    assert arrival_of(copy).identifiers == ()
    assert copy.tip_number == "123456"


def test_a_number_that_was_withdrawn_or_stays_is_not_in_what_leaves() -> None:
    desk, other = Desk(), Desk()
    report = arrive(desk.lead, tip_number="123456")
    made = ExternalIdentifier.everywhere.get(record=report.pk)
    desk.do(actions.withdraw, report, made.pk, "the sender took it back")
    (forward,) = send(desk.lead, report, other.lead)
    copy = Report.everywhere.get(pk=forward.arrived_id)
    assert copy.tip_number == arrival_of(copy).tip_number == ""
    assert values(other, copy) == []


def test_a_case_that_is_handed_over_carries_them_and_one_that_is_dropped_keeps_none() -> None:
    from vaern.node.cases.rules.handovers import DropReason

    desk, other = Desk(), Desk()
    case = make_case(desk.lead)
    desk.add(case, "icse 1", along="amber")
    desk.add(case, "icse 2", along="")
    arrived = hand(desk.lead, case, other.lead).arrived
    assert values(other, arrived) == [("icse_series", "icse 1", "received")]
    with viewing(other.organisation.id):
        handovers.drop(other.lead, WHY, arrived, DropReason.NOT_OURS)
    assert not ExternalIdentifier.everywhere.filter(record=arrived.pk).exists()
    assert ExternalIdentifier.everywhere.filter(record=case.pk).count() == 2


def test_a_preview_says_what_goes_along_before_it_does(client: Client) -> None:
    desk, other = Desk(), Desk()
    case = make_case(desk.lead)
    desk.add(case, "icse 1", along="amber")
    desk.add(case, "icse 2", along="red")
    sign_in(client, desk.lead.person)
    filled = {
        "recipients": str(other.organisation.id),
        "handling": "amber",
        "legal_ground": GROUND,
        "why": "investigation",
        "until": (timezone.localdate() + timedelta(days=9)).isoformat(),
        "words": "",
        "transfer": "own-law",
    }
    page = client.post(reverse("cases:release", args=[case.pk]), filled).content.decode()
    lines = [line for line in page.splitlines() if "icse" in line]
    assert "Goes along" in page
    assert "".join(lines).index("icse 1") < "".join(lines).index("icse 2")
    assert page.count("Stays here") == 1


def test_an_export_carries_what_counts_and_may_leave(client: Client) -> None:
    desk = Desk()
    report = arrive(desk.lead, tip_number="123456", reference="r-1")
    desk.add(report, "icse 7", along="amber+strict")
    desk.add(report, "secret", "siena", along="red")
    gone = desk.add(report, "wrong", along="green")
    desk.do(actions.withdraw, report, gone.pk, "a slip")
    with viewing(desk.organisation.id):
        written = export.take_out(desk.lead, report, WHY, "case", "the laboratory").written
        shown = export.preview(desk.lead, report, WHY, "cybertipline")
    found = json.loads(written.document)["@graph"]
    (case,) = [node for node in found if node["@type"] == "case-investigation:Investigation"]
    said = [
        (one.get("uco-core:definingContext", ""), one["uco-core:externalIdentifier"])
        for one in case["uco-core:externalReference"]
    ]
    assert said == [("", "r-1"), ("NCMEC CyberTipline report", "123456"), ("INTERPOL ICSE series", "icse 7")]
    assert not any(path.startswith("identifiers") for path in written.left_out)
    assert shown.left_out["identifiers[].value"] >= 1, "a form without a place for them says so"
    assert client is not None


def test_a_report_that_comes_by_the_api_brings_them(client: Client) -> None:
    desk = Desk()
    _key, secret = make_key(desk.lead.person, Permission.REPORT_SEND)
    headers = {"Authorization": f"Bearer {secret}", "Vaern-Reason": "investigation"}

    def post(*identifiers: dict[str, str]) -> Any:
        body = {"offence": "material", "narrative": "Words.", "identifiers": list(identifiers)}
        return client.post("/api/reports", json.dumps(body), content_type="application/json", headers=headers)

    made = post({"system": "iccam_report", "value": "7-7"}, {"system": "national", "value": "9", "country": "DK"})
    assert made.status_code == 201, made.content
    report = Report.everywhere.get(pk=made.json()["id"])
    assert values(desk, report) == [("iccam_report", "7-7", "document"), ("national", "9", "document")]
    for wrong in (
        {"system": "guess", "value": "1"},
        {"system": "ncmec_report", "value": "x"},
        {"system": "national", "value": "1"},
        {"system": "other", "value": "1\u2028"},
        {"system": "other", "value": "x" * 81},
    ):
        assert post(wrong).status_code == 422, wrong


def test_they_end_with_their_record_of_every_kind() -> None:
    desk = Desk()
    assert set(desk.records()) == codes() - {"entry"}, "of entries: tests/node/lists/test_numbers.py"
    for record in desk.records().values():
        kept = desk.add(record, "1")
        gone = desk.add(record, "2")
        desk.do(actions.withdraw, record, gone.pk, "because")
        assert ExternalIdentifier.everywhere.filter(pk=kept.pk).exists()
        with viewing(desk.organisation.id):
            erase(desk.who(record), WHY, record)
        assert not ExternalIdentifier.everywhere.exists()
        assert not ExternalChange.everywhere.exists()


def test_every_kind_that_carries_them_is_a_kind_of_casework_or_hangs_on_one() -> None:
    kinds = {model.KIND for model in apps.get_models() if issubclass(model, Casework)}
    parts = {code: part.of for code in codes() if (part := of(code).part)}
    assert codes() - parts.keys() <= kinds
    assert set(parts.values()) <= kinds
    assert codes() == {"report", "series", "case", "entry"}
