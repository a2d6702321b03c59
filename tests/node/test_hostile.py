"""Values that nobody means well, in every place of every address: whatever comes in, the node answers, and never 5xx.

Places are the parts of the address, the query, the fields of each form as its page shows it, cookies, headers, and for
the API the members of its bodies. Each request is undone after it, so one walk tries all of them on one node.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from html import unescape
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest
from django.db import transaction
from tests.node.factories import make_organisation, make_person, sign_in, viewer_for
from tests.node.route_arguments import OPERATIONS, PUBLIC, REFUSED, WALK, Side, make_side, nothing

from vaern.node.ledger.sequencer import sequence_once
from vaern.node.organisations.account_actions import open_admin_session
from vaern.node.organisations.rules import OrganisationKind, Permission, Role, permissions_of

if TYPE_CHECKING:
    from django.http import HttpResponse
    from django.test import Client

BIG = "9" * 40


def _cursor(value: Any) -> str:
    """A cursor of `web/paging.py` that nobody gave out."""
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


TEXTS = (
    "\0",
    "a\0b",
    "",
    " ",
    "x" * 3_000,
    "é" * 3_000,
    "\u202e\u200b\ufeff",
    "\U0001f512" * 20,
    "\r\nBcc: x@y.example",
    "'\"><script>alert(1)</script>{{7*7}}{%x%}%s%n",
    "'; DROP TABLE x; --",
    "../../etc/passwd",
    "=1+1",
    "%00%ff",
)
NUMBERS = ("-1", "0", BIG, "-" + BIG, "1e999", "NaN", "Infinity", "0x10", "1_0", "٣", "9223372036854775808")
DAYS = ("0001-01-01", "9999-12-31", "2026-02-30", "2026-01-01T00:00", "00000-01-01", "-1-1-1", "1899-12-31")
IDS = ("00000000-0000-0000-0000-000000000000", "{00000000-0000-0000-0000-00000000000g}", "urn:uuid:x", "f" * 33)
LINKS = (
    "//evil.example",
    "/\\evil.example",
    "https://localhost@evil.example",
    "javascript:alert(1)",
    "/%09/evil.example",
)
CURSORS = tuple(
    _cursor(value)
    for value in (
        [],
        {},
        None,
        [None, None],
        ["\ud800", IDS[0]],
        ["\0", IDS[0]],
        [float("inf"), IDS[0]],
        [float("nan")],
        [float("inf")],
        [2**70],
        [-(2**70)],
        [True],
        [[1]],
        [{}, {}],
        ["0001-01-01T00:00:00+14:00", IDS[0]],
        ["9999-12-31T23:59:59-14:00", IDS[0]],
        ["0001-01-01", IDS[0]],
        ["9999-12-31", IDS[0]],
        [1e308, 2**127],
        ["x" * 900, IDS[0]],
        [-1, IDS[0]],
        [2**40, IDS[0]],
    )
)
VALUES = (*TEXTS, *NUMBERS, *DAYS, *IDS, *LINKS, *CURSORS)
SHORT = ("\0", "x" * 3_000, "%00", BIG)
PARAMETERS: dict[str, tuple[str, ...]] = {
    "after": (*CURSORS, *NUMBERS),
    "before": (*CURSORS, *NUMBERS),
    "since": DAYS,
    "until": DAYS,
    **dict.fromkeys(("person", "organisation", "owner", "recipient", "session", "subject", "key"), (*IDS, BIG)),
    **dict.fromkeys(("q", "sort", "state", "role", "kind", "country", "whose", "verdict", "verb", "act"), SHORT),
    "next": LINKS,
    "page": NUMBERS,
    "limit": NUMBERS,
    "as": SHORT,
}
"""Every parameter of a query that some page reads, and what is tried in it alone."""

SORTED = ("name", "-known", "known", "reference", "-reference", "created", "review", "-review", "")
FIELD = re.compile(r'<(?:input|select|textarea|button)[^>]*\bname="([^"]+)"')
HEADERS: tuple[dict[str, str], ...] = (
    {"Vaern-Reason": "nothing"},
    {"Vaern-Reason": "other"},
    {"Vaern-Reason": "investigation; \xff\x00"},
    {"Vaern-Reason": "other; " + "x" * 3_000},
    {"HX-Request": "true", "HX-Current-URL": "//evil.example/\r\n"},
    {"HX-Request": "true", "HX-Current-URL": "http://[::1"},
    {"HX-Request": "true", "HX-Target": "\xff"},
    {"Accept-Language": "x" * 3_000},
    {"Accept-Language": "da;q=9e999,\xff"},
    {"Accept": "\xff"},
    {"Content-Type": "multipart/form-data"},
    {"Content-Type": "multipart/form-data; boundary=\xff"},
    {"Content-Type": "text/html; charset=utf-7"},
    {"Content-Type": "application/x-www-form-urlencoded; charset=\xff"},
    {"X-Forwarded-For": "\xff, not an address"},
    {"Referer": "\xff"},
    {"Content-Length": "-1"},
    {"Content-Length": "x"},
    {"Authorization": "Bearer \xff"},
    {"If-Modified-Since": "x"},
    {"Range": "bytes=9-1"},
    {"User-Agent": "\xff" * 300},
    {"X-Requested-With": "XMLHttpRequest"},
    {"Idempotency-Key": "\xff"},
)
COOKIES = ('"' + "\\000" * 9 + '"', '"\\000aaaaaaaaaaaaaa"', "\xff" * 40, "x" * 3_000, '"', '"\\ud800"', "a" * 32)
"""Octal escapes in quotes are undone by Python's cookie parser, so that NUL comes out."""
METHODS = ("HEAD", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND")


@dataclass
class Node:
    """A node with somebody for every route, and their clients."""

    client: Client
    sides: dict[Permission | str, tuple[Any, Side]]
    found: list[str]

    def ask(self, name: str, method: str, address: str, **more: Any) -> HttpResponse:
        """Ask, remember what is wrong with the answer, and undo what it did."""
        line = WALK.get(name) or OPERATIONS[name]
        cookies, _side = self.sides.get(line.permission) or self.sides[Permission.ACCOUNT]
        self.client.cookies.clear()
        self.client.cookies.load(cookies)
        with transaction.atomic():
            answer = self.client.generic(method, address, **more)
            if getattr(answer, "streaming", False):
                b"".join(answer.streaming_content)  # type: ignore[attr-defined]
            transaction.set_rollback(True)
        if answer.status_code >= 500 and name != "operations:health":  # no worker runs: it says so
            self.found.append(f"{answer.status_code}: {method} {name} {address[:200]!r} {str(more)[:300]}")
        return answer

    def side(self, name: str) -> Side:
        """The records of whoever goes to this route."""
        line = WALK.get(name) or OPERATIONS[name]
        return (self.sides.get(line.permission) or self.sides[Permission.ACCOUNT])[1]


@pytest.fixture
def node(client: Client, db: None) -> Node:
    """Somebody for every permission: case, oversight, the node itself, a country's reports, the alliance, the press."""
    hub = make_organisation(OrganisationKind.HUB)
    sides: dict[Permission | str, tuple[Any, Side]] = {}
    for role, kind, runs in (
        (Role.INVESTIGATOR, OrganisationKind.POLICE, False),
        (Role.OVERSIGHT, OrganisationKind.OVERSIGHT, False),
        (Role.ADMINISTRATOR, OrganisationKind.SECRETARIAT, True),
        (Role.RAPPORTEUR, OrganisationKind.MINISTRY, False),
        (Role.SECRETARIAT, OrganisationKind.SECRETARIAT, False),
        (Role.PRESS, OrganisationKind.MINISTRY, False),
    ):
        person = make_person(role, make_organisation(kind, runs_node=runs))
        side = make_side(person.organisation, hub)
        if role is Role.ADMINISTRATOR:
            open_admin_session(viewer_for(person), reason="a walk of hostile values", lasts=timedelta(hours=1))
        client.cookies.clear()
        sign_in(client, person, second_factor=True)
        cookies = {key: morsel.value for key, morsel in client.cookies.items()}
        for permission in permissions_of(frozenset({role}), runs_node=runs):
            sides.setdefault(permission, (cookies, side))
    sequence_once()
    client.raise_request_exception = False
    return Node(client, sides, [])


@cache
def names() -> list[str]:
    """Every page that somebody may come to."""
    return [name for name, line in WALK.items() if line.permission != REFUSED]


Among = Callable[[tuple[str, ...], int], tuple[str, ...]]
"""Which of the values are tried at an address, by its place among all."""


def all_of(values: tuple[str, ...], _place: int) -> tuple[str, ...]:
    """Every value."""
    return values


def share(values: tuple[str, ...], place: int) -> tuple[str, ...]:
    """A third of the values, and another for the next place: one walk tries each on many addresses."""
    return values[place % 3 :: 3]


def encoded(fields: dict[str, str]) -> str:
    """Fields as a form sends them; half a surrogate pair in its three bytes."""
    return "&".join(
        f"{quote(name, safe='')}={quote(value.encode('utf-8', 'surrogatepass'), safe='')}"
        for name, value in fields.items()
    )


def fields_of(node: Node, name: str, address: str) -> list[str]:
    """The fields of the forms on a page."""
    page = node.ask(name, "GET", address).content.decode(errors="replace") if WALK[name].permission else ""
    return sorted(
        {unescape(found) for found in FIELD.findall(page)} | {"why", "words", "next", "record", "kind", "only"}
    )


def in_queries(node: Node, values: tuple[str, ...], among: Among = all_of) -> None:
    for place, name in enumerate(names()):
        address = WALK[name].address(name, node.side(name))
        for value in among(values, place):
            node.ask(name, "GET", f"{address}?{encoded(dict.fromkeys(PARAMETERS, value))}")


def in_each_parameter(node: Node) -> None:
    """Alone, because one that is refused hides the others."""
    for name in names():
        address = WALK[name].address(name, node.side(name))
        if node.ask(name, "GET", address).status_code != 200:
            continue
        for parameter, values in PARAMETERS.items():
            for value in values:
                node.ask(name, "GET", f"{address}?{encoded({parameter: value})}")
    for sort in SORTED:
        for cursor in CURSORS:
            node.ask("scans:scans", "GET", f"/scans/?{encoded({'after': cursor, 'sort': sort})}")


def in_forms(node: Node, values: tuple[str, ...], kind: str = "application/x-www-form-urlencoded") -> None:
    for name in names():
        address = WALK[name].address(name, node.side(name))
        fields = fields_of(node, name, address)
        for value in values:
            body = encoded(dict.fromkeys(fields, value))
            node.ask(name, "POST", address, data=body, content_type=kind)
            node.ask(name, "POST", address, data=f"{body}&{body}", content_type=kind)


def in_addresses(node: Node, values: tuple[str, ...], among: Among = all_of) -> None:
    void = nothing()
    for place, name in enumerate(names()):
        known = WALK[name].arguments(void)
        address = WALK[name].address(name, void)
        for argument in known.values():
            for value in among(values, place):
                bad = quote(value.encode("utf-8", "surrogatepass"), safe="")
                for method in ("GET", "POST"):
                    node.ask(name, method, address.replace(str(argument), bad))


def in_headers(node: Node) -> None:
    for name in names():
        address = WALK[name].address(name, node.side(name))
        for headers in HEADERS:
            given = dict(headers)
            kind = given.pop("Content-Type", "application/x-www-form-urlencoded")
            for method in ("GET", "POST"):
                node.ask(name, method, address, data="why=x", content_type=kind, headers=given)


def by_methods(node: Node) -> None:
    for name in names():
        for method in METHODS:
            node.ask(name, method, WALK[name].address(name, node.side(name)))


def in_cookies(node: Node) -> None:
    for name in ("home", "account_login", "mfa_authenticate", "organisations:people", "scans:scans", "contract"):
        address = WALK[name].address(name, node.side(name))
        for value in COOKIES:
            for cookie in ("session", "csrf", "messages", "django_language", "theme"):
                given, _side = node.sides[
                    WALK[name].permission if WALK[name].permission != PUBLIC else Permission.ACCOUNT
                ]
                for kept in ({}, {key: text for key, text in given.items() if key != cookie}):
                    line = "; ".join([*(f"{key}={text}" for key, text in kept.items()), f"{cookie}={value}"])
                    node.ask(name, "GET", address, HTTP_COOKIE=line)


WALKS = {
    "some queries": lambda node: in_queries(node, VALUES, share),
    "some addresses": lambda node: in_addresses(node, VALUES, share),
    "queries": lambda node: in_queries(node, VALUES),
    "each parameter": in_each_parameter,
    "forms": lambda node: in_forms(node, (*TEXTS, *DAYS, *IDS, *LINKS, BIG, "-1", "NaN")),
    "addresses": lambda node: in_addresses(node, VALUES),
    "headers": in_headers,
    "methods": by_methods,
    "cookies": in_cookies,
}


LONG = {"queries", "addresses", "each parameter", "forms", "headers"}
"""Longer than a run of CI has room for; by hand: `pytest -m deep tests/node/test_hostile.py`."""


@pytest.mark.parametrize(
    "walk", [pytest.param(walk, marks=pytest.mark.deep if walk in LONG else pytest.mark.slow) for walk in WALKS]
)
def test_no_hostile_value_breaks_the_node(node: Node, walk: str) -> None:
    WALKS[walk](node)
    assert not node.found, "\n".join(sorted(set(node.found)))
