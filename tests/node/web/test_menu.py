"""The menu of anybody: short, complete, and with the same word in the menu, in the title and as the heading."""

from __future__ import annotations

import html
import re
from itertools import chain, combinations
from typing import TYPE_CHECKING

import pytest
from django.test import Client
from django.urls import NoReverseMatch, reverse
from django.utils import translation
from tests.node.factories import make_organisation, make_person, sign_in
from tests.node.route_arguments import WALK

from vaern.node.organisations.rules import (
    ROLES,
    OrganisationKind,
    Permission,
    Role,
    permissions_of,
    problem_with_roles,
)
from vaern.node.web import navigation

if TYPE_CHECKING:
    from collections.abc import Iterator

    from vaern.node.web.navigation import Menu


def _combinations() -> Iterator[tuple[OrganisationKind, frozenset[Role]]]:
    """Every set of roles that somebody in an organisation of some kind may have together."""
    for kind in OrganisationKind:
        here = [role for role in Role if kind in ROLES[role].kinds]
        for some in chain.from_iterable(combinations(here, n) for n in range(1, len(here) + 1)):
            if not problem_with_roles(frozenset(some), kind):
                yield kind, frozenset(some)


def _granted(roles: frozenset[Role]) -> Iterator[frozenset[Permission]]:
    """What they may do, also in an administrator's session, and in the organisation that runs the node."""
    for session in (False, True):
        for runs in (False, True):
            yield permissions_of(roles, in_admin_session=session, runs_node=runs)


EVERYBODY = list(_combinations())
PERMITTED = sorted({granted for _kind, roles in EVERYBODY for granted in _granted(roles)}, key=sorted)
"""What somebody may do, each set once."""


def _menu(permissions: frozenset[Permission], path: str = "/") -> Menu:
    return navigation.menu_for(permissions, path)


def _tabs(permissions: frozenset[Permission]) -> dict[str, str]:
    """The address of every page that is an entry or a tab, with the word of the entry."""
    menu = _menu(permissions)
    found = {}
    for line in (*menu.entries, *menu.account):
        place = _menu(permissions, line.url).place
        assert place
        found |= {tab.url: str(line.label) for tab in place.tabs} or {line.url: str(line.label)}
    return found


def test_every_combination_of_roles_is_there() -> None:
    assert len(EVERYBODY) > 60
    assert {role for _kind, roles in EVERYBODY for role in roles} == set(Role)


def test_nobody_has_more_than_nine_entries() -> None:
    for granted in PERMITTED:
        menu = _menu(granted)
        assert 1 <= len(menu.entries) + len(menu.account) <= navigation.MOST


def test_no_page_that_one_may_open_is_lost_and_none_is_twice() -> None:
    for granted in PERMITTED:
        may = [item for item in navigation._ITEMS if not item.permission or item.permission in granted]
        menu = _menu(granted)
        there = [
            tab.url
            for line in (*menu.entries, *menu.account)
            if (place := _menu(granted, line.url).place)
            for tab in place.tabs or (line,)
        ]
        assert sorted(there) == sorted(reverse(item.url_name) for item in may)


@pytest.mark.once
def test_one_entry_is_lit_on_each_page_of_the_menu() -> None:
    for granted in PERMITTED:
        for url, word in _tabs(granted).items():
            menu = _menu(granted, url)
            lit = [line for line in (*menu.entries, *menu.account) if line.current]
            assert [str(line.label) for line in lit] == [word], url
            assert menu.place
            assert menu.place.heading
            assert [tab.url for tab in menu.place.tabs if tab.current] in ([url], [])


ALONE = {
    "casework:reason": "it answers another page's form",
    "drafts": "nothing that is seen",
    "find": "the search, which is beside the menu",
    "organisations:download": "of a list, on its page",
    "manual": "the help, which is beside the menu",
    "today": "the parts of Today, whose page is an entry itself",
    "manual-page": "as the manual",
    "manual-asset": "as the manual",
}


def test_every_page_of_the_work_area_belongs_to_an_entry() -> None:
    """Whoever may open a page sees where it is; pages of signing in are their own."""
    from tests.node.route_arguments import nothing

    lost = []
    for name, route in WALK.items():
        if route.permission not in set(Permission) or name in ALONE or name.split(":")[0] in ALONE:
            continue
        if not navigation.menu_for(set(Permission), route.address(name, nothing())).place:
            lost.append(name)
    assert not lost


SOME = [
    (OrganisationKind.POLICE, (Role.IDENTIFIER, Role.INVESTIGATOR, Role.PRESS, Role.WELFARE)),
    (OrganisationKind.HUB, (Role.ANALYST, Role.CROSS_CHECKER, Role.CURATOR)),
    (OrganisationKind.SECRETARIAT, (Role.SECRETARIAT, Role.PRESS)),
    (OrganisationKind.MINISTRY, (Role.RAPPORTEUR,)),
    (OrganisationKind.AUTHORITY, (Role.LEGAL,)),
    (OrganisationKind.PLATFORM, (Role.ADMINISTRATOR,)),
    (OrganisationKind.OVERSIGHT, (Role.OVERSIGHT,)),
]
"""Who together may open every page of the menu; the secretariat runs the node."""

RUNS = OrganisationKind.SECRETARIAT


def test_some_open_all() -> None:
    may = frozenset().union(*(permissions_of(frozenset(roles), runs_node=kind is RUNS) for kind, roles in SOME))
    assert {item.permission for item in navigation._ITEMS} - {""} <= may


@pytest.mark.django_db
@pytest.mark.parametrize(("kind", "roles"), SOME, ids=[kind for kind, _roles in SOME])
def test_the_word_in_the_menu_is_the_heading_and_the_title_and_all_is_two_clicks_away(
    kind: OrganisationKind, roles: tuple[Role, ...]
) -> None:
    """In both languages. Two clicks: on a tab of the page that the entry opens, and on a link of that page."""
    client = Client(headers={"host": "localhost"})
    person = make_person(roles[0], make_organisation(kind), roles=[str(role) for role in roles])
    sign_in(client, person)
    seen: set[str] = set()
    for language in ("en", "da"):
        client.cookies["django_language"] = language
        home = client.get("/")
        menu, permissions = home.context["navigation"], home.context["viewer"].permissions
        with translation.override(language):
            for line in (*menu.entries, *menu.account):
                seen |= _look(client, line.url, str(line.label))
                for tab in _menu(permissions, line.url).place.tabs[1:]:  # type: ignore[union-attr]
                    seen |= _look(client, tab.url, str(tab.label))
    missing = {name for name, url in _without_a_record(permissions) if url not in seen}
    assert not missing


def _look(client: Client, url: str, word: str) -> set[str]:
    """Hold that a page of the menu is called as its word; return it, and to what it leads."""
    answer = client.get(url)
    assert answer.status_code == 200, url
    page = answer.content.decode()
    assert _text(page, "h1") == word, url
    assert _text(page, "title") == f"{word} · Værn", url
    assert page.count('aria-current="page"') >= 1
    return {url, *(link.partition("?")[0] for link in re.findall(r'(?:href|action|formaction)="(/[^"]*)"', page))}


def _without_a_record(permissions: frozenset[str]) -> Iterator[tuple[str, str]]:
    """The pages that somebody may open and that are about no record; a page of a record is in a list."""
    for name, route in WALK.items():
        if route.permission not in permissions or route.before_second_factor or name in NOT_LINKED:
            continue
        try:
            yield name, reverse(name)
        except NoReverseMatch:
            continue


NOT_LINKED = {
    "reports:together": "of reports that are chosen in the list",
    **dict.fromkeys(("today:count", "today:live", "today:seen", "today:unseen"), "parts of Today, for its script"),
    "manual": "the contents of the help, which each page opens at the place that speaks of it",
    "casework:reason": "takes the answer to a question of another page",
    "drafts:keep": "what was typed, kept by a script",
    "drafts:discard": "as keep",
    "drafts:session": "how long a session still lasts, asked by a script",
    "mfa_deactivate_totp": "of a second factor, which the page of the account leads to where there is one",
    "mfa_generate_recovery_codes": "as the second factor",
    "mfa_list_webauthn": "as the second factor",
    "reports:live": "a line of the work list, asked by a script",
    "reports:words": "takes words that were chosen on the work list",
    "reports:triage": "how a score is counted, beside the score of each report",
    "usersessions_list": "where one is signed in, which the page of the account lists",
    "operations:failed-mail": "a line of Today leads to it when mail failed",
    "organisations:new-key": "for whoever has something to give to a key",
    "victims:read-tidings": "takes a button that stands in the list when there are updates",
    "victims:unread-tidings": "takes the button that undoes it",
    "victims:weights": "how a proposal is weighed, beside each proposal",
}
"""Addresses that no link leads to, and why."""


def _text(page: str, tag: str) -> str:
    inside = re.findall(rf"<{tag}[^>]*>(.*?)</{tag}>", page, re.DOTALL)[0]
    return " ".join(html.unescape(re.sub(r"<[^>]+>", "", inside)).split())
