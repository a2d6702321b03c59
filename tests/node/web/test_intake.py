"""The guard in front of every address: media is refused before any view sees it, and nothing of it is kept."""

from __future__ import annotations

import base64
import gzip
import io
import json
import logging
import re
from typing import TYPE_CHECKING, Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from PIL import Image
from tests.node.factories import make_key, make_person, sign_in
from tests.node.scans.worlds import World, lines, make_world

from vaern.hashing.content import HEAD_BYTES, recognise
from vaern.node.organisations.access import Declaration, declared, of_the_api
from vaern.node.organisations.checks import routes
from vaern.node.organisations.rules import Permission, Role
from vaern.node.web import intake
from vaern.node.web.guard.media import media_in
from vaern.node.web.intake import LARGEST_OF_ANYBODY
from vaern.node.web.places import share

if TYPE_CHECKING:
    from pathlib import Path

    from django.http import HttpResponse

pytestmark = pytest.mark.django_db


def picture() -> bytes:
    out = io.BytesIO()
    Image.effect_noise((64, 64), 80).save(out, "JPEG")
    return out.getvalue()


PICTURE = picture()
MARK = base64.b64encode(PICTURE)[60:100]
"""A piece of it that would be found wherever it was kept."""

REASON = {"why": "investigation", "words": "made up"}


@pytest.fixture
def world() -> World:
    return make_world()


def address_of(route: str) -> str:
    """An address of a route, with made-up ids in it."""
    address = re.sub(r"<uuid(?:str)?:\w+>", "00000000-0000-4000-8000-000000000000", route)
    address = re.sub(r"<(?:int|entry_number):\w+>", "1", re.sub(r"<record_kind:\w+>", "scan", address))
    address = re.sub(r"<date:\w+>", "2026-11-27", address)
    address = re.sub(r"<\w+:\w+>|<\w+>|\(\?P<\w+>[^)]*\)", "x", address)
    return re.sub(r"[$^]|\\Z|\(\.\*\)", "", address)


def addresses() -> list[str]:
    """Every address of the node, with made-up ids in it."""
    return sorted({address_of(route) for route, _name, _view in routes()})


@pytest.mark.once
@pytest.mark.parametrize("first", [0, pytest.param(1, marks=pytest.mark.slow)])
def test_every_address_refuses_media_in_a_field_and_as_a_file(world: World, first: int) -> None:
    """Or does not let this person in: nobody gets past the door, every other one with a field, the rest with a file."""
    client, headers = Client(), world.key(world.officer)
    sign_in(client, world.officer)
    refused = 0
    signed = {address_of(r) for r, name, view in routes() if getattr(declared(view, name), "by_signature", False)}
    for number, address in enumerate(addresses()):
        in_a_field = base64.b64encode(PICTURE).decode()
        as_a_file = SimpleUploadedFile("notes.txt", PICTURE, "text/plain")
        answer = client.post(address, {"note": (in_a_field, as_a_file)[(number + first) % 2]}, headers=headers)
        refusals = {400} if address in signed else {302, 401, 403, 404, 405, 415}  # what is not signed cannot be read
        assert answer.status_code in refusals, (address, answer.status_code)
        refused += answer.status_code == 415
    assert refused > 40


class Unread(io.BytesIO):
    """A body that must not be read."""

    def read(self, *_args: Any) -> bytes:
        """Fail."""
        pytest.fail("a body was read before its sender was let in")

    readline = readlines = read


@pytest.mark.once
def test_no_byte_of_a_stranger_is_read_where_a_permission_is_needed(client: Client) -> None:
    """Neither one with a cookie that is nobody's, nor one with a key that is nobody's, costs anything."""
    client.cookies["session"] = "x" * 32
    headers = {"Authorization": f"Bearer vaern_{'0' * 32}_{'A' * 43}"}
    tried = 0
    for route, name, view in routes():
        declaration = declared(view, name)
        for method in () if is_for_anybody(declaration) else ("POST", "PUT"):
            body = {"CONTENT_LENGTH": "24000000", "wsgi.input": Unread()}
            answer = client.generic(method, address_of(route), content_type=KINDS[tried % 3], headers=headers, **body)
            assert answer.status_code in {302, 401, 404, 405}, (route, answer.status_code)
            tried += 1
    assert tried > 400


def is_for_anybody(declaration: Declaration | None) -> bool:
    """Whether a route is for everybody; an operation of the API declares for itself."""
    return bool(declaration and not (declaration.permission or declaration.refused or declaration.by_key))


KINDS = ("application/x-www-form-urlencoded", "multipart/form-data; boundary=b", "application/json")


def for_anybody() -> dict[str, tuple[str, int]]:
    """Every page that anybody may send to: by its name the address, and how much it takes."""
    return {
        name: (address_of(route), intake.declared(view, "largest_body", otherwise=LARGEST_OF_ANYBODY))
        for route, name, view in routes()
        if not of_the_api(view) and is_for_anybody(declared(view, name))
    }


def test_which_pages_take_more_of_anybody_than_is_usual_is_held_by_name() -> None:
    taken = {name: size for name, (_address, size) in for_anybody().items()}
    assert {name: size for name, size in taken.items() if size > LARGEST_OF_ANYBODY} == {"victims:wish-form": 2_000_000}


def test_where_anybody_may_send_little_is_read(client: Client) -> None:
    pages = for_anybody().values()
    for address, size in pages:
        body = {"CONTENT_LENGTH": str(size + 1), "wsgi.input": Unread()}
        assert client.generic("POST", address, content_type=KINDS[0], **body).status_code == 413, address
    assert len(pages) > 40


@pytest.mark.once
def test_how_often_a_place_sends_much_is_asked_before_a_byte_of_it_is_read(client: Client) -> None:
    address, size = for_anybody()["victims:wish-form"]
    body = b"hashes=" + b"x" * LARGEST_OF_ANYBODY
    small, other = b"hashes=x", {"REMOTE_ADDR": "198.51.100.9"}
    for _ in range(share(intake.MOST_LARGE)):
        assert client.generic("POST", address, body, KINDS[0]).status_code != 429
    unread = {"CONTENT_LENGTH": str(size), "wsgi.input": Unread()}
    answer = client.generic("POST", address, content_type=KINDS[0], **unread)
    assert (answer.status_code, "wait, then send it again" in answer.content.decode()) == (429, True)
    assert client.generic("POST", address, small, KINDS[0]).status_code != 429, "little costs nothing"
    assert client.generic("POST", address, body, KINDS[0], **other).status_code != 429, "another place"


def test_without_the_token_of_a_form_nothing_is_looked_at(world: World) -> None:
    client = Client(enforce_csrf_checks=True)
    sign_in(client, world.officer)
    assert upload(client, PICTURE).status_code == 403
    assert client.post("/language/", {"language": base64.b64encode(PICTURE).decode()}).status_code == 403


def test_a_body_of_unknown_length_is_refused_and_not_taken_for_none(world: World) -> None:
    """Chunks without a length were dropped in silence: JSON in chunks was answered as if it had been empty."""
    headers = {**world.key(world.officer), "Transfer-Encoding": "chunked"}
    body = {"wsgi.input": Unread(), "wsgi.input_terminated": True}
    answer = Client().generic("POST", "/api/scans", content_type="application/json", headers=headers, **body)
    assert (answer.status_code, answer.json()["type"]) == (411, "urn:vaern:problem:length-required")


@pytest.mark.once
def test_an_operation_takes_as_much_as_it_declares() -> None:
    """The usual limit held for all of them: django-ninja's view hides what an operation declares."""
    moderator = make_person(Role.MODERATOR)
    _key, key = make_key(moderator, Permission.REPORT_SEND)
    headers, large = {"Authorization": f"Bearer {key}", "Vaern-Reason": "investigation"}, b" " * 7_900_000

    def status(address: str, body: bytes, kind: str) -> int:
        return Client().generic("POST", address, body, kind, headers=headers).status_code

    assert status("/api/reports/batch", large, "application/x-ndjson") not in {403, 413}
    assert status("/api/reports/batch", large + large, "application/x-ndjson") == 413


def test_what_was_refused_is_named_by_its_field(world: World) -> None:
    client = Client()
    sign_in(client, world.officer)
    answer = client.post("/scans/new/", {"reference": base64.b64encode(PICTURE).decode(), **REASON})
    assert "In the field “reference”: This holds media" in answer.content.decode()


def part(encoding: str, text: str) -> str:
    """A form of one part, encoded for mail; signs outside base64's alphabet are skipped by whoever undoes it."""
    head = f'Content-Disposition: form-data; name="note"\r\nContent-Transfer-Encoding: {encoding}'
    return f"--b\r\n{head}\r\n\r\n{text}\r\n--b--\r\n"


@pytest.mark.parametrize("encoding", ["base64", "BASE64", '"base64"', "quoted-printable", "x-uuencode", "7bit; base64"])
def test_a_part_that_is_encoded_for_mail_is_refused(client: Client, encoding: str) -> None:
    answer = client.generic("POST", "/language/", part(encoding, "AA=="), "multipart/form-data; boundary=b")
    assert answer.status_code == 415
    assert client.generic("POST", "/language/", part("8bit", "x"), "multipart/form-data; boundary=b").status_code == 302


@pytest.mark.once
@pytest.mark.parametrize("encoding", ["cp1252", "latin-1", "utf-16"])
@pytest.mark.parametrize("kind", ["application/json", "application/x-ndjson"])
def test_text_of_another_encoding_is_told_so_and_is_no_media(world: World, kind: str, encoding: str) -> None:
    answer = Client().generic(
        "POST", "/api/scans", '{"reference": "Rødgrød på Ærø"}'.encode(encoding), kind, headers=world.key(world.officer)
    )
    said = answer.json()
    assert (answer.status_code, said["type"]) == (415, "urn:vaern:problem:unsupported-media-type")
    assert said["detail"].startswith(
        "This is text in another encoding than UTF-8. Save it as UTF-8, and send it again."
    )
    assert "media" not in said["detail"]
    assert "Take it out" not in said["detail"]
    binary = Client().generic("POST", "/api/scans", b'{"a": "\x00\xff\x81"}', kind, headers=world.key(world.officer))
    assert binary.json()["type"] == "urn:vaern:problem:media-refused"


def test_a_field_in_another_encoding_is_named(world: World) -> None:
    client = Client()
    sign_in(client, world.officer)
    words = "reference=R%F8dgr%F8d"
    answer = client.generic("POST", "/scans/new/", words, "application/x-www-form-urlencoded")
    assert answer.status_code == 415
    assert "In the field “reference”: This is text in another encoding than UTF-8." in answer.content.decode()


def positions() -> dict[str, dict[str, Any]]:
    """Requests that carry a picture, each in another place."""
    text = base64.b64encode(PICTURE).decode()
    return {
        "body as it is": {"data": PICTURE, "content_type": "image/jpeg"},
        "body that lies": {"data": PICTURE, "content_type": "application/json"},
        "JSON": {"data": json.dumps({"reference": text}), "content_type": "application/json"},
        "deep JSON": {"data": json.dumps({"a": [{"b": {"c": text}}]}), "content_type": "application/json"},
        "broken JSON": {"data": '{"reference": "' + text, "content_type": "application/json"},
        "lines": {"data": lines(2) + text.encode(), "content_type": "application/x-ndjson"},
        "form": {"data": f"reference={text}", "content_type": "application/x-www-form-urlencoded"},
        "Latin-1": {"data": PICTURE, "content_type": "text/plain; charset=latin-1"},
        "packed by the protocol": {"data": b"x", "content_type": "text/plain", "headers": {"Content-Encoding": "br"}},
        "reason": {"data": b"", "content_type": "application/json", "headers": {"Vaern-Reason": f"other; {text}"}},
        "key": {"data": b"", "content_type": "application/json", "headers": {"Idempotency-Key": text[:2000]}},
        "query": {"data": b"", "content_type": "application/json", "QUERY_STRING": f"after={text[:4000]}"},
        "browser": {"data": b"", "content_type": "application/json", "headers": {"User-Agent": text[:2000]}},
        "wanted kinds": {"data": b"", "content_type": "application/json", "headers": {"Accept": text[:2000]}},
        "part encoded for mail": {
            "data": part("base64", "!".join(text)),
            "content_type": "multipart/form-data; boundary=b",
        },
    }


@pytest.mark.once
@pytest.mark.parametrize("position", positions())
def test_nothing_of_it_is_kept_and_nothing_of_it_is_said(
    world: World, position: str, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    request = positions()[position]
    request["headers"] = world.key(world.officer) | request.get("headers", {})
    with caplog.at_level(logging.DEBUG):
        answer = Client().generic("POST", "/api/scans", **request)
    # What an operation does not know, or cannot answer in, is refused before the content is looked at.
    assert answer.status_code == {"query": 422, "wanted kinds": 406}.get(position, 415), answer.content
    assert answer["Content-Type"] == "application/problem+json"
    said = answer.content + caplog.text.encode() + "".join(capfd.readouterr()).encode()
    assert MARK not in said
    assert PICTURE[100:120] not in said
    assert not kept(MARK.decode())


def kept(text: str) -> list[str]:
    """Return the tables that hold this text in any column."""
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names():
            cursor.execute(f'SELECT count(*) FROM "{table}" t WHERE strpos(t::text, %s) > 0', [text])
            if cursor.fetchone() != (0,):
                found.append(table)
    return found


def test_what_was_kept_would_be_found(world: World) -> None:
    world.scan(MARK.decode())
    assert kept(MARK.decode()) == ["scans_scan"]


def upload(client: Client, content: bytes, name: str = "findings.jsonl") -> HttpResponse:
    return client.post("/scans/new/", {"reference": "r", **REASON, "findings": SimpleUploadedFile(name, content)})


def test_an_upload_of_results_is_taken_and_one_with_a_picture_in_it_is_not(world: World) -> None:
    client = Client()
    sign_in(client, world.officer)
    assert upload(client, lines(3) + base64.b64encode(PICTURE)).status_code == 415
    assert upload(client, PICTURE).status_code == 415
    page = upload(client, PICTURE).content.decode()
    assert "In the field “findings”: This holds media or a document (image/jpeg)" in page
    assert "Nothing of it was kept" in page
    assert upload(client, lines(3)).status_code == 302


@pytest.mark.slow
def test_photographs_and_videos_of_all_kinds(media: Path) -> None:
    tried, taken = 0, []
    for path in sorted(media.rglob("*")):
        if not path.is_file() or not 200 < path.stat().st_size < 400_000:
            continue
        content = path.read_bytes()
        if not recognise(content[:HEAD_BYTES]).startswith(("image/", "video/")):
            continue
        tried += 1
        forms = (content, base64.b64encode(content), content.hex().encode(), gzip.compress(content))
        taken += [path.name for data in forms if not media_in(data)]
    assert tried > 50
    assert not taken


@pytest.mark.once
def test_no_upload_ever_touches_the_disk(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    import tempfile

    monkeypatch.setattr(tempfile, "NamedTemporaryFile", lambda *_a, **_k: pytest.fail("a temporary file was made"))
    client = Client()
    sign_in(client, world.officer)
    assert upload(client, lines(300)).status_code == 302


def test_what_is_too_large_is_refused_unread(world: World) -> None:
    client = Client()
    sign_in(client, world.officer)
    assert upload(client, b" " * 16_100_000).status_code == 413
    assert client.post("/recalls/", {"a": "b " * 1_300_000}).status_code == 413


def test_more_files_than_a_form_has_are_refused(world: World) -> None:
    client = Client()
    sign_in(client, world.officer)
    files = {f"f{n}": SimpleUploadedFile("a.txt", b"text") for n in range(settings.DATA_UPLOAD_MAX_NUMBER_FILES + 1)}
    assert client.post("/scans/new/", files).status_code == 400
