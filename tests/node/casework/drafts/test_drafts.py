"""What was typed is never lost: kept when the form is turned away, back after signing in, for the same person alone."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from allauth.usersessions.models import UserSession
from django import forms
from django.conf import settings
from django.test import Client
from django.urls import get_resolver
from django.utils import timezone
from tests.node.factories import make_organisation, make_person, sign_in, viewer_for
from tests.node.reports.factories import make_report

from vaern.node.casework.drafts import rules, store
from vaern.node.casework.drafts.models import Draft
from vaern.node.ledger.models import Entry
from vaern.node.ledger.rules import Reason, Why
from vaern.node.organisations import people_actions, sessions
from vaern.node.organisations.rules import OrganisationKind, Role

if TYPE_CHECKING:
    from collections.abc import Iterator

    from vaern.node.organisations.models import Person

pytestmark = pytest.mark.django_db

PROFILE, KEY = "/account/profile/", "/keys/new/"
HERE = "http://testserver"
TYPED = {"name": "Half an hour’s <work>", "language": "da"}


@pytest.fixture
def ada() -> Person:
    return make_person(Role.ADMINISTRATOR)


def let_pass(row: UserSession, seconds: int = settings.IDLE_SECONDS + 5) -> None:
    """Let nothing happen in a session for so long."""
    UserSession.objects.filter(pk=row.pk).update(last_seen_at=timezone.now() - timedelta(seconds=seconds))


def post(client: Client, address: str, typed: dict[str, Any], page: str = "") -> Any:
    """Send a form from its page, as browsers do."""
    return client.post(address, typed, headers={"Referer": f"{HERE}{page or address}"})


def shown(client: Client, address: str = PROFILE) -> str:
    return str(client.get(address).content.decode())


WORK = "Half an hour’s &lt;work&gt;"


# The story ------------------------------------------------------------------------------------------------------------


def test_a_form_that_meets_the_sign_in_is_back_after_signing_in(client: Client, ada: Person) -> None:
    let_pass(sign_in(client, ada))
    answer = post(client, PROFILE, TYPED)
    assert answer["Location"] == f"/account/login/?next={PROFILE.replace('/', '%2F')}"
    ada.refresh_from_db()
    assert ada.name != TYPED["name"], "nothing was saved by somebody whose session had ended"
    sign_in(client, ada)
    page = shown(client)
    assert WORK in page
    assert "had not been saved" in page
    assert re.search(r'value="da"[^>]* (selected|checked)', page)
    assert post(client, PROFILE, TYPED).status_code == 302
    ada.refresh_from_db()
    assert ada.name == TYPED["name"]
    assert not Draft.objects.exists()
    assert "had not been saved" not in shown(client)


def test_nobody_else_gets_it_in_the_same_browser(client: Client, ada: Person) -> None:
    let_pass(sign_in(client, ada))
    post(client, PROFILE, TYPED)
    sign_in(client, make_person(Role.ADMINISTRATOR, ada.organisation))
    assert WORK not in shown(client)
    sign_in(client, ada)
    assert WORK in shown(client)


@pytest.mark.parametrize("ended_by", ["another tab", "a page that asks by itself", "the working day"])
def test_a_form_is_kept_however_the_clock_ended_the_session(client: Client, ada: Person, ended_by: str) -> None:
    row = sign_in(client, ada)
    if ended_by == "the working day":
        long_ago = timezone.now() - timedelta(seconds=settings.SESSION_SECONDS + 5)
        UserSession.objects.filter(pk=row.pk).update(created_at=long_ago)
    else:
        let_pass(row)
        client.get("/", headers={} if ended_by == "another tab" else {sessions.BY_ITSELF: "1"})
    post(client, PROFILE, TYPED)
    sign_in(client, ada)
    assert WORK in shown(client)


def test_the_second_factor_asked_again_keeps_the_form(client: Client) -> None:
    hotline = make_organisation(OrganisationKind.HOTLINE)
    ada = make_person(Role.ADMINISTRATOR, hotline, roles=[Role.ADMINISTRATOR.value, Role.ANALYST.value])
    sign_in(client, ada, ago=3600)
    answer = post(client, KEY, {"name": "Nightly upload", "scopes": ["report.send", "scan.add"], "until": "2026-12-31"})
    assert "reauthenticate" in answer["Location"]
    client = Client()
    sign_in(client, ada)
    page = shown(client, KEY)
    assert 'value="Nightly upload"' in page
    assert 'value="2026-12-31"' in page


def test_a_reason_that_is_asked_for_again_keeps_the_form_and_leads_back_to_its_page(client: Client) -> None:
    analyst = make_person(Role.ANALYST)
    colleague, until = make_person(Role.ANALYST, analyst.organisation), timezone.now() + timedelta(hours=1)
    report = make_report(analyst.organisation, claimed_by=colleague, claimed_until=until)
    sign_in(client, analyst)
    page = f"/reports/{report.pk}/assess/"
    answer = post(client, page, {"words": "typed at length"})
    assert f'name="next" value="{page}"' in answer.content.decode()
    (found,) = store.of_page(analyst.pk, page)
    assert found.typed.values == {"words": ["typed at length"]}


def test_a_form_that_was_refused_or_has_errors_stays_a_draft(client: Client, ada: Person) -> None:
    sign_in(client, ada)
    store.keep(ada.pk, rules.Typed(PROFILE, PROFILE, {"name": ["Typed"]}))
    assert post(client, PROFILE, {"name": "", "language": "da"}).status_code == 422
    assert Draft.objects.count() == 1
    post(client, PROFILE, {"name": "Saved", "language": "en"})
    assert not Draft.objects.exists()


# Who cannot -----------------------------------------------------------------------------------------------------------


def test_whoever_cannot_show_whose_session_it_was_leaves_nothing_behind(client: Client, ada: Person) -> None:
    post(Client(), PROFILE, TYPED)
    row = sign_in(client, ada)
    UserSession.objects.filter(pk=row.pk).delete()  # ended elsewhere, by its owner or an administrator
    post(client, PROFILE, TYPED)
    sign_in(client, ada)
    client.post("/account/logout/")
    post(client, PROFILE, TYPED)
    forged = Client()
    forged.cookies["ended"] = "gAAAA" + "x" * 80
    post(forged, PROFILE, TYPED)
    assert not Draft.objects.exists()


def test_a_page_of_another_site_plants_nothing(ada: Person) -> None:
    client = Client(enforce_csrf_checks=True)
    let_pass(sign_in(client, ada))
    post(client, PROFILE, TYPED)
    assert not Draft.objects.exists()


def test_a_form_that_holds_media_is_not_kept(client: Client, ada: Person) -> None:
    let_pass(sign_in(client, ada))
    post(
        client, PROFILE, {"name": "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk"}
    )
    assert not Draft.objects.exists()


def test_the_proof_is_taken_away_at_the_next_sign_in(client: Client, ada: Person) -> None:
    let_pass(sign_in(client, ada))
    client.get("/")
    assert client.cookies["ended"]["httponly"]
    sign_in(client, ada)
    client.get("/")
    assert client.cookies["ended"].value == ""


# What is kept ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "address",
    [
        "/account/login/",
        "/account/password/change/",
        "/account/second-factor/reauthenticate/",
        "/invitation/x/",
        "/report/",
        "/language/",
        "/drafts/",
        "/api/v1/scans",
        "/nowhere/",
    ],
)
def test_nothing_of_signing_in_and_of_strangers_forms_is_kept(client: Client, ada: Person, address: str) -> None:
    sign_in(client, ada)
    body = {"draft:page": "/", "draft:form": address, "words": "typed"}
    assert client.post("/drafts/", body).status_code == 422
    assert not Draft.objects.exists()


def every_form(above: type = forms.BaseForm) -> Iterator[type[forms.BaseForm]]:
    for form in above.__subclasses__():
        yield form
        yield from every_form(form)


def test_every_secret_of_every_form_is_known_by_name() -> None:
    assert get_resolver().url_patterns, "every form is imported with the pages"
    secret = {
        name
        for form in every_form()
        if form.__module__.startswith("vaern.")
        for name, field in getattr(form, "base_fields", {}).items()
        if isinstance(field.widget, forms.PasswordInput)
    }
    assert {"password", "again", "key"} <= secret
    assert secret <= rules.SECRET


def test_typing_is_kept_by_the_page_and_is_no_entry_in_the_ledger(client: Client, ada: Person) -> None:
    sign_in(client, ada)
    entries = Entry.objects.count()
    body = {"draft:page": PROFILE, "draft:form": PROFILE, "csrfmiddlewaretoken": "x", **TYPED}
    assert client.post("/drafts/", body).status_code == 204
    assert Entry.objects.count() == entries
    page = shown(client)
    assert WORK in page
    answer = client.post("/drafts/discard/", {"draft:page": PROFILE, "draft:form": PROFILE, "next": PROFILE})
    assert answer["Location"] == PROFILE
    assert WORK not in shown(client)


def test_typing_after_the_session_ended_is_kept_too(client: Client, ada: Person) -> None:
    let_pass(sign_in(client, ada))
    client.get("/")
    body = {"draft:page": PROFILE, "draft:form": PROFILE, **TYPED}
    assert client.post("/drafts/", body).status_code == 302
    sign_in(client, ada)
    assert WORK in shown(client)


def test_an_account_that_is_erased_takes_its_drafts_along(ada: Person) -> None:
    leaving = make_person(Role.ANALYST, ada.organisation)
    store.keep(leaving.pk, rules.Typed("/a/", "/a/", {"words": ["typed"]}))
    people_actions.erase_person(viewer_for(ada), Reason(Why.DATA_SUBJECT), leaving)
    assert not Draft.objects.exists()


# The end of the session -----------------------------------------------------------------------------------------------


def test_a_session_says_how_long_it_lasts_and_goes_on_only_when_somebody_says_so(client: Client, ada: Person) -> None:
    row = sign_in(client, ada)
    let_pass(row, settings.IDLE_SECONDS - 200)
    for _ in range(2):
        found = client.get("/drafts/session/", headers={sessions.BY_ITSELF: "1"}).json()
        assert 150 < found["seconds"] <= 200
        assert (found["idle"], found["who"]) == (True, str(ada.pk))
    found = client.post("/drafts/session/").json()
    assert found["seconds"] > settings.IDLE_SECONDS - 100
    almost = timezone.now() - timedelta(seconds=settings.SESSION_SECONDS - 100)
    UserSession.objects.filter(pk=row.pk).update(created_at=almost)
    found = client.post("/drafts/session/").json()
    assert found["seconds"] <= 100
    assert not found["idle"], "no click prolongs a working day"


def test_pages_of_the_work_area_watch_over_their_session_and_no_others_do(client: Client, ada: Person) -> None:
    assert "data-session" not in shown(client, "/account/login/")
    sign_in(client, ada)
    assert f'data-idle="{settings.IDLE_SECONDS}" data-warn="{settings.WARN_SECONDS}"' in shown(client, "/")
