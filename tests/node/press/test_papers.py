"""Papers: the embargo holds to the second, for everybody but those who are accredited and agreed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from unittest.mock import patch

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from tests.node.factories import sign_in
from tests.node.pdfs import text_of
from tests.node.press.factories import make_event, make_officer
from tests.node.press.journalist import accredited, confirmed, page_of

from vaern.node.press.journalists import actions as journalists
from vaern.node.press.models import Paper
from vaern.node.press.papers import actions
from vaern.node.press.rules.papers import may_read

if TYPE_CHECKING:
    from django.test import Client

EMBARGO = datetime(2012, 6, 21, 7, tzinfo=UTC)


@given(st.integers(-(10**9), 10**9), st.booleans(), st.booleans())
def test_who_reads_it_when(microseconds: int, accredited: bool, agreed: bool) -> None:
    now = EMBARGO + timedelta(microseconds=microseconds)
    expected = microseconds >= 0 or (accredited and agreed)
    assert may_read(now, EMBARGO, accredited=accredited, agreed=agreed) is expected


@pytest.mark.once
def test_an_embargo_from_paper_to_public(client: Client, db: None) -> None:
    officer = make_officer()
    event = make_event(officer)
    one, other = accredited(officer, event, 1), confirmed(event, 2)
    embargo = timezone.now() + timedelta(hours=1)
    paper = actions.add(officer, event, "The declaration", "Words <b>of</b> it.", embargo)
    assert b"Words" not in bytes(Paper.everywhere.get().sealed)
    own, public = f"{page_of(one)}papers/{paper.pk}/", reverse("press:public-paper", args=[paper.pk])
    assert client.get(own).status_code == client.get(public).status_code == 404
    assert "The declaration" in client.get(page_of(one)).content.decode()
    client.post(page_of(one), {"act": "agree"})
    assert "Words &lt;b&gt;of" in client.get(own).content.decode()
    assert client.get(f"{page_of(other)}papers/{paper.pk}/").status_code == 404
    early = text_of(client.get(f"{own}paper.pdf").content)
    assert "Under embargo until" in early
    assert "Words <b>of</b> it." in early
    for nobodys in (f"{public}paper.pdf", f"{page_of(other)}papers/{paper.pk}/paper.pdf"):
        assert client.get(nobodys).status_code == 404
    assert client.post(page_of(other), {"act": "agree"}).status_code == 422
    with patch("django.utils.timezone.now", return_value=embargo - timedelta(microseconds=1)):
        assert client.get(public).status_code == 404
    with patch("django.utils.timezone.now", return_value=embargo):
        assert f"{public}paper.pdf" in client.get(public).content.decode()
        fetched = client.get(f"{public}paper.pdf")
        assert "embargo" not in text_of(fetched.content)
        assert fetched["Content-Disposition"] == 'attachment; filename="the-declaration.pdf"'
        assert "The declaration" in client.get(reverse("press:public-papers", args=[event.name])).content.decode()
    journalists.withdraw(one)
    assert client.get(own).status_code == 404
    actions.withdraw(officer, paper)
    with patch("django.utils.timezone.now", return_value=embargo):
        assert client.get(public).status_code == 404


def test_an_officer_adds_words_and_no_other_file(client: Client, db: None) -> None:
    officer = make_officer()
    event = make_event(officer)
    assert officer.person
    sign_in(client, officer.person)
    at = reverse("press:new-paper", args=[event.pk])
    filled = {"title": "T", "text": "", "embargo": "2040-06-21T09:00:00", "which": ""}
    assert client.post(at, filled).status_code == 422
    refused = client.post(at, {**filled, "file": SimpleUploadedFile("a.pdf", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")})
    assert refused.status_code == 415
    assert client.post(at, {**filled, "file": SimpleUploadedFile("a.txt", "Blåbærgrød".encode())}).status_code == 302
    paper = Paper.everywhere.get()
    assert (paper.text, paper.embargo) == ("Blåbærgrød", datetime(2040, 6, 21, 7, tzinfo=UTC))
    page = client.get(reverse("press:event", args=[event.pk])).content.decode()
    assert "Embargo until" in page
    client.post(reverse("press:withdraw-paper", args=[paper.pk]))
    paper.refresh_from_db()
    assert paper.withdrawn_at
    with pytest.raises(Exception, match="somebody else"):
        actions.withdraw(make_officer(), paper)
