"""The link of one click with which invented people sign in: two attackers, one who forges it and one on a real node."""

from __future__ import annotations

import time
from unittest.mock import patch

import pytest
from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.core import signing
from django.core.mail import EmailMessage
from django.test import Client
from django.urls import reverse
from tests.node.factories import make_person
from tests.node.reports.law.test_data import configured

from vaern.node.demo import mailbox
from vaern.node.demo.sign_in import LINK_SECONDS, SALT, NotSynthetic, link_of
from vaern.node.demo.tour import STOPS
from vaern.node.organisations.rules import Role

pytestmark = pytest.mark.django_db


def path_of(token: str) -> str:
    return reverse("demo:sign-in", args=[token])


def signed(person: str, *, salt: str = SALT, ago: int = 0) -> str:
    with patch("django.core.signing.time.time", return_value=time.time() - ago):
        return path_of(signing.dumps(person, salt=salt, compress=False))


def is_signed_in(client: Client) -> bool:
    """Whether a session is anybody's, a second factor or not."""
    return SESSION_KEY in client.session


def test_the_link_that_the_terminal_shows_signs_in(client: Client) -> None:
    link = link_of(make_person(Role.ANALYST))
    assert client.get(f"/{link.split('/', 3)[3]}").status_code == 302
    assert is_signed_in(client)


def test_a_link_that_is_forged_old_or_of_nobody_signs_nobody_in(client: Client) -> None:
    person = make_person(Role.ANALYST)
    own = str(person.pk)
    whole = signed(own)
    forged = [
        path_of("x"),
        whole[:-3] + "xx/",
        whole.replace(":", ".", 1),
        signed(own, salt="another"),
        signed(own, ago=LINK_SECONDS + 1),
        signed("nobody"),
        signed("0" * 32),
    ]
    assert [client.get(address).status_code for address in forged] == [404] * len(forged)
    assert client.post(whole).status_code == 405
    type(person).everybody.filter(pk=person.pk).update(is_active=False)
    assert client.get(whole).status_code == 404
    assert not is_signed_in(client)


def test_a_node_that_is_not_synthetic_knows_no_link(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    person = make_person(Role.ANALYST)
    link = signed(str(person.pk))
    configured(monkeypatch, synthetic=False)
    assert client.get(link).status_code == 404
    assert not is_signed_in(client)
    with pytest.raises(NotSynthetic):
        link_of(person)


PAGES = ("roles", "mailbox", "story", "tour", "factsheet")


def test_a_node_that_is_not_synthetic_has_no_page_of_the_demonstration(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    configured(monkeypatch, synthetic=False)
    assert {client.get(reverse(f"demo:{name}")).status_code for name in PAGES} == {404}
    assert client.post(reverse("demo:tour-stop", args=[3])).status_code == 404
    with pytest.raises(NotSynthetic):
        mailbox.Folder().send_messages([EmailMessage("a", "b", to=["somebody@x.example"])])
    assert not is_signed_in(client)


def test_the_tour_speaks_the_language_in_which_it_is_begun_or_that_was_chosen() -> None:
    first = reverse("demo:tour-stop", args=[1])
    for language in ("da", "en"):
        browser = Client(headers={"accept-language": language})
        assert browser.post(first).cookies[settings.LANGUAGE_COOKIE_NAME].value == language
    browser.cookies[settings.LANGUAGE_COOKIE_NAME] = "da"
    assert settings.LANGUAGE_COOKIE_NAME not in browser.post(first).cookies


def test_the_tour_signs_in_by_a_form_of_this_node_alone() -> None:
    client = Client(enforce_csrf_checks=True)
    for number in range(1, len(STOPS) + 1):
        address = reverse("demo:tour-stop", args=[number])
        assert client.get(address).status_code == 405
        assert client.post(address).status_code == 403
    assert not is_signed_in(client)


def test_a_page_that_gives_no_referrer_gives_one_to_this_node_while_somebody_is_on_the_tour(client: Client) -> None:
    page = reverse("reports:portal", args=["abc"])
    assert client.get(page)["Referrer-Policy"] == "no-referrer"
    client.cookies["tour"] = "3"
    assert client.get(page)["Referrer-Policy"] == "same-origin"


def test_the_name_of_a_mail_leads_to_no_other_file(client: Client) -> None:
    configuration = settings.CONFIGURATION
    (configuration.home / "other.eml").write_text(
        "To: x@x.example\nSubject: secret\n\nnot a mail of the folder", "utf-8"
    )
    for name in ("..%2Fother", "other", "20260101-000000-000000-0000000g", "20260101-000000-000000-00000000"):
        assert client.get(f"/demo/mail/{name}/").status_code == 404


def test_a_mail_is_kept_and_its_links_lead_here(client: Client) -> None:
    address = settings.CONFIGURATION.address
    mail = EmailMessage("A notice <b>", f"Open {address}/notice/abc/ & answer.\n", to=["abuse@host.example"])
    mailbox.Folder().send_messages([mail])
    page = client.get(reverse("demo:mailbox"), {"to": "abuse@host.example"}).content.decode()
    assert "A notice &lt;b&gt;" in page
    (found,) = mailbox.newest("abuse@host.example")
    page = client.get(reverse("demo:one-mail", args=[found.name])).content.decode()
    assert f'<a href="/notice/abc/">{address}/notice/abc/</a> &amp; answer.' in page
    assert mailbox.newest("nobody@host.example") == []


def test_the_page_of_roles_signs_in_by_whichever_name_of_this_machine(client: Client) -> None:
    person = make_person(Role.ANALYST, email="freja@hotline.nordhavia.example")
    page = client.get(reverse("demo:roles")).content.decode()
    path = path_of(signing.dumps(str(person.pk), salt=SALT, compress=False))
    assert path.split(":")[0] in page
    assert "http://localhost/demo/sign-in" not in page
