"""Each call of HMA's own OpenAPI document, asked of us: its path, its parameters, its answers.

The document is that of Hasher-Matcher-Actioner 1.1.7, which lies with the published vectors beside this repository.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import pytest
from jsonschema import Draft202012Validator
from tests.conftest import ROOT, missing
from tests.lookup.lists import OWN, entry, pdq
from tests.lookup.service import Running, running

from vaern.lookup.foreign import hma
from vaern.lookup.service import ALL_ROUTES
from vaern.matching import publish

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.lookup.service import Answer

DOCUMENT = ROOT.parent / "shared" / "reviews" / "hma-1.1.7-openapi.json"
PARTS = {
    "bank_name": "KNOWN",
    "content_id": str(hma.content_id("id one")),
    "exchange_name": "any",
    "api_name": "any",
    "signal_type_name": "pdq",
}
QUERY = {
    "signal": pdq("one").hex(),
    "signal_type": "pdq",
    "banks": "KNOWN",
    "seed": "any",
    "bypass_coinflip": "true",
    "include_distance": "true",
    "url": "https://files.example/a",
    "content_type": "photo",
    "types": "pdq",
}
"""One value of each parameter of a query that the document names."""

NEEDED = {("GET", "/m/lookup"): ("signal", "signal_type")}
"""Of parameters that the document calls optional, those without which only an address is left to ask with."""

BODIES = {("POST", "/m/compare"): {"pdq": [pdq("one").hex(), pdq("other").hex()]}}
NOT_OURS = {("GET", "/")}
"""The page for people: HMA's own is a user interface that changes banks."""

REFUSED = {
    ("GET", "/h/hash"),
    ("POST", "/h/hash"),
    ("POST", "/c/exchanges"),
    ("POST", "/c/bank/{bank_name}/content"),
    ("POST", "/c/bank/{bank_name}/signal"),
    ("PUT", "/c/exchange/{exchange_name}"),
    ("DELETE", "/c/exchange/{exchange_name}"),
    ("DELETE", "/c/bank/{bank_name}"),
    ("PUT", "/c/bank/{bank_name}/content/{content_id}"),
    ("DELETE", "/c/bank/{bank_name}/content/{content_id}"),
    ("PUT", "/c/signal_type/{signal_type_name}"),
}
"""What takes a file or changes a bank is answered 403, which the document has for some of them only."""

BESIDE = {
    ("GET", "/c/exchange/{exchange_name}"): 404,
    ("GET", "/c/exchange/{exchange_name}/status"): 404,
    ("GET", "/c/exchanges/api/{api_name}/schema"): 404,  # HMA's code says so; its document has 400
}
"""There is no exchange here: the reads that do not come to a success."""

UNDOCUMENTED = {("GET", "/c/exchanges/api/{}"), ("POST", "/c/exchanges/api/{}")}
"""HMA answers them, and its document leaves them out."""


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    if not DOCUMENT.is_file():
        missing(f"HMA's document is not at {DOCUMENT}")
    found: dict[str, Any] = json.loads(DOCUMENT.read_bytes())
    return found


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    lists = tmp_path_factory.mktemp("lists")
    publish(lists / "known", [entry("one", OWN)], name="known", release="r1")
    with running(lists) as found:
        yield found


def operations(document: dict[str, Any]) -> dict[tuple[str, str], dict[str, Any]]:
    return {
        (method.upper(), path): said
        for path, methods in document["paths"].items()
        for method, said in methods.items()
        if (method.upper(), path) not in NOT_OURS
    }


def shape(path: str) -> str:
    """A path whatever its parts are called."""
    return re.sub(r"{\w+}", "{}", path)


def asked(service: Running, operation: tuple[str, str], query: dict[str, str]) -> Answer:
    method, path = operation
    address = path.format_map(PARTS) + (f"?{urlencode(query)}" if query else "")
    return service.ask(method, address, BODIES.get(operation, b""), who="holder")


def least(operation: tuple[str, str], said: dict[str, Any]) -> dict[str, str]:
    """The query without which a call is none."""
    names = [one["name"] for one in said.get("parameters", ()) if one["in"] == "query" and one["required"]]
    return {name: QUERY[name] for name in [*names, *NEEDED.get(operation, ())]}


def expected(operation: tuple[str, str], said: dict[str, Any]) -> int:
    """What a call comes to: a success of the document, or the refusal that is ours."""
    if operation in REFUSED or (operation[0] != "GET" and "403" in said["responses"]):
        return 403
    return BESIDE.get(operation, 200)


def test_each_call_of_the_document_is_one_of_ours_and_each_of_ours_stands_in_it(document: dict[str, Any]) -> None:
    ours = {(one.method, shape(one.path)) for one in ALL_ROUTES if one.protocol == hma.PROTOCOL}
    theirs = {(method, shape(path)) for method, path in operations(document)}
    assert theirs == ours - UNDOCUMENTED
    assert ours >= UNDOCUMENTED


def test_each_call_comes_to_what_the_document_says(document: dict[str, Any], service: Running) -> None:
    came = {
        operation: asked(service, operation, least(operation, said)).status
        for operation, said in operations(document).items()
    }
    assert came == {operation: expected(operation, said) for operation, said in operations(document).items()}
    beyond = {
        operation
        for operation, status in came.items()
        if str(status) not in operations(document)[operation]["responses"]
    }
    assert beyond == {*REFUSED, ("GET", "/c/exchanges/api/{api_name}/schema")}, "an answer that HMA has not"


def test_each_parameter_of_the_document_is_taken_and_none_that_it_needs_is_left_out(
    document: dict[str, Any], service: Running
) -> None:
    taken = 0
    for operation, said in operations(document).items():
        needed, came = least(operation, said), expected(operation, said)
        for one in said.get("parameters", ()):
            name = one["name"]
            if one["in"] == "path":
                assert f"{{{name}}}" in operation[1]
                continue
            status = asked(service, operation, {**needed, name: QUERY[name]}).status
            assert status == (403 if name == "url" else came), (operation, name)
            taken += 1
            if name in needed and came != 403:
                without = {key: value for key, value in needed.items() if key != name}
                assert asked(service, operation, without).status == 400, (operation, name)
    assert taken >= len(QUERY)


def test_what_is_read_has_the_shape_that_the_document_gives_it(document: dict[str, Any], service: Running) -> None:
    read = set()
    for operation, said in operations(document).items():
        answer = asked(service, operation, least(operation, said))
        content = said["responses"].get(str(answer.status), {}).get("content", {})
        for media_type, described in content.items():
            assert answer.headers["content-type"] == media_type
            schema = {**described["schema"], "components": document["components"]}
            assert [error.message for error in Draft202012Validator(schema).iter_errors(answer.json())] == []
            read.add(operation)
    assert {("GET", "/m/lookup"), ("GET", "/m/raw_lookup"), ("GET", "/c/bank/{bank_name}/content/{content_id}")} <= read
