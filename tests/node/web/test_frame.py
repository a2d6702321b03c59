"""What stands around every page: errors, language, theme, navigation."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st
from tests.node.factories import make_organisation, make_person, sign_in

from vaern.node.organisations.rules import ROLES, Role
from vaern.node.web import errors, navigation
from vaern.node.web.navigation import NavItem
from vaern.node.web.returns import way_back

ask = RequestFactory(headers={"host": "localhost"})


@pytest.mark.parametrize("language", ["en", "da"])
@pytest.mark.parametrize("status", errors.TEXTS)
def test_an_error_has_its_page_without_asking_the_database(status: int, language: str) -> None:
    # No `django_db`: a query would be an error here.
    with translation.override(language):
        answer = errors.answer(ask.get("/x"), status)
    assert answer.status_code == status
    text = answer.content.decode()
    assert f'<html lang="{language}">' in text
    with translation.override(language):
        assert f"<h1>{errors.TEXTS[status][0]}</h1>" in text
    assert "Traceback" not in text


def test_an_error_keeps_the_theme_and_takes_its_own_sentence() -> None:
    request = ask.get("/x")
    request.COOKIES["theme"] = "dark"
    text = errors.answer(request, 403, "No <b>", "Not & now").content.decode()
    assert 'data-theme="dark"' in text
    assert "<h1>No &lt;b&gt;</h1>" in text


@pytest.mark.django_db
def test_unknown_addresses_and_forged_forms_get_our_pages() -> None:
    client = Client(enforce_csrf_checks=True, headers={"host": "localhost"})
    assert client.get("/no/such/page").status_code == 404
    answer = client.post(reverse("theme"), {"theme": "dark"})
    assert answer.status_code == 403
    assert "Send it once more" in answer.content.decode()
    assert "theme" not in answer.cookies


@given(st.text(max_size=40))
def test_nobody_is_sent_to_another_host(wanted: str) -> None:
    target = way_back(ask.post("/theme/", {"next": wanted}), "/", "next")
    assert target.startswith("/") or "//" not in target.replace("\\", "/")
    assert not target.replace("\\", "/").startswith("//")


@pytest.mark.parametrize(
    "wanted",
    [
        "https://elsewhere.example/",
        "//elsewhere.example",
        "/\\elsewhere.example",
        "javascript:alert(1)",
        "http:///elsewhere.example",
        "https://localhost@elsewhere.example/",
    ],
)
@pytest.mark.parametrize("name", ["theme", "language"])
def test_an_open_redirect_leads_home(name: str, wanted: str) -> None:
    answer = Client(headers={"host": "localhost"}).post(reverse(name), {"next": wanted, name: "da"})
    assert answer["Location"] == "/"


def test_choices_are_kept_in_cookies_that_scripts_cannot_read() -> None:
    client = Client(headers={"host": "localhost"})
    answer = client.post(reverse("language"), {"language": "da", "next": "/components/?a=1"})
    assert answer["Location"] == "/components/?a=1"
    assert answer.cookies["django_language"].value == "da"
    assert answer.cookies["django_language"]["httponly"]
    assert client.post(reverse("theme"), {"theme": "dark"}).cookies["theme"]["httponly"]
    assert client.post(reverse("theme"), {"theme": ""}).cookies["theme"].value == ""
    for name, bad in (("theme", '"><script>'), ("language", "xx"), ("language", "../../etc")):
        assert not client.post(reverse(name), {name: bad}).cookies.get(name, SimpleNamespace(value="")).value
    assert client.get(reverse("theme")).status_code == 405


@pytest.mark.django_db
def test_finders_are_told_what_is_meant_for_everybody(settings: Any) -> None:
    client = Client(headers={"host": "localhost"})
    assert client.get("/robots.txt").content == b"User-agent: *\nDisallow: /\n"
    assert client.get("/progress/")["X-Robots-Tag"] == "noindex, nofollow"
    settings.CONFIGURATION = replace(settings.CONFIGURATION, synthetic=False)
    lines = client.get("/robots.txt").content.decode().splitlines()
    assert lines[-1] == "Disallow: /"
    assert {"Allow: /progress/", "Allow: /report/", "Allow: /press/$", "Allow: /press/at/"} <= set(lines)
    assert not any("mine" in line or "receipt" in line for line in lines)
    assert client.get("/progress/")["X-Robots-Tag"] == "all"
    for path in ("/report/receipt/", "/progress/9/", "/accounts/login/"):  # a person's own, nothing, not findable
        assert client.get(path)["X-Robots-Tag"] == "noindex, nofollow", path


@pytest.fixture
def items(monkeypatch: pytest.MonkeyPatch) -> list[NavItem]:
    """A navigation of its own."""
    found: list[NavItem] = []
    monkeypatch.setattr(navigation, "_ITEMS", found)
    return found


def _lit(path: str) -> list[Any]:
    return [line.label for line in navigation.menu_for(set(), path).entries if line.current]


def test_people_see_the_pages_they_may_open(items: list[NavItem]) -> None:
    navigation.register(
        NavItem("B", "components", "scan.view", 20, navigation.SCANS),
        NavItem("A", "home", "", 10, navigation.SCANS),
        NavItem("C", "robots", "key.make", 5, navigation.SCANS),
        NavItem("D", "no:such-route", "", 1, navigation.SCANS),
        NavItem("E", "favicon", "", 1, navigation.ACCOUNT),
    )
    navigation.register(items[0])
    assert len(items) == 5
    seen = navigation.menu_for({"scan.view"}, "/")
    assert [(line.url, line.current) for line in seen.entries] == [("/", True)]
    assert [line.url for line in seen.account] == ["/favicon.ico"]
    assert seen.place
    assert seen.place.heading == "Scans"
    assert [(tab.label, tab.current) for tab in seen.place.tabs] == [("A", True), ("B", False)]
    second = navigation.menu_for({"scan.view"}, "/components/").place
    assert second
    assert second.heading == "B"
    alone = navigation.menu_for(set(), "/").place
    assert alone
    assert not alone.tabs, "one page needs no tabs"


def test_the_open_page_is_marked_and_its_parts_too(items: list[NavItem]) -> None:
    navigation.register(NavItem("A", "home"), NavItem("B", "components", entry=navigation.SCANS))
    assert _lit("/") == ["Today"]
    assert _lit("/components/progress/") == ["Scans"]
    assert _lit("/elsewhere/") == []
    place = navigation.menu_for(set(), "/components/progress/").place
    assert place
    assert (place.word, place.url, place.heading, place.tabs) == ("Scans", "/components/", "", ())


def test_a_page_lights_the_entry_that_it_belongs_to_and_no_shorter_one(items: list[NavItem]) -> None:
    within = r"/components/(hosts/|[^/]+/locations/)"
    navigation.register(
        NavItem("Long", "components", entry=navigation.SCANS),
        NavItem("Short", "home", pages=within),
        NavItem("Theirs", "robots", "key.make", entry=navigation.DESK),
    )
    assert _lit("/components/x/") == ["Scans"]
    assert _lit("/components/hosts/7/") == ["Today"]
    assert _lit("/components/x/locations/y/") == ["Today"]
    assert _lit("/robots.txt") == [], "an entry that one does not see lights no other"


@given(st.sets(st.sampled_from(sorted(navigation.ENTRIES)), min_size=1))
def test_entries_beyond_the_ninth_become_tabs(shown: set[str]) -> None:
    """Law: what fits stands alone, what does not is a tab of what is named beside it, and nothing is lost."""
    pages = [NavItem(entry, entry, entry=entry) for entry in shown]
    found = navigation._folded((), pages)
    assert sorted(item.entry for of in found.values() for item in of) == sorted(shown)
    could = [key for key in found if navigation.ENTRIES[key].into in found]
    assert len(found) <= navigation.MOST or not could
    assert len(found) >= min(len(shown), navigation.MOST)
    assert all(item.entry == key or navigation.ENTRIES[item.entry].into for key, of in found.items() for item in of)


def test_an_entry_that_is_not_there_is_refused() -> None:
    with pytest.raises(ValueError, match="not an entry"):
        navigation.register(NavItem("A", "home", entry="nowhere"))


@pytest.mark.once
@pytest.mark.django_db
@pytest.mark.parametrize("role", sorted(Role))
def test_the_front_page_of_each_role_shows_all_of_it(client: Client, role: Role) -> None:
    kind = min(ROLES[role].kinds)
    sign_in(client, make_person(role, make_organisation(kind)), second_factor=True)
    page = client.get("/")
    assert page.status_code == 200
    assert page.context["failed"] == 0
