"""Translates pydantic errors into faults: where, by our own names, and what is expected. No input is echoed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vaern.node.web.problems import Fault

if TYPE_CHECKING:
    from collections.abc import Sequence

_SAID = {
    "missing": "is needed",
    "extra_forbidden": "holds a member that is not known here",
    "string_too_long": "has at most {max_length} characters",
    "string_too_short": "has at least {min_length} characters",
    "string_pattern_mismatch": "has to match {pattern}",
    "too_long": "has at most {max_length} items",
    "greater_than_equal": "is at least {ge}",
    "less_than_equal": "is at most {le}",
    "literal_error": "is one of {expected}",
    "enum": "is one of {expected}",
    "int_type": "is a whole number",
    "int_parsing": "is a whole number",
    "int_from_float": "is a whole number",
    "string_type": "is a text",
    "bool_type": "is true or false",
    "bool_parsing": "is true or false",
    "list_type": "is a list",
    "model_attributes_type": "is an object",
    "model_type": "is an object",
    "dict_type": "is an object",
    "timezone_aware": "has an offset from UTC",
    "datetime_from_date_parsing": "is a moment such as 2026-11-24T10:00:00Z",
    "datetime_parsing": "is a moment such as 2026-11-24T10:00:00Z",
    "datetime_object_invalid": "is a moment such as 2026-11-24T10:00:00Z",
    "datetime_type": "is a moment such as 2026-11-24T10:00:00Z",
    "uuid_parsing": "is a UUID",
    "value_error": "{error}",
}
"""What we say to each kind of fault that pydantic finds. Its own words may repeat what was sent;
those of our own validators do not."""


MOST_FAULTS = 500
"""Faults of one report, or of one request, that are told one by one."""


def faults_of(found: Sequence[dict[str, Any]]) -> tuple[Fault, ...]:
    """Return pydantic's errors as faults, at most `MOST_FAULTS` and then the number of the rest."""
    told = tuple(fault_of(one) for one in found[:MOST_FAULTS])
    left = len(found) - len(told)
    return (*told, Fault("body", f"has {left} more faults")) if left else told


def fault_of(found: dict[str, Any]) -> Fault:
    """Return where a value is wrong, by our own names, and what is expected."""
    places = [str(part) for part in found["loc"]]
    if found["type"] == "extra_forbidden":
        places = places[:-1]  # the member's name came from outside
    said = _SAID.get(found["type"], "is not valid")
    return Fault(".".join(places) or "body", said.format_map(_Context(found.get("ctx") or {})))


class _Context(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return key
