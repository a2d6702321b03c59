"""The OpenAPI document of the service: out of the types that its own calls are read with, and the table of routes."""

from __future__ import annotations

import inspect
import re
from functools import cache
from typing import TYPE_CHECKING, Any

import msgspec

import vaern
from vaern.lookup.wire import JSON, MESSAGEPACK, NDJSON, Asked, ListSaid, Question, Refused, Reply, Result

if TYPE_CHECKING:
    from vaern.lookup.http import Route

TAGS = {
    "vaern": "Look-ups",
    "hma": "As Hasher-Matcher-Actioner 1.1.7 (read-only)",
    "arachnid": "As Arachnid Shield",
    "ncmec": "As NCMEC hash sharing v2",
    "stopncii": "As StopNCII",
    "threatexchange": "As ThreatExchange",
}
_COMPONENT = "#/components/schemas/{name}"


class ListsSaid(msgspec.Struct, frozen=True):
    """The lists that the caller may be matched against.

    Attributes:
        index: SHA-256 over their names, releases and sequences.
        lists: each.
    """

    index: str
    lists: tuple[ListSaid, ...]


def _schemas() -> dict[str, Any]:
    _, components = msgspec.json.schema_components(
        [Question, Reply, Refused, Asked, Result, ListsSaid], ref_template=_COMPONENT
    )
    return components


@cache
def document(routes: tuple[Route, ...]) -> bytes:
    """The document, as JSON; made once, whoever asks however often.

    Args:
        routes: all of the service.
    """
    paths: dict[str, dict[str, Any]] = {}
    for route in routes:
        paths.setdefault(route.path, {})[route.method.lower()] = _operation(route)
    described = {
        "openapi": "3.1.0",
        "info": {
            "title": "Værn look-up service",
            "version": vaern.__version__,
            "description": "What hash lists say of signals. No file, picture or address of one is ever taken.",
        },
        "tags": [{"name": name} for name in TAGS.values()],
        "paths": paths,
        "components": {
            "schemas": _schemas(),
            "securitySchemes": {
                "bearer": {"type": "http", "scheme": "bearer"},
                "basic": {"type": "http", "scheme": "basic"},
                "functions": {"type": "apiKey", "in": "header", "name": "x-functions-key"},
                "token": {"type": "apiKey", "in": "query", "name": "access_token"},
            },
        },
    }
    return msgspec.json.encode(described)


def _operation(route: Route) -> dict[str, Any]:
    parts = re.findall(r"{(\w+)}", route.path)
    name = "_".join([route.method.lower(), *re.findall(r"\w+", route.path)])
    found: dict[str, Any] = {
        "operationId": name,
        "tags": [TAGS[route.protocol]],
        "summary": described(route),
        "responses": {
            "200": {"description": "An answer", "content": {_media_type(route): {"schema": {}}}},
            "default": {"description": "An error", "content": {JSON: {"schema": {"type": "object"}}}},
        },
    }
    if parts:
        found["parameters"] = [_parameter(part) for part in parts]
    if route.scope is not None:
        found["security"] = [{"bearer": []}, {"basic": []}, {"functions": []}, {"token": []}]
    found |= _OWN.get((route.method, route.path), {})
    return found


def _media_type(route: Route) -> str:
    """In which a call is answered."""
    if route.path in {"/status", "/status/live", "/metrics"}:
        return "text/plain"
    return "application/xml" if route.protocol == "ncmec" else JSON


def described(route: Route) -> str:
    """What a call does, in a few words."""
    own = _OWN.get((route.method, route.path), {}).get("summary")
    if own:
        return str(own)
    text = (inspect.getdoc(route.handler) or "").partition("\n")[0]
    text = re.sub(r"^`[^`]+`(?: and [^:.]+)?[:,.]? ?", "", text).strip(" .")
    return (text[:1].upper() + text[1:]) or _NAMES[route.path]


def _parameter(name: str) -> dict[str, Any]:
    return {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}


def _ref(type_: type) -> dict[str, Any]:
    return {"$ref": _COMPONENT.format(name=type_.__name__)}


def _said(description: str, type_: type, *media_types: str) -> dict[str, Any]:
    return {"description": description, "content": {one: {"schema": _ref(type_)} for one in media_types or (JSON,)}}


_NAMES = {
    "/m/lookup": "The hits of a signal by bank",
    "/m/raw_lookup": "The hits of a signal",
    "/m/compare": "The distance of two signals",
    "/m/index/status": "How many signals there are of each type",
    "/c/banks": "The lists, as banks",
    "/c/bank/{name}": "A list, as a bank",
    "/c/bank/{name}/content/{number}": "An entry; its signals for who holds the list",
    "/c/signal_type": "The types of signals",
    "/c/signal_type/index": "How many signals there are of each type",
    "/c/content_type": "The types of content",
    "/site-map": "The paths",
    "/v1/pdq": "What is known of PDQ values in Base64",
    "/v1/version": "When the lists last changed",
}
"""Of calls whose handlers say no more than their path."""

_ERRORS = {
    "401": _said("No key, or none that is valid", Refused),
    "403": _said("The key is not for this", Refused),
    "413": _said("The body is too large", Refused),
    "429": _said("More than the caller may ask; Retry-After says when to come again", Refused),
    "503": _said("Too much at once, a list that is too old, or a spool that cannot be written", Refused),
}
_OWN: dict[tuple[str, str], dict[str, Any]] = {
    ("POST", "/api/lookups"): {
        "summary": "Look signals up",
        "description": "A stream has a signal a line and gets a result a line; after each thousand comes what the "
        "part came to. A fault ends the stream.",
        "requestBody": {
            "required": True,
            "content": {
                JSON: {"schema": _ref(Question)},
                MESSAGEPACK: {"schema": _ref(Question)},
                NDJSON: {"schema": _ref(Asked)},
            },
        },
        "responses": {
            "200": {
                "description": "What the lists say",
                "content": {
                    JSON: {"schema": _ref(Reply)},
                    MESSAGEPACK: {"schema": _ref(Reply)},
                    NDJSON: {"schema": _ref(Result)},
                },
            },
            "415": _said("Another media type", Refused),
            "422": _said("The call was not understood; every fault has its place", Refused),
            "408": _said("The body did not come in time", Refused),
            **_ERRORS,
        },
    },
    ("GET", "/api/lists"): {
        "summary": "The lists that the caller may be matched against",
        "responses": {"200": _said("The lists", ListsSaid), **_ERRORS},
    },
}
