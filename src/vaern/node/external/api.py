"""External identifiers for programs: how they come in with a report, and how a record is found by one."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

from ninja import Field, Schema
from pydantic import ConfigDict, StringConstraints, model_validator

from vaern.arrivals import External, NumberSystem
from vaern.node.external import queries, rules
from vaern.node.external.systems import open_on

if TYPE_CHECKING:
    from vaern.node.external.queries import Line
    from vaern.node.ledger.rules import Reason
    from vaern.node.organisations.viewers import Viewer

LINE = r"^[^\x00-\x1f\x7f\u2028\u2029]*$"
Value = Annotated[str, StringConstraints(pattern=LINE, min_length=1, max_length=rules.LONGEST)]
Country = Annotated[str, StringConstraints(pattern=r"^([A-Z]{2})?$")]


class ExternalIn(Schema):
    """What another system calls the report."""

    model_config = ConfigDict(extra="forbid")

    system: NumberSystem
    value: Value
    country: Country = Field("", description="Whose number it is; needed of a national case number.")
    holder: Annotated[str, StringConstraints(pattern=LINE, max_length=rules.LONGEST_HOLDER)] = Field(
        "", description="The organisation or company whose number it is."
    )

    @model_validator(mode="after")
    def _of_its_system(self) -> ExternalIn:
        system = open_on().get(self.system)
        if system is None:
            raise ValueError("identifiers of this system are not noted")
        if wrong := rules.problem(system, self.value.strip(), self.country, self.holder):
            raise ValueError(f"is no identifier of its system: {wrong}")
        return self

    def record(self) -> External:
        """Return it as the plain record."""
        return External(self.system, self.value.strip(), self.country, self.holder)


class ExternalQuery(Schema):
    """Which identifier is looked for: the whole value; case, spaces and dashes make no difference."""

    model_config = ConfigDict(extra="forbid")

    value: Value
    system: NumberSystem | None = None


class ExternalOut(Schema):
    """What another system calls a record."""

    system: str
    value: str | None = Field(description="Null where it does not open on this node.")
    country: str
    holder: str
    source: str = Field(description="typed, document, or received with the record.")
    noted_at: datetime


class IdentifiedOut(Schema):
    """A record with that identifier, and all its external identifiers."""

    id: UUID
    code: str
    identifiers: list[ExternalOut]


class Identified(Schema):
    """The records of your own organisation; none where there is none, or none that you may know of."""

    items: list[IdentifiedOut]


def identified(viewer: Viewer, kind: str, query: ExternalQuery, reason: Reason) -> dict[str, Any]:
    """Return the answer to a search; recorded."""
    found = queries.found(viewer, kind, query.value, query.system or "", reason)
    return {
        "items": [
            {"id": one.id, "code": one.code, "identifiers": [_out(line) for line in one.identifiers]} for one in found
        ]
    }


def _out(line: Line) -> dict[str, Any]:
    return {
        "system": line.row.system,
        "value": line.written.value if line.written else None,
        "country": line.row.country,
        "holder": line.written.holder if line.written else "",
        "source": line.row.source,
        "noted_at": line.row.noted_at,
    }
