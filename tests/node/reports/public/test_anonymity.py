"""Nothing of a reporter is kept: a node is reported to with marks in all that names a visitor, and then searched.

Every table, every file below the node's folder and all that it logged are looked through for each mark: as it is, in
hexadecimal, in base64 however it lies, in UTF-16, percent-encoded, and as its plain digests.
"""

from __future__ import annotations

import base64
import hashlib
import http.client
import json
import re
import secrets
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode

import psycopg
import pytest
from tests.node.operations.conftest import folder, fresh  # noqa: F401 - fixtures
from tests.node.operations.nodes import Node, clean_environment

from vaern.node.reports.rules import public_form
from vaern.node.runtime.embedded import Embedded
from vaern.node.web import proof_of_work

if TYPE_CHECKING:
    from collections.abc import Iterator

PEER = "127.0.0.77"
"""Where the reporter connects from: loop-back, but not the address that everything else here uses."""

DESK = """
import django; django.setup()
from vaern.node.organisations.models import Organisation
from vaern.node.reports.base.desks import desk_of
desk = desk_of(Organisation.objects.get(runs_node=True))
desk.public_name = "findable-desk"
desk.save()
"""
TABLES = """
    SELECT quote_ident(schemaname) || '.' || quote_ident(tablename) FROM pg_tables
    WHERE schemaname NOT IN ('pg_catalog', 'information_schema')
"""


def forms_of(mark: str) -> set[bytes]:
    """Return how a mark may lie in bytes."""
    raw = mark.encode()
    found = {raw, raw.lower(), raw.upper(), mark.encode("utf-16-le"), quote(mark, safe="").encode(), raw[::-1]}
    found |= {raw.hex().encode(), raw.hex().upper().encode()}
    for shift in range(3):
        whole = base64.b64encode(b"\0" * shift + raw)
        inner = whole[(shift * 8 + 5) // 6 : (shift * 8 + len(raw) * 8) // 6]
        found |= {inner, inner.replace(b"+", b"-").replace(b"/", b"_")}
    for algorithm in ("md5", "sha1", "sha256", "blake2b"):
        digest = hashlib.new(algorithm, raw).digest()
        found |= {digest, digest.hex().encode(), base64.b64encode(digest)[:-4]}
    return {form for form in found if len(form) >= 8}


@pytest.mark.parametrize("shift", range(3))
def test_the_search_finds_what_is_there(shift: int) -> None:
    mark = f"mark-{secrets.token_hex(8)}"
    around = b"x" * shift + mark.encode() + b"yz"
    for hidden in (around, base64.b64encode(around), around.hex().encode(), hashlib.sha256(mark.encode()).digest()):
        assert any(form in b"before " + hidden + b" after" for form in forms_of(mark))
    assert not any(form in b"nothing of it" * 99 for form in forms_of(mark))


class Reporter:
    """A browser whose every trait is a mark."""

    def __init__(self, node: Node, *, proxied: bool) -> None:
        self.node, self.proxied = node, proxied
        self.marks = {name: f"mark{secrets.token_hex(8)}" for name in ("agent", "language", "referer", "cookie", "odd")}
        self.marks["address"] = "203.0.113.177"
        self.origin = f"https://localhost:{node.port}" if proxied else f"http://localhost:{node.port}"
        self.cookies = {
            "session": self.marks["cookie"],
            "__Host-session": self.marks["cookie"],
            "x": self.marks["cookie"],
        }

    def ask(self, method: str, path: str, fields: dict[str, str] | None = None) -> tuple[int, str]:
        mark = self.marks
        headers = {
            "Host": f"localhost:{self.node.port}",
            "User-Agent": f"Mozilla/5.0 ({mark['agent']})",
            "Accept-Language": f"da;q=0.1, en, x-{mark['language']};q=0.2",
            "Referer": f"{self.origin}/{mark['referer']}",
            "Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
            "X-Forwarded-For": f"{mark['address']}",
            "Forwarded": f"for={mark['address']};by={mark['odd']}",
            "Sec-CH-UA": mark["odd"],
            "X-Real-IP": mark["address"],
            "Via": mark["odd"],
        }
        if self.proxied:
            headers["X-Forwarded-Proto"] = "https"
        body = urlencode(fields) if fields is not None else None
        if body is not None:
            headers |= {"Content-Type": "application/x-www-form-urlencoded", "Origin": self.origin}
        connection = http.client.HTTPConnection("127.0.0.1", self.node.port, timeout=30, source_address=(PEER, 0))
        try:
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            for line in answer.msg.get_all("Set-Cookie") or ():
                name, _, value = line.partition(";")[0].partition("=")
                self.cookies[name] = value
            return answer.status, answer.read().decode()
        finally:
            connection.close()

    def post(self, path: str, page: str, **fields: str) -> tuple[int, str]:
        found = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page))
        return self.ask("POST", path, {**found, **fields})


def everything(node: Node, wanted: dict[str, set[bytes]]) -> Iterator[tuple[str, bytes]]:
    """All that a node keeps: each table as text, the log, and each file that holds any of what is wanted."""
    with psycopg.connect(Embedded(node.home / "database").url, autocommit=True) as connection:
        tables = [name for (name,) in connection.execute(TABLES).fetchall()]
        assert len(tables) > 40
        for name in tables:
            with connection.cursor().copy(f"COPY {name} TO STDOUT") as rows:  # type: ignore[call-overload]
                yield f"table {name}", b"".join(bytes(row) for row in rows)
        connection.execute("CHECKPOINT")
    yield "log", node.log.read_bytes()
    patterns = node.home.with_name("patterns")
    patterns.write_bytes(b"\n".join(form for forms in wanted.values() for form in forms if not {0, 10} & set(form)))
    grep = ["grep", "--recursive", "--text", "--fixed-strings", "--files-with-matches", "--file", patterns, node.home]
    found = subprocess.run(grep, env={"LC_ALL": "C"}, capture_output=True, timeout=300, check=False)
    assert found.returncode in {0, 1}, found.stderr
    for line in found.stdout.decode().splitlines():
        yield line, Path(line).read_bytes()


@pytest.fixture(params=[False, True], ids=["alone", "behind a proxy"])
def reported(request: pytest.FixtureRequest, folder: Path, fresh: Path) -> Iterator[tuple[Node, Reporter]]:  # noqa: F811
    """A running node with a desk, and a reporter before it."""
    node = Node(Path(tempfile.mkdtemp(dir=folder)) / "home")
    subprocess.run(["cp", "-a", fresh, node.home], check=True)
    if request.param:
        node.environment["VAERN_ADDRESS"] = f"https://localhost:{node.port}"
    try:
        if request.param:
            node.wait = lambda: _until_ready(node)  # type: ignore[method-assign]  # its answers lead to https
        node.start()
        environment = clean_environment(
            VAERN_HOME=str(node.home),
            VAERN_SYNTHETIC="1",
            DJANGO_SETTINGS_MODULE="vaern.node.settings",
            DATABASE_URL=Embedded(node.home / "database").url,
        )
        subprocess.run([sys.executable, "-c", DESK], env=environment, check=True, timeout=60)
        yield node, Reporter(node, proxied=request.param)
    finally:
        node.clean_up()


def _until_ready(node: Node) -> None:
    until = time.monotonic() + 120
    while not node.ready():
        assert time.monotonic() < until, node.log.read_text()
        time.sleep(0.1)


def report(reporter: Reporter) -> tuple[str, str, str]:
    """Report, be refused in every way, talk; return the code and words that nobody may find in the open."""
    address, wanted = "/report/findable-desk/", f"words{secrets.token_hex(8)}"
    link = f"https://host.example/{secrets.token_hex(12)}"
    status, page = reporter.ask("GET", address)
    assert status == 200, page
    nonce, bits = re.findall(r'data-nonce="(\w+)" data-bits="(\d+)"', page)[0]
    proof = next(str(n) for n in range(10**7) if proof_of_work.proves(nonce, str(n), int(bits)))
    assert reporter.post(address, page, proof=proof)[0] == 422
    time.sleep(proof_of_work.SHORTEST_SECONDS)
    filled = {"proof": proof, "kind": "material", "addresses": link, "danger": "yes", "words": wanted}
    status, sent = reporter.post(address, page, **filled)
    assert status == 200, sent
    code = re.findall(r"<output[^>]*>([0-9A-Z-]{24})</output>", sent)[0]
    receipt = "/report/receipt/"
    status, page = reporter.ask("GET", receipt)
    assert reporter.post(receipt, page, code="0000-0000-0000-0000-0000")[0] == 422
    status, page = reporter.post(receipt, page, code=code)
    assert status == 200, page
    status, page = reporter.post(receipt, page, words=f"more {wanted}")
    assert "We have what you wrote" in page, page
    assert (
        reporter.post(receipt, page, words="data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAUAAAAFCAYAAACNbyblAAAA")[0]
        >= 400
    )
    assert reporter.ask("GET", f"/report/{reporter.marks['odd']}/")[0] == 404
    assert reporter.ask("POST", receipt, {"code": code})[0] == 403
    assert reporter.ask("PUT", receipt, {"code": code})[0] in {403, 405}
    return code, link, wanted


def counted(reporter: Reporter) -> None:
    """Wrong codes are counted by place: what our own proxy noted, never what a stranger wrote."""
    _, page = reporter.ask("GET", "/report/receipt/")
    found = [reporter.post("/report/receipt/", page, code="wrong")[0] for _ in range(2 * public_form.WRONG_CODES + 2)]
    assert found[-1] == 429
    reporter.marks["address"] = "203.0.113.178"
    status, _ = reporter.post("/report/receipt/", page, code="wrong")
    assert status == (422 if reporter.proxied else 429)


@pytest.mark.slow
def test_no_address_no_browser_and_no_code_is_anywhere_in_a_node(reported: tuple[Node, Reporter]) -> None:
    node, reporter = reported
    code, link, words = report(reporter)
    time.sleep(2.5)  # the sequencer and the log have caught up
    marks = {
        **reporter.marks,
        "peer": PEER,
        "code": code,
        "bare code": code.replace("-", ""),
        "link": link,
        "words": words,
    }
    wanted = {name: forms_of(mark) for name, mark in marks.items()}
    found, seen = [], {}
    for place, content in everything(node, {**wanted, "desk": {b"findable-desk"}}):
        seen[place] = content
        found += [f"{name} in {place}" for name, forms in wanted.items() if any(form in content for form in forms)]
    assert found == []
    # What is kept is found, so the search looks where it should.
    assert b"findable-desk" in seen["table public.reports_desk"]
    assert seen["table public.reports_receipt"].count(b"\n") == 1
    assert seen["table public.reports_message"].count(b"\n") == 1
    assert seen["table public.django_session"] == b""
    assert any(b"findable-desk" in content for place, content in seen.items() if "/database/" in place)
    lines = [json.loads(line) for line in seen["log"].decode().splitlines() if line.startswith("{")]
    assert {line.get("route") for line in lines} >= {"reports:report-form", "reports:report-receipt"}
    counted(reporter)
