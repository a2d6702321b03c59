"""A request that never ends holds no thread for ever: gunicorn itself, with one thread, and a client that stops."""

from __future__ import annotations

import socket
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from tests.node.operations.nodes import clean_environment, free_port, wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.once

APP = """
from vaern.node.runtime.serving.worker import Deadlines

class Quick(Deadlines):
    longest = 1.0

def app(environ, start_response):
    read = environ["wsgi.input"].read()
    start_response("200 OK", [("Content-Length", "2")])
    return [b"ok"]
"""
WHOLE = b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"


def ask(port: int, request: bytes = WHOLE) -> bytes:
    """What comes back, to the end."""
    with socket.create_connection(("127.0.0.1", port), timeout=60) as client:
        client.sendall(request)
        found = b""
        while piece := client.recv(4096):
            found += piece
        return found


def answers(port: int) -> bool:
    try:
        return ask(port).endswith(b"ok")
    except OSError:
        return False


@pytest.fixture
def port(tmp_path: Path) -> Iterator[int]:
    (tmp_path / "quick.py").write_text(APP)
    number = free_port()
    options = ["--worker-class", "quick.Quick", "--threads", "1", "--bind", f"127.0.0.1:{number}", "--chdir", tmp_path]
    command = [
        sys.executable,
        "-m",
        "gunicorn",
        "--no-control-socket",
        "--log-level",
        "warning",
        *options,
        "quick:app",
    ]
    with subprocess.Popen(command, env=clean_environment()) as process:
        try:
            wait_until(lambda: answers(number))
            yield number
        finally:
            process.terminate()


REFUSED = {
    b"400": b"GET /se\x01cret-x HTTP/1.1\r\nHo st: localhost\r\n\r\n",
    b"414": b"GET /secret-x" + b"a" * 9000 + b" HTTP/1.1\r\nHost: localhost\r\n\r\n",
    b"431": b"GET / HTTP/1.1\r\nHost: localhost\r\nSecret-X: " + b"a" * 9000 + b"\r\n\r\n",
    b"501": b"POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: secret-x\r\n\r\n",
}


@pytest.mark.parametrize("status", REFUSED)
def test_what_is_no_http_is_refused_with_all_headers_and_without_its_words(port: int, status: bytes) -> None:
    head, _, body = ask(port, REFUSED[status]).partition(b"\r\n\r\n")
    assert head.split(b" ")[1] == status
    for header in (b"Content-Security-Policy: default-src 'none'", b"Cache-Control: no-store", b"nosniff", b"DENY"):
        assert header in head
    assert b"cret-x" not in body.lower()


def test_of_what_is_no_http_no_address_and_no_word_is_logged(capfd: pytest.CaptureFixture[str], port: int) -> None:
    for request in REFUSED.values():
        ask(port, request)
    said = "".join(capfd.readouterr())
    assert "127.0.0.1" not in said
    assert "cret-x" not in said.lower()


@pytest.mark.parametrize(
    "begun",
    [b"G", b"GET / HTTP/1.1\r\nHost: local", b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\nab"],
)
def test_a_request_that_stops_in_the_middle_gives_its_thread_back(port: int, begun: bytes) -> None:
    with socket.create_connection(("127.0.0.1", port)) as stopped:
        stopped.sendall(begun)
        assert ask(port).endswith(b"ok")
