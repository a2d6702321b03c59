"""Headers, cookies and forged hosts: on every answer of the running node, errors included."""

from __future__ import annotations

import http.client
import json
from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from django.test import Client, override_settings
from tests.node.operations.conftest import TOKEN

from vaern.node.operations import metrics
from vaern.node.web.middleware import HEADERS

if TYPE_CHECKING:
    from tests.node.operations.nodes import Node

PATHS = ["/", "/account/login/", "/no-such-page", "/api/scans", "/health", "/static/no-such-file.css"]
WANTED = {
    **HEADERS,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}


@pytest.mark.parametrize("path", PATHS)
def test_every_answer_has_the_headers(path: str, node: Node) -> None:
    _, headers, _ = node.get(path)
    assert {name: headers.get(name) for name in WANTED} == WANTED
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "no-store" in headers["Cache-Control"]


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "127.0.0.2", "a b", "localhost:x", "[::1]"])
@pytest.mark.parametrize("path", PATHS)
def test_a_forged_host_is_refused(host: str, path: str, node: Node) -> None:
    status, headers, body = node.get(path, Host=host)
    assert status == 400
    assert b"Traceback" not in body
    assert host.encode() not in body
    assert "Set-Cookie" not in headers


def test_a_synthetic_node_on_this_machine_answers_to_either_name_of_it(node: Node) -> None:
    assert [node.get("/account/login/", Host=host)[0] for host in ("localhost", "127.0.0.1")] == [200, 200]


def test_a_host_that_a_proxy_names_is_not_believed(node: Node) -> None:
    status, _, body = node.get("/account/login/", X_Forwarded_Host="evil.example")
    assert status == 200
    assert b"evil.example" not in body


def test_a_header_that_would_move_the_node_is_dropped(node: Node) -> None:
    """gunicorn believed SCRIPT_NAME of whoever is on this machine, a proxy above all, and answered 500."""
    connection = http.client.HTTPConnection("127.0.0.1", node.port, timeout=30)
    with closing(connection):
        host = f"localhost:{node.port}"
        connection.request("GET", "/account/login/", headers={"Host": host, "SCRIPT_NAME": "/elsewhere"})
        assert connection.getresponse().status == 200


@pytest.mark.django_db
@pytest.mark.parametrize("secure", [False, True])
def test_cookies_are_the_nodes_alone(secure: bool) -> None:
    with override_settings(CSRF_COOKIE_SECURE=secure, SESSION_COOKIE_SECURE=secure):
        cookies = Client().get("/account/login/", headers={"Host": "localhost"}).cookies
    assert cookies
    for cookie in cookies.values():
        assert cookie["httponly"]
        assert cookie["samesite"] == "Lax"
        assert bool(cookie["secure"]) == secure
        assert not cookie["domain"]


@pytest.mark.once
def test_the_settings_of_a_node_behind_tls() -> None:
    """In a process of its own: the settings are read once."""
    import subprocess
    import sys

    from tests.node.operations.nodes import clean_environment

    code = """
import http.client
import json
from contextlib import closing
from vaern.node import settings
print(json.dumps({name: repr(value) for name, value in vars(settings).items() if isinstance(value, str | int)}))
"""
    environment = clean_environment(
        VAERN_ADDRESS="https://node.example", VAERN_SECRET_KEY="s" * 50, DATABASE_URL="postgresql:///x"
    )
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, check=True)
    found = json.loads(done.stdout)
    for name in ("SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "SECURE_SSL_REDIRECT"):
        assert found[name] == "True"
    assert found["SESSION_COOKIE_NAME"].startswith("'__Host-")
    assert found["CSRF_COOKIE_NAME"].startswith("'__Host-")
    assert int(found["SECURE_HSTS_SECONDS"]) > 31_536_000
    assert found["DEBUG"] == "False"


def test_health_says_four_things_and_nothing_else(node: Node) -> None:
    status, headers, body = node.get("/health")
    assert status == 200
    assert headers["Content-Type"] == "application/json"
    assert json.loads(body) == dict.fromkeys(("well", "database", "worker", "ledger", "disk", "exchange"), True)
    assert node.get("/health", "POST")[0] in {403, 405}


def test_metrics_are_for_this_machine_or_the_token(node: Node) -> None:
    status, headers, body = node.get("/metrics")
    assert status == 200
    assert headers["Content-Type"].startswith("text/plain")
    node.get("/account/login/")
    body = node.get("/metrics")[2]
    assert b'vaern_requests_total{route="account_login",status="200"}' in body
    for name in (b"vaern_ledger_lag_seconds", b"vaern_sessions", b"vaern_worker_silence_seconds", b"vaern_jobs"):
        assert name in body
    assert node.get("/metrics", X_Forwarded_For="192.0.2.1")[0] == 404
    assert node.get("/metrics", X_Forwarded_For="192.0.2.1", Authorization="Bearer wrong")[0] == 404
    assert node.get("/metrics", X_Forwarded_For="192.0.2.1", Authorization=f"Bearer {TOKEN}")[0] == 200


def test_metrics_add_up_all_processes(node: Node) -> None:
    def counted() -> float:
        lines = node.get("/metrics")[2].decode().splitlines()
        return sum(float(line.split()[1]) for line in lines if line.startswith('vaern_requests_total{route="home"'))

    before = counted()
    for _ in range(40):
        node.get("/")
    assert counted() == before + 40


def test_behind_a_proxy_the_loopback_opens_nothing(rf) -> None:
    from dataclasses import replace

    from django.conf import settings

    request = rf.get("/metrics", REMOTE_ADDR="127.0.0.1")
    assert metrics.may_read(request)
    proxied = replace(settings.CONFIGURATION, address="https://node.example", metrics_token=TOKEN)
    with override_settings(CONFIGURATION=proxied):
        assert not metrics.may_read(request)
        assert metrics.may_read(rf.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"}))
        assert not metrics.may_read(rf.get("/metrics", headers={"Authorization": "Bearer "}))
