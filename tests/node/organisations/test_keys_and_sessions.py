"""API keys, and the session in which an administrator sees casework."""

from __future__ import annotations

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.utils import timezone
from tests.node.factories import make_key, make_organisation, make_person, sign_in, viewer_for
from tests.node.refusals import refused

from vaern.node.base.refusals import Refusal
from vaern.node.ledger.models import Entry
from vaern.node.ledger.rules import Reason, Why
from vaern.node.organisations import account_actions, acts, people_actions, rules
from vaern.node.organisations.actions import ADMINISTRATION
from vaern.node.organisations.keys import key_viewer
from vaern.node.organisations.models import AdminSession, ApiKey, Organisation, Person
from vaern.node.organisations.rules import CASEWORK, OrganisationKind, Permission, Role
from vaern.node.web.mail import send_waiting

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


@pytest.fixture
def analyst() -> Person:
    return make_person(Role.ANALYST)


def test_a_key_is_shown_once_and_kept_as_a_digest(client: Client, analyst: Person) -> None:
    sign_in(client, analyst)
    until = (timezone.localdate() + 30 * DAY).isoformat()
    page = client.post("/keys/new/", {"name": "Nightly scan", "scopes": ["scan.add"], "until": until})
    text = re.search(r"vaern_[0-9a-f]{32}_[A-Za-z0-9_-]{43}", page.content.decode())
    assert text
    assert "no-store" in page["Cache-Control"]
    viewer = key_viewer(f"Bearer {text[0]}")
    assert viewer
    assert viewer.permissions == {Permission.SCAN_ADD}
    assert (viewer.person, viewer.organisation) == (None, analyst.organisation)
    assert viewer.actor.key == viewer.key.id  # type: ignore[union-attr]
    assert text[0] not in client.get("/keys/").content.decode()
    with connection.cursor() as cursor:
        cursor.execute("SELECT k::text FROM organisations_apikey k")
        assert text[0].split("_", 2)[2] not in cursor.fetchone()[0]
    assert Entry.objects.get(act=acts.KEY_MADE.code).subject == viewer.key.id  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("scopes", "days"),
    [
        ([], 30),
        (["scan.add"], 0),
        (["scan.add"], 366),
        (["people.manage"], 30),
        (["scan.erase"], 30),
        (["scan.release"], 30),
        (["nonsense"], 30),
    ],
)
def test_a_key_has_scopes_of_its_maker_and_an_end(
    client: Client, analyst: Person, scopes: list[str], days: int
) -> None:
    sign_in(client, analyst)
    until = (timezone.localdate() + days * DAY).isoformat()
    assert client.post("/keys/new/", {"name": "Key", "scopes": scopes, "until": until}).status_code == 422
    assert not ApiKey.everywhere.exists()


def test_a_key_for_look_ups_has_their_purpose_and_no_other_is_asked_for_one(client: Client) -> None:
    sign_in(client, make_person(Role.MODERATOR))
    assert 'name="purpose"' in client.get("/keys/new/").content.decode()
    until = (timezone.localdate() + 30 * DAY).isoformat()
    given = {"name": "Gate", "scopes": ["lookup.ask"], "until": until}
    assert client.post("/keys/new/", {**given, "purpose": "x" * 101}).status_code == 422
    assert client.post("/keys/new/", {**given, "purpose": "night scan"}).status_code == 200
    assert ApiKey.everywhere.get().purpose == "night scan"
    assert "night scan" in client.get("/keys/").content.decode()


def test_an_administrator_makes_no_key_to_casework_not_even_in_a_session() -> None:
    administrator = make_person(Role.ADMINISTRATOR)
    account_actions.open_admin_session(viewer_for(administrator), reason="A broken import", lasts=timedelta(hours=1))
    for scope in CASEWORK:
        with refused(rules.KEY_BEYOND_MAKER):
            account_actions.make_api_key(
                viewer_for(administrator), ADMINISTRATION, name="Key", scopes=[scope], lasts=DAY
            )


def test_who_can_give_a_key_nothing_is_told_so(client: Client, analyst: Person) -> None:
    sign_in(client, make_person(Role.ADMINISTRATOR))
    told = "It is made by whoever brings in scans."
    page = client.get("/keys/new/").content.decode()
    assert told in page
    assert "Make the key" not in page  # there is nothing to choose, so nothing to send
    assert client.post("/keys/new/", {"name": "Key", "until": "2026-01-01"}).status_code == 422
    assert "/keys/new/" not in client.get("/keys/").content.decode()
    other = Client()
    sign_in(other, analyst)
    assert told not in other.get("/keys/new/").content.decode()
    assert "/keys/new/" in other.get("/keys/").content.decode()


def test_a_key_shrinks_with_the_roles_of_its_maker(analyst: Person) -> None:
    _, text = make_key(analyst, Permission.SCAN_VIEW, Permission.SCAN_ADD)
    Person.everybody.filter(pk=analyst.pk).update(roles=["legal"])
    viewer = key_viewer(f"Bearer {text}")
    assert viewer
    assert viewer.permissions == {Permission.SCAN_VIEW}


def test_a_key_that_is_not_valid_is_nobody(analyst: Person) -> None:
    key, text = make_key(analyst, Permission.SCAN_VIEW)
    right = f"Bearer {text}"
    other, other_text = make_key(analyst, Permission.SCAN_VIEW)
    mixed = f"Bearer vaern_{key.id.hex}_{other_text[-43:]}"
    unknown = f"Bearer vaern_{uuid4().hex}_{text[-43:]}"
    wrong = [
        "",
        "Bearer",
        "Bearer ",
        text,
        f"Basic {text}",
        f"{right}x",
        right[:-1],
        unknown,
        mixed,
        f"Bearer {text} ".replace("vaern", "VAERN"),
        "Bearer vaern_\0",
        f"Bearer vaern_{key.id}_{text[-43:]}",
    ]
    for header in wrong:
        assert key_viewer(header) is None, header
    assert key_viewer(right)
    assert key_viewer(right.replace("Bearer", "bearer"))
    for change in ({"revoked_at": timezone.now()}, {"expires_at": timezone.now(), "created_at": timezone.now() - DAY}):
        ApiKey.everywhere.filter(pk=other.pk).update(**change)
        assert key_viewer(f"Bearer {other_text}") is None
        ApiKey.everywhere.filter(pk=other.pk).update(revoked_at=None, expires_at=timezone.now() + DAY)
        assert key_viewer(f"Bearer {other_text}")


def test_the_last_use_is_written_once_a_minute(analyst: Person) -> None:
    key, text = make_key(analyst, Permission.SCAN_VIEW)
    key_viewer(f"Bearer {text}")
    key.refresh_from_db()
    first = key.used_at
    assert first
    key_viewer(f"Bearer {text}")
    key.refresh_from_db()
    assert key.used_at == first
    ApiKey.everywhere.update(used_at=timezone.now() - timedelta(minutes=2))
    key_viewer(f"Bearer {text}")
    key.refresh_from_db()
    assert key.used_at
    assert key.used_at > first


def test_a_key_is_revoked_by_its_own_organisation_only(client: Client, analyst: Person) -> None:
    key, text = make_key(analyst, Permission.SCAN_VIEW)
    stranger = Client()
    sign_in(stranger, make_person(Role.ANALYST))
    assert stranger.post(f"/keys/{key.id}/revoke/").status_code == 404
    assert "A key (synthetic)" not in stranger.get("/keys/").content.decode()
    assert key_viewer(f"Bearer {text}")
    sign_in(client, make_person(Role.ADMINISTRATOR, analyst.organisation))
    assert client.post(f"/keys/{key.id}/revoke/").status_code == 302
    assert key_viewer(f"Bearer {text}") is None


# The administrator's session ----------------------------------------------------------------------------------------


@pytest.fixture
def hotline() -> Organisation:
    return make_organisation(OrganisationKind.HOTLINE)


@pytest.fixture
def administrator(hotline: Organisation) -> Person:
    return make_person(Role.ADMINISTRATOR, hotline)


def open_session(client: Client, minutes: int = 15, reason: str = "An import that stopped half way") -> object:
    return client.post("/admin-session/", {"reason": reason, "minutes": str(minutes)})


def test_an_administrator_sees_casework_in_a_session_only(client: Client, administrator: Person) -> None:
    sign_in(client, administrator)
    assert client.get("/scans/").status_code == 403
    open_session(client)
    viewer = viewer_for(administrator)
    session = AdminSession.everywhere.get()
    assert client.get("/scans/").status_code == 200
    seen = {Permission.SCAN_VIEW, Permission.REPORT_VIEW, Permission.SERIES_VIEW, Permission.CASE_VIEW}
    assert viewer.permissions & CASEWORK == seen
    assert viewer.actor.session == session.id
    assert Entry.objects.filter(person=administrator.id).latest("id").session == session.id
    client.post("/admin-session/")
    assert client.get("/scans/").status_code == 403
    assert [e.act for e in Entry.objects.filter(subject=session.id).order_by("id")] == [
        acts.ADMIN_SESSION_OPENED.code,
        acts.ADMIN_SESSION_CLOSED.code,
    ]


def test_a_session_ends_by_itself(client: Client, administrator: Person) -> None:
    sign_in(client, administrator)
    open_session(client)
    now = timezone.now()
    AdminSession.everywhere.update(opened_at=now - timedelta(hours=1), until=now - timedelta(seconds=1))
    assert client.get("/scans/").status_code == 403
    assert viewer_for(administrator).actor.session is None
    open_session(client)  # a new one can be opened: the one that ended stands in nobody's way
    assert viewer_for(administrator).admin_session


def test_oversight_is_told_at_once_by_mail_and_on_the_front_page(
    client: Client, administrator: Person, hotline: Organisation
) -> None:
    own = make_person(Role.OVERSIGHT, hotline, language="da")
    national = make_person(Role.OVERSIGHT, make_organisation(OrganisationKind.OVERSIGHT))
    elsewhere = make_person(Role.OVERSIGHT, make_organisation(OrganisationKind.POLICE))
    sign_in(client, administrator)
    open_session(client, reason="An import that stopped half way")
    send_waiting()
    assert {m.to[0] for m in mail.outbox} == {own.email, national.email}
    assert all("import" not in m.body for m in mail.outbox)  # the reason stays in the node
    for overseer, sees in ((own, True), (national, True), (elsewhere, False)):
        browser = Client()
        sign_in(browser, overseer)
        page = browser.get("/").content.decode()
        shown = "/oversight/sessions/" in page.split("<main")[1].split("</main")[0]
        assert shown == sees


@pytest.mark.parametrize(
    ("minutes", "reason"), [(15, "short"), (15, " " * 20), (241, "A good long reason"), (0, "A good long reason")]
)
def test_a_session_needs_a_reason_and_is_short(
    client: Client, administrator: Person, minutes: int, reason: str
) -> None:
    sign_in(client, administrator)
    assert open_session(client, minutes, reason).status_code == 422  # type: ignore[attr-defined]
    with pytest.raises(Refusal):
        account_actions.open_admin_session(viewer_for(administrator), reason=reason, lasts=timedelta(minutes=minutes))
    assert not AdminSession.everywhere.exists()


def test_one_session_at_a_time(administrator: Person) -> None:
    account_actions.open_admin_session(viewer_for(administrator), reason="A good long reason", lasts=DAY / 24)
    with refused(rules.SESSION_OPEN):
        account_actions.open_admin_session(viewer_for(administrator), reason="A good long reason", lasts=DAY / 24)


def test_a_session_ends_with_the_role_and_with_the_account(administrator: Person, hotline: Organisation) -> None:
    other = make_person(Role.ADMINISTRATOR, hotline)
    account_actions.open_admin_session(viewer_for(administrator), reason="A good long reason", lasts=DAY / 24)
    people_actions.change_roles(viewer_for(other), Reason(Why.ADMINISTRATION), administrator, [Role.PRESS])
    assert AdminSession.everywhere.get().closed_at


@pytest.mark.once
@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ADMINISTRATOR])
def test_nobody_else_opens_one(client: Client, role: Role) -> None:
    sign_in(client, make_person(role))
    assert client.get("/admin-session/").status_code == 403
    assert open_session(client).status_code == 403  # type: ignore[attr-defined]


# What ends by the clock -----------------------------------------------------------------------------------------------


def test_what_has_ended_is_deleted(analyst: Person) -> None:
    from vaern.node.organisations.jobs import tidy_now
    from vaern.node.organisations.models import CacheEntry, Invitation

    now = timezone.now()
    CacheEntry.objects.create(cache_key="old", value="", expires=now - DAY)
    CacheEntry.objects.create(cache_key="new", value="", expires=now + DAY)
    old = sign_in(Client(), analyst)
    type(old).objects.filter(pk=old.pk).update(created_at=now - DAY)
    sign_in(Client(), analyst)
    for n, age in enumerate((31, 29)):
        Invitation.everywhere.create(
            organisation=analyst.organisation,
            roles=["analyst"],
            email=f"never{n}@organisation.example",
            name="Never",
            digest=bytes([n]) * 32,
            expires_at=now - age * DAY,
        )
    assert tidy_now() == (1, 1, 1)
    assert tidy_now() == (0, 0, 0)
    assert list(Invitation.everywhere.order_by("email").values_list("email", flat=True)) == [
        "",
        "never1@organisation.example",
    ]
