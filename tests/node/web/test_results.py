"""What came of an act stands on the page that follows, with what comes next and, for a minute, the way back."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.http import QueryDict
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from tests.node.factories import make_person, sign_in
from tests.node.reports.factories import make_report

from vaern.node.web import results
from vaern.node.web.items import Button
from vaern.node.web.results import Result, Undo, of_message

TEXT = st.text(max_size=30)


def told(result: Result, later: timedelta = timedelta()) -> dict[str, Any]:
    """Return what a page would draw of a result so long after it was said."""
    kept: list[Any] = []
    request = SimpleNamespace(_messages=SimpleNamespace(add=lambda _level, text, tags: kept.append((text, tags))))
    results.tell(request, result)  # type: ignore[arg-type]
    ((_text, tags),) = kept
    with pytest.MonkeyPatch.context() as patch:
        now = timezone.now() + later
        patch.setattr(results.timezone, "now", lambda: now)
        return of_message(SimpleNamespace(extra_tags=tags))  # type: ignore[arg-type]


VALUES = st.one_of(TEXT, st.lists(TEXT, max_size=3))


@given(TEXT, st.dictionaries(TEXT, VALUES, max_size=3), TEXT, st.booleans())
def test_what_is_said_comes_through_whole(url: str, fields: dict[str, str | list[str]], label: str, post: bool) -> None:
    found = told(Result("done", Undo(url, fields), Button(label, url, post)))
    assert found["then"] == {"label": label, "url": url, "post": post}
    assert found["undo"]["url"] == url
    sent = QueryDict(mutable=True)
    for name, value in found["undo"]["inputs"]:
        sent.appendlist(name, value)
    assert dict(sent) == {
        name: [given] if isinstance(given, str) else given for name, given in fields.items() if given or given == ""
    }
    assert told(Result("done")) == {}


@pytest.mark.parametrize(("seconds", "offered"), [(0, True), (59, True), (61, False), (3600, False)])
def test_an_undo_is_offered_for_a_minute(seconds: int, offered: bool) -> None:
    found = told(Result("done", Undo("/"), Button("Go on", "/")), timedelta(seconds=seconds))
    assert ("undo" in found) is offered
    assert "then" in found, "what comes next stays"


def test_other_messages_have_neither() -> None:
    for tags in ("", None, "warning"):
        assert of_message(SimpleNamespace(extra_tags=tags)) == {}  # type: ignore[arg-type]


@pytest.mark.django_db
def test_a_claim_is_undone_from_what_says_that_it_was_made() -> None:
    analyst, client = make_person("analyst"), Client()
    report = make_report(analyst.organisation)
    sign_in(client, analyst)
    page = client.post(reverse("reports:claim", args=[report.pk]), follow=True).content.decode()
    back = reverse("reports:give-back", args=[report.pk])
    assert f'action="{back}" data-act data-until=' in page
    client.post(back)
    report.refresh_from_db()
    assert report.claimed_by_id is None


@pytest.mark.django_db
def test_setting_a_duplicate_aside_is_undone_by_the_inverse_act_with_the_suggested_reason() -> None:
    analyst, client = make_person("analyst"), Client()
    first, report = make_report(analyst.organisation), make_report(analyst.organisation)
    sign_in(client, analyst)
    given = {"original": first.code, "why": "assessment"}
    page = client.post(reverse("reports:duplicate", args=[report.pk]), given, follow=True).content.decode()
    back = reverse("reports:separate", args=[report.pk])
    assert f'action="{back}"' in page
    report.refresh_from_db()
    assert report.state == "duplicate"
    assert client.post(back).status_code == 302, "no reason has to be typed"
    report.refresh_from_db()
    assert report.state == "arrived"
