"""Requests that Schemathesis makes up out of the document: no fault of the service, every answer as declared."""

from __future__ import annotations

from typing import TYPE_CHECKING

import hypothesis
import pytest
import schemathesis
from schemathesis.checks import CHECKS as REGISTRY
from schemathesis.checks import load_all_checks
from tests.lookup.lists import write_lists
from tests.lookup.service import Running, running

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.once
load_all_checks()
CHECKS = REGISTRY.get_by_names(
    ["not_a_server_error", "status_code_conformance", "content_type_conformance", "response_schema_conformance"]
)


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    lists = tmp_path_factory.mktemp("lists")
    write_lists(lists)
    with running(lists) as found:
        yield found


def test_whatever_is_made_up_is_answered_as_the_document_says(service: Running) -> None:
    schema = schemathesis.openapi.from_url(f"{service.address}/api/openapi.json")
    headers = {"Authorization": f"Bearer {service.keys['holder']}"}
    statuses: set[int] = set()
    for operation in (result.ok() for result in schema.get_all_operations()):

        @hypothesis.given(operation.as_strategy())
        @hypothesis.settings(max_examples=8, deadline=None, suppress_health_check=list(hypothesis.HealthCheck))
        def ask(case: schemathesis.Case) -> None:
            answer = case.call(headers=headers)
            case.validate_response(answer, checks=CHECKS)
            statuses.add(answer.status_code)

        ask()
    assert {200, 400, 403, 404, 422} <= statuses
