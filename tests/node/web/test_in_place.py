"""A page that opened another beside it is told where to go, and nothing that was said is lost on the way."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st
from tests.node.factories import make_person, sign_in
from tests.node.reports.factories import make_report

from vaern.node.web.in_place import HEADER, SAME, THEN, _view

pytestmark = pytest.mark.django_db


def test_a_redirect_is_told_and_not_followed() -> None:
    analyst, client = make_person("analyst"), Client()
    report = make_report(analyst.organisation)
    sign_in(client, analyst)
    page, act = reverse("reports:report", args=[report.pk]), reverse("reports:claim", args=[report.pk])
    answer = client.post(act, headers={HEADER: page})
    assert (answer.status_code, answer.content) == (204, b"")
    assert answer[THEN].startswith(page)
    assert answer[SAME] == "1"
    assert "Location" not in answer
    shown = client.get(page).content.decode()
    assert f"You work on {report.code} now." in shown, "what was said stands on the page that follows"
    assert "Location" in client.post(reverse("reports:give-back", args=[report.pk])), "others are sent there"


def test_another_kind_of_page_is_not_the_same() -> None:
    analyst, client = make_person("analyst"), Client()
    report = make_report(analyst.organisation)
    sign_in(client, analyst)
    answer = client.post(reverse("reports:claim", args=[report.pk]), headers={HEADER: reverse("reports:worklist")})
    assert (answer.status_code, SAME in answer) == (204, False)


def test_a_page_that_is_no_redirect_is_as_always() -> None:
    analyst, client = make_person("analyst"), Client()
    report = make_report(analyst.organisation)
    sign_in(client, analyst)
    page = reverse("reports:keep", args=[report.pk])
    asked, alone = client.get(page, headers={HEADER: "/"}), client.get(page)
    assert asked.status_code == alone.status_code == 200
    assert client.post(page, {"until": ""}, headers={HEADER: "/"}).status_code == 422


def test_whoever_is_signed_out_is_told_the_way_to_sign_in() -> None:
    answer = Client().post("/reports/next/", headers={HEADER: "/reports/"})
    assert answer.status_code in {204, 403}
    if answer.status_code == 204:
        assert SAME not in answer


@given(st.text(max_size=40))
def test_whatever_a_page_names_as_itself_is_harmless(path: str) -> None:
    assert isinstance(_view(path), str)
