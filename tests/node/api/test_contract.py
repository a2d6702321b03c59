"""The contract: what has one name in it is one thing."""

from __future__ import annotations

from typing import Any, ClassVar

from ninja.openapi.schema import OpenAPISchema

from vaern.node import api
from vaern.node.reports.rules.outcomes import Outcome
from vaern.node.scans.rules import ReviewOutcome


class Collecting(OpenAPISchema):
    """The contract as django-ninja writes it, which lets the last of several components of one name win."""

    clashes: ClassVar[set[str]] = set()

    def add_schema_definitions(self, definitions: dict[str, Any]) -> None:
        """Note each name that has another meaning already."""
        self.clashes.update(name for name, schema in definitions.items() if self.schemas.get(name, schema) != schema)
        super().add_schema_definitions(definitions)


def test_no_two_components_share_a_name() -> None:
    written = Collecting(api.api, "/api/")
    assert written["components"]["schemas"].keys() >= {"ScanOut", "SentOut"}
    assert Collecting.clashes == set()


def test_what_became_of_a_scan_and_of_a_report_are_two_things() -> None:
    schemas = api.openapi()["components"]["schemas"]
    assert set(schemas["ReviewOutcome"]["enum"]) == {one.value for one in ReviewOutcome}
    assert set(schemas["Outcome"]["enum"]) == {one.value for one in Outcome}
