"""The API against its own document: Schemathesis makes up requests; no server error, every answer as declared."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import hypothesis
import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from django.utils import timezone
from schemathesis.checks import CHECKS as REGISTRY
from schemathesis.checks import load_all_checks
from tests.node.factories import make_organisation
from tests.node.reports.factories import make_location, make_report
from tests.node.route_arguments import list_lines
from tests.node.scans.worlds import World, make_world

from vaern.node import api
from vaern.node.ledger.sequencer import sequence_once
from vaern.node.lists.models import ListIntake
from vaern.node.organisations.rules import KEY_SCOPES, Role

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = [pytest.mark.django_db, pytest.mark.once]
load_all_checks()

LISTS = "/api/hash-lists/{name}"


@schemathesis.serializer("application/x-ndjson")
def lines(_context: object, value: Any) -> bytes:
    """Write what Schemathesis made up as lines: the document declares one text."""
    return value.encode() if isinstance(value, str) else json.dumps(value).encode()


CHECKS = REGISTRY.get_by_names(
    [
        "not_a_server_error",
        "status_code_conformance",
        "content_type_conformance",
        "response_headers_conformance",
        "response_schema_conformance",
        "unsupported_method",
    ]
)
"""The others ask for more than the document says: a value may fit its pattern, and the scan of that name be there."""


NEVER_TAKEN = {
    ("post", "/api/scans/{id}/findings"),  # no random text is a finding
    ("post", "/api/reports/documents"),  # … or a document
    ("post", "/api/crosscheck/look-ups"),  # … or names a record of one's own that is compared
    ("post", "/api/packages/{id}/answers"),  # only a viewing station answers, with its own key
}
"""What refuses all that chance makes up: it is tried for its refusals."""


def bodies() -> dict[tuple[str, str], dict[str, Any]]:
    """What is taken, where chance hardly makes it: every fifth request has it, the others not."""
    json_of = {"media_type": "application/json", "query": {}}
    return {
        ("post", "/api/reports"): {"body": {"narrative": "Words (synthetic)", "synthetic": True}, **json_of},
        ("post", "/api/reports/{id}/document"): {"body": {"form": "case", "to_whom": "A court (synthetic)"}, **json_of},
        ("post", "/api/reports/locations/{id}/checks"): {
            "body": {"there": True, "at": timezone.now().isoformat()},
            **json_of,
        },
        ("post", f"{LISTS}/intakes"): {"body": {"size": 100}, **json_of},
        ("put", f"{LISTS}/intakes/{{id}}/pieces"): {"body": "0" * 32, "media_type": "text/plain", "query": {"at": 0}},
    }


def named(world: World, path: str) -> list[dict[str, str]]:
    """Ids and names in addresses, of records that an operation is about."""
    own = world.officer.organisation
    if path.startswith((LISTS, "/api/lookups/")):
        made = list_lines.make(own)
        name, intake = made["list_name"], made["list_intake"]
        if path == f"{LISTS}/intakes":
            ListIntake.everywhere.all().delete()
        elif path.endswith("/pieces"):
            ListIntake.everywhere.update(state="receiving", size=100)
        elif path.endswith("/proof"):
            sequence_once()
        about = made["entry_recall"] if "/recalls/" in path else intake
        number = str(made["effect_number"])
        return [{"name": name, "id": str(about), "call": str(made["lookup_call"]), "number": number}]
    if path == "/api/reports/sent/{id}":
        return [{"id": str(make_report(make_organisation("hotline"), sender=own).pk)}]
    if path == "/api/reports/{id}/document":
        return [{"id": str(make_report(own).pk)}]
    if path == "/api/reports/locations/{id}/checks":
        return [{"id": str(make_location(make_report(own)).pk)}]
    scans = (world.scan(), world.scan("receiving", found=[], finished=False))
    return [{"id": str(one.pk)} for one in scans]


def filled(asked: dict[str, Any], place: dict[str, str]) -> dict[str, Any]:
    """The parameters of an address with those of a record in the place of made up ones."""
    return {name: place.get(name, value) for name, value in asked.items()}


def operations() -> list[tuple[str, str]]:
    return [(method, path) for path, methods in api.openapi()["paths"].items() for method in methods]


@pytest.fixture
def world(settings: Any) -> Iterator[World]:
    settings.KEY_RATE = 10**9
    for signal in (request_started, request_finished):  # they would end the test's transaction
        signal.disconnect(close_old_connections)
    yield make_world()
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def run(world: World, method: str, path: str, examples: int) -> None:
    """Try one operation."""
    schema = schemathesis.openapi.from_dict(api.openapi())
    schema.app = get_wsgi_application()
    operation = schema[path][method]
    world.officer.roles = [Role.INVESTIGATOR.value, Role.CURATOR.value]
    world.officer.save()
    key = world.key(world.officer, *KEY_SCOPES)
    places, taken = named(world, path), bodies().get((method, path))
    strategy = operation.as_strategy(generation_mode=schemathesis.GenerationMode.POSITIVE) | operation.as_strategy(
        generation_mode=schemathesis.GenerationMode.NEGATIVE
    )
    tried: list[int] = []

    @hypothesis.settings(
        max_examples=examples,
        deadline=None,
        database=None,
        derandomize=examples < 100,
        suppress_health_check=list(hypothesis.HealthCheck),
    )
    @hypothesis.given(case=strategy)
    def one(case: Any) -> None:
        asked = dict(case.path_parameters or {})
        if len(tried) % 3:
            case.path_parameters = asked | {
                name: places[len(tried) % len(places)].get(name, asked[name]) for name in asked
            }
        headers = {"Host": "localhost", "Authorization": key["Authorization"]}
        if len(tried) % 5 == 0:
            headers["Vaern-Reason"] = "investigation"
            if taken is not None:
                case.body, case.query, case.media_type = taken["body"], taken["query"], taken["media_type"]
                case.path_parameters = filled(asked, places[0])
        answer = case.call(base_url="http://localhost", headers=headers)
        tried.append(answer.status_code)
        case.validate_response(answer, checks=CHECKS)

    one()
    assert len(tried) >= examples // 2
    assert all(status < 500 for status in tried)
    assert (method, path) in NEVER_TAKEN or any(status < 300 for status in tried), sorted(set(tried))


@pytest.mark.parametrize(("method", "path"), operations())
def test_every_answer_is_as_declared(world: World, method: str, path: str) -> None:
    run(world, method, path, 10)


@pytest.mark.slow
@pytest.mark.parametrize(("method", "path"), operations())
def test_every_answer_is_as_declared_at_length(world: World, method: str, path: str) -> None:
    run(world, method, path, 100)
