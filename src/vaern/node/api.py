"""The API at `/api/`: one document, one guard, one form of error. The operations stand in the apps' `api.py`.

There is no page to try it out: that would load scripts from elsewhere. `/api/openapi.json` is the contract, and
`docs/reference/api.md` is written from it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django.http import HttpResponse, JsonResponse
from django.urls import path, re_path
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError
from ninja.parser import Parser

import vaern
from vaern.node.base.refusals import Refusal
from vaern.node.casework.idempotency import KeyReusedError
from vaern.node.casework.reasons import HEADER
from vaern.node.crosscheck.registry.api import router as crosscheck
from vaern.node.ledger.rules import LONGEST_NOTE, Why
from vaern.node.lists.api import router as lists
from vaern.node.lists.api_reading import router as lists_reading
from vaern.node.lists.lookups.api import router as lists_lookups
from vaern.node.lists.recalls.api import router as lists_recalls
from vaern.node.organisations.access import OPERATION_SOURCES, Declaration, public
from vaern.node.reports.api import ROUTERS as REPORTS
from vaern.node.scans.api import router as scans
from vaern.node.victims.api import router as victims
from vaern.node.web import problems, strict_json
from vaern.node.web.problems import MEDIA_TYPE, TITLES, Problem
from vaern.node.web.reasons import CHOOSABLE
from vaern.node.web.validation import faults_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.http import HttpRequest
    from ninja.operation import Operation

    from vaern.node.organisations.routers import ApiKey

DESCRIPTION = """The API of a node of Værn. Text, hashes and metadata only: media is refused by content.
Every error is a problem document (RFC 9457). Every read and every change is recorded in the node's ledger with the
reason that the caller gives in `Vaern-Reason`."""


class StrictParser(Parser):
    """Bodies are JSON, and read strictly."""

    def parse_body(self, request: HttpRequest) -> Any:
        """Return the value.

        Raises:
            Problem: it says to be something else, or is not JSON with one meaning.
        """
        if request.content_type != "application/json":
            raise Problem("unsupported-media-type", "Send application/json.")
        return strict_json.read(request.body)


api = NinjaAPI(
    title="Værn",
    version="1",
    description=DESCRIPTION,
    docs_url=None,
    openapi_url=None,
    urls_namespace="api",
    parser=StrictParser(),
    openapi_extra={"info": {"license": {"name": "Apache-2.0", "identifier": "Apache-2.0"}}},
)
api.add_router("", scans)
for room in [*REPORTS, crosscheck]:
    api.add_router("", room)
api.add_router("", victims)
api.add_router("", lists)
api.add_router("", lists_reading)
api.add_router("", lists_lookups)
api.add_router("", lists_recalls)


@api.exception_handler(Problem)
def _problem(_request: HttpRequest, problem: Problem) -> HttpResponse:
    return problems.response(problem)


@api.exception_handler(Refusal)
def _refused(_request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """Answer what the rules do not allow, for every operation alike."""
    return problems.response(Problem("conflict", str(refusal)))


@api.exception_handler(KeyReusedError)
def _reused(_request: HttpRequest, refusal: KeyReusedError) -> HttpResponse:
    return problems.response(Problem("key-reused", str(refusal)))


@api.exception_handler(HttpError)
def _http_error(_request: HttpRequest, error: HttpError) -> HttpResponse:
    """Answer what django-ninja refuses; it wraps what the parser said."""
    if isinstance(error.__cause__, Problem):
        return problems.response(error.__cause__)
    return problems.response(Problem("malformed", "The request cannot be read."))


@api.exception_handler(ValidationError)
def _invalid(_request: HttpRequest, error: ValidationError) -> HttpResponse:
    said = "Some values are not what is expected; see errors."
    return problems.response(Problem("invalid", said, faults_of(error.errors)))


def operations() -> Iterator[tuple[str, Declaration | None]]:
    """Yield every operation and its declaration, for the check that stops the start."""
    yield from operations_of(api)


def operations_of(some_api: NinjaAPI) -> Iterator[tuple[str, Declaration | None]]:
    """Yield every operation of an API, `GET /api/scans/{uuid:id}`, and what it declares."""
    for name, operation in _each(some_api):
        yield name, getattr(operation.view_func, "declaration", None)


def sizes() -> Iterator[tuple[str, int]]:
    """Yield every operation, and how many bytes of a body it takes."""
    for name, operation in _each(api):
        (key,) = operation.auth_callbacks
        yield name, cast("ApiKey", key).largest


def _each(some_api: NinjaAPI) -> Iterator[tuple[str, Operation]]:
    for bound in some_api._get_bound_routers():  # noqa: SLF001 - there is no public way
        for route, view in bound.path_operations.items():
            for operation in view.operations:
                yield f"{'/'.join(operation.methods)} {problems.API.rstrip('/')}{bound.prefix}{route}", operation


OPERATION_SOURCES.append(operations)


def openapi() -> dict[str, Any]:
    """Return the OpenAPI document: what django-ninja knows, and what holds for every operation."""
    document = dict(api.get_openapi_schema(path_prefix=problems.API))
    document["info"]["version"] = vaern.__version__
    document["components"]["schemas"]["Problem"] = _PROBLEM
    for methods in document["paths"].values():
        for method, operation in methods.items():
            _complete(operation, method)
    return document


_PROBLEM = {
    "type": "object",
    "title": "Problem",
    "description": "What was wrong (RFC 9457). No value that was sent is repeated.",
    "required": ["type", "title", "status", "detail"],
    "additionalProperties": False,
    "properties": {
        "type": {"type": "string", "enum": [f"urn:vaern:problem:{code}" for code in TITLES]},
        "title": {"type": "string"},
        "status": {"type": "integer", "minimum": 400, "maximum": 599},
        "detail": {"type": "string", "description": "What was wrong, and what to do."},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["where", "what"],
                "additionalProperties": False,
                "properties": {"where": {"type": "string"}, "what": {"type": "string"}},
            },
        },
    },
}
_CODES = "|".join(why.value for why in CHOOSABLE if why is not Why.OTHER)
_REASON = {
    "name": HEADER,
    "in": "header",
    "required": True,
    "description": f"Why: a code, and after a semicolon words (at most {LONGEST_NOTE} characters). "
    "The code `other` needs words. Recorded in the ledger.",
    "schema": {
        "type": "string",
        "pattern": f"^(?:(?:{_CODES})(?:; [a-z ]{{0,100}})?|other; [a-z]{{3,100}})$",
        "examples": ["investigation", "other; asked for by the prosecutor"],
    },
}
_ALWAYS = (400, 401, 403, 404, 406, 411, 413, 415, 422, 429)


def _complete(operation: dict[str, Any], method: str) -> None:
    """Add the reason, and the problems that any operation may answer with."""
    view = _views()[operation["operationId"]]
    if view.asks_reason:
        operation.setdefault("parameters", []).append(_REASON)
    operation["x-permission"] = view.declaration.permission.value
    for status in (*_ALWAYS, *((409,) if method in {"post", "put"} else ())):
        titles = [title for code, (of, title) in TITLES.items() if of == status]
        operation["responses"][str(status)] = {
            "description": "; ".join(titles),
            "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
        }
    operation["responses"] = {
        str(code): operation["responses"][code] for code in sorted(operation["responses"], key=str)
    }


def _views() -> dict[str, Any]:
    return {
        str(operation.operation_id): operation.view_func
        for bound in api._get_bound_routers()  # noqa: SLF001
        for view in bound.path_operations.values()
        for operation in view.operations
    }


@public("the contract of the API; it holds no data")
def contract(request: HttpRequest) -> HttpResponse:
    """Return the OpenAPI document."""
    if request.method not in {"GET", "HEAD"}:
        return problems.response(Problem("method-not-allowed", "Use GET.", headers={"Allow": "GET, HEAD"}))
    return JsonResponse(openapi())


@public("says that there is nothing here, as a problem document")
def unknown(_request: HttpRequest, _rest: str = "") -> HttpResponse:
    """Answer an address of the API that does not exist."""
    detail = "There is nothing at this address, or nothing that this key may know of."
    return problems.response(Problem("not-found", detail))


unknown.csrf_exempt = True  # type: ignore[attr-defined]  # it does nothing
contract.csrf_exempt = True  # type: ignore[attr-defined]

urlpatterns = [
    path("openapi.json", contract, name="contract"),
    path("", ([route for route in api.urls[0] if getattr(route, "name", "") != "api-root"], "ninja", "api")),
    re_path("^(.*)$", unknown, name="unknown"),
]
