"""The pages by which people add, correct, withdraw and put back, and what the record's page says."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.urls import reverse
from tests.node.external.worlds import Desk
from tests.node.factories import make_person, sign_in

from vaern.node.external.models import ExternalIdentifier
from vaern.node.organisations.rules import Role

if TYPE_CHECKING:
    from django.test import Client

pytestmark = pytest.mark.django_db

APPS = {"report": "reports", "series": "victims", "case": "cases"}
REASON = {"why": "investigation", "words": ""}


@pytest.mark.once
@pytest.mark.parametrize("kind", list(APPS))
def test_somebody_adds_corrects_withdraws_and_puts_back(client: Client, kind: str) -> None:
    desk, app = Desk(), APPS[kind]
    record = desk.records()[kind]
    sign_in(client, desk.who(record).person)
    page = reverse(f"{app}:{'report' if kind == 'report' else kind}", args=[record.pk])
    client.post(
        reverse("casework:reason"),
        {
            "kind": kind,
            "record": str(record.pk),
            "next": page,
            "reason-why": "investigation",
            "reason-words": "",
        },
    )
    filled = {**REASON, "system": "icse_series", "value": "SE 12-3", "along": "default", "note": "from the desk"}
    add = reverse(f"{app}:add-external", args=[record.pk])
    assert client.post(add, {**filled, "system": "ncmec_report"}).status_code == 422
    assert client.post(add, {**filled, "system": "national"}).status_code == 422
    assert client.post(add, filled).status_code == 302
    made = ExternalIdentifier.everywhere.get()
    assert made.along == "amber+strict", "what is usual for the system"
    assert client.post(add, {**filled, "value": "se123"}).status_code == 422
    shown = client.get(page).content.decode()
    assert "SE 12-3" in shown
    assert "from the desk" in shown
    one = [record.pk, made.pk]
    correct = reverse(f"{app}:correct-external", args=one)
    assert "SE 12-3" in client.get(correct).content.decode()
    again = {**filled, "value": "SE 12-4", "along": "stays", "version": "1"}
    assert client.post(correct, again).status_code == 302
    old = client.post(correct, {**again, "value": "SE 12-5"})
    assert old.status_code == 409, "an old page"
    assert 'value="SE 12-5"' in old.content.decode()
    assert "ICSE, series SE 12-4" in str(old.context["now"])
    assert client.post(reverse(f"{app}:withdraw-external", args=one), {**REASON, "because": "wrong"}).status_code == 302
    shown = client.get(page).content.decode()
    assert "<s>ICSE, series SE 12-4</s>" in shown
    assert "wrong" in shown
    assert client.get(correct).status_code == 404
    assert client.post(reverse(f"{app}:restore-external", args=one), REASON).status_code == 302
    made.refresh_from_db()
    assert made.withdrawn_at is None
    assert made.along == ""


def test_whoever_only_sees_that_there_is_a_record_reads_no_identifier(client: Client) -> None:
    desk = Desk()
    report = desk.records()["report"]
    desk.add(report, "SE 12-3")
    administrator = make_person(Role.ADMINISTRATOR, desk.organisation)
    sign_in(client, administrator)
    client.post(reverse("organisations:admin-session"), {"reason": "a test", "hours": "1", **REASON})
    page = reverse("reports:report", args=[report.pk])
    client.post(
        reverse("casework:reason"),
        {
            "kind": "report",
            "record": str(report.pk),
            "next": page,
            "reason-why": "administration",
            "reason-words": "",
        },
    )
    shown = client.get(page)
    if shown.status_code == 200:
        assert "SE 12-3" not in shown.content.decode()
        assert "ICSE, series" in shown.content.decode()
    assert client.get(reverse("reports:add-external", args=[report.pk])).status_code == 403
