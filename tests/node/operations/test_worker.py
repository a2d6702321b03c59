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

APP = """
from vaern.node.serving.worker import Deadlines

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
        "critical",
        *options,
        "quick:app",
    ]
    with subprocess.Popen(command, env=clean_environment()) as process:
        try:
            wait_until(lambda: answers(number))
            yield number
        finally:
            process.terminate()


@pytest.mark.parametrize(
    "begun",
    [b"G", b"GET / HTTP/1.1\r\nHost: local", b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\nab"],
)
def test_a_request_that_stops_in_the_middle_gives_its_thread_back(port: int, begun: bytes) -> None:
    with socket.create_connection(("127.0.0.1", port)) as stopped:
        stopped.sendall(begun)
        assert ask(port).endswith(b"ok")
