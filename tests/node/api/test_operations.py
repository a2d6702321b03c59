"""The API of scans, and what holds for every operation: keys, permissions, scope, reasons, problems, limits."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
from django.http import HttpRequest  # noqa: TC002 - resolved by django-ninja
from django.test import Client
from django.utils import timezone
from tests.node.factories import make_key, make_person
from tests.node.scans.worlds import SECRET_NAME, World, finding, lines, make_world

from vaern.formats import findings
from vaern.node.ledger.models import Entry, Note
from vaern.node.organisations.models import ApiKey
from vaern.node.organisations.rules import KEY_SCOPES, Permission, Role
from vaern.node.scans.models import Finding, Scan
from vaern.node.web import limits
from vaern.node.web.models import Allowance
from vaern.node.web.problems import TITLES

if TYPE_CHECKING:
    from django.http import HttpResponse

pytestmark = pytest.mark.django_db
JSON, NDJSON = "application/json", "application/x-ndjson"


@pytest.fixture
def world() -> World:
    return make_world()


def call(method: str, path: str, headers: dict[str, str], body: Any = b"", kind: str = JSON) -> HttpResponse:
    """Send a request as a program does, and check what holds for every answer."""
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    answer = Client(raise_request_exception=True).generic(
        method, f"/api{path}", data, content_type=kind, headers=headers
    )
    if answer.status_code >= 400:
        assert answer["Content-Type"] == "application/problem+json", answer.content
        problem = answer.json()
        assert problem["status"] == answer.status_code
        assert TITLES[problem["type"].removeprefix("urn:vaern:problem:")] == (answer.status_code, problem["title"])
        assert problem["detail"]
    return answer


def scan_in(**changes: Any) -> dict[str, Any]:
    return {"reference": "2026-114", "synthetic": True, **changes}


def finding_in(number: int, **changes: Any) -> dict[str, Any]:
    signals = [{"kind": s.kind, "value": s.value.hex()} for s in finding(number).media.signals]
    return {"number": number, "verdict": "new", "mime": "image/jpeg", "size": 9, "signals": signals, **changes}


def test_a_scan_comes_in_batches_of_lines(world: World) -> None:
    headers = world.key(world.officer)
    made = call("POST", "/scans", headers, scan_in(lists=[{"name": "synthetic", "release": "2026-11"}]))
    assert made.status_code == 201, made.content
    scan_id = made.json()["id"]
    assert made["Location"] == f"/api/scans/{scan_id}"
    first = call("POST", f"/scans/{scan_id}/findings", headers, lines(30), NDJSON)
    assert first.json() == {"added": 30, "total": 30}
    again = call("POST", f"/scans/{scan_id}/findings", headers, lines(30), NDJSON)
    assert again.json() == {"added": 0, "total": 30}
    overlap = call("POST", f"/scans/{scan_id}/findings?first=21", headers, lines(20, 21), NDJSON)
    assert overlap.json() == {"added": 10, "total": 40}
    other = call("POST", f"/scans/{scan_id}/findings?first=5", headers, lines(1, 6), NDJSON)
    assert other.status_code == 409
    assert call("POST", f"/scans/{scan_id}/finish", headers).json()["state"] == "to_review"
    assert call("POST", f"/scans/{scan_id}/finish", headers).status_code == 200
    assert call("POST", f"/scans/{scan_id}/findings?first=41", headers, lines(1, 41), NDJSON).status_code == 409
    assert Finding.everywhere.count() == 40
    entries = list(Entry.objects.values_list("act", "key", "count").order_by("id"))
    assert [(act, count) for act, key, count in entries if key] == [
        ("scans.scan.received", 0),
        ("scans.findings.received", 30),
        ("scans.findings.received", 0),
        ("scans.findings.received", 10),
        ("scans.scan.finished", 40),
    ]


def test_a_scan_comes_whole_in_one_document(world: World) -> None:
    headers = world.key(world.officer)
    body = scan_in(findings=[finding_in(1), finding_in(7, verdict="not media")], complete=True)
    made = call("POST", "/scans", headers, body)
    assert made.status_code == 201, made.content
    read = call("GET", f"/scans/{made.json()['id']}/findings", headers).json()["items"]
    assert [found["number"] for found in read] == [1, 7]
    assert read[0]["signals"][2]["value"] == body["findings"][0]["signals"][2]["value"]
    assert read[1]["signals"] == []


def test_a_repeated_request_makes_no_second_scan(world: World) -> None:
    headers = {**world.key(world.officer), "Idempotency-Key": "a-key-of-the-caller"}
    first, second = (call("POST", "/scans", headers, scan_in()) for _ in range(2))
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json() == second.json()
    assert Scan.everywhere.count() == 1
    other = call("POST", "/scans", headers, scan_in(reference="another"))
    assert other.status_code == 422
    assert other.json()["type"] == "urn:vaern:problem:key-reused"
    theirs = {**world.key(world.analyst), "Idempotency-Key": "a-key-of-the-caller"}
    assert call("POST", "/scans", theirs, scan_in()).status_code == 201


def test_one_reference_names_one_scan(world: World) -> None:
    headers = world.key(world.officer)
    assert call("POST", "/scans", headers, scan_in()).status_code == 201
    assert call("POST", "/scans", headers, scan_in()).status_code == 409


def test_no_key_a_wrong_key_a_revoked_key_and_a_key_without_the_permission(world: World) -> None:
    good = world.key(world.officer, Permission.SCAN_VIEW)
    right = good["Authorization"]
    wrong = right[:-1] + ("B" if right.endswith("A") else "A")
    for header in ("", "Bearer", "Bearer vaern_x", wrong, "Basic dTpw"):
        answer = call("GET", "/scans", {**good, "Authorization": header})
        assert answer.status_code == 401
        assert answer["WWW-Authenticate"].startswith("Bearer")
    assert call("GET", "/scans", good).status_code == 200
    assert call("POST", "/scans", good, scan_in()).status_code == 403
    ApiKey.everywhere.update(revoked_at=timezone.now())
    assert call("GET", "/scans", good).status_code == 401


def test_permission_is_asked_before_the_body_is_read(world: World) -> None:
    assert call("POST", "/scans", world.key(world.officer, Permission.SCAN_VIEW), b"{").status_code == 403


def test_a_key_never_does_more_than_whoever_made_it(world: World) -> None:
    admin = make_person(Role.ADMINISTRATOR, world.police)
    _key, header = make_key(admin, Permission.SCAN_VIEW)
    headers = {"Authorization": f"Bearer {header}", "Vaern-Reason": "investigation"}
    assert call("GET", "/scans", headers).status_code in {200, 403}
    assert call("POST", "/scans", headers, scan_in()).status_code == 403


def test_foreign_and_unknown_are_the_same_answer(world: World) -> None:
    scan = world.scan()
    headers = world.key(world.analyst)
    for method, tail in (("GET", ""), ("GET", "/findings"), ("POST", "/findings"), ("POST", "/finish")):
        kind = NDJSON if tail == "/findings" else JSON
        foreign = call(method, f"/scans/{scan.pk}{tail}", headers, kind=kind)
        unknown = call(method, f"/scans/{uuid4()}{tail}", headers, kind=kind)
        assert foreign.status_code == 404
        assert (foreign.status_code, foreign.content) == (unknown.status_code, unknown.content)
    assert call("GET", "/scans", headers).json()["items"] == []


def test_a_recipient_reads_and_does_not_write(world: World) -> None:
    scan = world.scan()
    world.release(scan, world.hotline)
    headers = world.key(world.analyst)
    read = call("GET", f"/scans/{scan.pk}", headers).json()
    assert (read["own"], read["released"]["handling"], read["organisation"]) == (
        False,
        "amber+strict",
        world.police.name,
    )
    assert len(call("GET", f"/scans/{scan.pk}/findings", headers).json()["items"]) == 12
    assert call("POST", f"/scans/{scan.pk}/finish", headers).status_code == 409
    assert [s["id"] for s in call("GET", "/scans?whose=released", headers).json()["items"]] == [str(scan.pk)]


def test_pages_follow_each_other(world: World) -> None:
    scan = world.scan(found=None)
    headers, seen, after = world.key(world.officer), [], ""
    while after is not None:
        page = call("GET", f"/scans/{scan.pk}/findings?limit=5&after={after}", headers).json()
        seen += [found["number"] for found in page["items"]]
        after = page["next"]
    assert seen == list(range(1, 13))


@pytest.mark.parametrize("header", [None, "", "curiosity", "other", "other;  ", "investigation; \x01"])
def test_reads_need_a_reason(world: World, header: str | None) -> None:
    headers = world.key(world.officer)
    del headers["Vaern-Reason"]
    before = Entry.objects.count()
    answer = call("GET", "/scans", headers if header is None else {**headers, "Vaern-Reason": header})
    assert answer.status_code in {400, 415}
    assert "curiosity" not in answer.content.decode()
    assert Entry.objects.count() == before


def test_the_reason_is_kept_beside_the_entry(world: World) -> None:
    words = "Anklagemyndigheden på Ærø bad om det"
    headers = {**world.key(world.officer), "Vaern-Reason": f"other; {words}".encode().decode("latin-1")}
    assert call("GET", "/scans", headers).status_code == 200
    entry = Entry.objects.get(act="scans.scans.listed")
    assert (entry.why, Note.objects.get(entry=entry).words) == ("other", words)


BAD_JSON: dict[str, tuple[bytes, int]] = {
    "nothing": (b"", 422),
    "half": (b'{"reference": "x"', 400),
    "no object": (b"[1, 2]", 422),
    "a BOM": (b'\xef\xbb\xbf{"reference": "x"}', 400),
    "UTF-16": ('{"reference": "x"}'.encode("utf-16-le"), 415),
    "not UTF-8": (b'{"reference": "\xff"}', 415),
    "one key twice": (b'{"reference": "x", "reference": "y"}', 400),
    "NaN": (b'{"reference": "x", "a": NaN}', 400),
    "infinity": (b'{"reference": "x", "a": 1e999}', 400),
    "a huge number": (b'{"reference": "x", "a": ' + b"9" * 500 + b"}", 400),
    "deep": (b'{"a":' * 50_000 + b"1" + b"}" * 50_000, 400),
    "deep lists": (b"[" * 200_000, 400),
    "many values": (b"[" + b"0," * 1_000_000 + b"0]", 400),
    "NUL": (b'{"reference": "a\\u0000b"}', 400),
    "half a surrogate pair": (b'{"reference": "a\\ud800b"}', 400),
    "an unknown member": (b'{"reference": "x", "file_name": "y"}', 422),
    "a wrong type": (b'{"reference": 5}', 422),
    "signs that cannot be shown": ('{"reference": "a\u202eb"}'.encode(), 422),
    "too long": (b'{"reference": "' + b"a b " * 50 + b'"}', 422),
    "a time without an offset": (b'{"reference": "x", "started_at": "2026-11-24T12:00:00"}', 422),
    "an end before the start": (
        b'{"reference": "x", "started_at": "2026-11-24T12:00:00Z", "finished_at": "2026-11-23T12:00:00Z"}',
        422,
    ),
    "a digest that is too short": (
        json.dumps(scan_in(findings=[finding_in(1, signals=[{"kind": "md5", "value": "00"}])])).encode(),
        422,
    ),
    "one number twice": (json.dumps(scan_in(findings=[finding_in(1), finding_in(1)])).encode(), 422),
}


@pytest.mark.once
@pytest.mark.parametrize("name", BAD_JSON)
def test_bad_json_is_refused_with_a_problem_document(world: World, name: str) -> None:
    body, status = BAD_JSON[name]
    answer = call("POST", "/scans", world.key(world.officer), body)
    assert answer.status_code == status, answer.content
    assert "file_name" not in answer.content.decode()
    assert not Scan.everywhere.exists()


@pytest.mark.parametrize(
    "line",
    [
        b"nonsense",
        b"{}",
        b'{"media": {}, "verdict": "new"}',
        b'{"verdict": "sinister-word", "media": {"name": "x", "size": 1}}',
        b'{"verdict": "new", "media": {"name": "x", "size": -1, "mime": "image/png"}}',
        b'{"verdict": "new", "media": {"name": "x", "size": 99999999999999999999, "mime": "image/png"}}',
        b'{"verdict": "new", "media": {"name": "x", "size": 1, "mime": "sinister-word"}}',
        b'{"verdict": "new", "media": {"name": "x", "size": 1, "signals": [{"kind": "pdna", "value": "00"}]}}',
        b'{"verdict": "new", "media": {"name": "x", "size": 1, "signals": [{"kind": "md5", "value": "zz"}]}}',
        b"[" * 100_000,
    ],
)
def test_a_bad_line_names_its_number_and_nothing_else(world: World, line: bytes) -> None:
    headers = world.key(world.officer)
    scan = world.scan(found=[], finished=False)
    answer = call("POST", f"/scans/{scan.pk}/findings?first=100", headers, lines(3, 100) + line + b"\n", NDJSON)
    assert answer.status_code == 422, answer.content
    assert answer.json()["errors"][0]["where"] == "line 103"
    assert "sinister" not in answer.content.decode()
    assert not Finding.everywhere.exists()


def test_names_of_files_are_dropped_unread(world: World) -> None:
    scan = world.scan(found=[], finished=False)
    headers = world.key(world.officer)
    strange = findings.encode(finding(1, name="\\xe2\\x80\\xae/" + "a-very/long_path" * 60 + SECRET_NAME))
    answer = call("POST", f"/scans/{scan.pk}/findings", headers, strange, NDJSON)
    assert answer.status_code == 200, answer.content
    assert SECRET_NAME not in call("GET", f"/scans/{scan.pk}/findings", headers).content.decode()


@pytest.mark.parametrize(
    ("method", "path", "changes", "kind", "status"),
    [
        ("GET", "/nothing", {}, JSON, 404),
        ("GET", "/scans/not-an-id", {}, JSON, 404),
        ("DELETE", "/scans", {}, JSON, 405),
        ("PUT", "/openapi.json", {}, JSON, 405),
        ("POST", "/scans", {}, "text/plain", 415),
        ("POST", "/scans", {}, "application/json; charset=utf-16", 415),
        ("POST", "/scans", {"Content-Encoding": "gzip"}, JSON, 415),
        ("GET", "/scans", {"Accept": "text/html"}, JSON, 406),
        ("GET", "/scans?limit=0", {}, JSON, 422),
        ("GET", "/scans?limit=x", {}, JSON, 422),
        ("GET", "/scans?after=!!", {}, JSON, 422),
        ("GET", f"/scans?reference={'a' * 9000}", {}, JSON, 413),
        ("POST", "/scans", {"Idempotency-Key": "a b"}, JSON, 422),
    ],
)
def test_the_generic_refusals(
    world: World, method: str, path: str, changes: dict[str, str], kind: str, status: int
) -> None:
    answer = call(method, path, {**world.key(world.officer), **changes}, scan_in() if method == "POST" else b"", kind)
    assert answer.status_code == status, answer.content
    if status == 405:
        assert answer["Allow"]


def test_a_body_that_is_too_large_is_refused_unread(world: World) -> None:
    answer = call("POST", "/scans", world.key(world.officer), b" " * 2_600_000)
    assert answer.status_code == 413


def test_a_clock_that_was_set_back_stops_no_key() -> None:
    key = uuid4()
    assert [limits.take(key, rate=0.001, burst=3) for _ in range(4)] == [0, 0, 0, 1000]
    Allowance.objects.filter(key=key).update(at=timezone.now() + timedelta(hours=3))
    assert [limits.take(key, rate=0.001, burst=3) for _ in range(2)] == [0, 1000], "one, and then as ever"
    Allowance.objects.filter(key=key).update(at=timezone.now() - timedelta(seconds=2000))
    assert [limits.take(key, rate=0.001, burst=3) for _ in range(3)] == [0, 0, 1000]


def test_a_key_that_asks_too_often_waits(world: World, settings: Any) -> None:
    key = uuid4()
    assert [limits.take(key, rate=0.001, burst=3) for _ in range(4)] == [0, 0, 0, 1000]
    assert limits.take(uuid4(), rate=0.001, burst=3) == 0
    settings.KEY_RATE = 0.1
    headers = world.key(world.officer)
    assert call("GET", "/scans", headers).status_code == 200
    answer = call("GET", "/scans", headers)
    assert (answer.status_code, answer["Retry-After"]) == (429, "10")


def test_a_forged_host_gets_a_problem_document_too() -> None:
    answer = Client(headers={"Host": "evil.example"}).get("/api/scans")
    assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")


def test_an_operation_without_a_permission_is_refused_and_listed() -> None:
    from ninja import NinjaAPI, Router

    from vaern.node import api
    from vaern.node.organisations import checks
    from vaern.node.organisations.routers import GuardedRouter

    with pytest.raises(TypeError, match="permission"):
        GuardedRouter().get("/x")(lambda _request: None)
    assert all(declaration for _name, declaration in api.operations())
    plain = Router()

    @plain.get("/open-door")
    def open_door(request: HttpRequest) -> None: ...

    other = NinjaAPI(urls_namespace="other", docs_url=None, openapi_url=None)
    other.add_router("", plain)
    found = dict(api.operations_of(other))
    assert found == {"GET /api/open-door": None}
    from vaern.node.organisations.access import OPERATION_SOURCES

    OPERATION_SOURCES.append(lambda: api.operations_of(other))
    try:
        assert any("open-door" in error.msg for error in checks.every_route_is_declared())
    finally:
        OPERATION_SOURCES.pop()


def test_a_key_of_a_closed_organisation_opens_nothing(world: World) -> None:
    headers = world.key(world.officer)
    type(world.police).objects.filter(pk=world.police.pk).update(active=False)
    assert call("GET", "/scans", headers).status_code == 401


def test_a_key_can_be_given_what_an_operation_asks_for_and_nothing_else() -> None:
    from vaern.node import api

    assert {declaration.permission for _name, declaration in api.operations() if declaration} == KEY_SCOPES


@pytest.mark.parametrize(
    ("path", "headers"),
    [("/nothing", {}), ("/%00", {}), ("/scans", {"host": "evil.example"}), ("/openapi.json", {"host": "evil.example"})],
)
def test_an_error_that_no_operation_gave_has_the_headers_of_every_answer(path: str, headers: dict[str, str]) -> None:
    answer = call("GET", path, headers)
    assert answer["Cache-Control"] == "no-store"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "default-src 'none'" in answer["Content-Security-Policy"]
