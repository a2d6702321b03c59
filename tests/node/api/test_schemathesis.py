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
from tests.node.scans.worlds import World, make_world

from vaern.node import api
from vaern.node.organisations.rules import KEY_SCOPES

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = [pytest.mark.django_db, pytest.mark.once]
load_all_checks()


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
    """Bodies that are taken, where chance hardly makes one: every fifth request has it, the others not."""
    return {
        ("post", "/api/reports"): {"narrative": "Words (synthetic)", "synthetic": True},
        ("post", "/api/reports/{id}/document"): {"form": "case", "to_whom": "A court (synthetic)"},
        ("post", "/api/reports/locations/{id}/checks"): {"there": True, "at": timezone.now().isoformat()},
    }


def ids_of(world: World, path: str) -> list[str]:
    """Ids of records that an operation is about."""
    own = world.officer.organisation
    if path == "/api/reports/sent/{id}":
        return [str(make_report(make_organisation("hotline"), sender=own).pk)]
    if path == "/api/reports/{id}/document":
        return [str(make_report(own).pk)]
    if path == "/api/reports/locations/{id}/checks":
        return [str(make_location(make_report(own)).pk)]
    return [str(world.scan().pk), str(world.scan("receiving", found=[], finished=False).pk)]


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
    key = world.key(world.officer, *KEY_SCOPES)
    ids, taken = ids_of(world, path), bodies().get((method, path))
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
        if "id" in (case.path_parameters or {}) and len(tried) % 3:
            case.path_parameters["id"] = ids[len(tried) % len(ids)]
        headers = {"Host": "localhost", "Authorization": key["Authorization"]}
        if len(tried) % 5 == 0:
            headers["Vaern-Reason"] = "investigation"
            if taken is not None:
                case.body, case.query, case.media_type = taken, {}, "application/json"
                if ids and "id" in (case.path_parameters or {}):
                    case.path_parameters["id"] = ids[0]
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
