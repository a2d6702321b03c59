"""A program that gives a cursor of its own making, or of an older secret, is told so by every operation with pages."""

from __future__ import annotations

import pytest
from django.test import Client
from tests.node.factories import make_key, make_person
from tests.node.lists.factories import curator, make_list
from tests.node.route_arguments import list_lines
from tests.node.scans.worlds import make_world

from vaern.node import api
from vaern.node.lists.models import ListIntake
from vaern.node.organisations.rules import Permission, Role

pytestmark = pytest.mark.django_db

PAGED = [
    "/api/hash-lists/{name}/feedback",
    "/api/hash-lists/{name}/intakes/{id}/faults",
    "/api/hash-lists/{name}/recalls",
    "/api/lookups/recalls",
    "/api/lookups/recalls/{number}/calls",
    "/api/reports/sent",
    "/api/scans",
    "/api/scans/{id}/findings",
]


def test_which_operations_have_pages() -> None:
    found = {
        path
        for path, methods in api.openapi()["paths"].items()
        for operation in methods.values()
        if any(parameter["name"] == "after" for parameter in operation.get("parameters", []))
    }
    assert sorted(found) == PAGED


def _asked(path: str) -> tuple[str, dict[str, str]]:
    """The address of something that is there, and what a program sends that may read it."""
    if "hash-lists" in path:
        viewer = curator()
        made = make_list(viewer)
        intake = ListIntake.everywhere.create(list=made, state="ready")
        _key, key = make_key(viewer.person, Permission.HASHLIST_WORK)
        reasoned = {"Authorization": f"Bearer {key}", "Vaern-Reason": "list_quality"}
        return path.replace("{name}", made.name).replace("{id}", str(intake.pk)), reasoned
    if "lookups" in path:
        moderator = make_person(Role.MODERATOR)
        _key, key = make_key(moderator, Permission.LOOKUP_ASK)
        number = list_lines.make(moderator.organisation)["effect_number"]
        return path.replace("{number}", str(number)), {"Authorization": f"Bearer {key}", "Vaern-Reason": "list_quality"}
    world = make_world()
    if "reports" in path:
        _key, key = make_key(make_person(Role.MODERATOR), Permission.REPORT_SEND, Permission.REPORT_SENT)
        return path, {"Authorization": f"Bearer {key}", "Vaern-Reason": "investigation"}
    return path.replace("{id}", str(world.scan().pk) if "{id}" in path else ""), world.key(world.officer)


@pytest.mark.parametrize("path", PAGED)
def test_a_cursor_of_nobodys_is_refused_by_its_name(path: str) -> None:
    address, headers = _asked(path)
    assert Client().get(address, headers=headers).status_code == 200
    assert Client().get(address, {"after": ""}, headers=headers).status_code == 200
    refused = Client().get(address, {"after": "AAAA"}, headers=headers)
    assert (refused.status_code, refused.json()["type"]) == (422, "urn:vaern:problem:invalid")
    assert [error["where"] for error in refused.json()["errors"]] == ["query.after"]
