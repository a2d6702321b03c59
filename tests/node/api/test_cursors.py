"""A program that gives a cursor of its own making, or of an older secret, is told so by every operation with pages."""

from __future__ import annotations

import pytest
from django.test import Client
from tests.node.factories import make_key, make_person
from tests.node.scans.worlds import make_world

from vaern.node import api
from vaern.node.organisations.rules import Permission, Role

pytestmark = pytest.mark.django_db

PAGED = ["/api/reports/sent", "/api/scans", "/api/scans/{id}/findings"]


def test_which_operations_have_pages() -> None:
    found = {
        path
        for path, methods in api.openapi()["paths"].items()
        for operation in methods.values()
        if any(parameter["name"] == "after" for parameter in operation.get("parameters", []))
    }
    assert sorted(found) == PAGED


@pytest.mark.parametrize("path", PAGED)
def test_a_cursor_of_nobodys_is_refused_by_its_name(path: str) -> None:
    world = make_world()
    _key, key = make_key(make_person(Role.MODERATOR), Permission.REPORT_SEND, Permission.REPORT_SENT)
    reasoned = {"Authorization": f"Bearer {key}", "Vaern-Reason": "investigation"}
    headers = reasoned if "reports" in path else world.key(world.officer)
    address = path.replace("{id}", str(world.scan().pk) if "{id}" in path else "")
    assert Client().get(address, headers=headers).status_code == 200
    assert Client().get(address, {"after": ""}, headers=headers).status_code == 200
    refused = Client().get(address, {"after": "AAAA"}, headers=headers)
    assert (refused.status_code, refused.json()["type"]) == (422, "urn:vaern:problem:invalid")
    assert [error["where"] for error in refused.json()["errors"]] == ["query.after"]
