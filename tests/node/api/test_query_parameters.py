"""A query parameter that an operation does not have is refused by name, at every operation; the others are taken."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st
from tests.node.factories import make_key, make_person
from tests.node.route_arguments import OPERATIONS, nothing

from vaern.node import api
from vaern.node.ledger.models import Entry
from vaern.node.organisations.routers import unknown_parameters
from vaern.node.organisations.rules import ROLES, Permission, permissions_of

if TYPE_CHECKING:
    from django.http import HttpResponse

TEXTS = st.text(max_size=50)


def has(permission: Permission | str) -> str:
    """Return the headers' key of somebody who has a permission."""
    role = next(role for role in ROLES if permission in permissions_of(frozenset({role})))
    return make_key(make_person(role), Permission(permission))[1]


def ask(name: str, key: str, query: dict[str, str]) -> HttpResponse:
    method, _, path = name.partition(" ")
    path = re.sub(r"\{int:[a-z_]+\}", "1", path)
    path = re.sub(r"\{[a-z]+:[a-z_]+\}", str(nothing().scan), path)
    headers = {"Authorization": f"Bearer {key}", "Vaern-Reason": "investigation"}
    return Client().generic(
        method, f"{path}?{urlencode(query)}", b"{}", content_type="application/json", headers=headers
    )


def declared(name: str) -> list[str]:
    """Return the query parameters that the contract gives an operation."""
    method, _, path = name.partition(" ")
    plain = re.sub(r"\{[a-z]+:([a-z_]+)\}", r"{\1}", path)
    operation = api.openapi()["paths"][plain][method.lower()]
    return [parameter["name"] for parameter in operation.get("parameters", []) if parameter["in"] == "query"]


def places(answer: HttpResponse) -> list[str]:
    return [error["where"] for error in answer.json().get("errors", [])]


@pytest.mark.once
@pytest.mark.django_db
@pytest.mark.parametrize("name", OPERATIONS)
def test_every_operation_names_what_it_does_not_know(name: str) -> None:
    key = has(OPERATIONS[name].permission)
    before = Entry.objects.count()
    query = {
        "colour": "1",
        "Limit": "5",
        "<b>": "2",
        **dict.fromkeys(declared(name), "1"),
        "x" * 99: "",
    }
    answer = ask(name, key, query)
    assert answer.status_code == 422
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["type"] == "urn:vaern:problem:invalid"
    last = f"query, parameter {len(query)}"
    assert places(answer) == ["query.colour", "query.Limit", "query, parameter 3", last]
    assert "<b>" not in answer.content.decode()
    assert Entry.objects.count() == before


@pytest.mark.once
@pytest.mark.django_db
@pytest.mark.parametrize("name", OPERATIONS)
def test_every_operation_takes_what_the_contract_gives_it(name: str) -> None:
    answer = ask(name, has(OPERATIONS[name].permission), dict.fromkeys(declared(name), "1"))
    assert "is no parameter here" not in answer.content.decode()


@pytest.mark.django_db
def test_who_may_not_ask_learns_no_names() -> None:
    assert ask("GET /api/scans", "vaern_x", {"colour": "1"}).status_code == 401


@given(st.lists(TEXTS, unique=True, max_size=40), st.frozensets(TEXTS))
def test_what_is_known_passes_and_everything_else_is_a_fault(names: list[str], known: frozenset[str]) -> None:
    faults = unknown_parameters(names, known)
    unknown = [name for name in names if name not in known]
    assert len(faults) == min(20, len(unknown))
    assert len({fault.where for fault in faults}) == len(faults)
    assert all(re.fullmatch(r"query\.[A-Za-z0-9_-]{1,40}|query, parameter \d+", fault.where) for fault in faults)
